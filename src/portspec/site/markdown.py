"""Markdown from plain text: every piece of the spec goes through `text` or `code` before it becomes part of a page.

Only what every Markdown reader knows is used: headings, paragraphs, lists, tables, quotes, fenced blocks, and `{#id}`
behind a heading. So the pages can move to another generator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from portspec.report.width import width

SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
"""Code within a text: between single backticks."""
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
HTML = re.compile("[&<>]")
MARKUP = re.compile(r"([\\`*_{}\[\]|#])")
UNSAFE_IN_CODE = re.compile(r"[&<>`|\\{}*_\[\]#]")
OPENING = re.compile(r"[-+!=:~?]")
"""What at the start of a paragraph would begin a list, a heading or a box."""
KEPT = 16384
"""How many texts are remembered: the same titles and links stand in many tables."""
WIDEST = 40
"""Columns up to which a table's cells are padded."""
SECTION = re.compile(r"^(##.* \{#[\w.-]+)\}$", re.MULTILINE)
"""The heading of a section, with its id."""
NUMBERED = re.compile(r"[.)](?= |$)")
"""What behind digits at the start of a paragraph would begin a numbered list."""


def front_matter(*, wide: bool = False, boost: float = 1, words: Sequence[str] = ()) -> str:
    """What stands before a page. `wide`: no list of pages beside it, and their room for its tables. `boost` is its
    weight in the search, and under `words` it is found first; a boost of 0 keeps it out of the search."""
    lines = ["hide: [navigation]"] if wide else []
    if boost != 1:
        lines.append(f"search: {{{f'boost: {boost:g}' if boost else 'exclude: true'}}}")
    if words:
        lines.append(f"tags: {json.dumps(list(dict.fromkeys(words)), ensure_ascii=False)}")
    return "\n".join(["---", *lines, "---"]) if lines else ""


@lru_cache(KEPT)
def text(words: str) -> str:
    """Plain words as Markdown: what would be markup is escaped; `code` in backticks stays code."""
    parts = SPAN.split(" ".join(words.split()))
    found = "".join(code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))
    digits = len(found) - len(found.lstrip("0123456789"))
    start = NUMBERED.match(found, digits) if digits else OPENING.match(found)
    return found[: start.start()] + _entity(start) + found[start.end() :] if start else found


def _escaped(words: str) -> str:
    return HTML.sub(lambda found: NAMED[found[0]], MARKUP.sub(r"\\\1", words))


def code(words: str) -> str:
    """Words as inline code, safe in a table too; written out in HTML where readers differ on what backticks hold."""
    words = " ".join(words.splitlines())
    if not words.strip():
        return ""
    if re.search(r"[&<>`|\\{}]", words) or words != words.strip():
        return f"<code>{UNSAFE_IN_CODE.sub(_entity, words)}</code>"
    return f"`{words}`"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def heading(level: int, words: str, anchor: str) -> str:
    """A heading with an English id, the same in every language."""
    return f"{'#' * level} {words} {{#{anchor}}}"


def without_sections(text: str) -> str:
    """A page of whose sections the search knows nothing; what stands before the first is found."""
    return SECTION.sub(r"\1 data-search-exclude}", text)


def link(words: str, target: str) -> str:
    """A link to a page (relative to the page it stands on) or an anchor."""
    return f"[{words}]({target})"


def block(content: str, language: str = "text", title: str = "", marked: Sequence[int] = ()) -> str:
    """A fenced block; the fence is longer than any in the content. `marked` numbers the lines to highlight."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    named = re.sub(r'["\\{}\n]', "", title)
    head = f'{language} title="{named}"' if named else language
    head += f' hl_lines="{" ".join(map(str, marked))}"' if marked else ""
    return f"{fence}{head}\n{content.rstrip(chr(10))}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already, without the columns that say nothing in any row.

    Columns are padded by display width, for people who read the file; those of long sentences are not.
    """
    body = [list(row) for row in rows]
    kept = [column for column in range(len(headings)) if any(row[column] for row in body) or not body]
    cells = [[row[column] for column in kept] for row in (list(headings), *body)]
    widths = [min(WIDEST, max(3, *(_columns(row[column]) for row in cells))) for column in range(len(kept))]
    lines = [
        "| " + " | ".join(_padded(cell, size) for cell, size in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (size + 2) for size in widths) + "|")
    return "\n".join(lines)


@lru_cache(KEPT)
def _columns(cell: str) -> int:
    """The display width of a cell; of a long one only that it is long."""
    return len(cell) if len(cell) > WIDEST or cell.isascii() else width(cell)


def _padded(cell: str, columns: int) -> str:
    return cell + " " * (columns - _columns(cell))


def aside(title: str, body: str) -> str:
    """A quoted remark under a title. `body` is Markdown already."""
    return "\n".join(f"> {line}".rstrip() for line in (f"**{title}**", "", *body.splitlines()))


def page(*parts: str) -> str:
    """The parts of a page, blank lines between them."""
    return "\n\n".join(part for part in parts if part) + "\n"
