"""The search in a real browser, from a server and from a folder."""

from __future__ import annotations

import json
from typing import Any

import pytest
from browser.chromium import Tab
from built_site import LANGUAGES, site

EXPECTED = {
    "22623": "{own}services/machine-config-server.html",
    "etcd": "{own}services/etcd.html",
    "機器設定": "zh-TW/services/machine-config-server.html",
    "接管": "zh-TW/handover.html",
    "防火牆": "zh-TW/index.html",
    "防火牆規則": "zh-TW/note.html",
}
"""What is looked for, and a page that must be found; the first one of all where its name says what is looked for.
`{own}` is the folder of the language that the reader is in, whose pages come first."""
NAMED = {"22623", "etcd", "接管"}

TYPE = """(() => {
  const field = document.querySelector("[data-md-component=search-query]")
  field.focus()
  field.value = WORDS
  field.dispatchEvent(new KeyboardEvent("keyup"))
})()"""
READY = """(() => {
  const words = JSON.parse(document.querySelector("#__config").textContent).translations
  return document.querySelector(".md-search-result__meta").textContent.trim() === words["search.result.placeholder"]
})()"""
"""Whether the index is loaded and the search waits for words."""
FOUND = """(() => {
  const items = [...document.querySelectorAll(".md-search-result__item > a:first-child")]
  return items.map(item => item.href.split("?")[0])
})()"""


def look_for(tab: Tab, query: str) -> list[str]:
    """The addresses of the pages found, best first."""
    tab.evaluate(TYPE.replace("WORDS", '""'))
    tab.until(READY)
    tab.evaluate(TYPE.replace("WORDS", json.dumps(query)))
    found: Any = tab.until(f"{FOUND}.length && {FOUND}")
    return [str(address) for address in found]


@pytest.mark.parametrize("place", ["server", "folder"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_search_finds(lang: str, place: str, tab: Tab, address: str) -> None:
    root = address if place == "server" else f"{site().as_uri()}/"
    tab.size(1440, 900)
    tab.open(f"{root}{LANGUAGES[lang]}services/index.html")
    for query, page in EXPECTED.items():
        found = look_for(tab, query)
        expected = root + page.format(own=LANGUAGES[lang])
        places = [one.split("#")[0] for one in found]
        assert (places[0] == expected) if query in NAMED else (expected in places), (query, places)
        assert all(one.startswith(root) for one in found)
    requests, problems = tab.settled()
    assert problems == ()
    assert [one for one in requests if not one.startswith((root, "data:", "blob:", "about:"))] == []
