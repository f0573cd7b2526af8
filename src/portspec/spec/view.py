"""The spec's documents as the cross-checks look at them: nodes with positions, found by what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.source import Span
from portspec.spec.load import Document
from portspec.spec.releases import covers, release_key
from portspec.spec.vocabulary import PHASES
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode


class Problem(NamedTuple):
    """Something wrong in the spec. `name` is the check that found it, `schema` for the schemas. Line 0: the whole file."""

    path: str
    line: int
    column: int
    name: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.name}: {self.message}"


class Fact(NamedTuple):
    """A mapping of the spec, and the document that it stands in."""

    document: Document
    node: MappingNode

    def get(self, key: str) -> Node | None:
        """The node under a key."""
        entry = self.node.entries.get(key)
        return None if entry is None else entry.value

    def text(self, key: str) -> str | None:
        """The scalar under a key as it is written."""
        node = self.get(key)
        return node.text if isinstance(node, ScalarNode) else None

    def scalars(self, key: str) -> list[ScalarNode]:
        """The scalars under a key: one, or those of a list."""
        node = self.get(key)
        if isinstance(node, ScalarNode):
            return [node]
        if isinstance(node, SequenceNode):
            return [item for item in node.items if isinstance(item, ScalarNode)]
        return []

    def names(self, key: str) -> list[str]:
        """The texts of `scalars`."""
        return [scalar.text for scalar in self.scalars(key)]

    def parts(self, key: str) -> list[Fact]:
        """The mappings of the list under a key; of the mapping itself when there is one."""
        node = self.get(key)
        if isinstance(node, MappingNode):
            return [Fact(self.document, node)]
        if isinstance(node, SequenceNode):
            return [Fact(self.document, item) for item in node.items if isinstance(item, MappingNode)]
        return []

    def phases(self) -> list[str]:
        """The phases that are written, else all."""
        return self.names("phases") or list(PHASES)

    def overlaps(self, other: Fact) -> bool:
        """Whether the release ranges of two facts share a release."""
        return self._starts_before_end_of(other) and other._starts_before_end_of(self)

    def covers(self, release: str) -> bool:
        """Whether the release range holds a release."""
        return covers(self.text("added"), self.text("removed"), release)

    def _starts_before_end_of(self, other: Fact) -> bool:
        added, removed = self.text("added"), other.text("removed")
        return added is None or removed is None or release_key(added) < release_key(removed)

    def problem(self, span: Span, name: str, message: str) -> Problem:
        """A problem at a place of this document."""
        return Problem(self.document.path, span.line, span.column, name, message)


class SpecView:
    """Every document of a spec, with ways to find the facts in them."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents

    def roots(self, kind: str) -> list[Fact]:
        """The top mappings of the documents of a kind."""
        return [
            Fact(document, document.root)
            for document in self.documents
            if document.kind == kind and isinstance(document.root, MappingNode)
        ]

    def records(self, kind: str, key: str = "") -> list[Fact]:
        """The records of the list in the document of a kind; the list is named like the kind unless `key` says."""
        return [part for root in self.roots(kind) for part in root.parts(key or kind)]

    def ids(self, kind: str, key: str = "") -> dict[str, Fact]:
        """Records by their id."""
        return {fact.text("id") or "": fact for fact in self.records(kind, key)}

    def services(self) -> dict[str, Fact]:
        """Services by their id."""
        return {fact.text("id") or "": fact for fact in self.roots("service")}

    def ports(self) -> Iterator[Fact]:
        """Every port of every service."""
        for service in self.roots("service"):
            yield from service.parts("ports")

    def mappings(self) -> Iterator[Fact]:
        """Every mapping anywhere."""
        for document in self.documents:
            stack: list[Node] = [document.root]
            while stack:
                node = stack.pop()
                if isinstance(node, MappingNode):
                    yield Fact(document, node)
                    stack.extend(entry.value for entry in reversed(node.entries.values()))
                elif isinstance(node, SequenceNode):
                    stack.extend(reversed(node.items))

    def texts(self) -> Iterator[tuple[Fact, ScalarNode, ScalarNode]]:
        """Every sentence: its mapping, its English and its zh-TW node. The glossary's words are no sentences."""
        for fact in self.mappings():
            if fact.document.kind == "glossary":
                continue
            english, chinese = fact.get("en"), fact.get("zh-TW")
            if isinstance(english, ScalarNode) and isinstance(chinese, ScalarNode):
                yield fact, english, chinese


def port_of(fact: Fact) -> str:
    """What identifies a port within its service: `22623/tcp`."""
    port = fact.text("port")
    transport = fact.text("transport") or ""
    return f"{port}/{transport}" if port else transport
