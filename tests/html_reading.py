"""A page of the built site as a reader meets it: headings, tables, links, and what it loads."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LOADED = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")}


class Heading(NamedTuple):
    level: int
    id: str
    text: str


class Table(NamedTuple):
    """`below` is the id of the heading that it stands under."""

    below: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    below: str


class Page(NamedTuple):
    """`article` is the text between header and footer; headings, tables, links and elements are the article's."""

    language: str
    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]
    elements: tuple[Element, ...]
    article: str
    ids: frozenset[str]
    links: tuple[str, ...]
    loaded: tuple[str, ...]

    def table(self, below: str) -> Table:
        """The only table under a heading."""
        (found,) = (table for table in self.tables if table.below == below)
        return found


@cache
def read_page(path: Path) -> Page:
    """The page in a file."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.headings: list[Heading] = []
        self.tables: list[Table] = []
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.heading: tuple[str, list[str]] | None = None
        self.below = ""
        self.columns: list[str] = []
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.muted = 0

    def page(self) -> Page:
        return Page(
            self.language,
            tuple(self.headings),
            tuple(self.tables),
            tuple(self.elements),
            "".join(self.texts),
            frozenset(self.ids),
            tuple(self.links),
            tuple(self.loaded),
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found.get("lang", "")
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        self.loaded += [found[name] for name in found if (tag, name) in LOADED and found.get("rel") not in _POINTERS]
        if tag not in VOID:
            self.open.append(tag)
        if "article" not in self.open:
            return
        self.elements.append(Element(tag, found, self.below))
        if found.get("class") == "headerlink":
            self.muted += 1
        elif tag in _LEVELS:
            self.below = found.get("id", "")
            self.heading = (self.below, [])
        elif tag == "table":
            self.columns, self.rows = [], []
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in self.open and self.open.pop() != tag:
            pass
        if tag == "a" and self.muted:
            self.muted -= 1
        elif tag in _LEVELS and self.heading is not None:
            self.headings.append(Heading(_LEVELS[tag], self.heading[0], "".join(self.heading[1]).strip()))
            self.heading = None
        elif tag == "td" and self.cell is not None:
            self.rows[-1].append("".join(self.cell).strip())
            self.cell = None
        elif tag == "th" and self.cell is not None:
            self.columns.append("".join(self.cell).strip())
            self.cell = None
        elif tag == "table" and "article" in self.open:
            rows = tuple(tuple(row) for row in self.rows if row)
            self.tables.append(Table(self.below, tuple(self.columns), rows))

    def handle_data(self, data: str) -> None:
        if "article" not in self.open or self.muted or {"script", "style"} & set(self.open):
            return
        self.texts.append(data)
        if self.heading is not None:
            self.heading[1].append(data)
        if self.cell is not None:
            self.cell.append(data)


_LEVELS = {f"h{level}": level for level in range(1, 7)}
_POINTERS = {"next", "prev", "alternate", "canonical"}
"""Relations that name a page and load nothing."""
