"""The pictures: well formed, in their own frame, with words for who cannot see them, and as the spec says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from portspec.report.width import width
from portspec.site.edition import edition
from portspec.site.pictures.canvas import Canvas, room, shortened, wrapped
from portspec.site.pictures.timeline import timeline

SVG = "svg"
CASES = [(release, lang) for release in edition().releases for lang in ("en", "zh-TW")]


def svg_of(figure: str) -> ET.Element:
    found = ET.fromstring(figure).find(SVG)
    assert found is not None
    return found


@pytest.mark.parametrize(("release", "lang"), CASES)
def test_the_timeline_changes_hands_with_the_event_that_the_spec_names(release: str, lang: str) -> None:
    snapshot = edition().snapshots[release]
    svg = svg_of(timeline(snapshot, lang))
    rules = [float(rule.attrib["d"].split("L")[0].split()[1]) for rule in svg.iterfind("path[@class='rule']")]
    order = [event.id for event in snapshot.handover.events]
    assert len(rules) == len(order)
    assert rules == sorted(rules)
    changes = [float(bar.attrib["y"]) for bar in svg.iterfind("rect[@class='after']")][1:]
    expected = [rules[order.index(port.ends_with)] for port in snapshot.handover.ports]
    assert changes == expected
    drawn = [text.text for text in svg.iter("text")]
    assert [str(port.port) for port in snapshot.handover.ports] == [word for word in drawn if (word or "").isdigit()]


@pytest.mark.parametrize(("release", "lang"), CASES)
def test_no_text_leaves_the_frame(release: str, lang: str) -> None:
    svg = svg_of(timeline(edition().snapshots[release], lang))
    _, _, wide, high = map(float, svg.attrib["viewBox"].split())
    for text in svg.iter("text"):
        x, long = float(text.attrib["x"]), room(text.text or "", float(text.attrib["font-size"]))
        start = x - long / 2 if "middle" in text.attrib["class"] else x
        assert start >= 0
        assert start + long <= wide
        assert 0 < float(text.attrib["y"]) < high


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_text_alternative_tells_every_port(lang: str) -> None:
    snapshot = edition().newest
    svg = svg_of(timeline(snapshot, lang))
    labels = svg.attrib["aria-labelledby"].split()
    told = [child for child in svg if child.attrib.get("id") in labels]
    assert [child.tag for child in told] == ["title", "desc"]
    for port in snapshot.handover.ports:
        (event,) = (one for one in snapshot.handover.events if one.id == port.ends_with)
        assert str(port.port) in (told[1].text or "")
        assert event.title[lang] in (told[1].text or "")


@pytest.mark.parametrize(("lang", "words"), [("en", "No source says when"), ("zh-TW", "沒有出處說明")])
def test_the_timeline_says_that_no_start_is_known(lang: str, words: str) -> None:
    figure = ET.fromstring(timeline(edition().newest, lang))
    assert (figure.findtext("figcaption") or "").startswith(words)
    assert words in (figure.findtext("svg/desc") or "")
    svg = svg_of(timeline(edition().newest, lang))
    first = [float(bar.attrib["y"]) for bar in svg.iterfind("rect[@class='before']")][1:]
    assert len(set(first)) == 1


@pytest.mark.parametrize("hostile", ["</text><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b <c>"])
def test_words_stay_words(hostile: str) -> None:
    canvas = Canvas("hostile", 100)
    canvas.text(0, 10, hostile, "label")
    svg = svg_of(canvas.figure(hostile, [hostile]))
    assert [child.tag for child in svg] == ["title", "desc", "text"]
    assert [child.text for child in svg] == [hostile] * 3


WRAPPED = {
    ("The bootstrap host boots", 12): ("The", "bootstrap", "host boots"),
    ("移除機器設定伺服器", 8): ("移除機器", "設定伺服", "器"),
    ("etcd 在叢集中執行", 10): ("etcd 在叢", "集中執行"),
    ("abcdefghij", 4): ("abcd", "efgh", "ij"),
    ("", 4): (),
}


@pytest.mark.parametrize(("given", "expected"), WRAPPED.items())
def test_lines_wrap_by_columns(given: tuple[str, int], expected: tuple[str, ...]) -> None:
    lines = wrapped(*given)
    assert lines == expected
    assert all(width(line) <= given[1] for line in lines)


NAMES = {
    ("API balancer", 12): ("API balancer",),
    ("API 負載平衡器", 12): ("API", "負載平衡器"),
    ("Bootstrap 主機", 14): ("Bootstrap 主機",),
    ("遷移來源的虛擬機器", 8): ("遷移來源", "的虛擬機", "器"),
}


@pytest.mark.parametrize(("given", "expected"), NAMES.items())
def test_a_name_stays_whole_where_it_can(given: tuple[str, int], expected: tuple[str, ...]) -> None:
    assert wrapped(*given, whole=True) == expected


SHORT = {
    ("Konnectivity", 12): "Konnectivity",
    ("Konnectivity", 11): "Konnectivi…",
    ("a b c", 3): "a…",
    ("負載平衡器", 10): "負載平衡器",
    ("負載平衡器", 8): "負載平…",
    ("負載", 1): "…",
}


@pytest.mark.parametrize(("given", "expected"), SHORT.items())
def test_what_is_too_long_ends_with_an_ellipsis(given: tuple[str, int], expected: str) -> None:
    assert shortened(*given) == expected
    assert width(expected) <= given[1]
