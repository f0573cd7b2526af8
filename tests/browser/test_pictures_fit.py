"""The pictures with the fonts of a real browser: words stay in their boxes and apart, and colours follow the scheme."""

from __future__ import annotations

from typing import Any

import pytest
from browser.chromium import Tab
from built_site import LANGUAGES

PAGES = {
    "releases/4.12": 2,
    "releases/5.0": 2,
    "releases/index": 1,
    "services/kube-apiserver": 1,
    "services/router": 1,
    "services/icmp": 1,
    "roles/control-plane": 2,
    "roles/vcenter": 1,
    "handover": 1,
    "evidence": 2,
}
"""With the number of pictures on each."""
WIDTHS = (1440, 768, 390)
HEIGHT = 900
MEASURE = """(() => {
  const at = one => one.getBoundingClientRect()
  const within = (one, other) => one.left >= other.left - 1 && one.right <= other.right + 1 &&
    one.top >= other.top - 1 && one.bottom <= other.bottom + 1
  const found = {pictures: 0, outside: [], touching: [], wide: 0, small: []}
  for (const svg of document.querySelectorAll(".picture svg")) {
    found.pictures++
    const texts = [...svg.querySelectorAll("text")].map(one => [one.textContent, at(one)])
    const boxes = [...svg.querySelectorAll("rect.role")].map(at)
    for (const [words, place] of texts) {
      const box = boxes.find(box => place.left >= box.left && place.left < box.right && place.top >= box.top - 1 &&
        place.top < box.bottom)
      if (!within(place, box ?? at(svg)) || (boxes.length && !box)) found.outside.push(words)
      if (place.height < 9) found.small.push(words)
    }
    texts.forEach(([words, one], number) => {
      for (const [others, other] of texts.slice(number + 1)) {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
        if (across > 1 && down > one.height * 0.35) found.touching.push([words, others])
      }
    })
    found.wide = Math.max(found.wide, at(svg).right)
  }
  return found
})()"""
COLOURS = """[...document.querySelectorAll(".picture text, .picture rect, .picture .band, .picture circle")]
  .map(one => [one.className.baseVal, getComputedStyle(one).fill, getComputedStyle(one).stroke].join(" "))"""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_words_stay_in_their_boxes_and_apart(page: str, lang: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}{LANGUAGES[lang]}{page}.html")
    for wide in WIDTHS:
        tab.size(wide, HEIGHT)
        found: dict[str, Any] = tab.evaluate(MEASURE)
        assert found["pictures"] == PAGES[page]
        assert (found["outside"], found["touching"], found["small"]) == ([], [], []), wide
        assert found["wide"] <= wide


@pytest.mark.parametrize("page", PAGES)
def test_colours_follow_the_scheme(page: str, tab: Tab, address: str) -> None:
    tab.size(WIDTHS[0], HEIGHT)
    tab.open(f"{address}{page}.html")
    seen = {}
    for scheme, name in (("light", "default"), ("dark", "slate")):
        tab.size(WIDTHS[0], HEIGHT, scheme=scheme)
        tab.until(f'document.body.getAttribute("data-md-color-scheme") === "{name}"')
        seen[scheme] = tab.evaluate(COLOURS)
    assert len(seen["light"]) == len(seen["dark"]) >= 10
    for light, dark in zip(seen["light"], seen["dark"], strict=True):
        assert light != dark


def test_pictures_of_both_phases_stand_side_by_side_where_there_is_room(tab: Tab, address: str) -> None:
    tab.open(f"{address}releases/4.18.html")
    tops = "[...document.querySelectorAll('.pictures .picture')].map(one => one.getBoundingClientRect().top)"
    for wide, level in ((1440, True), (390, False)):
        tab.size(wide, HEIGHT)
        install, running = tab.evaluate(tops)
        assert (abs(install - running) < 2) == level
