"""The part of YAML that config files are written in, read line by line without a library.

Block mappings and lists, scalars of one line, quoted or not, and flow collections of one line. Whatever is not
certainly that (anchors, tags, block scalars, text over several lines, an error) makes the whole file somebody
else's: the answer is None, never a guess.
"""

from __future__ import annotations

import re
from typing import NoReturn

from portspec.source import Span
from portspec.yamlnodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, resolve_plain

MOST_DEPTH = 32
MOST_LINES = 5_000

_KEY = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_./-]*):(?= |$)")
_FIRST = r"[^ !\"#%&'),*;>?@\[\\\]^`{|}:-]"
_BLOCK_PLAIN = re.compile(_FIRST + r"(?:[^ :#]|:(?=[^ ])|(?<=[^ ])#| +(?=[^ #]))*")
_FLOW_PLAIN = re.compile(_FIRST + r"(?:[^ :#,\[\]{}]|:(?=[A-Za-z0-9:./])| +(?=[^ #,\[\]{}:]))*")
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_DOUBLE = re.compile(r'"([^"\\]*)"')
_REST = re.compile(r" *(?: #.*)?")


class _NotQuickError(Exception):
    """The text needs the whole language."""


def read_quick(text: str) -> Node | None:
    """The document, or None when it has anything that this reader does not know."""
    if not text.replace("\n", "").isprintable():
        return None
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        content = line.lstrip(" ")
        if content and content[0] != "#":
            lines.append((number, len(line) - len(content), line.rstrip(" ")))
    if not lines or len(lines) > MOST_LINES:
        return None
    reader = _Reader(lines)
    try:
        node = reader.block(lines[0][1], 0)
        return node if reader.at == len(lines) else None
    except _NotQuickError:
        return None


def _give_up() -> NoReturn:
    raise _NotQuickError


