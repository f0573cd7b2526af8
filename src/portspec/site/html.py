"""What is changed in mkdocs' HTML: tables that a phone can stack, and no links to what is not there."""

from __future__ import annotations

import re
from html import escape, unescape

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEADING = re.compile(r"<th(?: [^>]*)?>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
CELL = re.compile(r"<td(?P<attributes>(?: [^>]*)?)>")
TAG = re.compile(r"<[^>]+>")
ALTERNATE = re.compile(r'<link rel="alternate" href="[^"]*" hreflang="[^"]*">')
FEWEST_COLUMNS = 3
"""Narrower tables fit a phone as they are."""


def stackable_tables(html: str) -> str:
    """Each cell of a wide table gets its column's heading as `data-label`, which the style sheet shows on a phone,
    where a row becomes a block of lines."""
    return TABLE.sub(_stackable, html)


def _stackable(table: re.Match[str]) -> str:
    labels = [escape(unescape(TAG.sub("", found)).strip()) for found in HEADING.findall(table[0])]
    if len(labels) < FEWEST_COLUMNS:
        return table[0]
    return ROW.sub(lambda row: _labelled(row[0], labels), table[0]).replace("<table>", "<table data-stack>", 1)


def _labelled(row: str, labels: list[str]) -> str:
    column = iter(labels)
    return CELL.sub(lambda cell: f'<td{cell["attributes"]} data-label="{next(column, "")}">', row)


def without_alternates(html: str) -> str:
    """The page without `<link rel="alternate">`: the theme's script asks beside each for a sitemap, which a site
    without an address of its own has not, and search engines want whole addresses there anyway. The switcher in
    the header stays."""
    head, end, body = html.partition("</head>")
    return ALTERNATE.sub("", head) + end + body
