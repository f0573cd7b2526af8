"""The objects of a YAML file: one, several behind each other, or in a List."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlnodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

MOST_CHARACTERS = 4_000_000
"""A MachineConfig has to fit into etcd, which takes 1.5 MiB."""
MOST_DOCUMENTS = 100
MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
"""What ends a document; inside a block scalar such a line would have to be indented."""


class Object(NamedTuple):
    """One object: its members and its place."""

    members: Mapping[str, Entry]
    span: Span


class Cursor:
    """Asks for members of nodes; what is of another kind than expected is an error at its place."""

    def __init__(self, source: SourceText) -> None:
        self.source = source

    def fail(self, span: Span, message: str, hint: str = "") -> NoReturn:
        raise InputError(message, self.source.path, span.line, span.column, hint)

    def mapping(self, node: Node, what: str) -> Mapping[str, Entry]:
        if isinstance(node, ScalarNode) and node.value is None:
            return {}
        if not isinstance(node, MappingNode):
            self.fail(node.span, f"{what}: expected a mapping")
        return node.entries

    def member(self, entries: Mapping[str, Entry], *path: str) -> Mapping[str, Entry]:
        """The mapping at a path of keys; empty where it is not there."""
        for key in path:
            if key not in entries:
                return {}
            entries = self.mapping(entries[key].value, key)
        return entries

    def items(self, entries: Mapping[str, Entry], key: str) -> tuple[Node, ...]:
        """The items of a list; none where it is not there."""
        if key not in entries:
            return ()
        node = entries[key].value
        if isinstance(node, ScalarNode) and node.value is None:
            return ()
        if not isinstance(node, SequenceNode):
            self.fail(node.span, f"{key}: expected a list")
        return node.items

    def text(self, entries: Mapping[str, Entry], key: str) -> ScalarNode | None:
        """A scalar; None where it is not there or null."""
        if key not in entries:
            return None
        node = entries[key].value
        if not isinstance(node, ScalarNode):
            self.fail(node.span, f"{key}: expected text")
        return None if node.value is None else node

    def objects(self) -> Iterator[Object]:
        """Every object of the file, those of Lists one by one."""
        for node in _documents(self.source):
            entries = self.mapping(node, "the document")
            if not entries:
                continue
            kind = self.text(entries, "kind")
            if kind is None or not (kind.text == "List" or kind.text.endswith("ConfigList")):
                yield Object(entries, node.span)
                continue
            for item in self.items(entries, "items"):
                yield Object(self.mapping(item, "an item of the List"), item.span)


def _documents(source: SourceText) -> Iterator[Node]:
    """The documents of a file, each with its places in the file."""
    from portspec.yamlfull import read_full
    from portspec.yamlquick import read_quick

    text = source.text
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"the file has {len(text)} characters; at most {MOST_CHARACTERS} are read", source.path)
    starts = [0, *(match.start() for match in MARKER.finditer(text))]
    if len(starts) > MOST_DOCUMENTS:
        line, column = source.position(starts[MOST_DOCUMENTS])
        raise InputError(f"more than {MOST_DOCUMENTS} documents", source.path, line, column)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        if part.startswith(("---", "...")):
            part = "   " + part[3:]
        if not part.strip():
            continue
        # Blank lines for what stands before give every node its place in the whole file.
        padded = "\n" * text.count("\n", 0, start) + part
        node = read_quick(padded)
        yield node if node is not None else read_full(SourceText(source.path, padded))
