"""How many columns of a terminal a text takes: a CJK character takes two, a combining mark none."""

from __future__ import annotations

from unicodedata import category, east_asian_width

NO_WIDTH = ("Mn", "Me", "Cf")
"""What stands on the character before it, and what only steers: nonspacing and enclosing marks, formats."""


def width(text: str) -> int:
    """Columns of a text without control characters (Unicode East Asian Width; ambiguous counts as one)."""
    if text.isascii():
        return len(text)
    return sum(0 if category(char) in NO_WIDTH else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, columns: int) -> str:
    """The text with blanks up to a number of columns."""
    return text + " " * max(0, columns - width(text))


def clip(text: str, columns: int) -> str:
    """The text cut to a number of columns, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    if columns < 1:
        return ""
    kept, used = [], 1
    for char in text:
        used += width(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept) + "…"
