"""What is special to some pages in a real browser: the diagram, tables on a phone, a folder instead of a server."""

from __future__ import annotations

import pytest
from browser.chromium import Tab
from browser.looks import HEIGHT, SWITCH, WIDTHS, show, wrong_measures
from built_site import LANGUAGES, site

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
    tab.size(WIDTHS[-1], HEIGHT)
    for kind in ("index", "services/etcd"):
        tab.open((site() / LANGUAGES[lang] / f"{kind}.html").as_uri())
        assert wrong_measures(tab, "light") == {}
        requests, problems = tab.settled()
        assert problems == ()
        assert [request for request in requests if not request.startswith(("file:", "data:"))] == []


def test_a_row_of_a_wide_table_is_a_block_on_a_phone(tab: Tab, address: str) -> None:
    tab.size(WIDTHS[-1], HEIGHT)
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


def test_the_reader_changes_language_and_stays_at_the_section(tab: Tab, address: str) -> None:
    page = "releases/4.18.html"
    show(tab, f"{address}{page}#flows-etcd")
    there = f"{address}zh-TW/{page}#flows-etcd"
    assert tab.evaluate(SWITCH) == there
    show(tab, there)
    assert tab.evaluate("document.querySelector(':target').tagName") == "H3"
    # Without an anchor in the address: the section that the list beside the page marks.
    show(tab, f"{address}{page}")
    tab.evaluate("document.getElementById('ingress').scrollIntoView()")
    tab.until("document.querySelector('.md-sidebar--secondary .md-nav__link--active')?.hash === '#ingress'")
    assert tab.evaluate(SWITCH) == f"{address}zh-TW/{page}#ingress"
