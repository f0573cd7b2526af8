"""The firewall request: the reader's own addresses, kept in the browser alone, on paper and as a sheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from browser.chromium import Chromium, Tab
from browser.explorer_steps import READY, choose, click, listed, show
from built_site import LANGUAGES

from portspec.policy.model import Profile
from portspec.policy.store import policy

ASKED = {"release": "4.18", "from": "worker", "to": "api-balancer", "view": "request"}
SHEET = "document.querySelector('.ex-sheet').innerText"


def enter(tab: Tab, label: str, words: str) -> None:
    """Type into the field with a label."""
    tab.evaluate(f"""(() => {{
        const label = [...document.querySelectorAll(".ex-typing label")].find(one => one.textContent === {label!r})
        const field = label.querySelector("input")
        field.value = {words!r}
        field.dispatchEvent(new Event("input", {{bubbles: true}}))
    }})()""")


def test_what_is_typed_is_in_the_request_and_nowhere_else(chromium: Chromium, address: str) -> None:
    with chromium.tab() as tab:
        tab.size(1440, 900)
        show(tab, address, ASKED)
        before = tab.evaluate("location.href")
        enter(tab, "Worker", "10.9.8.0/24")
        enter(tab, "Ticket", "<b>NET-77</b>")
        text = tab.evaluate(SHEET)
        assert "Worker 10.9.8.0/24 → API balancer" in text
        assert "<b>NET-77</b>" in text
        assert "during the installation" in text or "permanent" in text
        choose(tab, "phase", "install")
        click(tab, "Table")
        click(tab, "Firewall request")
        assert "10.9.8.0/24" in tab.evaluate(SHEET)
        assert "10.9.8" not in tab.evaluate("location.href + JSON.stringify(history.state) + document.cookie") + before
        show(tab, address, ASKED)
        assert "Worker 10.9.8.0/24 → API balancer" in tab.evaluate(SHEET), "kept for the next visit"
        requests, problems = tab.settled()
        assert problems == ()
        assert not any("10.9.8" in one or "NET-77" in one for one in requests)
        click(tab, "Forget what I typed")
        assert "10.9.8" not in tab.evaluate(f"{SHEET} + JSON.stringify(localStorage)")
        with chromium.tab() as other:
            other.open(before)
            other.until(READY)
            assert "10.9.8" not in other.evaluate(SHEET)


@pytest.mark.parametrize("kept", ["not json", "[]", "null", '{"addresses": 5, "fields": {"ticket": 7}}'])
def test_what_another_page_stored_does_no_harm(kept: str, chromium: Chromium, address: str) -> None:
    with chromium.tab() as tab:
        show(tab, address)
        tab.evaluate(f"localStorage.setItem('portspec-request', {kept!r})")
        show(tab, address, ASKED)
        enter(tab, "Worker", "10.9.8.7")
        assert "10.9.8.7" in tab.evaluate(SHEET)
        assert tab.settled()[1] == ()


def test_a_sheet_has_the_legs_of_the_policy_with_the_addresses(tab: Tab, address: str) -> None:
    show(tab, address, {"release": "4.18", "view": "request"})
    enter(tab, "Control plane", "=10.0.0.1")
    header, *found = csv.reader(io.StringIO(listed(tab)))
    lines = [dict(zip(header, row, strict=True)) for row in found]
    expected = {(one.source, one.target, one.transport, one.port or "") for one in policy("4.18", Profile()).allows}
    assert {(one["source"], one["destination"], one["transport"], one["port"]) for one in lines} == expected
    assert len(lines) == len(expected)
    typed = {one["source_addresses"] for one in lines if one["source"] == "control-plane"}
    assert typed == {"'=10.0.0.1"}, "a spreadsheet takes no cell for a formula"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["", "request"])
def test_on_paper_there_is_only_what_was_asked_for(view: str, lang: str, tab: Tab, address: str) -> None:
    show(tab, address, {**ASKED, "view": view}, lang)
    tab.on_paper(True)
    found: dict[str, Any] = tab.evaluate(
        """(() => {
        const seen = selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()).length
        return {
            controls: seen("button:not(thead *), select, input, .md-header, .md-footer, .md-tabs"),
            rows: seen(".ex-table tbody tr"),
            lines: seen(".ex-lines tbody tr"),
            title: seen(".ex-table caption, .ex-sheet h2"),
        }
    })()"""
    )
    tab.on_paper(False)
    assert found["controls"] == 0
    assert (found["rows"] > 0, found["lines"] > 0) == (view == "", view == "request")
    assert found["title"] == 1


def test_print_prints(tab: Tab, address: str, tmp_path: Path) -> None:
    show(tab, address, ASKED)
    tab.evaluate("window.printed = 0; window.print = () => { window.printed += 1 }")
    click(tab, "Print")
    assert tab.evaluate("printed") == 1
