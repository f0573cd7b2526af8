"""A text that a YAML file carries, with the places that its words have in that file."""

from __future__ import annotations

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlnodes import ScalarNode


class BlockText(SourceText):
    """A text that stands in a YAML file line by line, as a literal block (`inline: |`): its places are the file's."""

    __slots__ = ("_before", "_outer", "_shift")

    def __init__(self, outer: SourceText, text: str, before: int, shift: int) -> None:
        """`before`: the line of the file before the first one of the text; `shift`: characters before each line."""
        super().__init__(outer.path, text)
        self._outer = outer
        self._before = before
        self._shift = shift

    def position(self, offset: int) -> tuple[int, int]:
        line, column = super().position(offset)
        return line + self._before, column + self._shift

    def quoted(self, span: Span) -> str:
        return self._outer.quoted(span)


class PackedText(SourceText):
    """A text that stands in a YAML file as data (base64, compressed, or in one line): its place there is the data's,
    and `within` names the file on the node with the line in it."""

    __slots__ = ("_at", "_name")

    def __init__(self, outer: SourceText, text: str, at: Span, name: str) -> None:
        super().__init__(outer.path, text)
        self._at = at
        self._name = name

    def position(self, offset: int) -> tuple[int, int]:
        del offset
        return self._at.line, self._at.column

    def span(self, start: int, end: int) -> Span:
        del end
        return self._at._replace(within=f"{self._name}:{super().position(start)[0]}")

    def error(self, message: str, offset: int, hint: str = "") -> InputError:
        line, column = super().position(offset)
        return InputError(f"{self._name}:{line}:{column}: {message}", self.path, self._at.line, self._at.column, hint)

    def quoted(self, span: Span) -> str:
        number = span.within.rpartition(":")[2]
        return f"{span.within}: {self.line(int(number)).strip()}" if number.isdigit() else span.within


def placed(outer: SourceText, node: ScalarNode, name: str) -> SourceText:
    """The text of a scalar. Where it is a literal block, every word has its own place in the file."""
    block = _block(outer, node)
    return block if block is not None else PackedText(outer, node.text, node.span, name)


def _block(outer: SourceText, node: ScalarNode) -> BlockText | None:
    start = node.span
    if node.plain or outer.line(start.line)[start.column - 1 : start.column] != "|":
        return None
    lines = node.text.split("\n")
    first = next((number for number, line in enumerate(lines) if line), None)
    if first is None:
        return None
    shift = len(outer.line(start.line + 1 + first)) - len(lines[first])
    for number, line in enumerate(lines, start.line + 1):
        if line and outer.line(number)[shift:] != line:
            return None
    return BlockText(outer, node.text, start.line, shift)
