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


def end_of(source: SourceText) -> int:
    """The line behind the last one."""
    return source.text.count("\n") + (1 if not source.text or source.text.endswith("\n") else 2)


def apply(source: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The file after the changes that are about it. Raises ValueError where two of them touch the same line."""
    mine = sorted((edit for edit in edits if edit.path == source.path), key=lambda edit: (edit.line, edit.end_line))
    for one, other in pairwise(mine):
        if other.line < one.end_line:
            raise ValueError(f"two changes of line {other.line}")
    rows = _rows(source.text)
    end = "\r\n" if rows and rows[0].endswith("\r\n") else "\n"
    open_ended = bool(rows) and not rows[-1].endswith("\n")
    for edit in reversed(mine):
        if not 1 <= edit.line <= edit.end_line <= len(rows) + 1:
            raise ValueError(f"no line {edit.line}")
        last = edit.end_line > len(rows)
        rows[edit.line - 1 : edit.end_line - 1] = [line + end for line in edit.lines]
        if last and open_ended and edit.lines:
            # What comes behind a line without an end gives it one, and has none itself.
            at = len(rows) - len(edit.lines) - 1
            if at >= 0 and not rows[at].endswith("\n"):
                rows[at] += end
            rows[-1] = edit.lines[-1]
    return SourceText(source.path, "".join(rows))


def _rows(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one."""
    rows = [line + "\n" for line in text.split("\n")]
    rows[-1] = rows[-1][:-1]
    return rows if rows[-1] else rows[:-1]
