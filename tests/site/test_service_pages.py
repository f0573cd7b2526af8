"""What the services' pages say of a release is what the API's `services.json` says: read back out of the HTML, both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from built_site import LANGUAGES, checkout, site
from html_reading import Page, read_page

from portspec.policy.store import releases, snapshot
from portspec.site.words import WORDS
from portspec.spec.vocabulary import PHASES

RELEASES = ("4.12", "4.18", "4.22")
LABEL = re.compile(r"(\d+(-\d+)?/)?[a-z]+")

both = pytest.mark.parametrize("lang", LANGUAGES)
each_release = pytest.mark.parametrize("release", RELEASES)


class Fact(NamedTuple):
    """Somebody listens on a port or connects to it: the port, what is said, and the words in which it is said."""

    port: str
    kind: str
    words: tuple[str, ...]


def page(name: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / f"{name}.html")


def services(release: str) -> list[dict[str, Any]]:
    path = checkout() / "dist" / "api" / "v1" / release / "services.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["services"]
    return found


def holds_in(stretches: str, release: str) -> bool:
    order = releases()
    for stretch in stretches.split(", "):
        first, _, last = stretch.partition("–")
        if order.index(first) <= order.index(release) <= order.index(last or first):
            return True
    return False


def told(name: str, release: str, lang: str) -> Iterator[Fact]:
    """Every row of a page's tables that is about the release."""
    words, found = WORDS[lang], page(f"services/{name}", lang)
    ports = {one.id: one.text for one in found.headings if one.level == 2 and one.id.startswith("port-")}
    for table in found.tables:
        anchor, _, kind = table.below.rpartition("-")
        if anchor not in ports or kind not in {"holders", "flows"}:
            continue
        columns = ("holder", "phases") if kind == "holders" else ("from", "necessity")
        for row in (dict(zip(table.headings, cells, strict=True)) for cells in table.rows):
            if holds_in(row[words["releases"]], release):
                yield Fact(ports[anchor], kind, tuple(row[words[column]] for column in columns))


def expected(service: dict[str, Any], release: str, lang: str) -> Iterator[Fact]:
    words, known = WORDS[lang], snapshot(release)

    def titles(ids: str | Sequence[str]) -> str:
        return words["comma"].join(known.roles[one].title[lang] for one in ([ids] if isinstance(ids, str) else ids))

    def phases(given: Sequence[str]) -> str:
        return words["any"] if tuple(given) == PHASES else words["comma"].join(words[one] for one in given)

    for port in service["ports"]:
        label = f"{port['port']}/{port['transport']}" if "port" in port else port["transport"]
        for holder in port["held_by"]:
            yield Fact(label, "holders", (titles(holder["role"]), phases(holder.get("phases", PHASES))))
        flows = port.get("flows", ())
        for flow in () if flows == "unknown" else flows:
            sender = titles(flow["from"])
            if "via" in flow:
                way = words["through"].format(way=known.balancers[flow["via"]].title[lang])
                sender += words["aside"].format(words=way)
            yield Fact(label, "flows", (sender, words[flow["necessity"]] + _aside(flow, phases, lang)))


def _aside(flow: dict[str, Any], phases: Any, lang: str) -> str:
    when = flow.get("phases", PHASES)
    return "" if tuple(when) == PHASES else WORDS[lang]["aside"].format(words=phases(when))


@both
@each_release
def test_every_listener_and_every_flow_stands_on_the_page_and_nothing_else(release: str, lang: str) -> None:
    wrong = {}
    count = 0
    for service in services(release):
        said, meant = set(told(service["id"], release, lang)), set(expected(service, release, lang))
        count += len(meant)
        if said != meant:
            wrong[service["id"]] = (said - meant, meant - said)
    assert wrong == {}
    assert count > 250


@both
@each_release
def test_a_glance_names_every_port_of_the_release(release: str, lang: str) -> None:
    words = WORDS[lang]
    several = 0
    for service in services(release):
        found = page(f"services/{service['id']}", lang)
        headings = [one for one in found.headings if one.level == 2 and one.id.startswith("port-")]
        assert all(LABEL.fullmatch(one.text) for one in headings)
        if len(headings) < 2:
            continue
        several += 1
        table = found.table("ports")
        rows = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
        assert [row[words["port"]] for row in rows] == [one.text for one in headings]
        present = {
            (row[words["port"]], row[words["reach"]]) for row in rows if holds_in(row[words["releases"]], release)
        }
        assert present == {
            (f"{port['port']}/{port['transport']}" if "port" in port else port["transport"], words[port["reach"]])
            for port in service["ports"]
        }, service["id"]
    assert several > 20


@both
@each_release
def test_the_page_of_numbers_has_every_port_of_the_release_and_no_other(release: str, lang: str) -> None:
    words = WORDS[lang]
    titles = {service["id"]: service["title"][lang] for service in services(release)}
    said = set()
    for table in page("ports", lang).tables:
        for row in (dict(zip(table.headings, cells, strict=False)) for cells in table.rows):
            if holds_in(row[words["releases"]], release):
                said.add((row[words["port"]], row[words["service"]], row[words["purpose"]], row[words["reach"]]))
    meant = {
        (label, titles[service["id"]], port["purpose"][lang].replace("`", ""), words[port["reach"]])
        for service in services(release)
        for port in service["ports"]
        for label in [f"{port['port']}/{port['transport']}" if "port" in port else port["transport"]]
    }
    assert said == meant
    assert len(meant) > 100


@both
def test_the_numbers_stand_in_order_under_the_heading_of_their_group(lang: str) -> None:
    found = page("ports", lang)
    bounds = {one.id: [int(number) for number in re.findall(r"\d+", one.text)] for one in found.headings}
    previous = 0
    for table in found.tables:
        for row in table.rows:
            digits = re.match(r"\d+", row[0])
            if digits is None:
                assert table.below == "no-port"
                continue
            first, last = bounds[table.below]
            assert first <= int(digits[0]) <= last
            assert int(digits[0]) >= previous
            previous = int(digits[0])
