"""What the pages of roles and upgrades say is what the API and `portspec diff` say: read back out of the HTML."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from built_site import LANGUAGES, checkout, site
from html_reading import Page, read_page
from running import portspec

from portspec.policy.store import releases, snapshot
from portspec.site.edition import edition
from portspec.site.upgrades import pairs
from portspec.site.words import WORDS
from portspec.spec.vocabulary import PHASES

RELEASES = ("4.12", "4.18", "4.22")
KINDS = {"added": "open", "changed": "change", "removed": "close"}
"""How the report calls a change, and the heading under which the page has it."""

both = pytest.mark.parametrize("lang", LANGUAGES)


def page(name: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / f"{name}.html")


@cache
def rows(name: str, below: str, lang: str) -> tuple[dict[str, str], ...]:
    """The rows under a heading, those that only some clusters have too, by their columns' headings; a column that says
    nothing is not there."""
    return tuple(
        dict(zip(table.headings, row, strict=True))
        for table in page(name, lang).tables
        if table.below in {below, f"{below}-some"}
        for row in table.rows
    )


def label(flow: dict[str, Any]) -> str:
    return f"{flow['port']}/{flow['transport']}" if flow["port"] else str(flow["transport"])


def titles(role: str, lang: str) -> set[str]:
    """What a role may be called in a cell; the routers of a plain cluster run on the workers."""
    known = snapshot("4.22").roles
    return {known[name].title[lang] for name in ({role, "ingress-node"} if role == "worker" else {role})}


def named(cell: str, role: str, lang: str) -> bool:
    """Whether a cell names a role; a balancer on the way stands behind it in brackets."""
    plain = re.sub(r" ?[(（].*[)）]$", "", cell)
    return bool(titles(role, lang) & set(plain.split(WORDS[lang]["comma"])))


def holds_in(row: dict[str, str], release: str, lang: str) -> bool:
    """Whether a row is about a release: its stretches of releases hold it, or it names none."""
    told = row.get(WORDS[lang]["releases"], "")
    order = releases()
    for stretch in told.split(", ") if told else ():
        first, _, last = stretch.partition("–")
        if order.index(first) <= order.index(release) <= order.index(last or first):
            return True
    return not told


def tells(row: dict[str, str], flow: dict[str, Any], other: str, release: str, lang: str) -> bool:
    words = WORDS[lang]
    binding = words[flow["necessity"]]
    return (
        row[words["port"]] == label(flow)
        and row[words["service"]] == flow["title"][lang]
        and named(row[words[other]], flow[other], lang)
        and (row[words["necessity"]] == binding or row[words["necessity"]].startswith(binding))
        and holds_in(row, release, lang)
    )


@both
@pytest.mark.parametrize("release", RELEASES)
def test_every_flow_of_the_api_stands_on_the_pages_of_both_roles(release: str, lang: str) -> None:
    document = json.loads(
        (checkout() / "dist" / "api" / "v1" / release / "flows" / "none.json").read_text(encoding="utf-8")
    )
    missing = []
    for flow in document["flows"]:
        for role, below, other in ((flow["from"], "out", "to"), (flow["to"], "in", "from")):
            names = {role, "ingress-node"} if role == "worker" else {role}
            found = [row for name in names for row in rows(f"roles/{name}", below, lang)]
            if not any(tells(row, flow, other, release, lang) for row in found):
                missing.append((label(flow), flow["service"], role, below))
    assert len(document["flows"]) > 20
    assert missing == []


@both
def test_a_balanced_flow_stands_on_the_balancers_page_too(lang: str) -> None:
    words, known = WORDS[lang], snapshot("4.22")
    behind = {"en": "Behind it", "zh-TW": "後方成員"}[lang]
    for balancer in known.balancers.values():
        incoming = rows(f"roles/{balancer.role}", "in", lang)
        outgoing = rows(f"roles/{balancer.role}", "out", lang)
        for port in balancer.ports:
            name = f"{port.port}/{port.transport}"
            members = {known.roles[role].title[lang] for role in port.members["running"]}
            into = [row for row in incoming if row[words["port"]] == name and row.get(behind)]
            onto = [row for row in outgoing if row[words["port"]] == name]
            assert any(members <= set(row[behind].split(words["comma"])) for row in into), (balancer.id, name)
            assert any(members <= set(row[words["to"]].split(words["comma"])) for row in onto), (balancer.id, name)


@both
def test_the_list_of_roles_counts_what_stands_on_their_pages(lang: str) -> None:
    counted = 0
    for table in page("roles/index", lang).tables:
        for row in table.rows:
            (role,) = (one.id for one in snapshot("5.0").roles.values() if one.title[lang] == row[0])
            assert [int(number) for number in row[-2:]] == [
                len(rows(f"roles/{role}", below, lang)) for below in ("in", "out")
            ], role
            counted += 1
    assert counted == len(snapshot("5.0").roles)


@cache
def report(before: str, after: str) -> Any:
    done = portspec(["diff", before, after, "--format", "json"], cwd=checkout())
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


@both
@pytest.mark.parametrize("pair", pairs(edition()), ids=lambda pair: pair.name)
def test_every_change_of_the_report_stands_on_the_upgrades_page(pair: Any, lang: str) -> None:
    words = WORDS[lang]
    for port in report(pair.before, pair.after)["ports"]:
        for flow in port["flows"]:
            below = KINDS[flow["change"]]
            sides = [side for side in (flow["before"], flow["after"]) if side]
            told = [
                row
                for row in rows(f"upgrades/{pair.name}", below, lang)
                if row[words["port"]] == label(port)
                and named(row[words["from"]], flow["from"], lang)
                and named(row[words["to"]], flow["to"], lang)
                and all(words[side["necessity"]] in row[words["necessity"]] for side in sides)
            ]
            assert told, (label(port), flow)
            # Of a machine that is there in one phase only, the page need not tell the phase.
            lasting = all(snapshot("4.22").roles[flow[end]].phases == PHASES for end in ("from", "to"))
            for side in sides:
                if lasting and tuple(side["phases"]) != PHASES:
                    assert any(words[side["phases"][0]] in row[words["necessity"]] for row in told)


@both
@pytest.mark.parametrize("pair", pairs(edition()), ids=lambda pair: pair.name)
def test_the_counts_of_a_plain_cluster_are_those_of_the_report(pair: Any, lang: str) -> None:
    ports = report(pair.before, pair.after)["ports"]
    expected = [
        len({(port["service"], label(port)) for port in ports for flow in port["flows"] if flow["change"] == kind})
        for kind in ("added", "changed", "removed")
    ]
    plain = next(line for line in page(f"upgrades/{pair.name}", lang).article.splitlines() if "OVNKubernetes" in line)
    assert [int(number) for number in re.findall(r"[:：] ?(\d+)", plain)] == expected


@both
def test_the_list_of_upgrades_has_every_step_and_every_extended_one(lang: str) -> None:
    found = page("upgrades/index", lang)
    told = {below: {row[0] for row in found.table(below).rows} for below in ("steps", "extended")}
    order = releases()
    assert told["steps"] == {f"{one} → {other}" for one, other in pairwise(order)}
    assert told["extended"] == {"4.12 → 4.14", "4.14 → 4.16", "4.16 → 4.18", "4.18 → 4.20", "4.20 → 4.22"}


@both
@pytest.mark.parametrize("release", releases()[1:])
def test_a_release_page_tells_what_changed_since_the_one_before(release: str, lang: str) -> None:
    before = releases()[releases().index(release) - 1]
    name = f"upgrades/{before}-to-{release}"
    own, whole = (
        {below: rows(where, below, lang) for below in KINDS.values()} for where in (f"releases/{release}", name)
    )
    assert own == whole
    assert any(link.endswith(f"{name}.html") for link in page(f"releases/{release}", lang).links)
