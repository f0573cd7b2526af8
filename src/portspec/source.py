"""Text with positions: where a node of a config, a cluster file or a spec stands."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from portspec.errors import InputError
from portspec.records import NamedTuple

BLOCK = 1024
"""Characters; line ends are counted block by block."""


class Span(NamedTuple):
    """A stretch of one line or several. Lines and columns count from 1; `end_column` is exclusive.

    `within` names the place itself where the line does not: a file that this line includes or carries, with the line
    in it, or the rule of a listing that is one long line.
    """

    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    within: str = ""


class SourceText:
    """One file's text with its path as the user wrote it (relative, forward slashes)."""

    __slots__ = ("_counts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._counts: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset into the text, both from 1."""
        block = offset // BLOCK * BLOCK
        ended = self._lines_before()[offset // BLOCK] + self.text.count("\n", block, offset)
        start = self.text.rfind("\n", block, offset) + 1 or self._start(ended)
        return ended + 1, offset - start + 1

    def span(self, start: int, end: int) -> Span:
        """The span of text[start:end]."""
        line, column = self.position(start)
        end_line, end_column = self.position(max(start, end))
        return Span(line, column, end_line, end_column)

    def error(self, message: str, offset: int, hint: str = "") -> InputError:
        """The error that tells what is wrong at an offset."""
        line, column = self.position(offset)
        return InputError(message, self.path, line, column, hint)

    def quoted(self, span: Span) -> str:
        """What stands at a span, in one line, for people who read a packet's way."""
        return self.line(span.line).strip()

    def line(self, number: int) -> str:
        """The text of a line without its line end; empty when there is no such line."""
        if not 1 <= number <= self._lines_before()[-1] + 1:
            return ""
        start = self._start(number - 1)
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None].rstrip("\r")

    def _start(self, ended: int) -> int:
        """Where the line begins before which so many lines end."""
        if not ended:
            return 0
        # The last of these line ends is in the last block with fewer of them before it.
        block = bisect_left(self._lines_before(), ended) - 1
        at = block * BLOCK
        for _ in range(ended - self._lines_before()[block]):
            at = self.text.find("\n", at) + 1
        return at

    def _lines_before(self) -> list[int]:
        """How many lines end before each block of the text: few lines of a large file are ever shown."""
        if self._counts is None:
            count = self.text.count
            ends = (count("\n", at, at + BLOCK) for at in range(0, len(self.text), BLOCK))
            self._counts = list(accumulate(ends, initial=0))
        return self._counts
