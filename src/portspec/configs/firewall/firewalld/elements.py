"""XML with positions, by the standard library's expat. Declarations of any kind are refused, so no entity can expand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from portspec.configs.firewall.firewalld.values import Source
from portspec.source import Span

DEEPEST = 6
"""No file of firewalld's nests deeper than zone, rule, action, limit."""
LONGEST = 1000
"""Characters of an attribute or of an entry; descriptions may have more."""
PROSE = ("short", "description")
_TAG_END = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")


class Node(NamedTuple):
    """An element. The span is its start tag's; `text` is what it holds itself."""

    name: str
    attributes: Mapping[str, str]
    children: list[Node]
    pieces: list[str]
    span: Span

    @property
    def text(self) -> str:
        """The characters directly inside."""
        return "".join(self.pieces)


def parse(source: Source) -> Node:
    """The root element of one file. Raises InputError with line and column for whatever is no plain XML."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.stack: list[Node] = []
        self.root: Node | None = None
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.declaration
        # Offsets of line starts: expat tells lines and columns.
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def run(self) -> Node:
        try:
            self.parser.Parse(self.text, True)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code) or "wrong"
            # What is missing at the end is missed behind the last line.
            last = self.text.count("\n") + (not self.text.endswith("\n"))
            line, column = min((error.lineno, error.offset + 1), (last, len(self.text) - self.starts[last - 1] + 1))
            place = self.source.lifted(Span(line, column))
            raise self.source.error(place, f"not XML: {message}") from None
        if self.root is None:
            raise self.source.error(self.source.lifted(Span(1, 1)), "not XML: no element")
        return self.root

    def here(self) -> Span:
        return self.source.lifted(Span(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1))

    def tag(self) -> Span:
        """The span of the start tag at the parser's place."""
        span = Span(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        start = self.starts[span.line - 1] + span.column - 1
        found = _TAG_END.match(self.text, start + 1)
        end = found.end() if found else start + 1
        lines = self.text.count("\n", start, end)
        column = end - (self.text.rfind("\n", start, end) + 1) + 1 if lines else span.column + end - start
        return self.source.lifted(Span(span.line, span.column, span.line + lines, column))

    def declaration(self, *_: object) -> None:
        before = self.text.partition("<!DOCTYPE")[0]
        line = before.count("\n") + 1
        place = self.source.lifted(Span(line, len(before) - before.rfind("\n")))
        raise self.source.error(place, "a document type declaration is not read", "firewalld's files have none")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        span = self.tag()
        if len(self.stack) >= DEEPEST:
            raise self.source.error(span, f"elements nested more than {DEEPEST} deep")
        for key, value in attributes.items():
            if len(value) > LONGEST:
                raise self.source.error(
                    span, f"attribute {key[:40]} has {len(value)} characters; at most {LONGEST} are read"
                )
        node = Node(name, attributes, [], [], span)
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node
        self.stack.append(node)

    def end(self, _: str) -> None:
        self.stack.pop()

    def characters(self, text: str) -> None:
        node = self.stack[-1]
        if node.name in PROSE:
            return
        node.pieces.append(text)
        if len(node.pieces) > LONGEST or len(text) > LONGEST:
            if not text.isspace():
                raise self.source.error(node.span, f"<{node.name[:40]}> holds more than {LONGEST} characters of text")
            node.pieces.clear()


def stray(node: Node) -> str:
    """Text between elements, where firewalld looks for none; empty when there is only white space."""
    return node.text.strip()
