"""Every kind of page in a real browser: both languages, light and dark, wide, upright tablet and phone.

Nothing sticks out, nothing is complained of, nobody else is asked, axe-core finds nothing wrong, and who changes the
language stays on the page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser import axe
from browser.chromium import Tab
from browser.kinds import kinds
from browser.looks import SWITCH, looks, show, wrong_measures
from built_site import LANGUAGES

JUDGED = {"en": ((1440, "light"), (390, "dark")), "zh-TW": ((1440, "dark"), (390, "light"))}
"""How axe-core sees a page. Its rules do not depend on the language, so the four ways are parted among the two."""
EVERY_LOOK = "PORTSPEC_EVERY_LOOK" in os.environ
"""Set by who has ten minutes: axe-core then sees each page in every width and scheme, in both languages."""


def wrong(tab: Tab, address: str, lang: str, kind: str) -> Iterator[str]:
    """What is wrong with the page on show, in any of its looks."""
    (other,) = (folder for name, folder in LANGUAGES.items() if name != lang)
    switch = tab.evaluate(SWITCH).split("?")[0]
    if switch != f"{address}{other}{kind}":
        yield f"the other language is at {switch}"
    axe.load(tab)
    for width, scheme in looks(tab):
        if found := wrong_measures(tab, scheme):
            yield f"{width} {scheme}: {found}"
        if EVERY_LOOK or (width, scheme) in JUDGED[lang]:
            yield from (f"{width} {scheme}: {one}" for one in axe.violations(tab))
    requests, problems = tab.settled()
    yield from problems
    yield from (f"asks {one}" for one in requests if not one.startswith((address, "data:")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_page_is_right_in_every_look(lang: str, tab: Tab, address: str) -> None:
    found: dict[str, list[str]] = {}
    for kind in kinds():
        show(tab, f"{address}{LANGUAGES[lang]}{kind}")
        if told := list(wrong(tab, address, lang, kind)):
            found[kind] = told
    assert found == {}
    assert len(kinds()) >= 20


SPOILT = {
    "a box sticks out": (
        "document.querySelector('article').append(Object.assign(document.createElement('hr'), {style: 'width: 2000px'}))",
        "'page': ",
    ),
    "a link has no words": (
        "document.querySelector('article').append(document.createElement('button'))",
        "button-name",
    ),
    "words are faint": ("document.querySelector('article p').style.color = '#888'", "color-contrast"),
    "a script complains": ("console.error('spoilt')", "spoilt"),
    "another host is asked": ("new Image().src = 'http://elsewhere.invalid/x.png'", "asks http://elsewhere.invalid"),
    "a file is not there": ("fetch('nowhere.json').then(() => 0, () => 0)", "404"),
    "the language leads away": (
        "document.querySelectorAll('.md-select__link').forEach(one => one.href = '/')",
        "language",
    ),
}


def test_a_page_that_is_spoilt_is_found(tab: Tab, address: str) -> None:
    kind = "reference/api-changes.html"
    show(tab, f"{address}{kind}")
    for script, _ in SPOILT.values():
        tab.evaluate(f"{script};0")
    found = list(wrong(tab, address, "en", kind))
    assert [name for name, (_, told) in SPOILT.items() if not any(told in one for one in found)] == []
