"""The chart of the releases: every count and every service that came or went, drawn and told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from portspec.site.edition import Edition, edition
from portspec.site.pictures.canvas import room
from portspec.site.pictures.releases import COLUMN, releases_chart, steps
from portspec.site.upgrades import Ends, needs
from portspec.spec.model import Service, Snapshot
from portspec.spec.vocabulary import LANGUAGES


def chart(found: Edition, lang: str) -> ET.Element:
    svg = ET.fromstring(releases_chart(found, lang)).find("svg")
    assert svg is not None
    return svg


def column(element: ET.Element) -> int:
    return int(float(element.attrib["x"]) // COLUMN)


def flows(snapshot: Snapshot) -> set[Ends]:
    return set(needs(snapshot))


def test_counts_are_those_of_the_spec() -> None:
    found = edition()
    for (_, before), (release, after), step in zip(
        list(found.snapshots.items())[:-1], list(found.snapshots.items())[1:], steps(found), strict=True
    ):
        assert step.release == release
        assert step.opened == len(flows(after) - flows(before))
        gone = flows(before) - flows(after)
        everywhere = {ends._replace(condition=None) for ends in flows(after) if ends.condition is None}
        assert step.closed == len({ends for ends in gone if ends._replace(condition=None) not in everywhere})
        assert set(step.came) == set(after.services) - set(before.services)
        assert set(step.went) == set(before.services) - set(after.services)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_release_has_its_bars_in_proportion(lang: str) -> None:
    found = edition()
    svg = chart(found, lang)
    for kind, field, sign in (("came", "opened", "+"), ("went", "closed", "−")):
        counts = {number: getattr(step, field) for number, step in enumerate(steps(found), 1)}
        heights = {
            column(one): float(one.attrib["height"])
            for one in svg.iterfind(f"rect[@class='{kind}']")
            if float(one.attrib["y"]) > 11
        }
        assert set(heights) == {at for at, count in counts.items() if count}
        scale = {heights[at] / counts[at] for at in heights}
        assert max(scale) - min(scale) < 0.1
        written = {column(text): text.text for text in svg.iterfind("text") if (text.text or "").startswith(sign)}
        assert written == {at: f"{sign}{count}" for at, count in counts.items() if count}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_service_spans_the_releases_that_have_it(lang: str) -> None:
    found = edition()
    svg = chart(found, lang)
    names = {service.title[lang]: name for name, service in found.services().items()}
    spans = [one for one in svg.iterfind("rect") if one.attrib["class"].startswith("span")]
    titles = [text for text in svg.iterfind("text") if (text.text or "") in names]
    shown = {}
    for text in titles:
        (name, y) = (names[text.text or ""], float(text.attrib["y"]))
        bars = [one for one in spans if float(one.attrib["y"]) < y < float(one.attrib["y"]) + 15]
        shown[name] = {
            release
            for bar in bars
            for at, release in enumerate(found.releases)
            if column(bar) <= at < column(bar) + round((float(bar.attrib["width"]) + 2) / COLUMN)
        }
    assert shown == dict(lacking(found))


def lacking(found: Edition) -> Iterator[tuple[str, set[str]]]:
    for name in found.services():
        having = {release for release, snapshot in found.snapshots.items() if name in snapshot.services}
        if len(having) < len(found.releases):
            yield name, having


@pytest.mark.parametrize("lang", LANGUAGES)
def test_preview_releases_are_marked(lang: str) -> None:
    found = edition()
    frames = [one for one in chart(found, lang).iterfind("rect[@class='preview']") if float(one.attrib["y"]) > 11]
    marked = {found.releases[column(frame)] for frame in frames}
    assert marked == {name for name, snapshot in found.snapshots.items() if snapshot.release.preview}
    out = found._replace(
        snapshots={name: one for name, one in found.snapshots.items() if not one.release.preview},
    )
    assert chart(out, lang).find("rect[@class='preview']") is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_tell_the_same(lang: str) -> None:
    found = edition()
    told = chart(found, lang).findtext("desc") or ""
    for step in steps(found):
        assert step.release in told
        assert f"{step.opened} flows to open, {step.closed} to close" in told or lang != "en"
        for name in (*step.came, *step.went):
            assert found.services()[name].title[lang] in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_leaves_the_frame_or_overlaps(lang: str) -> None:
    svg = chart(edition(), lang)
    _, _, wide, high = map(float, svg.attrib["viewBox"].split())
    places = []
    for text in svg.iterfind("text"):
        long, x, y = room(text.text or "", float(text.attrib["font-size"])), float(text.attrib["x"]), 0.0
        y = float(text.attrib["y"])
        kinds = text.attrib["class"].split()
        x -= long / 2 if "middle" in kinds else long if "end" in kinds else 0
        places.append((x, y, x + long))
        assert x >= 0
        assert x + long <= wide
        assert 0 < y < high
    for one, other in combinations(places, 2):
        assert abs(one[1] - other[1]) >= 8 or one[2] <= other[0] or other[2] <= one[0], (one, other)
    spans = [one for one in svg.iterfind("rect") if one.attrib["class"].startswith("span")]
    rows = sorted({float(one.attrib["y"]) for one in spans})
    assert all(after - before > 15 for before, after in pairwise(rows))


@pytest.mark.parametrize("hostile", ["</text><script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_service_by_any_name_stays_words(hostile: str) -> None:
    found = edition()

    def renamed(service: Service) -> Service:
        return service._replace(title={"en": hostile, "zh-TW": hostile})

    snapshots = {
        release: one._replace(services={name: renamed(service) for name, service in one.services.items()})
        for release, one in found.snapshots.items()
    }
    html = releases_chart(found._replace(snapshots=snapshots), "en")
    assert hostile not in html
    assert {one.tag for one in ET.fromstring(html).iter()} == {
        "figure", "svg", "title", "desc", "rect", "text", "figcaption",
    }  # fmt: skip


def test_a_single_release_has_nothing_to_compare() -> None:
    found = edition()
    alone = found._replace(snapshots={found.newest.release.id: found.newest})
    svg = chart(alone, "en")
    assert [one.attrib["class"] for one in svg.iterfind("rect")] == ["came", "went"]
    assert svg.findtext("desc") == f"{found.newest.release.id}: the first release of the spec."
