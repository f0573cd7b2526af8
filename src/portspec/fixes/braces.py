"""Blocks in braces, as keepalived, F5 and nginx write them: where one begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_COMMENT = re.compile(r"[ \t]*[#!]")


class Block(NamedTuple):
    """A block with its head: `start` is where the head begins, `body` behind the opening brace, `close` at the closing
    one, `end` behind it. A head without braces has `body`, `close` and `end` at its own end."""

    start: int
    body: int
    close: int
    end: int

    @property
    def bare(self) -> bool:
        """Whether it has no braces."""
        return self.body == self.end


def closing(text: str, opening: int, marks: str = "#!") -> int:
    """Where the brace stands that closes the one at `opening`; -1 where none does. Lines that begin with a mark of
    `marks` are comments, as is what follows a blank and `#`."""
    depth, at = 0, opening
    comment = re.compile(rf"(?:^|(?<=[\s;{{}}]))[{re.escape(marks)}][^\n]*", re.MULTILINE) if marks else None
    token = re.compile(r'"(?:\\.|[^"\\\n])*"|[{}]' + (f"|(?P<note>{comment.pattern})" if comment else ""), re.MULTILINE)
    for found in token.finditer(text, at):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return found.start()
    return -1


def block_at(text: str, start: int, head_end: int, marks: str = "#!") -> Block:
    """The block whose head stands from `start` to `head_end`: the brace may follow after blanks, or in the next line."""
    opening = re.compile(r"(?:[ \t]|\\?\r?\n)*\{").match(text, head_end)
    if opening is None:
        return Block(start, head_end, head_end, head_end)
    close = closing(text, opening.end() - 1, marks)
    if close < 0:
        return Block(start, head_end, head_end, head_end)
    return Block(start, opening.end(), close, close + 1)


def words(text: str, start: int, end: int, pattern: str) -> Iterator[re.Match[str]]:
    """What fits a pattern within a stretch, comments of whole lines left out."""
    for found in re.compile(pattern, re.MULTILINE).finditer(text, start, end):
        line = text.rfind("\n", 0, found.start()) + 1
        if not _COMMENT.match(text, line):
            yield found
