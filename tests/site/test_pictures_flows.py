"""The pictures of flows: every hop of the policy is drawn and told, boxes stand apart, words stay in their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from portspec.policy.model import PHASES, Phase, Profile
from portspec.policy.store import policy
from portspec.site.edition import edition
from portspec.site.pictures.canvas import room
from portspec.site.pictures.flows import phase_pictures, role_picture, service_picture
from portspec.site.pictures.hops import Hop, hops_of_service, merged
from portspec.spec.model import Role, Snapshot
from portspec.spec.vocabulary import LANGUAGES

RELEASES = edition().releases
SERVICES = sorted(edition().services())
SPLIT = {"en": (" to ", ": ", ", "), "zh-TW": ("到", "：", "、")}
Ends = tuple[str, str, str]


class Rect(NamedTuple):
    x: float
    y: float
    wide: float
    high: float


def figures(html: str) -> list[ET.Element]:
    """The pictures of a block, which has to be well formed."""
    return list(ET.fromstring(f"<div>{html}</div>").iter("svg"))


def number(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def boxes(svg: ET.Element) -> list[Rect]:
    found = [rect for rect in svg.iterfind("rect") if rect.attrib["class"].startswith("role")]
    return [Rect(*(number(rect, name) for name in ("x", "y", "width", "height"))) for rect in found]


def told(sentence: str, titles: Mapping[str, str], lang: str) -> set[Ends]:
    """The hops that a sentence of a picture tells."""
    to, colon, comma = SPLIT[lang]
    ends, ports = sentence.strip().rstrip(".。").rsplit(colon, 1)
    for title, role in titles.items():
        if ends.endswith(to + title):
            senders = ends.removesuffix(to + title).split(comma)
            return {(titles[sender], role, port) for sender in senders for port in ports.split(comma)}
    raise AssertionError(f"no role is told of in {sentence}")


def drawn(svg: ET.Element, snapshot: Snapshot, lang: str) -> set[Ends]:
    """The hops of all bands, by the words that a pointer gets to see."""
    titles = {role.title[lang]: role.id for role in snapshot.roles.values()}
    sentences = [title.text or "" for title in svg.iterfind("g/title")]
    return set().union(*(told(sentence, titles, lang) for sentence in sentences))


def described(svg: ET.Element, snapshot: Snapshot, lang: str) -> set[Ends]:
    """The hops of the text alternative."""
    titles = {role.title[lang]: role.id for role in snapshot.roles.values()}
    words = svg.findtext("desc") or ""
    sentences = re.findall(r"[^。]+。" if lang == "zh-TW" else r".+?\.(?= |$)", words)
    return set().union(*(told(sentence, titles, lang) for sentence in sentences))


def allowed(release: str, phase: Phase) -> set[Ends]:
    return {
        (allow.source, allow.target, f"{allow.port}/{allow.transport}" if allow.port else allow.transport)
        for allow in policy(release, Profile()).allows
        if phase in allow.phases
    }


def ends_of(hops: list[Hop]) -> set[Ends]:
    return {(hop.source, hop.target, hop.name) for hop in hops}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("release", RELEASES)
def test_a_release_shows_every_hop_of_its_policy_and_no_other(release: str, lang: str) -> None:
    snapshot = edition().snapshots[release]
    for phase, svg in zip(PHASES, figures(phase_pictures(snapshot, lang)), strict=True):
        assert drawn(svg, snapshot, lang) == allowed(release, phase)
        assert described(svg, snapshot, lang) == allowed(release, phase)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("release", RELEASES)
def test_each_port_is_written_in_the_box_that_the_band_ends_at(release: str, lang: str) -> None:
    snapshot = edition().snapshots[release]
    for phase, svg in zip(PHASES, figures(phase_pictures(snapshot, lang)), strict=True):
        written: dict[str, set[str]] = {}
        titles = {role.title[lang]: role.id for role in snapshot.roles.values()}
        for box in boxes(svg):
            words = [text for text in svg.iterfind("text") if inside(text, box)]
            name = titles[joined([text for text in words if text.attrib["class"] == "strong"], titles)]
            ports = {port for text in words if text.attrib["class"] == "label" for port in (text.text or "").split()}
            written.setdefault(name, set()).update(ports)
        for _, target, port in allowed(release, phase):
            if "/" in port:
                assert port.split("/")[0].replace("-", "–") in written[target]


def inside(text: ET.Element, box: Rect) -> bool:
    return box.x <= number(text, "x") < box.x + box.wide and box.y <= number(text, "y") <= box.y + box.high


def joined(lines: list[ET.Element], titles: Mapping[str, str]) -> str:
    """A title that may be broken into lines."""
    words = [text.text or "" for text in lines]
    return next(glue.join(words) for glue in (" ", "") if glue.join(words) in titles)


def blocks(lang: str) -> list[str]:
    """Every picture of flows that the site has."""
    found = [phase_pictures(snapshot, lang) for snapshot in edition().snapshots.values()]
    found += [service_picture(edition(), service, lang) for service in edition().services().values()]
    roles = edition().newest.roles
    return found + [
        role_picture(edition(), role, "in", lang) + role_picture(edition(), role, "out", lang) for role in roles
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_boxes_stand_apart_and_words_stay_in_them(lang: str) -> None:
    for svg in (svg for block in blocks(lang) for svg in figures(block)):
        _, _, wide, high = map(float, svg.attrib["viewBox"].split())
        found = boxes(svg)
        assert found
        for box in found:
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.wide <= wide
            assert box.y + box.high <= high
        for one, other in combinations(found, 2):
            apart = one.x + one.wide < other.x or other.x + other.wide < one.x
            assert apart or one.y + one.high < other.y or other.y + other.high < one.y
        for text in svg.iterfind("text"):
            (box,) = (one for one in found if inside(text, one))
            size = number(text, "font-size")
            assert number(text, "x") + room(text.text or "", size) <= box.x + box.wide
            assert number(text, "y") - size > box.y
            assert number(text, "y") + size / 4 < box.y + box.high


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_of_one_box_do_not_touch(lang: str) -> None:
    for svg in (svg for block in blocks(lang) for svg in figures(block)):
        lines = sorted((number(text, "x"), number(text, "y")) for text in svg.iterfind("text"))
        for (x, y), (next_x, next_y) in pairwise(lines):
            assert x != next_x or next_y - y >= 11


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_direct_band_passes_behind_a_balancer(lang: str) -> None:
    """A band goes level from column to column; where it meets the middle one it is below the balancers."""
    for svg in (svg for block in blocks(lang) for svg in figures(block)):
        columns = sorted({box.x for box in boxes(svg)})
        if len(columns) < 3:
            continue
        left, between, right = columns
        low = max(box.y + box.high for box in boxes(svg) if box.x == between)
        for path in svg.iterfind("g/path[@class='band']"):
            points = [float(found) for found in re.findall(r"-?[\d.]+", path.attrib["d"])]
            if points[0] < between and points[-2] > between + 5:
                passed = points[1] if len(points) == 8 else points[7]
                assert passed >= low
        assert left < between < right


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_shows_every_flow_of_the_newest_release_that_has_it(name: str, lang: str) -> None:
    having = [snapshot for snapshot in edition().snapshots.values() if name in snapshot.services]
    snapshot = edition().newest if name in edition().newest.services else having[-1]
    service = snapshot.services[name]
    expected = set()
    for port in service.ports:
        for flow in port.flows or ():
            holders = [holder.role for holder in port.holders if set(holder.phases) & set(flow.phases)]
            balancer = snapshot.balancers[flow.via].role if flow.via else None
            written = f"{port.port}/{port.transport}" if port.port else port.transport
            for target in flow.targets or holders:
                expected |= {(sender, balancer or target, written) for sender in flow.senders}
                expected |= {(balancer, target, written)} if balancer else set()
    found = figures(service_picture(edition(), edition().services()[name], lang))
    assert len(found) == bool(expected)
    for svg in found:
        assert drawn(svg, snapshot, lang) == expected
        assert described(svg, snapshot, lang) == expected


@pytest.mark.parametrize("role", sorted(edition().newest.roles))
def test_a_role_shows_what_comes_in_and_what_goes_out(role: str) -> None:
    snapshot = edition().newest
    plain = allowed(snapshot.release.id, "install") | allowed(snapshot.release.id, "running")
    wide = ends_of([hop for service in snapshot.services.values() for hop in hops_of_service(snapshot, service)])
    in_plain = any(role in ends[:2] for ends in plain)
    ways: tuple[tuple[Literal["in", "out"], int], ...] = (("in", 1), ("out", 0))
    for way, place in ways:
        expected = {ends for ends in (plain if in_plain else wide) if ends[place] == role}
        html = role_picture(edition(), role, way, "en")
        found = figures(html)
        assert len(found) == bool(expected)
        for svg in found:
            assert drawn(svg, snapshot, "en") == expected
            assert ("platform none" if in_plain else "all kinds of clusters") in html


def test_dashes_are_for_what_nobody_requires() -> None:
    snapshot = edition().newest
    names = {role.title["en"]: role.id for role in snapshot.roles.values()}
    required = {
        (allow.source, allow.target, f"{allow.port}/{allow.transport}" if allow.port else allow.transport)
        for allow in policy(snapshot.release.id, Profile()).allows
        if allow.necessity == "required" and "running" in allow.phases
    }
    svg = figures(phase_pictures(snapshot, "en"))[1]
    kinds = set()
    for band in svg.iterfind("g"):
        loose = band.attrib["class"].endswith(" loose")
        kinds.add(loose)
        for ends in told(band.findtext("title") or "", names, "en"):
            assert (ends in required) != loose
    assert kinds == {True, False}


def test_a_hop_that_one_source_requires_is_required() -> None:
    loose = Hop("worker", "dns", "53", "udp", binding=False, conditional=True)
    everywhere = loose._replace(binding=True, conditional=False)
    for given in ([loose, everywhere], [everywhere, loose]):
        assert merged(given) == [everywhere]
    only = loose._replace(binding=True)
    assert merged([loose, only, only]) == [only]


@pytest.mark.parametrize("hostile", ["</text><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b <c>"])
def test_a_role_by_any_name_stays_words(hostile: str) -> None:
    snapshot = edition().newest
    roles: dict[str, Role] = {
        name: role._replace(title={"en": hostile, "zh-TW": hostile}) for name, role in snapshot.roles.items()
    }
    html = phase_pictures(snapshot._replace(roles=roles), "en")
    assert {element.tag for svg in figures(html) for element in svg.iter()} == {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "rect",
        "text",
    }
    assert hostile not in html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_spec_gives_the_same_bytes(lang: str) -> None:
    assert blocks(lang) == blocks(lang)
