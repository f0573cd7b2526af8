"""The diagram on a page. A browser's monospace font rarely makes a Chinese character as wide as two Latin ones, and
takes box lines and arrows from yet another font; so each character beyond ASCII gets a box of one or two columns."""

from __future__ import annotations

from html import escape

from portspec.report.width import width


def picture(diagram: str, label: str, kind: str = "diagram") -> str:
    """The diagram as an HTML block that Markdown passes through. `label` is what a screen reader says instead, `kind`
    how the style sheet knows it."""
    drawn = diagram.rstrip("\n").split("\n")
    columns = max(map(width, drawn))
    lines = "\n".join("".join(_character(char) for char in line) for line in drawn)
    return f'<pre class="{kind}" role="img" aria-label="{escape(label)}" style="--columns: {columns}">{lines}</pre>'


def folded(summary: str, block: str) -> str:
    """An HTML block that shows when the reader asks for it."""
    return f"<details><summary>{escape(summary)}</summary>{block}</details>"


def _character(char: str) -> str:
    if char.isascii():
        return escape(char, quote=False)
    return f'<span class="w{width(char)}">{char}</span>'
