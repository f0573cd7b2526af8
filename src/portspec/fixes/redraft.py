"""Changes of stretches of a text, told as changes of whole lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from portspec.fixes.edits import Edit
from portspec.source import SourceText


class Cut(NamedTuple):
    """The characters from `start` to `end` - 1 give way to `text`; with both equal it comes between."""

    start: int
    end: int
    text: str = ""


def offset(text: str, line: int, column: int = 1) -> int:
    """Where a line and column, both from 1, are in a text. Raises ValueError for a line that is not there."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if not at:
            raise ValueError(f"no line {line}")
    return at + column - 1


def edits(source: SourceText, cuts: Iterable[Cut]) -> tuple[Edit, ...]:
    """The changes of lines that these cuts come to. Raises ValueError where two of them overlap."""
    text = source.text
    found: list[Edit] = []
    group: list[Cut] = []
    end = -1
    for cut in sorted(dict.fromkeys(cuts)):
        if group and cut.start < group[-1].end:
            raise ValueError("two changes of one place")
        if group and cut.start >= end:
            found.append(_edit(source, group))
            group = []
        group.append(cut)
        end = _lines(text, group)[1]
    if group:
        found.append(_edit(source, group))
    return tuple(edit for edit in found if edit.lines or edit.line < edit.end_line)


def _lines(text: str, group: list[Cut]) -> tuple[int, int]:
    """The whole lines that a group of cuts touches: from where to where, the last line end included."""
    first = text.rfind("\n", 0, group[0].start) + 1
    last = group[-1].end
    if last > first and text[last - 1] == "\n" and (group[-1].end > group[-1].start):
        return first, last
    if last == first and group[-1].start == last and group[-1].text.endswith("\n"):
        return first, first
    end = text.find("\n", last)
    return first, len(text) if end < 0 else end + 1


def _edit(source: SourceText, group: list[Cut]) -> Edit:
    text = source.text
    first, last = _lines(text, group)
    new, at = "", first
    for cut in group:
        new += text[at : cut.start] + cut.text
        at = cut.end
    new += text[at:last]
    old_lines, new_lines = _split(text[first:last]), _split(new)
    line = text.count("\n", 0, first) + 1
    while old_lines and new_lines and old_lines[0] == new_lines[0]:
        del old_lines[0], new_lines[0]
        line += 1
    while old_lines and new_lines and old_lines[-1] == new_lines[-1]:
        del old_lines[-1], new_lines[-1]
    return Edit(source.path, line, line + len(old_lines), tuple(new_lines))


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        del lines[-1]
    return [line.removesuffix("\r") for line in lines]


def removed(text: str, start: int, end: int) -> Cut:
    """A cut that takes a stretch away: with the lines that nothing else stands in, else with the blanks before it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    behind = text[end:last].strip()
    if not text[first:start].strip() and (not behind or behind.startswith("#")):
        return Cut(first, min(last + 1, len(text)))
    if not text[first:start].strip():
        return Cut(start, end + len(text[end:last]) - len(text[end:last].lstrip()))
    while start > first and text[start - 1] in " \t":
        start -= 1
    return Cut(start, end)
