"""The handover diagram: the box of the bootstrap host, the arrow, the box of the control plane, the legend.

The layout is the original note's. It is aligned by display width, so that every right border stands in one column
also where the text is Chinese.
"""

from __future__ import annotations

from typing import NamedTuple

from portspec.report.width import pad, width
from portspec.spec.model import Handover
from portspec.spec.vocabulary import Text

INDENT = " " * 6
STYLES = ("unicode", "ascii")


class Lines(NamedTuple):
    """The characters that a style draws with."""

    top: tuple[str, str, str]
    bottom: tuple[str, str, str]
    side: str
    rule: str
    fork: str
    shaft: str
    head: str
    points_to: str


DRAWN = {
    "unicode": Lines(("┌", "─", "┐"), ("└", "─", "┘"), "│", "-", "┬", "│", "▼", "→"),
    "ascii": Lines(("+", "-", "+"), ("+", "-", "+"), "|", "-", "+", "|", "v", "->"),
}


def handover_diagram(handover: Handover, lang: str, style: str = "unicode") -> str:
    """The diagram as text, ending with a newline. `style` is one of STYLES; `ascii` draws with + - | v alone."""
    drawn = DRAWN[style]
    core = [port for port in handover.ports if port.core]
    before = [_row(port.port, port.before.title, lang, drawn) for port in core]
    after = [_row(port.port, port.after.title, lang, drawn) for port in core]
    words = handover.diagram
    inside = max(width(line) for line in (*before, *after, f" {words.before[lang]} ", f" {words.after[lang]} "))
    middle = (inside - 1) // 2
    first = _box(words.before[lang], before, inside, drawn)
    left, line, right = drawn.bottom
    first[-1] = left + line * middle + drawn.fork + line * (inside - middle - 1) + right
    stem = " " * (middle + 1)
    arrow = [f"{stem}{drawn.shaft}  {words.arrow[lang]}", f"{stem}{drawn.head}"]
    legend = [f"{port.port} {drawn.points_to} {port.legend[lang]}" for port in core]
    picture = first + arrow + _box(words.after[lang], after, inside, drawn)
    return "\n".join([INDENT + line for line in picture] + legend) + "\n"


def _row(port: int, title: Text, lang: str, drawn: Lines) -> str:
    return f" {port} {drawn.points_to} {title[lang]}"


def _box(title: str, rows: list[str], inside: int, drawn: Lines) -> list[str]:
    """The lines of a box with `inside` columns between its sides."""
    left, line, right = drawn.top
    room = inside - width(title)
    content = [" " * (room // 2) + title, drawn.rule * inside, *rows]
    top = left + line * inside + right
    left, line, right = drawn.bottom
    return [top, *(drawn.side + pad(text, inside) + drawn.side for text in content), left + line * inside + right]
