"""Sentences broken into lines of a terminal's width, Chinese ones too, which have no blanks to break at."""

from __future__ import annotations

import re

from portspec.report.width import width

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
_CLOSING = "，。；：、）」？！"
_OPENING = "（「"


def wrap(text: str, columns: int) -> list[str]:
    """The lines of a text, each at most so many columns wide unless one word alone is wider.

    A line breaks at a blank or beside a Chinese character, never before closing punctuation or behind an opening one.
    """
    if width(text) <= columns:
        return [text]
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """What may stand apart: words, blanks, single Chinese characters with the punctuation that belongs to them."""
    if text.isascii():  # most texts: the pattern below takes longer to compile than a small check may take
        return [piece for word in text.split(" ") for piece in (word, " ") if piece]
    found: list[str] = []
    for piece in re.findall(rf"[{_WIDE}]|[^\s{_WIDE}]+|\s+", text):
        if found and (found[-1][-1] in _OPENING or piece[0] in _CLOSING):
            found[-1] += piece
        else:
            found.append(piece)
    return found