class _Reader:
    """Lines with their number, indentation and text, and how far they have been read."""

    def __init__(self, lines: list[tuple[int, int, str]]) -> None:
        self.lines = lines
        self.at = 0

    def indent(self) -> int:
        """The indentation of the next line, -1 at the end."""
        return self.lines[self.at][1] if self.at < len(self.lines) else -1

    def block(self, indent: int, depth: int) -> Node:
        """The mapping or list that starts in the next line."""
        if depth >= MOST_DEPTH:
            _give_up()
        line = self.lines[self.at][2]
        if line.startswith(("- ", "-"), indent) and line[indent + 1 : indent + 2] in {"", " "}:
            return self.sequence(indent, depth)
        return self.mapping(indent, depth)

    def mapping(self, indent: int, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        first = self.lines[self.at][0]
        end = (first, indent + 1)
        while self.indent() == indent:
            number, _, line = self.lines[self.at]
            found = _KEY.match(line, indent)
            if found is None or found[1] in entries or line.startswith("---"):
                _give_up()
            key = found[1]
            value = self.value(number, line, found.end(), indent, depth, in_mapping=True)
            entries[key] = Entry(key, Span(number, indent + 1, number, indent + 1 + len(key)), value)
            end = (value.span.end_line, value.span.end_column)
        if self.indent() > indent:
            _give_up()
        return MappingNode(entries, Span(first, indent + 1, *end))

    def sequence(self, indent: int, depth: int) -> SequenceNode:
        items: list[Node] = []
        first = self.lines[self.at][0]
        while self.indent() == indent:
            number, _, line = self.lines[self.at]
            if line[indent] != "-" or line[indent + 1 : indent + 2] not in {"", " "}:
                break
            items.append(self.value(number, line, indent + 1, indent, depth, in_mapping=False))
        if self.indent() > indent:
            _give_up()
        end = items[-1].span
        return SequenceNode(tuple(items), Span(first, indent + 1, end.end_line, end.end_column))

    def value(self, number: int, line: str, after: int, indent: int, depth: int, *, in_mapping: bool) -> Node:
        """What follows a `key:` or a `-` that ends at `after`, in this line or in those below."""
        start = after
        while line[start : start + 1] == " ":
            start += 1
        if start == len(line) or (line[start] == "#" and start > after):
            self.at += 1
            deeper = self.indent() > indent
            if deeper or (in_mapping and self.indent() == indent and self._is_item(indent)):
                return self.block(self.indent(), depth + 1)
            if not in_mapping:
                _give_up()
            return ScalarNode(None, "", plain=True, span=Span(number, after, number, after))
        if not in_mapping and (_KEY.match(line, start) or line[start : start + 2] in {"-", "- "}):
            self.lines[self.at] = (number, start, line)
            return self.block(start, depth + 1)
        node, end = _inline(number, line, start, depth)
        if _REST.fullmatch(line, end) is None:
            _give_up()
        self.at += 1
        if self.indent() > indent:
            _give_up()
        return node

    def _is_item(self, indent: int) -> bool:
        line = self.lines[self.at][2]
        return line[indent] == "-" and line[indent + 1 : indent + 2] in {"", " "}


def _inline(number: int, line: str, start: int, depth: int) -> tuple[Node, int]:
    """A scalar or flow collection within one line, and where it ends."""
    if line[start] in "[{":
        return _flow(number, line, start, depth + 1)
    quoted = _quoted(number, line, start)
    if quoted is not None:
        return quoted
    return _plain(number, line, start, _BLOCK_PLAIN)


def _quoted(number: int, line: str, start: int) -> tuple[Node, int] | None:
    if line[start] == "'":
        found = _SINGLE.match(line, start)
        text = found[1].replace("''", "'") if found else ""
    elif line[start] == '"':
        found = _DOUBLE.match(line, start)
        text = found[1] if found else ""
    else:
        return None
    if found is None:
        _give_up()
    return ScalarNode(text, text, plain=False, span=Span(number, start + 1, number, found.end() + 1)), found.end()


def _plain(number: int, line: str, start: int, pattern: re.Pattern[str]) -> tuple[Node, int]:
    found = pattern.match(line, start)
    if found is None:
        _give_up()
    text = found[0]
    return ScalarNode(resolve_plain(text), text, plain=True, span=Span(number, start + 1, number, found.end() + 1)), (
        found.end()
    )


def _flow(number: int, line: str, start: int, depth: int) -> tuple[Node, int]:
    """A flow list or mapping that ends in its own line."""
    if depth > MOST_DEPTH:
        _give_up()
    opening = line[start]
    closing = "]" if opening == "[" else "}"
    items: list[Node] = []
    entries: dict[str, Entry] = {}
    at = _skip(line, start + 1)
    while line[at] != closing:
        if opening == "{":
            found = _KEY.match(line, at)
            if found is None or found[1] in entries:
                _give_up()
            key_span = Span(number, at + 1, number, at + 1 + len(found[1]))
            node, at = _flow_value(number, line, _skip(line, found.end()), depth)
            entries[found[1]] = Entry(found[1], key_span, node)
        else:
            node, at = _flow_value(number, line, at, depth)
            items.append(node)
        at = _skip(line, at)
        if line[at] == ",":
            at = _skip(line, at + 1)
            if line[at] == closing:
                _give_up()
        elif line[at] != closing:
            _give_up()
    span = Span(number, start + 1, number, at + 2)
    return (MappingNode(entries, span) if opening == "{" else SequenceNode(tuple(items), span)), at + 1


def _flow_value(number: int, line: str, at: int, depth: int) -> tuple[Node, int]:
    if line[at] in "[{":
        return _flow(number, line, at, depth + 1)
    return _quoted(number, line, at) or _plain(number, line, at, _FLOW_PLAIN)


def _skip(line: str, at: int) -> int:
    """The next character that is no blank; a line that ends here is not for this reader."""
    while line[at : at + 1] == " ":
        at += 1
    if at >= len(line):
        _give_up()
    return at
