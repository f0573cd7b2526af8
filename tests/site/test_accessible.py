"""Names for what the theme leaves without one: on a page's markup, and on every page of the site."""

from __future__ import annotations

import re

import pytest
from built_site import LANGUAGES, pages, site

from portspec.site.accessible import accessible

SEARCH = '<div class="md-search" data-md-component="search" role="dialog">'
FIELD = '<input type="text" class="md-search__input" name="query" aria-label="{words}" placeholder="x">'
SECTION = (
    '<nav class="md-nav" data-md-level="1" aria-labelledby="n_label" aria-expanded="false">'
    '<label class="md-nav__title" for="n"><span class="md-icon"></span> {words} </label></nav>'
)
LABEL = '<label class="md-nav__link " for="n" id="n_label" tabindex="0">{inner}</label>'
ICON = '<span class="md-nav__icon md-icon"></span>'

CASES = {
    "the dialog is named as its field": (
        SEARCH + FIELD.format(words="搜尋"),
        SEARCH.replace(">", ' aria-label="搜尋">') + FIELD.format(words="搜尋"),
    ),
    "without a field nothing is guessed": (SEARCH, SEARCH),
    "a label that is an icon says its section": (
        LABEL.format(inner=ICON) + SECTION.format(words="Checks"),
        LABEL.format(inner=f'<span class="only-heard">Checks</span>{ICON}') + SECTION.format(words="Checks"),
    ),
    "a label with words stays": (
        LABEL.format(inner=f"<span>Guides</span>{ICON}") + SECTION.format(words="Guides"),
        LABEL.format(inner=f"<span>Guides</span>{ICON}") + SECTION.format(words="Guides"),
    ),
    "a section without a label is named itself": (
        SECTION.format(words='the "Services"'),
        SECTION.format(words='the "Services"').replace(
            'aria-labelledby="n_label"', 'aria-label="the &quot;Services&quot;"'
        ),
    ),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_what_has_no_name_gets_one(given: str, expected: str) -> None:
    assert accessible(given) == expected
    assert accessible(expected) == expected, "once is enough"


def test_on_every_page_what_names_something_is_there() -> None:
    for name in (f"{folder}{page}" for folder in LANGUAGES.values() for page in pages()):
        html = (site() / name).read_text(encoding="utf-8")
        assert SEARCH not in html, name
        ids = set(re.findall(r' id="([^"]+)"', html))
        pointed = {one for found in re.findall(r' aria-labelledby="([^"]+)"', html) for one in found.split()}
        assert pointed <= ids, name
