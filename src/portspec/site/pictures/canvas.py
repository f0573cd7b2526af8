"""An SVG picture under construction. Colours come from the style sheet by class, so that a picture follows the page's
scheme; every text goes through `text`, which escapes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from portspec.report.width import width

COLUMN = 0.6
"""Width of one column of text in units of the font's size: more than the usual sans-serif fonts take on average, so
that a text never leaves the room that was reckoned for it."""


def room(words: str, size: float) -> float:
    """The width that a text of a font size takes at most."""
    return width(words) * COLUMN * size


def wrapped(words: str, columns: int) -> tuple[str, ...]:
    """A text in lines of at most `columns` columns. It breaks at blanks, and within a word where the word alone is
    too long, as Chinese is."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(words, columns):
        longer = line + piece
        if line.strip() and width(longer.rstrip()) > columns:
            lines.append(line.strip())
            longer = piece
        line = longer
    return (*lines, line.strip()) if line.strip() else tuple(lines)


def _pieces(words: str, columns: int) -> Iterator[str]:
    """Words, each with the blank behind it; wide characters one by one."""
    piece = ""
    for char in " ".join(words.split()):
        if piece and (width(char) > 1 or width(piece + char) > columns):
            yield piece
            piece = ""
        piece += char
        if char == " " or width(char) > 1:
            yield piece
            piece = ""
    if piece:
        yield piece


class Canvas:
    """A picture of a given width; its height is what was drawn."""

    def __init__(self, name: str, wide: float) -> None:
        self._name = name
        self._wide = wide
        self._parts: list[str] = []
        self._low = 0.0

    def box(self, x: float, y: float, wide: float, high: float, kind: str) -> None:
        """A rectangle."""
        self._down_to(y + high)
        self._parts.append(f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"/>')

    def line(self, x: float, y: float, to_x: float, to_y: float, kind: str) -> None:
        """A straight line."""
        self._down_to(max(y, to_y))
        self._parts.append(f'<path class="{kind}" d="M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}"/>')

    def text(self, x: float, y: float, words: str, kind: str, size: float = 11) -> None:
        """One line of text; `y` is its base line."""
        self._down_to(y + size / 2)
        style = f'class="{kind}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"'
        self._parts.append(f"<text {style}>{escape(words)}</text>")

    def figure(self, title: str, description: Sequence[str]) -> str:
        """The picture as an HTML block that Markdown passes through: one line, without a blank line in it."""
        name = self._name
        told = " ".join(" ".join(description).split())
        size = f'viewBox="0 0 {_n(self._wide)} {_n(self._low)}"'
        return (
            f'<figure class="picture picture-{name}" data-search-exclude="1"><svg {size} role="img" '
            f'aria-labelledby="picture-{name}-title picture-{name}-text">'
            f'<title id="picture-{name}-title">{escape(" ".join(title.split()))}</title>'
            f'<desc id="picture-{name}-text">{escape(told)}</desc>{"".join(self._parts)}</svg></figure>'
        )

    def _down_to(self, y: float) -> None:
        self._low = max(self._low, y)


def _n(value: float) -> str:
    """A number with one decimal at most: the same bytes everywhere."""
    return f"{value:.1f}".removesuffix(".0")


__all__ = ["COLUMN", "Canvas", "room", "wrapped"]
