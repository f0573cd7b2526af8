"""What the pages say is what the spec, the policy and the API say: read back out of the HTML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from built_site import LANGUAGES, checkout, site
from html_reading import Page, read_page
from running import portspec

from portspec.cli import COMMANDS
from portspec.policy.model import Profile
from portspec.policy.store import policy, snapshot
from portspec.report.width import width
from portspec.site.diagram import handover_diagram
from portspec.site.pages.commands import COLUMNS
from portspec.site.words import WORDS
from portspec.spec.model import Snapshot

RELEASES = ("4.12", "4.18", "4.22")
NOTE = {
    "install-core": ("6443", "22623", "2379", "2380"),
    "control-plane": ("10250", "10257", "10259"),
    "worker-join": ("6443", "22623"),
    "ingress": ("80", "443", "1936"),
}
NOTE_TITLES = {
    "install-core": "Bootstrap / Master 安裝期間最重要的 Port（四大核心）",
    "control-plane": "Master（Control Plane）正常運作必備 Ports",
    "worker-join": "Worker 節點加入所需 Ports",
    "ingress": "Ingress / Router 運作相關 Ports（非安裝必備，但叢集運作必需）",
    "handover": "Port 接管流程（bootstrap → master）圖示",
}
NOTE_DIAGRAM = """\
      ┌────────────────────────┐
      │       Bootstrap        │
      │------------------------│
      │ 6443 → 臨時 API        │
      │ 22623 → 臨時 MCS       │
      │ 2379 → 臨時 etcd client│
      │ 2380 → 臨時 etcd peer  │
      └───────────┬────────────┘
                  │  Master 起來後接手
                  ▼
      ┌────────────────────────┐
      │         Master         │
      │------------------------│
      │ 6443 → 正式 API        │
      │ 22623 → 正式 MCS       │
      │ 2379 → 正式 etcd client│
      │ 2380 → 正式 etcd peer  │
      └────────────────────────┘
6443 → Kubernetes API Server
22623 → MachineConfig / Ignition Server
2379 → etcd client API
2380 → etcd peer sync
"""
"""The original note's own picture; the generated one differs in nothing."""

both = pytest.mark.parametrize("lang", LANGUAGES)
each_release = pytest.mark.parametrize("release", RELEASES)


def page(name: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / f"{name}.html")


def api(name: str) -> Any:
    return json.loads((checkout() / "dist" / "api" / "v1" / name).read_text(encoding="utf-8"))


def flow_rows(release: str, lang: str) -> list[dict[str, str]]:
    """The rows of every flow table of a release's page, by their columns' headings."""
    return [
        dict(zip(table.headings, row, strict=True))
        for table in page(f"releases/{release}", lang).tables
        if table.below.startswith("flows-")
        for row in table.rows
    ]


def words_of(found: Snapshot, flow: dict[str, Any], lang: str) -> dict[str, str]:
    """What a row must say about a flow of the API, by the columns' headings."""
    words = WORDS[lang]
    via = flow["via"]
    return {
        words["port"]: f"{flow['port']}/{flow['transport']}" if flow["port"] else flow["transport"],
        words["from"]: found.roles[flow["from"]].title[lang],
        words["to"]: found.roles[flow["to"]].title[lang],
        words["via"]: found.balancers[via].title[lang] if via else words["direct"],
        words["necessity"]: words[flow["necessity"]],
        words["reach"]: words[flow["reach"]],
    }


def tells(row: dict[str, str], expected: dict[str, str], lang: str) -> bool:
    """Whether a row says all of it; a cell of roles may name more of them, and on the API's profile the routers run on
    the workers."""
    roles = {WORDS[lang]["from"], WORDS[lang]["to"]}
    known = snapshot("4.22").roles
    named = {name: row[name].split(WORDS[lang]["comma"]) if name in roles else [row[name]] for name in expected}
    for name in roles:
        if known["ingress-node"].title[lang] in named[name]:
            named[name].append(known["worker"].title[lang])
    return all(value in named[name] for name, value in expected.items())


@both
@each_release
def test_every_flow_of_the_api_stands_on_the_release_page(release: str, lang: str) -> None:
    rows = flow_rows(release, lang)
    flows = api(f"{release}/flows/none.json")["flows"]
    assert len(flows) > 20
    missing = [
        flow for flow in flows if not any(tells(row, words_of(snapshot(release), flow, lang), lang) for row in rows)
    ]
    assert missing == []


@both
@each_release
def test_every_unconditional_row_is_a_flow_of_the_api(release: str, lang: str) -> None:
    words = WORDS[lang]
    told = [words_of(snapshot(release), flow, lang) for flow in api(f"{release}/flows/none.json")["flows"]]
    silent = {words["unknown"], words["nobody"]}
    rows = [
        row for row in flow_rows(release, lang) if not row.get(words["condition"]) and row[words["from"]] not in silent
    ]
    assert len(rows) > 15
    assert [row for row in rows if not any(tells(row, expected, lang) for expected in told)] == []


@each_release
def test_every_port_of_the_policy_stands_on_its_service_page(release: str) -> None:
    document = json.loads((checkout() / "dist" / "policies" / f"{release}.json").read_bytes())
    obligations = [*document["allow"], *document["deny"]]
    assert obligations
    for found in obligations:
        anchor = f"port-{found['port'] or 'none'}-{found['transport']}"
        for lang in LANGUAGES:
            assert anchor in page(f"services/{found['service']}", lang).ids


