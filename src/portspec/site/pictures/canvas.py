"""An SVG picture under construction. Colours come from the style sheet by class, so that a picture follows the page's
scheme; every text goes through `text`, which escapes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from portspec.report.width import width

COLUMN = 0.6
"""Width of one column of text in units of the font's size: more than the usual sans-serif fonts take on average, so
that a text never leaves the room that was reckoned for it."""


RUN = re.compile(r"\S+\s*")


def room(words: str, size: float) -> float:
    """The width that a text of a font size takes at most."""
    return width(words) * COLUMN * size


def wrapped(words: str, columns: int, *, whole: bool = False) -> tuple[str, ...]:
    """A text in lines of at most `columns` columns. It breaks at blanks, and within a word where the word alone is
    too long, as Chinese is. `whole`: a name, which breaks within a run of Chinese only where the run is too long."""
    lines: list[str] = []
    line = ""
    pieces = (
        [piece for word in RUN.findall(words) for piece in _run(word, columns)] if whole else _pieces(words, columns)
    )
    for piece in pieces:
        longer = line + piece
        if line.strip() and width(longer.rstrip()) > columns:
            lines.append(line.strip())
            longer = piece
        line = longer
    return (*lines, line.strip()) if line.strip() else tuple(lines)


def shortened(words: str, columns: int) -> str:
    """A text of at most `columns` columns; one that is longer ends with an ellipsis."""
    if width(words) <= columns:
        return words
    kept = words
    while kept and width(kept) + width("…") > columns:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _run(word: str, columns: int) -> list[str]:
    return [word] if width(word.rstrip()) <= columns else list(_pieces(word, columns))


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


HEAD = 5
"""How long the head of an arrow is."""


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

    def lines(self, places: Sequence[tuple[float, float]], kind: str) -> None:
        """Straight lines from place to place."""
        way = "L".join(f"{_n(x)} {_n(y)}" for x, y in places)
        self._parts.append(f'<path class="{kind}" d="M{way}"/>')

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """A filled circle."""
        self._down_to(y + radius)
        self._parts.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def band(self, way: Sequence[tuple[float, float]], thick: float, kind: str, told: str) -> None:
        """A curve through some points, level at each, with a head at its end. A browser shows `told` to a pointer."""
        *before, (to_x, to_y) = way
        tip = to_x - HEAD
        (x, y), *rest = before
        curve = f"M{_n(x)} {_n(y)}"
        for next_x, next_y in (*rest, (tip, to_y)):
            middle = _n((x + next_x) / 2)
            curve += f"C{middle} {_n(y)} {middle} {_n(next_y)} {_n(next_x)} {_n(next_y)}"
            x, y = next_x, next_y
        half = thick / 2 + 1.2
        head = f"M{_n(tip)} {_n(to_y - half)}L{_n(to_x)} {_n(to_y)}L{_n(tip)} {_n(to_y + half)}Z"
        self._parts.append(
            f'<g class="{kind}"><title>{escape(told)}</title><path class="band" stroke-width="{_n(thick)}" d="{curve}"/>'
            f'<path class="head" d="{head}"/></g>'
        )

    def text(self, x: float, y: float, words: str, kind: str, size: float = 11) -> None:
        """One line of text; `y` is its base line."""
        self._down_to(y + size / 2)
        style = f'class="{kind}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"'
        self._parts.append(f"<text {style}>{escape(words)}</text>")

    def figure(self, title: str, description: Sequence[str], caption: str = "") -> str:
        """The picture as an HTML block that Markdown passes through: one line, without a blank line in it.

        `caption` is for every reader and stands below; the description is for those who cannot see the picture.
        """
        name = self._name
        told = " ".join(" ".join(description).split())
        below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        size = f'viewBox="0 0 {_n(self._wide)} {_n(self._low)}"'
        return (
            f'<figure class="picture picture-{name}" data-search-exclude="1"><svg {size} role="img" '
            f'aria-labelledby="picture-{name}-title picture-{name}-text">'
            f'<title id="picture-{name}-title">{escape(" ".join(title.split()))}</title>'
            f'<desc id="picture-{name}-text">{escape(told)}</desc>{"".join(self._parts)}</svg>{below}</figure>'
        )

    def _down_to(self, y: float) -> None:
        self._low = max(self._low, y)


def _n(value: float) -> str:
    """A number with one decimal at most: the same bytes everywhere."""
    return f"{value:.1f}".removesuffix(".0")


__all__ = ["COLUMN", "Canvas", "room", "shortened", "wrapped"]
