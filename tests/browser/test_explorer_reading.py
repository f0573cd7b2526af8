"""The explorer for every reader: by keyboard, on a phone, from a folder, without scripts, and whatever the spec says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from browser.chromium import Chromium, Tab
from browser.explorer_steps import COUNT, choose, click, rows, show
from built_site import LANGUAGES, site

from portspec.policy.flows import flows
from portspec.policy.model import Profile
from portspec.policy.store import newest_release, snapshot

WIDE, PHONE, HEIGHT = 1440, 390, 900


@pytest.fixture(autouse=True)
def wide(tab: Tab) -> None:
    tab.size(WIDE, HEIGHT)


def test_sorting_by_keyboard(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18"})
    unsorted = [row[0] for row in rows(tab)]
    tab.evaluate("document.querySelector('.explorer select[name=release]').focus()")
    for _ in range(60):
        tab.press("Tab")
        if tab.evaluate("document.activeElement.closest('th')?.classList.contains('ex-c-port')"):
            break
    assert (
        tab.evaluate(
            "document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle"
        )
        == "solid"
    )

    def ports() -> list[int]:
        return [int(row[0].split("/")[0].split("-")[0]) if row[0][0].isdigit() else 0 for row in rows(tab)]

    for way, order in (("ascending", sorted(ports())), ("descending", sorted(ports(), reverse=True))):
        tab.press("Enter", "\r")
        assert tab.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == way
        assert ports() == order
    tab.press("Enter", "\r")
    assert tab.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "none"
    assert [row[0] for row in rows(tab)] == unsorted


def test_the_keyboard_reaches_and_names_every_control(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18", "from": "worker", "to": "control-plane"})
    tab.evaluate("document.querySelector('.explorer select[name=release]').focus()")
    reached = []
    for _ in range(40):
        reached.append(
            tab.evaluate("""(() => {
                const one = document.activeElement
                return one.closest(".ex-table tbody") ? null
                    : one.name || one.getAttribute("aria-label") || one.textContent.trim()
            })()""")
        )
        if reached[-1] is None:
            break
        tab.press("Tab")
    for name in (
        "platform",
        "topology",
        "from",
        "to",
        "text",
        "role",
        "phase",
        "necessity",
        "group",
        "Firewall request",
        "Copy link",
        "Copy CSV",
        "Download CSV",
        "Download XLSX",
        "Print",
        "Port",
    ):
        assert name in reached, (name, reached)
    unlabelled = tab.evaluate(
        "[...document.querySelectorAll('.explorer select, .explorer input')].filter(one => !one.labels.length).length"
    )
    assert unlabelled == 0
    assert tab.evaluate("document.querySelector('.ex-count').getAttribute('role')") == "status"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [WIDE, 768, PHONE])
def test_nothing_sticks_out(lang: str, width: int, tab: Tab, address: str) -> None:
    for given in (
        {"from": "worker", "to": "control-plane"},
        {"group": "service", "sort": "port"},
        {"view": "request"},
        {"text": "nothing at all"},
    ):
        tab.size(width, HEIGHT)
        show(tab, address, {"release": "4.18", **given}, lang)
        tab.evaluate(
            "document.querySelectorAll('.explorer details').forEach((one, n) => { if (n < 9) one.open = true });"
            "document.querySelectorAll('.ex-opener').forEach(one => one.click())"
        )
        found = tab.evaluate("""({
            page: document.documentElement.scrollWidth,
            boxes: [...document.querySelectorAll(".ex-scroll:not([hidden])")].filter(one => one.scrollWidth > one.clientWidth + 1).length,
            out: [...document.querySelectorAll(".explorer *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.className || one.tagName),
        })""")
        assert found == {"page": width, "boxes": 0, "out": []}, (given, found)
    requests, problems = tab.settled()
    assert problems == ()
    assert [one for one in requests if not one.startswith((address, "data:"))] == []


def test_a_row_is_a_card_on_a_phone(tab: Tab, address: str) -> None:
    tab.size(PHONE, HEIGHT)
    show(tab, address, {"release": "4.18", "text": "22623"})
    found = tab.evaluate("""(() => {
        const row = document.querySelector(".ex-table tbody tr")
        const cell = row.querySelector(".ex-c-from")
        return [getComputedStyle(row).display, getComputedStyle(cell, "::before").content, document.querySelector(".ex-table th button").offsetParent !== null]
    })()""")
    assert found == ["grid", '"From"', True]


SEEN = "[...document.querySelectorAll('.explorer form :is(select, input)')].filter(one => one.checkVisibility()).map(one => one.name)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_filters_fold_on_a_phone(lang: str, tab: Tab, address: str) -> None:
    tab.size(PHONE, HEIGHT)
    show(tab, address, {"release": "4.18", "role": "worker"}, lang)
    openers = "[...document.querySelectorAll('.ex-opener')]"
    assert tab.evaluate(SEEN) == ["from", "to", "text"]
    assert tab.evaluate("document.querySelector('.ex-table tbody tr').getBoundingClientRect().top") < 1.2 * HEIGHT
    cluster, filters = tab.evaluate(f"{openers}.map(one => one.textContent)")
    assert "4.18" in cluster
    assert filters.rstrip(" 項").endswith("1"), "how many filters there are is told while they are folded"
    for n, names in enumerate((["release", "platform", "network", "topology"], ["role", "direction", "phase"])):
        tab.evaluate(f"{openers}[{n}].focus()")
        for expanded in ("true", "false"):
            tab.press("Enter", "\r")
            assert tab.evaluate("document.activeElement.getAttribute('aria-expanded')") == expanded
            assert set(names).issubset(tab.evaluate(SEEN)) == (expanded == "true")
    tab.size(WIDE, HEIGHT)
    assert {"release", "role", "group"} <= set(tab.evaluate(SEEN)), "where there is room nothing is folded"
    assert not tab.evaluate(f"{openers}.some(one => one.checkVisibility())")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_read_from_a_folder(lang: str, tab: Tab) -> None:
    root = f"{site().as_uri()}/"
    show(tab, root, {"release": "4.14", "role": "bootstrap"}, lang)
    assert tab.evaluate(COUNT) == len(flows(snapshot("4.14"), Profile(), "bootstrap"))
    choose(tab, "release", "4.21")
    tab.until("location.search.includes('4.21')")
    assert tab.evaluate(COUNT) == len(flows(snapshot("4.21"), Profile(), "bootstrap"))
    tab.evaluate("history.back()")
    tab.until("document.querySelector('.explorer select[name=release]').value === '4.14'")
    requests, problems = tab.settled()
    assert problems == ()
    assert [one for one in requests if not one.startswith(("file:", "data:"))] == []


@pytest.fixture
def scriptless(chromium: Chromium) -> Iterator[Tab]:
    with chromium.tab() as fresh:
        fresh.without_scripts()
        yield fresh


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plain_table_without_scripts(lang: str, scriptless: Tab, address: str) -> None:
    for width in (WIDE, PHONE):
        scriptless.size(width, HEIGHT)
        scriptless.open(f"{address}{LANGUAGES[lang]}explorer/index.html")
        found = scriptless.evaluate("""({
            seen: document.querySelector(".ex-plain table").offsetHeight > 1000,
            form: document.querySelectorAll(".explorer *").length,
            out: [...document.querySelectorAll(".ex-plain *")].filter(one => one.getBoundingClientRect().right > innerWidth).length,
            page: document.documentElement.scrollWidth - innerWidth,
            ports: [...document.querySelectorAll(".ex-plain tbody tr")].map(row => row.cells[0].innerText.trim()),
        })""")
        ports = [
            f"{one.port}/{one.transport}" if one.port else one.transport
            for one in flows(snapshot(newest_release()), Profile())
        ]
        assert found == {"seen": True, "form": 0, "out": 0, "page": 0, "ports": ports}


def test_the_plain_table_is_out_of_the_way_where_scripts_run(tab: Tab, address: str) -> None:
    show(tab, address)
    assert tab.evaluate("document.querySelector('.ex-plain').offsetHeight") == 0


def test_release_data_that_does_not_load_is_told(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18"})
    tab.evaluate("""document.head.append = (append => function (script) {
        if (script.tagName === "SCRIPT") script.setAttribute("src", "nowhere.js")
        return append.call(this, script)
    })(document.head.append)""")
    choose(tab, "release", "4.15")
    notice = tab.until("document.querySelector('.ex-notice:not([hidden])')?.innerText")
    assert "OpenShift 4.15 did not load" in notice
    assert tab.evaluate("document.querySelector('.explorer select[name=release]').value") == "4.18"
    assert tab.evaluate(COUNT) == len(flows(snapshot("4.18"), Profile()))


def test_markup_in_the_spec_stays_text(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18"})
    hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>"\'</td>'
    tab.evaluate(f"""document.head.append = script => {{
        portspecExplorer.take({json.dumps(hostile_release(hostile))})
        script.dispatchEvent(new Event("load"))
    }}""")
    for name, value in {"release": "4.15", "group": "service", "from": "worker", "to": "worker"}.items():
        choose(tab, name, value)
        tab.until("!document.getElementById('explorer').hasAttribute('aria-busy')")
    for words in ("Table", "Firewall request"):
        click(tab, words)
        assert hostile in tab.evaluate("document.querySelector('.explorer').innerText")
        assert tab.evaluate("document.querySelectorAll('.explorer img, .explorer script').length") == 0
        assert tab.evaluate("window.pwned") is None


def hostile_release(words: str) -> dict[str, Any]:
    """A release of which every text is markup."""
    text = {"en": words, "zh-TW": words}
    phases = ["install", "running"]
    flow = {"senders": ["worker"], "necessity": "required", "phases": phases, "via": "api", "carried": True}
    port = {
        "port": "1",
        "transport": "tcp",
        "reach": "cluster",
        "purpose": text,
        "sources": [words],
        "conflicts": [{"source": words, "text": text}],
        "holders": [{"role": "worker", "phases": phases}],
        "flows": [flow],
    }
    return {
        "release": "4.15",
        "roles": {"worker": {"title": text, "kind": "node", "phases": phases}},
        "platforms": {"none": {"title": text, "balancer": "site"}},
        "networks": {"OVNKubernetes": {"title": text}},
        "topologies": {"ha": {"title": text}},
        "features": {"x": {"title": text}},
        "balancers": {"api": {"title": text, "role": words}},
        "services": [{"id": words, "title": text, "ports": [port]}],
    }
