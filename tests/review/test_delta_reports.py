"""What a change does, in the reports of platforms: SARIF's baselineState, a suite of JUnit, issues of Code Quality."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from report.test_gitlab import issues
from report.test_junit import valid as valid_junit
from report.test_sarif import valid as valid_sarif
from review.changes import CHANGES, Change, forgets
from review.repositories import check, commit, edit
from review.test_changes import made, named
from running import portspec


def sarif(folder: Path, *words: str) -> list[dict[str, Any]]:
    log = json.loads(check(folder, "--format", "sarif", *words).out)
    valid_sarif(log)
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_reports_of_every_change_are_valid_and_fail_as_the_run_does(change: Change, tmp_path: Path) -> None:
    folder = made(change, tmp_path / "repository")
    outputs = [f"--output={name}={tmp_path / name}" for name in ("json", "sarif", "junit", "gitlab")]
    run = check(folder, "--fail-on-new", *outputs)
    assert run.code == change.code
    report = json.loads((tmp_path / "json").read_text())
    log = json.loads((tmp_path / "sarif").read_text())
    valid_sarif(log)
    states = Counter(result["baselineState"] for result in log["runs"][0]["results"])
    assert states["new"] + states["unchanged"] == len(report["findings"]) + len(report["suppressed"])
    suites = valid_junit((tmp_path / "junit").read_text())
    assert (int(suites.attrib["failures"]) > 0) == bool(change.code)
    worse = [
        flow for one in report["delta"]["clusters"] for flow in one["flows"] if flow["kind"] in ("exposed", "blocked")
    ]
    assert len(suites[0]) == max(len(worse), 1)
    found = issues((tmp_path / "gitlab").read_text())
    told = [issue for issue in found if issue["description"].startswith(("new finding: ", "newly "))]
    assert bool(told) == any(state == "new" for state in states) or worse
    if change.code:
        assert told
    else:
        assert not [issue for issue in told if issue["severity"] == "critical"]


def test_what_is_new_what_was_there_and_what_is_gone(tmp_path: Path) -> None:
    folder = made(Change("", lambda _: None, 0, 0, ()), tmp_path / "repository")
    config = folder / "cluster/lb/haproxy.cfg"
    forgets(folder / "cluster")
    commit(folder, "old findings")
    old = sarif(folder)
    assert old
    assert {result["baselineState"] for result in old} == {"unchanged"}
    config.write_text("# one line more\n" + config.read_text())
    edit(folder / "cluster/firewall/master.nft", "ip saddr 192.168.22.10 tcp dport", "tcp dport")
    results = sarif(folder)
    states = {(result["ruleId"], result["baselineState"]) for result in results}
    assert ("PS201", "new") in states
    assert {result["partialFingerprints"]["portspec/v1"] for result in old} <= {
        result["partialFingerprints"]["portspec/v1"] for result in results if result["baselineState"] == "unchanged"
    }
    commit(folder, "new ones")
    edit(
        folder / "cluster/firewall/master.nft",
        "tcp dport { 6443, 22623 }",
        "ip saddr 192.168.22.10 tcp dport { 6443, 22623 }",
    )
    results = sarif(folder)
    (absent,) = [result for result in results if result["baselineState"] == "absent"]
    assert absent["ruleId"] == "PS201"
    assert "snippet" not in absent["locations"][0]["physicalLocation"]["region"]
    assert "portspec-base-" not in json.dumps(results)
    # Code scanning takes every result for an open alert.
    github = json.loads(check(folder, "--format", "sarif", env={"GITHUB_ACTIONS": "true"}).out)["runs"][0]["results"]
    assert github == [result for result in results if result["baselineState"] != "absent"]
    # A code that nobody asked for is not told of either.
    assert not [one for one in sarif(folder, "--ignore", "PS201") if one["baselineState"] == "absent"]


def test_without_a_base_there_is_no_state(tmp_path: Path) -> None:
    folder = made(named("opens-22623"), tmp_path / "repository")
    log = json.loads(portspec(["check", "--format", "sarif"], cwd=folder).out)
    assert not [result for result in log["runs"][0]["results"] if "baselineState" in result]


def test_old_findings_do_not_fail_the_cases_of_a_gate_on_new_ones(tmp_path: Path) -> None:
    folder = made(Change("", lambda _: None, 0, 0, (), "upi-broken"), tmp_path / "repository")
    alone = valid_junit(check(folder, "--fail-on-new", "--format", "junit").out)
    assert alone.attrib["failures"] == "0"
    assert [case.attrib["name"] for case in alone[0]] == ["nothing is newly exposed or blocked"]
    whole = valid_junit(check(folder, "--format", "junit").out)
    assert int(whole.attrib["failures"]) > 5


def test_a_filter_that_is_gone_is_an_issue_although_nothing_can_be_found_in_it(tmp_path: Path) -> None:
    folder = made(named("deletes-filter"), tmp_path / "repository")
    found = issues(check(folder, "--format", "gitlab", "--fail-on-new").out)
    exposed = [one for one in found if one["description"].startswith("newly exposed: PS201 22623/tcp")]
    assert [one["location"]["path"] for one in exposed] == ["cluster/firewall/master.nft"]
    suites = valid_junit(check(folder, "--format", "junit", "--fail-on-new", "--lang", "zh-TW").out)
    names = [case.attrib["name"] for case in suites[0]]
    assert any(name.startswith("PS201 新增暴露: 22623/tcp") for name in names)
