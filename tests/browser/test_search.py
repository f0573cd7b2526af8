"""The search in a real browser, from a server and from a folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path
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
    "防火牆規則": "zh-TW/checks/PS401.html",
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


QUERIES = Path(__file__).with_name("search_queries.csv")
"""What people type, and the page that is to come first in the language that they read: 20 queries of each."""
ENOUGH = 38


def test_the_page_that_is_meant_comes_first(tab: Tab, address: str) -> None:
    with QUERIES.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len({(row["lang"], row["query"]) for row in rows}) == 40
    assert {lang: sum(row["lang"] == lang for row in rows) for lang in LANGUAGES} == dict.fromkeys(LANGUAGES, 20)
    tab.size(1440, 900)
    missed = []
    for lang, folder in LANGUAGES.items():
        tab.open(f"{address}{folder}checks/index.html")
        for row in (row for row in rows if row["lang"] == lang):
            first = look_for(tab, row["query"])[0].split("#")[0].removeprefix(address)
            if first != f"{folder}{row['page']}.html":
                missed.append((lang, row["query"], first))
    assert len(missed) <= len(rows) - ENOUGH, missed


def test_the_table_asks_what_the_site_must_find() -> None:
    asked = QUERIES.read_text(encoding="utf-8")
    for query in ("22623", "etcd peer", "Ignition", "機器設定", "接管", "監聽", "防火牆"):
        assert f",{query}," in asked
