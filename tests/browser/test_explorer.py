"""What the explorer shows: each filter, the address that says what is shown, and the question between two roles."""

from __future__ import annotations

from typing import Any

import pytest
from browser.chromium import Chromium, Tab
from browser.explorer_steps import COUNT, READY, choose, click, listed, rows, show, write
from built_site import LANGUAGES

from portspec.policy.flows import FlowRecord, flows
from portspec.policy.model import Profile
from portspec.policy.store import newest_release, snapshot
from portspec.report.flows import as_csv

WIDE, HEIGHT = 1440, 900


@pytest.fixture(autouse=True)
def wide(tab: Tab) -> None:
    tab.size(WIDE, HEIGHT)


def query(tab: Tab) -> str:
    return str(tab.evaluate("location.search"))


def expected(wanted: Any) -> list[FlowRecord]:
    return [record for record in flows(snapshot("4.18"), Profile()) if wanted(record)]


def via_role(record: FlowRecord) -> str:
    return f"{record.via}-balancer" if record.via else ""


FILTERS: list[tuple[dict[str, str], Any]] = [
    ({"necessity": "recommended"}, lambda one: one.necessity == "recommended"),
    ({"phase": "running"}, lambda one: "running" in one.phases),
    ({"role": "worker", "direction": "in"}, lambda one: one.target == "worker"),
    ({"role": "worker", "direction": "out"}, lambda one: one.sender == "worker"),
    ({"role": "api-balancer", "direction": "in"}, lambda one: "api-balancer" in (one.target, via_role(one))),
    ({"from": "worker"}, lambda one: one.sender == "worker"),
    ({"to": "control-plane"}, lambda one: one.target == "control-plane"),
    ({"from": "worker", "to": "control-plane"}, lambda one: (one.sender, one.target) == ("worker", "control-plane")),
    ({"from": "worker", "to": "api-balancer"}, lambda one: one.sender == "worker" and one.via == "api"),
    ({"from": "api-balancer", "to": "control-plane"}, lambda one: one.via == "api" and one.target == "control-plane"),
    ({"text": "22623"}, lambda one: one.port == "22623"),
    ({"text": "9555"}, lambda one: one.port == "9000-9999"),
    (
        {"text": "ETCD  tcp"},
        lambda one: (
            "etcd" in f"{one.service} {one.title} {one.purpose} {one.sources}".lower() and one.transport == "tcp"
        ),
    ),
    ({"text": "機器設定"}, lambda one: "機器設定" in one.title["zh-TW"] + one.purpose["zh-TW"]),
    (
        {"text": "22623", "from": "worker", "necessity": "required"},
        lambda one: (one.port, one.sender, one.necessity) == ("22623", "worker", "required"),
    ),
]


@pytest.mark.parametrize(("given", "wanted"), FILTERS, ids=["-".join((*one, *one.values())) for one, _ in FILTERS])
def test_each_filter(given: dict[str, str], wanted: Any, tab: Tab, address: str) -> None:
    records = expected(wanted)
    assert 0 < len(records) < len(expected(lambda _: True))
    show(tab, address, {"release": "4.18", **given})
    assert listed(tab) == as_csv(records)
    # The same by hand, from a page that filters nothing.
    show(tab, address, {"release": "4.18"})
    for name, value in given.items():
        if name == "text":
            write(tab, value)
        else:
            choose(tab, name, value)
    assert listed(tab) == as_csv(records)
    click(tab, "Clear filters")
    assert tab.evaluate(COUNT) == len(flows(snapshot("4.18"), Profile()))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_shows_the_same_rows(lang: str, chromium: Chromium, tab: Tab, address: str) -> None:
    show(tab, address, lang=lang)
    assert query(tab) == "", "a page that nobody touched has a plain address"
    for name, value in {
        "release": "4.17",
        "platform": "baremetal",
        "topology": "compact",
        "to": "control-plane",
        "phase": "running",
        "necessity": "required",
        "group": "service",
    }.items():
        choose(tab, name, value)
        tab.until("!document.getElementById('explorer').hasAttribute('aria-busy')")
    tab.evaluate("document.querySelector('.ex-features input[value=ipsec]').click()")
    tab.evaluate("document.querySelector('.ex-table th.ex-c-port button').click()")
    write(tab, "tcp <b>&+ ")
    assert tab.evaluate(COUNT) == 0
    write(tab, "tcp api")
    tab.until("location.search.includes('text=tcp+api')")
    link, before = tab.evaluate("location.href"), rows(tab)
    assert 1 < len(before) < 40
    with chromium.tab() as other:
        other.size(WIDE, HEIGHT)
        other.open(link)
        other.until(READY)
        assert rows(other) == before
        assert other.evaluate("document.querySelectorAll('.ex-group').length") > 1
        switch = other.evaluate(
            "[...document.querySelectorAll('.md-select__link')].find(one => one.hreflang !== document.documentElement.lang).href"
        )
        assert switch.split("?")[1] == link.split("?")[1]
        other.open(switch)
        other.until(READY)
        assert {row[0] for row in rows(other)} == {row[0] for row in before}


