"""Changes of whole lines of a file, with its line ends and everything else left as they are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from portspec.source import SourceText


class Edit(NamedTuple):
    """Lines `line` to `end_line` - 1 (from 1) of a file give way to `lines`; with both equal the new ones stand before
    `line`. The new lines have no line ends: they get those of the file."""

    path: str
    line: int
    end_line: int
    lines: tuple[str, ...]


def removal(path: str, line: int) -> Edit:
    """A line goes."""
    return Edit(path, line, line + 1, ())


def insertion(path: str, before: int, *lines: str) -> Edit:
    """Lines come before a line."""
    return Edit(path, before, before, lines)


def replacement(path: str, line: int, text: str) -> Edit:
    """A line is written otherwise."""
    return Edit(path, line, line + 1, (text,))


def apply(source: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The file after the changes that are about it. Raises ValueError where two of them touch the same line."""
    mine = sorted((edit for edit in edits if edit.path == source.path), key=lambda edit: (edit.line, edit.end_line))
    for one, other in pairwise(mine):
        if other.line < one.end_line:
            raise ValueError(f"two changes of line {other.line}")
    lines = source.text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    for edit in reversed(mine):
        if not 1 <= edit.line <= edit.end_line <= len(lines) + 1:
            raise ValueError(f"no line {edit.line}")
        lines[edit.line - 1 : edit.end_line - 1] = [line + end for line in edit.lines]
    return SourceText(source.path, "\n".join(lines))
