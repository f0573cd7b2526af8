"""What a site accepts: comments and entries that hide a finding, and those that hide nothing."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest
from checks.standard import check_text

from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.cluster.model import Ignore

OPEN = "    tcp dport 5900 accept\n"
BEFORE = "    ip saddr @nodes"


class Case(NamedTuple):
    name: str
    lines: str  # put into the control plane's filter, where `tcp dport 5900 accept` would be a PS202
    standing: list[str]
    suppressed: list[str] = []  # noqa: RUF012 - never changed


CASES = [
    Case("no ignore", OPEN, ["PS202"]),
    Case("in the line before", "    # portspec: ignore[PS202] why\n" + OPEN, [], ["why"]),
    Case("in the same line", OPEN.rstrip() + " # portspec: ignore[PS202] why\n", [], ["why"]),
    Case("blanks and comments between", "    # portspec: ignore[PS202] why\n\n    # ssh\n" + OPEN, [], ["why"]),
    Case("two comments for one line", "    # portspec: ignore[PS203] a\n    # portspec: ignore[PS202] b\n" + OPEN, ["PS002"], ["b"]),
    Case("two codes in one comment", "    # portspec: ignore[PS203, PS202] why\n" + OPEN, ["PS002"], ["why"]),
    Case("said twice", "    # portspec: ignore[PS202] a\n    # portspec: ignore[PS202] b\n" + OPEN, ["PS002"], ["a"]),
    Case("without a reason", "    # portspec: ignore[PS202]\n" + OPEN, ["PS202", "PS003"]),
    Case("another code", "    # portspec: ignore[PS201] why\n" + OPEN, ["PS202", "PS002"]),
    Case("no code", "    # portspec: ignore[ssh] why\n" + OPEN, ["PS202", "PS002"]),
    Case("nothing in the brackets", "    # portspec: ignore[] why\n" + OPEN, ["PS202", "PS002"]),
    Case("in the line after", OPEN + "    # portspec: ignore[PS202] why\n", ["PS202", "PS002"]),
    Case("a line between", "    # portspec: ignore[PS202] why\n    tcp dport 6443 accept\n" + OPEN, ["PS202", "PS002"]),
    Case("until a day to come", "    # portspec: ignore[PS202] until 2027-03-01 why\n" + OPEN, [], ["why"]),
    Case("on its last day", "    # portspec: ignore[PS202] until 2026-11-23: why\n" + OPEN, [], ["why"]),
    Case("past its day", "    # portspec: ignore[PS202] until 2026-11-22, why\n" + OPEN, ["PS202", "PS002"]),
    Case("until a day, and no reason", "    # portspec: ignore[PS202] until 2027-03-01\n" + OPEN, ["PS202", "PS003"]),
    Case("until no day", "    # portspec: ignore[PS202] until 2027-02-30 why\n" + OPEN, ["PS202", "PS002"]),
    Case("until a day written short", "    # portspec: ignore[PS202] until 20270301 why\n" + OPEN, ["PS202", "PS002"]),
    Case("until something happens", "    # portspec: ignore[PS202] until the move is done\n" + OPEN, [], ["until the move is done"]),
    Case("the first is past, the second holds", "    # portspec: ignore[PS202] until 2026-01-01 a\n    # portspec: ignore[PS202] b\n" + OPEN, ["PS002"], ["b"]),
    Case("without blanks", "    #portspec:ignore[PS202]why\n" + OPEN, [], ["why"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_comments(case: Case) -> None:
    result = check_text(wrong(CONTROL_PLANE, BEFORE, case.lines + BEFORE), "host control-plane")
    assert sorted(finding.code for finding in result.findings) == sorted(case.standing)
    assert [accepted.reason for accepted in result.suppressed] == case.suppressed


def test_an_ignore_that_ended_says_when() -> None:
    lines = "    # portspec: ignore[PS202] until 2026-11-22 why\n    # portspec: ignore[PS203] until 2026-13-01 why\n"
    result = check_text(wrong(CONTROL_PLANE, BEFORE, lines + OPEN + BEFORE), "host control-plane")
    told = [(one.variant, one.values["until"]) for one in result.findings if one.code == "PS002"]
    assert told == [("expired", "2026-11-22"), ("no-day", "2026-13-01")]


# entry of the cluster file → codes that stand, on 2026-11-23
ENTRIES = {
    "for every file": (Ignore("PS202", "", "why", None, None), []),
    "for this file": (Ignore("PS202", "config", "why", None, None), []),
    "for another file": (Ignore("PS202", "other", "why", None, None), ["PS002", "PS202"]),
    "on its last day": (Ignore("PS202", "", "why", "2026-11-23", None), []),
    "past its day": (Ignore("PS202", "", "why", "2026-11-22", None), ["PS002", "PS202"]),
    "another code": (Ignore("PS201", "", "why", None, None), ["PS002", "PS202"]),
    "itself": (Ignore("PS002", "", "why", None, None), ["PS002", "PS202"]),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries(name: str) -> None:
    ignore, standing = ENTRIES[name]
    result = check_text(wrong(CONTROL_PLANE, BEFORE, OPEN + BEFORE), "host control-plane", ignores=(ignore,))
    assert sorted(finding.code for finding in result.findings) == standing
    variants = [finding.variant for finding in result.findings if finding.code == "PS002"]
    assert variants == ([] if not standing else ["expired" if name == "past its day" else "unused"])


def test_very_many_comments_take_no_longer_than_reading_them() -> None:
    text = wrong(CONTROL_PLANE, BEFORE, "    # portspec: ignore[PS202] why\n" * 20_000 + OPEN + BEFORE)
    started = time.process_time()
    result = check_text(text, "host control-plane")
    assert time.process_time() - started < 5
    assert len(result.findings) == 19_999
    assert len(result.suppressed) == 1
