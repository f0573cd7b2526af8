"""A page in every width and colour scheme, and what is measured there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from browser.chromium import Tab

WIDTHS = (1440, 768, 390)
HEIGHT = 900
SCHEMES = {"light": "default", "dark": "slate"}
SETTLED = "!document.getElementById('explorer') || document.querySelector('.ex-count')?.textContent"
AT_ONCE = """(() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }")
  document.adoptedStyleSheets.push(sheet)
})()"""
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
SWITCH = """(() => {
  const link = [...document.querySelectorAll(".md-select__link")].find(one => one.hreflang !== document.documentElement.lang)
  document.addEventListener("click", event => event.preventDefault(), {once: true})
  link.click()
  return link.href
})()"""
"""Where a click on the other language leads, without going there."""
RIGHT = {"page": 0, "tables": 0, "diagrams": 0, "pictures": 0, "small": 0, "faint": 0}


def show(tab: Tab, address: str) -> None:
    """Open a page in the widest look, and wait for what its scripts make. From then on it changes at once, so that nothing
    is measured while it fades or slides."""
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(address)
    tab.until(SETTLED)
    tab.evaluate(AT_ONCE)


def looks(tab: Tab) -> Iterator[tuple[int, str]]:
    """The page on show in every width and scheme, one after the other."""
    for width, scheme in product(WIDTHS, SCHEMES):
        tab.size(width, HEIGHT, scheme=scheme)
        tab.until(f'document.body.getAttribute("data-md-color-scheme") === "{SCHEMES[scheme]}"')
        yield width, scheme


def wrong_measures(tab: Tab, scheme: str) -> dict[str, Any]:
    """What does not measure as it should on the page on show. Panels that slide away after a change of width get their time."""
    expected = {**RIGHT, "scheme": scheme}
    for pause in (0, 400):
        found: dict[str, Any] = tab.evaluate(
            f"new Promise(resolve => setTimeout(resolve, {pause})).then(() => {MEASURE})"
        )
        if found == expected:
            break
    return {name: value for name, value in found.items() if value != expected[name]}
