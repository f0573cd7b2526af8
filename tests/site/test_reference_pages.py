"""Where sources disagree, and what the navigation leads to: nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from built_site import LANGUAGES, site
from html_reading import Page, read_page
from running import REPOSITORY

from portspec.policy.store import releases, snapshot
from portspec.site.contents import generated_pages, navigation
from portspec.site.edition import edition
from portspec.spec.model import Conflict, Snapshot

MANY = ("services/", "roles/", "upgrades/")
"""Folders of pages that a list leads to and the navigation does not."""
HAN = re.compile("[\u4e00-\u9fff]")

both = pytest.mark.parametrize("lang", LANGUAGES)


class Told(NamedTuple):
    """What a row of the page must say: about what, following whom, and who says what otherwise."""

    about: str
    followed: Sequence[str]
    conflict: Conflict


def page(name: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / f"{name}.html")


def disagreements(found: Snapshot, lang: str) -> Iterator[Told]:
    for service in found.services.values():
        for port in service.ports:
            label = f"{port.port}/{port.transport}" if port.port else port.transport
            about = f"{label} {service.title[lang]}"
            yield from (Told(about, port.sources, one) for one in port.conflicts)
            for flow in port.flows or ():
                yield from (Told(about, flow.sources, one) for one in flow.conflicts)
    for balancer in found.balancers.values():
        for balanced in balancer.ports:
            about = f"{balanced.port}/{balanced.transport} {balancer.title[lang]}"
            yield from (Told(about, balanced.sources, one) for one in balanced.conflicts)
    for event in found.handover.events:
        yield from (Told(event.title[lang], event.sources, one) for one in event.conflicts)
    for one in found.release.conflicts:
        yield Told(f"OpenShift {found.release.id}", found.release.sources, one)


@both
def test_every_disagreement_has_a_row_that_says_what_is_followed(lang: str) -> None:
    rows = page("reference/conflicts", lang).table("conflicts").rows
    checked = 0
    for release in releases():
        for told in disagreements(snapshot(release), lang):
            sentence = told.conflict.text[lang].replace("`", "")
            named = [
                row for row in rows if row[0] == told.about and told.conflict.source in row[2] and sentence in row[2]
            ]
            assert named, (release, told)
            checked += 1
            if release == releases()[-1]:
                assert any(all(source in row[1] for source in told.followed) for row in named), told
    assert checked > 100


@both
def test_a_disagreement_stands_once(lang: str) -> None:
    rows = page("reference/conflicts", lang).table("conflicts").rows
    sentences = [(row[0], sentence) for row in rows for sentence in row[2].split("\n")]
    assert len(sentences) == len(set(sentences))


def listed(entries: Sequence[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for inner in entry.values():
                yield from listed([inner] if isinstance(inner, str) else inner)


def titles(entries: Sequence[Any]) -> set[str]:
    return {title for entry in entries if isinstance(entry, dict) for title in entry}


@both
def test_the_navigation_leads_to_every_page_but_the_many(lang: str) -> None:
    made = set(generated_pages(edition(), lang))
    written = {path.relative_to(REPOSITORY / "docs" / lang).as_posix() for path in _written(lang)}
    many = {name for name in made if name.startswith(MANY) and not name.endswith("/index.md")}
    found = list(listed(navigation(edition())))
    assert len(found) == len(set(found))
    assert set(found) == (made | written) - many
    assert len(many) > 100


def _written(lang: str) -> Iterator[Any]:
    folder = REPOSITORY / "docs" / lang
    yield from (folder / "guides").glob("*.md")
    yield folder / "evidence.md"


@pytest.mark.parametrize("folder", MANY)
@both
def test_a_list_leads_to_each_of_the_many(folder: str, lang: str) -> None:
    many = {name for name in generated_pages(edition(), lang) if name.startswith(folder)} - {f"{folder}index.md"}
    links = {link.partition("#")[0] for link in page(f"{folder}index", lang).links}
    assert {name.removeprefix(folder).replace(".md", ".html") for name in many} <= links


def test_every_title_of_the_navigation_is_translated() -> None:
    text = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    translated = dict(re.findall(r"^ {12}([A-Z][\w ]*): (\S+)$", text, re.MULTILINE))
    found = titles(navigation(edition()))
    assert translated.keys() == found
    assert all(HAN.search(title) for title in translated.values())
    for lang in LANGUAGES:
        html = (site() / LANGUAGES[lang] / "index.html").read_text(encoding="utf-8")
        tabs = html[html.index('<nav class="md-tabs"') :].split("</nav>")[0]
        shown = re.findall(r'class="md-tabs__link">\s*(.*?)\s*</a>', tabs, re.DOTALL)
        assert set(shown) == (found if lang == "en" else set(translated.values()))