@both
@each_release
def test_balancer_requirements_are_those_of_the_policy(release: str, lang: str) -> None:
    """Health check, its limit and the members of each phase, on the page of the balanced service."""
    words = WORDS[lang]
    found = snapshot(release)
    for balance in policy(release, Profile()).balances:
        text = page(f"services/{balance.service}", lang).article
        for ids in balance.members.values():
            assert words["comma"].join(found.roles[name].title[lang] for name in ids) in text
        if balance.health is not None:
            assert f"{balance.health.kind} :{balance.health.port}{balance.health.path}" in text
            if balance.health.longest_removal is not None:
                assert f"{balance.health.longest_removal / 1000:g} " in text


@both
def test_the_table_of_releases_is_that_of_the_api(lang: str) -> None:
    (table,) = page("releases/index", lang).tables
    unknown = WORDS[lang]["unknown"]
    told = {
        one["id"]: [
            unknown if one["kubernetes"] == "unknown" else one["kubernetes"],
            *(unknown if day == "unknown" else day for day in (one["released"], one["support_ends"])),
            {None: "–", "unknown": unknown}.get(one["extended_ends"], one["extended_ends"]),
            unknown if one["network"] == "unknown" else one["network"],
        ]
        for one in api("releases.json")["releases"]
    }
    previews = {one["id"] for one in api("releases.json")["releases"] if one["preview"]}
    assert {row[0].split("（")[0].split(" (")[0]: list(row[1:6]) for row in table.rows} == told
    assert {row[0].split("（")[0].split(" (")[0] for row in table.rows if "(" in row[0] or "（" in row[0]} == previews


@both
@pytest.mark.parametrize("name", ["note", *(f"releases/{release}" for release in RELEASES)])
def test_the_five_parts_of_the_note_are_there(name: str, lang: str) -> None:
    found = page(name, lang)
    ids = [heading.id for heading in found.headings if heading.id in NOTE_TITLES]
    assert ids == list(NOTE_TITLES)
    for part, ports in NOTE.items():
        assert tuple(row[0] for row in found.table(part).rows) == ports
        assert {row[1] for row in found.table(part).rows} == {"TCP"}
    if lang == "zh-TW":
        assert {heading.id: heading.text for heading in found.headings if heading.id in NOTE_TITLES} == NOTE_TITLES


@both
@each_release
def test_what_the_sources_say_stands_beside_the_row_of_the_note(release: str, lang: str) -> None:
    found = page(f"releases/{release}", lang)
    rows = 0
    for part in snapshot(release).note:
        for remark in part.refinements:
            assert remark.text[lang] in found.article
        if not part.rows:
            continue
        cells = {row[0]: row for row in found.table(part.id).rows}
        for row in part.rows:
            assert row.purpose[lang] in cells[row.port]
            for remark in row.refinements:
                rows += 1
                (beside,) = (cell for cell in cells[row.port] if remark.text[lang] in cell)
                assert all(source in beside for source in remark.sources)
    assert rows >= 5


@both
@pytest.mark.parametrize("name", ["index", "note", "handover", *(f"releases/{release}" for release in RELEASES)])
def test_the_handover_diagram_is_on_the_page(name: str, lang: str) -> None:
    release = name.removeprefix("releases/") if name.startswith("releases/") else "4.22"
    diagram = handover_diagram(snapshot(release).handover, lang)
    found = page(name, lang)
    assert diagram.rstrip("\n") in found.article
    (drawn,) = (one for one in found.elements if one.attributes.get("class") == "diagram")
    assert drawn.attributes["style"] == f"--columns: {max(map(width, diagram.splitlines()))}"


def test_the_diagram_in_chinese_is_the_note_s_own() -> None:
    for release in RELEASES:
        assert handover_diagram(snapshot(release).handover, "zh-TW") == NOTE_DIAGRAM


@both
def test_events_stand_in_their_order(lang: str) -> None:
    told = [heading.text for heading in page("handover", lang).headings if heading.level == 3]
    events = snapshot("4.22").handover.events
    assert told == [f"{number}. {event.title[lang]}" for number, event in enumerate(events, 1)]


@both
def test_a_pool_loses_the_bootstrap_host_when_the_command_line_says_so(lang: str) -> None:
    handover = snapshot("4.22").handover
    titles = {event.id: event.title[lang] for event in handover.events}
    bootstrap = snapshot("4.22").roles["bootstrap"].title[lang]
    (table,) = (one for one in page("handover", lang).tables if one.below == "changes")
    taken = {row[1].rsplit(" ", 1)[1]: row for row in table.rows if row[0] == titles["bootstrap-complete"]}
    assert taken.keys() == {"6443", "22623"}
    for port in handover.ports:
        if str(port.port) in taken:
            assert bootstrap in taken[str(port.port)][2]
            assert titles[port.ends_with] in taken[str(port.port)][2]
    done = portspec(["check", "--handover", "examples/upi-right", "--lang", lang])
    stage = next(part for part in done.out.split("\n\n") if titles["bootstrap-complete"] in part)
    assert len([line for line in stage.splitlines() if "lb/haproxy.cfg" in line]) == len(taken)


@both
def test_the_first_page_has_a_door_for_each_reader_and_the_four_ports(lang: str) -> None:
    found = page("index", lang)
    assert tuple(row[0] for row in found.table("core-ports").rows) == NOTE["install-core"]
    doors = [one.attributes["href"] for one in found.elements if one.tag == "a" and one.below.startswith("door-")]
    doors = [target for target in doors if not target.startswith("#")]
    assert len(doors) == 9
    assert all((site() / LANGUAGES[lang] / Path(target)).is_file() for target in doors)


@both
def test_the_command_line_page_shows_what_the_program_prints(lang: str) -> None:
    found = page("reference/command-line", lang)
    assert {heading.id for heading in found.headings if heading.level == 2} == {"exit-codes", *COMMANDS}
    for name in COMMANDS:
        done = portspec([name, "--help"], env={"COLUMNS": str(COLUMNS)})
        assert done.out.rstrip("\n") in found.article, name
