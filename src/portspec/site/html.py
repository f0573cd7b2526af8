"""What is changed in mkdocs' HTML: tables that a phone can stack, and no links to what is not there."""

from __future__ import annotations

import re
from html import escape, unescape

from portspec.report.width import width

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEADING = re.compile(r"<th(?: [^>]*)?>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
FIRST = re.compile(r"<tr>\s*<td[^>]*>(.*?)</td>", re.DOTALL)
CELL = re.compile(r"<td(?P<attributes>(?: [^>]*)?)>")
TAG = re.compile(r"<[^>]+>")
ALTERNATE = re.compile(r'<link rel="alternate" href="[^"]*" hreflang="[^"]*">')
FEWEST_COLUMNS = 3
"""Narrower tables fit a phone as they are."""
BRIEF = 28
"""Columns up to which the first cell of a row is not broken, so that a port or a name stays whole."""


def stackable_tables(html: str) -> str:
    """Each cell of a wide table gets its column's heading as `data-label`, which the style sheet shows on a phone,
    where a row becomes a block of lines. A table is `data-brief` when no row begins with a long cell."""
    return TABLE.sub(_stackable, html)


def _stackable(table: re.Match[str]) -> str:
    labels = [escape(_words(found)) for found in HEADING.findall(table[0])]
    marks = " data-brief" if all(width(_words(found)) <= BRIEF for found in FIRST.findall(table[0])) else ""
    rows = table[0]
    if len(labels) >= FEWEST_COLUMNS:
        marks += " data-stack"
        rows = ROW.sub(lambda row: _labelled(row[0], labels), rows)
    return rows.replace("<table>", f"<table{marks}>", 1)


def _words(html: str) -> str:
    return unescape(TAG.sub("", html)).strip()


def _labelled(row: str, labels: list[str]) -> str:
    column = iter(labels)
    return CELL.sub(lambda cell: f'<td{cell["attributes"]} data-label="{next(column, "")}">', row)


def without_alternates(html: str) -> str:
    """The page without `<link rel="alternate">`: the theme's script asks beside each for a sitemap, which a site
    without an address of its own has not, and search engines want whole addresses there anyway. The switcher in
    the header stays."""
    return ALTERNATE.sub("", html)
