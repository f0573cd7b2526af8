"""Markdown from plain text: every piece of the spec goes through `text` before it becomes part of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portspec.report.width import pad, width

SPECIAL = re.compile(r"([\\*_\[\]<>|#])")


def text(words: str) -> str:
    """Plain words as Markdown: what would be markup is escaped; `code` in backticks stays code."""
    parts = re.split(r"(`[^`]*`)", " ".join(words.split()))
    return "".join(part if number % 2 else SPECIAL.sub(r"\\\1", part) for number, part in enumerate(parts))


def code(words: str) -> str:
    """Words as inline code, safe in a table too."""
    fence = "``" if "`" in words else "`"
    return f"{fence}{words.replace('|', '&#124;')}{fence}" if words else ""


def heading(level: int, words: str, anchor: str) -> str:
    """A heading with an English id, the same in every language."""
    return f"{'#' * level} {words} {{ #{anchor} }}"


def link(words: str, target: str) -> str:
    """A link to a page (relative to the page it stands on) or an anchor."""
    return f"[{words}]({target})"


def block(content: str, language: str = "text", title: str = "") -> str:
    """A fenced block; the fence is longer than any in the content."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    head = f'{language} title="{title}"' if title else language
    return f"{fence}{head}\n{content.rstrip(chr(10))}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already. Columns are padded by display width, for people who read the file."""
    cells = [list(headings), *(list(row) for row in rows)]
    widths = [max(3, *(width(row[column]) for row in cells)) for column in range(len(headings))]
    lines = ["| " + " | ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (size + 2) for size in widths) + "|")
    return "\n".join(lines)


def note(kind: str, title: str, body: str, *, folded: bool = False) -> str:
    """An admonition (`note`, `warning`, `info`), open or folded."""
    indented = "\n".join(f"    {line}" if line else "" for line in body.splitlines())
    return f'{"???" if folded else "!!!"} {kind} "{title.replace(chr(34), chr(39))}"\n\n{indented}'


def page(*parts: str) -> str:
    """The parts of a page, blank lines between them."""
    return "\n\n".join(part for part in parts if part) + "\n"
