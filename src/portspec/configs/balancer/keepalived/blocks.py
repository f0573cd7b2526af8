"""The blocks of a config, taken apart as keepalived takes them: keyword by keyword, with what it makes of a wrong brace.

A keyword that is not known is passed over, a brace that is not expected as well, and what stands inside then belongs to
the block around it (`process_stream` in keepalived's lib/parser.c).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from portspec.configs.balancer.keepalived.lines import Line
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.vocabulary import ROOT, VALUES, Grammar
from portspec.source import Span


class Entry(NamedTuple):
    """A keyword with what stands behind it, the keywords of its block, and the lines of a block of values."""

    name: str
    words: tuple[str, ...]
    line: Line
    entries: list[Entry]
    values: list[Line]

    @property
    def span(self) -> Span:
        return self.line.span

    def last(self, *names: str) -> Entry | None:
        """The last entry of one of some names: it is the one that counts."""
        return next((entry for entry in reversed(self.entries) if entry.name in names), None)


class Blocks:
    """Takes the lines of a config apart."""

    def __init__(self, lines: Iterator[Line], notes: Notes) -> None:
        self._lines = self._counted(lines)
        self._notes = notes
        self._depth = 0

    def read(self) -> list[Entry]:
        """The entries at the top."""
        found, _ = self._block(ROOT, None)
        return found

    def _counted(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            if line.words == ("{",):
                self._depth += 1
            elif line.words == ("}",):
                if self._depth < 1:
                    self._notes.remark("ignored", "brace-closed", line.span)
                self._depth = max(self._depth - 1, 0)
            yield line

    def _block(self, grammar: Mapping[str, Grammar], opener: Line | None) -> tuple[list[Entry], bool]:
        """The entries of a block, and whether it is closed."""
        found: list[Entry] = []
        opening = opener is not None
        for line in self._lines:
            word = line.words[0]
            if opening:
                opening = False
                if word == "{":
                    continue
                self._notes.remark("ignored", "brace-missing", opener.span if opener else line.span)
            elif word == "{":
                self._notes.remark("ignored", "brace-unexpected", line.span)
                continue
            if word == "}" and opener is not None:
                return found, True
            below = grammar.get(word)
            if below is None:
                if word == "}":
                    self._notes.remark("ignored", "brace-closed", line.span)
                else:
                    self._notes.remark("ignored", "keyword", line.span, keyword=word)
                continue
            entry = Entry(word, line.words[1:], line, [], [])
            found.append(entry)
            if below == VALUES:
                self._values(entry)
            elif not isinstance(below, str):
                entries, closed = self._block(below, line)
                entry.entries.extend(entries)
                if not closed:
                    self._left_open(line)
        return found, opener is None

    def _values(self, entry: Entry) -> None:
        first = True
        for line in self._lines:
            if first and line.words[0] == "{":
                first = False
                continue
            if first:
                self._notes.remark("ignored", "brace-missing", entry.span)
                first = False
            if line.words[0] == "}":
                return
            entry.values.append(line)
        self._left_open(entry.line)

    def _left_open(self, line: Line) -> None:
        if self._depth:
            self._notes.remark("ignored", "brace-open", line.span)
