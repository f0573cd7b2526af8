"""The objects of a BIG-IP as they stand after every stanza and command of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.f5.entries import Entry
from portspec.configs.balancer.f5.vocabulary import LISTS, OPERATIONS
from portspec.configs.balancer.f5.words import Word
from portspec.source import Span

COMMON = "/Common/"


class Item(NamedTuple):
    """A named part of an object: a member, a profile with its context, a rule."""

    name: Word
    properties: dict[str, Entry]


class Thing:
    """One object: a virtual server, a pool and so on."""

    __slots__ = ("body", "kind", "lists", "name", "properties", "span", "type")

    def __init__(self, kind: str, type_: str, name: str, span: Span) -> None:
        self.kind = kind
        self.type = type_
        self.name = name
        self.span = span
        self.properties: dict[str, Entry] = {}
        self.lists: dict[str, dict[str, Item]] = {}
        self.body = ""
        """The text of a rule or a policy."""

    @property
    def short(self) -> str:
        """The name as people say it: without /Common/."""
        return self.name.removeprefix(COMMON)

    def text(self, key: str, default: str = "") -> str:
        """The value of a property."""
        return self.properties[key].text if key in self.properties else default

    def number(self, key: str, default: int) -> int:
        """The value of a property that is a whole number."""
        return whole(self.text(key), default)

    def items(self, key: str) -> Iterator[Item]:
        """The items of a list."""
        yield from self.lists.get(key, {}).values()

    def apply(self, entries: tuple[Entry, ...]) -> list[Word]:
        """Take properties over, as create, modify and a stanza do. The answer is what is to be changed and is not there."""
        missing: list[Word] = []
        for entry in entries:
            if entry.key.text in LISTS:
                missing += self._change(entry)
            else:
                self.properties[entry.key.text] = entry
        return missing

    def _change(self, entry: Entry) -> list[Word]:
        key, operation = entry.key.text, entry.text
        found = self.lists.setdefault(key, {})
        if operation not in OPERATIONS:
            # `none`, one name without braces, or the list as a stanza writes it.
            named = [] if entry.block is not None or operation in ("", "none", "default") else [Entry(entry.words[0])]
            self.lists[key] = _items(entry.block or tuple(named))
            return []
        given = _items(entry.block or ())
        if operation == "replace-all-with":
            self.lists[key] = given
            return []
        missing: list[Word] = []
        for name, item in given.items():
            known = name if name in found else _same(name)
            if operation == "add":
                found[name] = item
            elif name == "all":
                if operation == "delete":
                    found.clear()
                for each in found.values():
                    each.properties.update(item.properties)
            elif known not in found:
                missing.append(item.name)
            elif operation == "delete":
                del found[known]
            else:
                found[known].properties.update(item.properties)
        return missing


def whole(text: str, default: int) -> int:
    """A whole number of a config, else the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _items(entries: tuple[Entry, ...]) -> dict[str, Item]:
    return {
        entry.key.text: Item(entry.key, {inner.key.text: inner for inner in entry.block or ()}) for entry in entries
    }


def _same(name: str) -> str:
    """The other way to write a name of the partition Common."""
    return name.removeprefix(COMMON) if name.startswith(COMMON) else COMMON + name


class Objects:
    """All objects by kind and full name."""

    def __init__(self) -> None:
        self.by_kind: dict[str, dict[str, Thing]] = {}
        self.seen = False
        """Whether anything of ltm stands in the file."""

    def of(self, kind: str) -> list[Thing]:
        """The objects of a kind in their order."""
        return list(self.by_kind.get(kind, {}).values())

    def add(self, thing: Thing) -> None:
        """Remember an object."""
        self.by_kind.setdefault(thing.kind, {})[thing.name] = thing

    def remove(self, thing: Thing) -> None:
        """Forget an object."""
        del self.by_kind[thing.kind][thing.name]

    def find(self, kind: str, name: str, beside: str = COMMON) -> Thing | None:
        """The object of a name that another one beside it uses: in its own folder, else in Common."""
        known = self.by_kind.get(kind, {})
        for full in (full_name(name, beside), full_name(name)):
            if full in known:
                return known[full]
        return None


def full_name(name: str, beside: str = COMMON) -> str:
    """A name with its partition: that of the object that uses it, where none is written."""
    return name if name.startswith("/") else beside[: beside.rfind("/") + 1] + name
