"""Every link leads somewhere, and nothing is asked of another host."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from built_site import LANGUAGES, pages, site
from html_reading import read_page

CSS_LOADS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
HEAVIEST = 400_000
"""Bytes of HTML."""
MISSING = "404.html"
"""Served at any address, so its links begin at the root."""


def every_page() -> list[str]:
    """All pages of both languages."""
    return [*(f"{folder}{name}" for folder in LANGUAGES.values() for name in pages()), MISSING]


def place(name: str, address: str) -> Path:
    """The file that a page means by an address, which must be one of the site's own."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("", ""), f"{name}: {address}"
    if name == MISSING and parts.path.startswith("/"):
        return site() / parts.path.lstrip("/")
    assert not parts.path.startswith("/"), f"{name}: {address}"
    return ((site() / name).parent / unquote(parts.path)).resolve() if parts.path else site() / name


def test_links_and_anchors_lead_somewhere() -> None:
    links = broken = 0
    for name in every_page():
        for link in read_page(site() / name).links:
            target, anchor = place(name, link), urlsplit(link).fragment
            links += 1
            if not target.is_file() or (anchor and anchor not in read_page(target).ids):
                broken += 1
                print(f"{name}: {link}")
    assert broken == 0
    assert links > 10000


def test_no_page_is_heavy() -> None:
    heavy = {name: size for name in every_page() if (size := (site() / name).stat().st_size) > HEAVIEST}
    assert heavy == {}


def test_pages_load_from_the_site_alone() -> None:
    for name in every_page():
        for address in read_page(site() / name).loaded:
            assert place(name, address).is_file(), f"{name}: {address}"
        html = (site() / name).read_text(encoding="utf-8")
        assert not re.search(r"preconnect|dns-prefetch|http-equiv=.refresh|<base ", html), name


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    sheets = list(site().rglob("*.css"))
    assert sheets
    for sheet in sheets:
        loads = [one or other for one, other in CSS_LOADS.findall(sheet.read_text(encoding="utf-8"))]
        assert [address for address in loads if not address.startswith(("data:", "#"))] == [], sheet


def test_the_language_switcher_leads_to_the_same_page() -> None:
    for name in every_page():
        if name == MISSING:
            continue
        html = (site() / name).read_text(encoding="utf-8")
        links = re.findall(r'<a href="([^"]*)" hreflang="([^"]*)" class="md-select__link"', html)
        plain = name.removeprefix(LANGUAGES["zh-TW"])
        expected = {lang: (site() / folder / plain).resolve() for lang, folder in LANGUAGES.items()}
        assert {lang: place(name, link) for link, lang in links} == expected, name
