"""Every kind of page in a real browser: both languages, light and dark, wide, upright tablet and phone.

Nothing sticks out, nothing is complained of, nobody else is asked, and axe-core finds nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from browser import axe
from browser.chromium import Tab
from browser.kinds import kinds
from built_site import LANGUAGES

WIDTHS = (1440, 768, 390)
HEIGHT = 900
SCHEMES = {"light": "default", "dark": "slate"}
JUDGED = {"en": ((1440, "light"), (390, "dark")), "zh-TW": ((1440, "dark"), (390, "light"))}
"""How axe-core sees a page. Its rules do not depend on the language, so the four ways are parted among the two."""

SETTLED = "!document.getElementById('explorer') || document.querySelector('.ex-count')?.textContent"
MEASURE = """(() => {
  const all = selector => [...document.querySelectorAll(selector)]
  const brightness = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3
  const wider = selector => all(selector).filter(one => one.scrollWidth > one.clientWidth + 1).length
  const ground = brightness(getComputedStyle(document.body).backgroundColor)
  const words = brightness(getComputedStyle(document.querySelector(".md-typeset")).color)
  return {
    page: document.documentElement.scrollWidth - innerWidth,
    tables: wider(".md-typeset__scrollwrap"),
    diagrams: wider("pre.diagram"),
    pictures: all(".md-content :is(img, svg, figure)").filter(one => one.getBoundingClientRect().right > innerWidth).length,
    small: all(".md-content :is(td, p, li)").filter(one => parseFloat(getComputedStyle(one).fontSize) < 12).length,
    faint: Math.abs(ground - words) > 100 ? 0 : 1,
    scheme: ground < words ? "dark" : "light",
  }
})()"""
RIGHT = {"page": 0, "tables": 0, "diagrams": 0, "pictures": 0, "small": 0, "faint": 0}


def looks(tab: Tab) -> Iterator[tuple[int, str]]:
    """The page on show in every width and scheme, one after the other."""
    for width, scheme in product(WIDTHS, SCHEMES):
        tab.size(width, HEIGHT, scheme=scheme)
        tab.until(f'document.body.getAttribute("data-md-color-scheme") === "{SCHEMES[scheme]}"')
        yield width, scheme


def wrong(tab: Tab, address: str, lang: str) -> Iterator[str]:
    """What is wrong with the page on show, in any of its looks."""
    axe.load(tab)
    for width, scheme in looks(tab):
        found: dict[str, Any] = tab.evaluate(MEASURE)
        expected = {**RIGHT, "scheme": scheme}
        if found != expected:
            yield f"{width} {scheme}: {dict(found.items() - expected.items())}"
        if (width, scheme) in JUDGED[lang]:
            yield from (f"{width} {scheme}: {one}" for one in axe.violations(tab))
    requests, problems = tab.settled()
    yield from problems
    yield from (f"asks {one}" for one in requests if not one.startswith((address, "data:")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_page_is_right_in_every_look(lang: str, tab: Tab, address: str) -> None:
    found: dict[str, list[str]] = {}
    for kind in kinds():
        tab.size(WIDTHS[0], HEIGHT)
        tab.open(f"{address}{LANGUAGES[lang]}{kind}")
        tab.until(SETTLED)
        if told := list(wrong(tab, address, lang)):
            found[kind] = told
    assert found == {}
    assert len(kinds()) > 20


SPOILT = {
    "a box sticks out": ("document.querySelector('.md-content').style.minWidth = '2000px'", "'page': "),
    "a link has no words": ("document.querySelector('article').append(document.createElement('button'))", "button-name"),
    "words are faint": ("document.querySelector('article p').style.color = '#888'", "color-contrast"),
    "a script complains": ("console.error('spoilt')", "spoilt"),
    "another host is asked": ("new Image().src = 'http://elsewhere.invalid/x.png'", "asks http://elsewhere.invalid"),
    "a file is not there": ("fetch('nowhere.json').then(() => 0, () => 0)", "404"),
}


@pytest.mark.parametrize(("script", "told"), SPOILT.values(), ids=SPOILT)
def test_a_page_that_is_spoilt_is_found(script: str, told: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}evidence.html")
    tab.evaluate(f"{script};0")
    assert any(told in one for one in wrong(tab, address, "en"))