def test_back_and_forward(chromium: Chromium, address: str) -> None:
    with chromium.tab() as fresh:  # a tab keeps fifty entries
        walk(fresh, address)


def walk(tab: Tab, address: str) -> None:
    show(tab, address)
    counts = [tab.evaluate(COUNT)]
    choose(tab, "role", "worker")
    counts.append(tab.evaluate(COUNT))
    choose(tab, "release", "4.13")
    tab.until("location.search.includes('4.13')")
    counts.append(tab.evaluate(COUNT))
    for n in range(1, 5):
        write(tab, "22623"[:n])
    write(tab, "22623")
    tab.until("location.search.includes('text=22623')")
    counts.append(tab.evaluate(COUNT))
    assert len(set(counts)) == 4
    for way, order in (("back", counts[2::-1]), ("forward", counts[1:])):
        for count in order:
            tab.evaluate(f"history.{way}()")
            tab.until(f"{COUNT} === {count}")
    assert tab.evaluate("document.querySelector('.explorer input[type=search]').value") == "22623"


def test_a_link_that_asks_for_what_is_not_there_says_so(tab: Tab, address: str) -> None:
    show(
        tab, address, {"release": "4.18", "network": "OpenShiftSDN", "features": "ipsec warp-drive", "role": "captain"}
    )
    notice = tab.evaluate("document.querySelector('.ex-notice:not([hidden])').innerText")
    assert "OpenShift 4.18" in notice
    assert all(name in notice for name in ("OpenShiftSDN", "warp-drive", "captain"))
    assert tab.evaluate(COUNT) == len(flows(snapshot("4.18"), Profile(features=("ipsec",))))
    show(tab, address, {"release": "9.9"})
    assert "9.9" in tab.evaluate("document.querySelector('.ex-notice:not([hidden])').innerText")
    assert tab.evaluate(COUNT) == len(flows(snapshot(newest_release()), Profile()))
    assert tab.settled()[1] == ()


ANSWERS = {
    ("worker", "api-balancer"): ("From Worker to API balancer, these must be open:", {"6443/tcp", "22623/tcp"}),
    ("bootstrap", "admin"): ("From Bootstrap host to Administrator, nothing has to be open.", set()),
}


@pytest.mark.parametrize(("ends", "answer"), ANSWERS.items(), ids=["-".join(ends) for ends in ANSWERS])
def test_what_must_be_open_between_two_roles(
    ends: tuple[str, str], answer: tuple[str, set[str]], tab: Tab, address: str
) -> None:
    show(tab, address, {"release": "4.18"})
    choose(tab, "from", ends[0])
    assert tab.evaluate("document.querySelector('.ex-answer').hidden")
    choose(tab, "to", ends[1])
    sentence = tab.evaluate("document.querySelector('.ex-answer p').innerText")
    assert sentence.startswith(answer[0])
    assert answer[1] <= set(sentence.replace(",", " ").rstrip(".").split())
    tab.evaluate("document.querySelector('.ex-swap').click()")
    assert query(tab).endswith(f"from={ends[1]}&to={ends[0]}")


def test_the_answer_has_every_port_of_the_rows(tab: Tab, address: str) -> None:
    for ends in (
        ("worker", "control-plane"),
        ("control-plane", "worker"),
        ("api-balancer", "control-plane"),
        ("admin", "control-plane"),
    ):
        show(tab, address, {"release": "4.18", "from": ends[0], "to": ends[1]})
        told = tab.evaluate("""[...document.querySelectorAll(".ex-answer > *")].reduce(([found, over], one) =>
            [over || one.tagName === "H2" ? found : [...found, ...[...one.querySelectorAll("code")].map(code => code.innerText)],
             over || one.tagName === "H2"], [[], false])[0]""")
        assert set(told) == {row[0] for row in rows(tab)}
        assert told


def test_a_role_that_the_cluster_has_not_is_named(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18", "topology": "compact", "from": "worker", "to": "control-plane"})
    assert "Worker: in this topology, the Control plane does that work." in tab.evaluate(
        "document.querySelector('.ex-answer').innerText"
    )
    show(tab, address, {"release": "4.18", "platform": "baremetal", "from": "worker", "to": "api-balancer"})
    assert "API balancer: this cluster has none." in tab.evaluate("document.querySelector('.ex-answer').innerText")
