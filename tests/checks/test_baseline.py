"""Baselines: what they accept and how often, what is stale, and what is no baseline."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from checks.standard import check_text
from running import REPOSITORY, Run, portspec

from portspec.checks.baseline import Entry, accept, entries, read_baseline
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.errors import InputError
from portspec.source import SourceText

BEFORE = "    ip saddr @nodes"
OPEN = "    tcp dport 5900 accept\n    tcp dport 22623 accept\n"
RESULT = check_text(wrong(CONTROL_PLANE, BEFORE, OPEN + BEFORE), "host control-plane")
FIRST, SECOND = RESULT.findings


def times(*findings: Finding) -> ClusterResult:
    return RESULT._replace(findings=findings)


def written(*findings: Finding, **more: Any) -> str:
    listed = [
        {"fingerprint": one.fingerprint, "code": one.code, "path": one.path, "count": one.times}
        for one in entries(findings, "")
    ]
    return json.dumps({"version": 1, "findings": listed, **more}, indent=1)


# what the baseline lists, what is found → how many stand, how many are accepted, (variant, left) of stale entries
CASES: dict[str, tuple[tuple[Finding, ...], tuple[Finding, ...], int, int, list[tuple[str, str]]]] = {
    "nothing listed": ((), (FIRST, SECOND), 2, 0, []),
    "all listed": ((FIRST, SECOND), (FIRST, SECOND), 0, 2, []),
    "one is new": ((FIRST,), (FIRST, SECOND), 1, 1, []),
    "one more of the same": ((FIRST,), (FIRST, FIRST), 1, 1, []),
    "as many of the same": ((FIRST, FIRST), (FIRST, FIRST), 0, 2, []),
    "one fewer of the same": ((FIRST, FIRST), (FIRST,), 0, 1, [("fewer", "1")]),
    "one is mended": ((FIRST, SECOND), (SECOND,), 0, 1, [("gone", "1")]),
    "all are mended": ((FIRST, FIRST, SECOND), (), 0, 0, [("gone", "2"), ("gone", "1")]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_accepted(name: str) -> None:
    listed, found, standing, accepted, stale = CASES[name]
    (result,) = accept([times(*found)], read_baseline(SourceText("base.json", written(*listed))))
    assert len([one for one in result.findings if one.code != "PS005"]) == standing
    assert [(one.where, one.reason) for one in result.suppressed] == [("baseline", "base.json")] * accepted
    told = [one for one in result.findings if one.code == "PS005"]
    assert sorted((one.variant, one.values["left"]) for one in told) == sorted(stale)
    for one in told:
        assert one.span is not None
        assert "fingerprint" in result.sources["base.json"].line(one.span.line)


def test_what_was_not_looked_for_is_not_stale() -> None:
    baseline = read_baseline(SourceText("base.json", written(FIRST, SECOND)))
    (result,) = accept([times()], baseline, {FIRST.code, "PS005"})
    assert [one.values["code"] for one in result.findings] == [FIRST.code]
    (result,) = accept([times()], baseline, {FIRST.code})
    assert result.findings == ()
    elsewhere = read_baseline(SourceText("base.json", written(FIRST._replace(path="README.md"))))
    assert accept([times()], elsewhere)[0].findings == (), "a file that is there but was not checked"
    gone = read_baseline(SourceText("base.json", written(FIRST._replace(path="no/such.file"))))
    assert len(accept([times()], gone)[0].findings) == 1


def test_a_stale_entry_is_never_written() -> None:
    (result,) = accept([times(SECOND)], read_baseline(SourceText("base.json", written(FIRST))))
    assert [one.code for one in entries(result.findings, "")] == [SECOND.code]


def test_an_entry_that_is_listed_twice_counts_twice() -> None:
    text = written(FIRST)
    both = json.loads(text)
    both["findings"] *= 2
    (entry,) = read_baseline(SourceText("base.json", json.dumps(both))).entries
    assert entry._replace(span=None) == Entry(FIRST.fingerprint, FIRST.code, FIRST.path, 2)


ENTRY: dict[str, Any] = {"fingerprint": "0" * 16, "code": "PS301", "path": "a"}
WRONG = {
    "no JSON": ("{", "base.json:1:2: is not JSON: Expecting property name enclosed in double quotes"),
    "a list": ("[]", "base.json: is not a baseline: it has no list `findings`"),
    "no list": ('{"version": 1, "findings": {}}', "base.json: is not a baseline: it has no list `findings`"),
    "a version to come": ('{"version": 2, "findings": []}', "base.json: has version 2; this portspec reads 1"),
    "nested deeply": ("[" * 100_000, "base.json:1:1: is not a baseline: it is nested too deeply"),
    "an entry that is none": (written(findings=[1]), "base.json: finding 1 is no object"),
    "no fingerprint": (written(findings=[{**ENTRY, "fingerprint": "x"}]), "base.json: finding 1: `fingerprint` is not 16 hexadecimal digits"),
    "no code": (written(findings=[ENTRY, {**ENTRY, "code": 1}]), "base.json: finding 2: `code` is not one such as PS301"),
    "no path": (written(findings=[{**ENTRY, "path": None}]), "base.json: finding 1: `path` is not a text"),
    "no number": (written(findings=[{**ENTRY, "count": True}]), "base.json: finding 1: `count` is not a number from 1"),
    "none": (written(findings=[{**ENTRY, "count": 0}]), "base.json: finding 1: `count` is not a number from 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_baseline(name: str) -> None:
    text, error = WRONG[name]
    with pytest.raises(InputError) as caught:
        read_baseline(SourceText("base.json", text))
    assert str(caught.value) == error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the broken example in a repository."""
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "clusters" / "one")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_from_the_first_day_to_the_last(folder: Path) -> None:
    """Write it, see green; make a new mistake, see that one; mend an old one, be told that the entry can go."""

    def check(*more: str, cwd: str = ".") -> Run:
        return portspec(["check", "--concise", *more], cwd=folder / cwd)

    assert check().code == 1
    first = check("--write-baseline", "base.json")
    assert (first.code, first.out) == (0, "nothing to report (23 accepted)\n")
    assert check("--baseline", "base.json").out == first.out
    for there, more in (("clusters", ()), ("clusters/one/lb", ("..",))):
        base = "../base.json" if there == "clusters" else "../../../base.json"
        assert check(*more, "--baseline", base, cwd=there).out == first.out, "wherever the run starts"
    config = folder / "clusters" / "one" / "lb" / "haproxy.cfg"
    text = config.read_text()
    config.write_text(
        "# moved\n"
        + text.replace(
            "inter 10s fall 2 rise 3\n", "inter 10s fall 2 rise 3\n  server ocp-worker-2 192.168.22.213:6443\n", 1
        )
    )
    new = check("--baseline", "base.json")
    assert new.code == 1
    assert new.out.splitlines()[0].startswith("clusters/one/lb/haproxy.cfg:")
    assert "PS304 error member ocp-worker-2" in new.out
    config.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "ocp-worker-0 192.168.22.211:6443" not in line)
    )
    mended = check("--baseline", "base.json")
    assert mended.code == 0
    assert "PS005 note the baseline lists a PS304 about clusters/one/lb/haproxy.cfg" in mended.out
    assert check("--baseline", "base.json", "--fail-on", "note").code == 1
    assert check("--baseline", "base.json", "--select", "PS1").out.splitlines() == ["nothing to report (10 accepted)"]
    before = (folder / "base.json").read_text().splitlines()
    assert check("--write-baseline", "base.json").code == 0
    after = (folder / "base.json").read_text().splitlines()
    assert [line for line in before if line not in after] == [line for line in before if '"PS304"' in line]


def test_a_baseline_that_cannot_be_used(folder: Path) -> None:
    run = portspec(["check", "--baseline", "no.json"], cwd=folder)
    assert (run.code, run.out, run.err) == (2, "", "no.json: No such file or directory\n")
    run = portspec(["check", "--write-baseline", "no/base.json"], cwd=folder)
    assert (run.code, run.out, run.err) == (2, "", "no/base.json: cannot write the report: No such file or directory\n")
    run = portspec(["check", "--write-baseline", "clusters/one/portspec.yaml"], cwd=folder)
    assert run.code == 2
