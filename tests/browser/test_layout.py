"""Every kind of page in a real browser: both languages, light and dark, wide and phone-narrow."""

from __future__ import annotations

from typing import Any

import pytest
from browser.chromium import Tab
from built_site import LANGUAGES, site

KINDS = (
    "index",
    "note",
    "handover",
    "ports",
    "guides/first-check",
    "guides/cluster-file",
    "services/index",
    "services/machine-config-server",
    "roles/index",
    "roles/control-plane",
    "upgrades/index",
    "upgrades/4.16-to-4.18",
    "guides/upi-bare-metal",
    "guides/add-a-reader",
    "reference/schemas",
    "releases/index",
    "releases/4.18",
    "checks/index",
    "checks/PS304",
    "reference/command-line",
    "reference/constructs",
    "reference/conflicts",
    "reference/sources",
    "evidence",
)
WIDTHS = (1440, 390)
HEIGHT = 900
SCHEMES = {"light": "default", "dark": "slate"}

MEASURE = """(() => {
  const all = selector => [...document.querySelectorAll(selector)]
  const brightness = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3
  const style = getComputedStyle(document.body)
  return {
    width: document.documentElement.scrollWidth,
    scheme: document.body.getAttribute("data-md-color-scheme"),
    background: brightness(style.backgroundColor),
    text: brightness(getComputedStyle(document.querySelector(".md-typeset")).color),
    tables: all(".md-typeset__scrollwrap").filter(wrap => wrap.scrollWidth > wrap.clientWidth + 1).length,
    pictures: all("pre.diagram").filter(pre => pre.scrollWidth > pre.clientWidth + 1).length,
    small: all(".md-content td, .md-content p, .md-content li")
      .filter(one => parseFloat(getComputedStyle(one).fontSize) < 12).length,
  }
})()"""

DIAGRAM = """(() => {
  const found = []
  for (const pre of document.querySelectorAll("pre.diagram")) {
    const spans = [...pre.querySelectorAll("span")]
    const at = span => span.getBoundingClientRect()
    const frame = spans.filter(span => "│┌┐└┘┬▼".includes(span.textContent))
    const middles = frame.map(span => at(span).left + at(span).width / 2).sort((a, b) => a - b)
    found.push({
      columns: middles.filter((middle, n) => n === 0 || middle - middles[n - 1] > 1).length,
      frame: frame.length,
      single: [...new Set(spans.filter(span => span.className === "w1").map(span => at(span).width.toFixed(1)))],
      double: [...new Set(spans.filter(span => span.className === "w2").map(span => (at(span).width / 2).toFixed(1)))],
    })
  }
  return found
})()"""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_and_complains_of_nothing(kind: str, lang: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}{LANGUAGES[lang]}{kind}.html")
    for width in WIDTHS:
        for scheme, name in SCHEMES.items():
            tab.size(width, HEIGHT, scheme=scheme)
            tab.until(f'document.body.getAttribute("data-md-color-scheme") === "{name}"')
            found: dict[str, Any] = tab.evaluate(MEASURE)
            assert found["width"] <= width, (width, scheme)
            assert (found["tables"], found["pictures"], found["small"]) == (0, 0, 0), (width, scheme, found)
            dark, bright = sorted((found["background"], found["text"]))
            assert bright - dark > 100, "text stands out"
            assert (found["background"] < found["text"]) == (scheme == "dark")
    requests, problems = tab.settled()
    assert problems == ()
    assert [request for request in requests if not request.startswith((address, "data:"))] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["index", "note", "handover", "releases/4.18"])
def test_the_diagram_is_aligned(kind: str, lang: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}{LANGUAGES[lang]}{kind}.html")
    for width in WIDTHS:
        tab.size(width, HEIGHT)
        (found,) = tab.evaluate(DIAGRAM)
        assert found["columns"] == 3, "left side, right side and the arrow between the boxes"
        assert found["frame"] == 35, "eight corners, two sides of six rows for each box, and the arrow"
        assert len(found["single"]) == 1
        assert found["double"] == ([] if lang == "en" else found["single"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_read_from_a_folder_too(lang: str, tab: Tab) -> None:
    tab.size(WIDTHS[1], HEIGHT)
    for kind in ("index", "services/etcd"):
        tab.open((site() / LANGUAGES[lang] / f"{kind}.html").as_uri())
        assert tab.evaluate(MEASURE)["width"] == WIDTHS[1]
        requests, problems = tab.settled()
        assert problems == ()
        assert [request for request in requests if not request.startswith(("file:", "data:"))] == []


def test_a_row_of_a_wide_table_is_a_block_on_a_phone(tab: Tab, address: str) -> None:
    tab.size(WIDTHS[1], HEIGHT)
    tab.open(f"{address}zh-TW/services/machine-config-server.html")
    label = """(() => {
      const cell = document.querySelector("table[data-stack] td")
      const row = cell.parentElement.getBoundingClientRect()
      return [getComputedStyle(cell, "::before").content, cell.getBoundingClientRect().width / row.width]
    })()"""
    content, share = tab.evaluate(label)
    assert content == '"連接埠"'
    assert share > 0.95
    tab.size(WIDTHS[0], HEIGHT)
    content, share = tab.evaluate(label)
    assert content == "none"
    assert share < 0.5


def test_the_reader_changes_language_and_stays_on_the_page(tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}services/etcd.html")
    for expected in ("zh-TW/services/etcd.html", "services/etcd.html"):
        link = tab.evaluate("""[...document.querySelectorAll('.md-select__link')]
            .find(link => link.hreflang !== document.documentElement.lang).href""")
        assert link == f"{address}{expected}"
        tab.open(link)
