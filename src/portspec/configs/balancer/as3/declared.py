"""A declaration's objects by their pointers, and their values with the types that the schema asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from portspec.configs.balancer.as3.placed import Node
from portspec.configs.balancer.f5.notes import Notes
from portspec.source import Span


class Place(NamedTuple):
    """Where an object stands: `/TENANT/APPLICATION/NAME`."""

    tenant: str
    application: str
    name: str

    @property
    def path(self) -> str:
        """The path on the BIG-IP."""
        return f"/{self.tenant}/{self.application}/{self.name}"

    @property
    def shown(self) -> str:
        """The path as messages give it."""
        return self.path[1:]


class Declared(NamedTuple):
    """One object of an application. `enabled`: whether its tenant and application are."""

    place: Place
    kind: str
    node: Node
    disabled: Span | None


class Declaration:
    """All objects of all applications."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.objects: dict[str, Declared] = {}

    def of(self, *kinds: str) -> Iterator[Declared]:
        """The objects of some classes in their order."""
        return (found for found in self.objects.values() if found.kind in kinds)

    def span(self, node: Node) -> Span:
        """Where a value stands; of an object or an array, where its key does."""
        if isinstance(node.value, dict | list) and node.key_stop:
            return self.notes.span(node.key_start, node.key_stop)
        return self.notes.span(node.start, node.stop)

    def key_span(self, node: Node) -> Span:
        """Where the key of a value stands."""
        return self.notes.span(node.key_start, node.key_stop) if node.key_stop else self.span(node)

    def pointed(self, pointer: str, beside: Place, *kinds: str) -> Declared | None:
        """The object that a pointer leads to: a name of the same application, or a path with @ for the own parts."""
        if pointer.startswith("/"):
            own = (beside.tenant, beside.application, beside.name)
            parts = pointer[1:].split("/")
            path = "/" + "/".join(own[at] if part == "@" and at < len(own) else part for at, part in enumerate(parts))
        else:
            path = f"/{beside.tenant}/{beside.application}/{pointer}"
        found = self.objects.get(path)
        return found if found is not None and found.kind in kinds else None

    def followed(self, node: Node | None, beside: Place, *kinds: str) -> Declared | Literal["elsewhere"] | None:
        """What a reference leads to: `elsewhere` on the BIG-IP, None where nothing is referred to or nothing is found."""
        if node is None:
            return None
        reference = node
        if "bigip" in node.items:
            return "elsewhere"
        if "use" in node.items:
            reference = node.items["use"]
        if not reference.text:
            return None
        found = self.pointed(reference.text, beside, *kinds)
        if found is None:
            self.notes.remark("refused", "pointer", self.span(reference), pointer=reference.text)
        return found

    def text(self, node: Node, key: str, default: str = "") -> str:
        """A string."""
        found = node.items.get(key)
        if found is None:
            return default
        if not isinstance(found.value, str):
            self.wrong(found, key, "string")
            return default
        return found.text

    def whole(self, node: Node, key: str, default: int, least: int = 0, most: int = 65535) -> int:
        """A whole number."""
        found = node.items.get(key)
        if found is None:
            return default
        if isinstance(found.value, bool) or not isinstance(found.value, int) or not least <= found.value <= most:
            self.wrong(found, key, "integer")
            digits = found.text
            return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else default
        return found.value

    def truth(self, node: Node, key: str, *, default: bool) -> bool:
        """True or false."""
        found = node.items.get(key)
        if found is None:
            return default
        if not isinstance(found.value, bool):
            self.wrong(found, key, "boolean")
            return default
        return found.value

    def array(self, node: Node, key: str) -> list[Node]:
        """The elements of an array."""
        found = node.items.get(key)
        if found is None:
            return []
        if not isinstance(found.value, list):
            self.wrong(found, key, "array")
        return found.elements

    def wrong(self, node: Node, key: str, wanted: str) -> None:
        """Remark a value of another type."""
        self.notes.remark("refused", "type", self.span(node), property=key, wanted=wanted)

    def unknown_properties(self, node: Node, known: frozenset[str], what: str) -> None:
        """Remark properties that no class of the name has here."""
        for key, found in node.items.items():
            if key not in known:
                self.notes.remark("unknown", "property", self.key_span(found), property=key, what=what)
