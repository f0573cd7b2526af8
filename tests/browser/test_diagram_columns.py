"""The handover diagram in the page's own font: every character stands in its column, as measured by the browser."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from browser.chromium import Tab
from built_site import LANGUAGES

from portspec.report.width import width
from portspec.site.diagram import STYLES, handover_diagram
from portspec.site.edition import edition

PRE = {"unicode": "pre.diagram", "ascii": "pre.ascii-diagram"}
WIDTHS = (1440, 768, 390)
HEIGHT = 900
CLOSE = 0.5
"""Pixels by which a character may stand beside its column, which is five or more wide: browsers place boxes on a grid of
sixty-fourths, and a row has up to fifty."""
MEASURE = """(selector => {
  const pre = document.querySelector(selector)
  pre.closest("details")?.setAttribute("open", "")
  const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  const found = [[]]
  while (walker.nextNode()) {
    const node = walker.currentNode
    for (let at = 0; at < node.data.length; at++) {
      if (node.data[at] === "\\n") { found.push([]); continue }
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      const {left, top, width} = range.getBoundingClientRect()
      found[found.length - 1].push([node.data[at], left, top, width])
    }
  }
  return {lines: found, overflow: pre.scrollWidth - pre.clientWidth, page: document.documentElement.scrollWidth}
})"""


class Character(NamedTuple):
    char: str
    left: float
    top: float
    wide: float


def measured(tab: Tab, style: str) -> list[list[Character]]:
    """The lines of a diagram on the page. It has to fit."""
    found = tab.evaluate(f"{MEASURE}({json.dumps(PRE[style])})")
    assert found["overflow"] <= 1
    return [[Character(*one) for one in line] for line in found["lines"]]


def placed(lines: list[list[Character]]) -> Iterator[tuple[int, float, Character]]:
    """Each character that is drawn: its line, the column of its middle by the width that a terminal gives it, itself."""
    for number, line in enumerate(lines):
        at = 0
        for one in line:
            if one.char != " ":
                yield number, at + width(one.char) / 2, one
            at += width(one.char)


def astray(lines: list[list[Character]]) -> list[tuple[int, str, float]]:
    """The characters that stand beside their column, and by how much. A glyph may be narrower than the columns that it
    is given, and stands in their middle."""
    edge = min(one.left for line in lines for one in line)
    far = [(one.left + one.wide / 2 - edge) / column for _, column, one in placed(lines) if column > 15]
    wide = statistics.median(far)
    found = []
    for number, column, one in placed(lines):
        off = one.left + one.wide / 2 - edge - column * wide
        if abs(off) > CLOSE:
            found.append((number, one.char, off))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_every_character_stands_in_its_column(style: str, lang: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}{LANGUAGES[lang]}handover.html")
    drawn = handover_diagram(edition().newest.handover, lang, style).rstrip("\n").split("\n")
    for wide in WIDTHS:
        tab.size(wide, HEIGHT)
        lines = measured(tab, style)
        assert ["".join(one.char for one in line) for line in lines] == drawn
        assert astray(lines) == [], wide
        tops = [{round(one.top) for one in line if one.char.isascii()} for line in lines]
        assert all(max(line, default=0) - min(line, default=0) <= 1 for line in tops), (
            "a line of the diagram does not wrap"
        )
        assert max(one.left + one.wide for line in lines for one in line) <= wide


@pytest.mark.parametrize("style", STYLES)
def test_the_sides_of_the_boxes_are_straight(style: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}zh-TW/handover.html")
    side = "│" if style == "unicode" else "|"
    lines = measured(tab, style)
    rows = [[one.left + one.wide / 2 for one in line if one.char == side] for line in lines]
    edges = [row for row in rows if len(row) == 2]
    assert len(edges) == 12
    for place in (0, 1):
        assert max(row[place] for row in edges) - min(row[place] for row in edges) <= CLOSE


@pytest.mark.parametrize("style", STYLES)
def test_the_measure_sees_a_shift(style: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}zh-TW/handover.html")
    tab.evaluate(f"document.querySelector({json.dumps(PRE[style])}).querySelector('.w2').style.width = '1.8ch'")
    assert len({number for number, _, _ in astray(measured(tab, style))}) == 1
