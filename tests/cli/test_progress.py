"""Processes share the clusters and the report does not show it; a terminal is told how far they are."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

from portspec.checks import fleet
from portspec.checks.fleet import Request, check_all
from portspec.cli.progress import CLEAR, ProgressLine
from portspec.errors import InputError

REQUEST = Request(None, None, None, "2026-11-01")


@pytest.fixture
def clusters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Several clusters, of which the first process checks but two alone."""
    for number in range(7):
        name = "upi-broken" if number % 2 else "upi-right"
        shutil.copytree(REPOSITORY / "examples" / name, tmp_path / f"c{number}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fleet, "WORTHWHILE", -1.0)
    return tmp_path


@pytest.mark.parametrize("jobs", [2, 3, 20])
def test_any_number_of_jobs_finds_the_same_in_the_same_order(clusters: Path, jobs: int) -> None:
    told: list[tuple[int, int]] = []
    alone = check_all(["."], REQUEST)
    divided = check_all(["."], REQUEST, jobs, lambda done, every: told.append((done, every)))
    assert [(one.cluster.path, one.findings) for one in divided] == [(one.cluster.path, one.findings) for one in alone]
    assert len(alone) == 7
    assert told == [(done, 7) for done in range(1, 8)]


def test_the_first_error_is_told_whoever_meets_it(clusters: Path) -> None:
    for number in (3, 5):
        (clusters / f"c{number}" / "lb" / "haproxy.cfg").write_text(f"broken {number}\n", encoding="utf-8")
    errors = []
    for jobs in (1, 2):
        with pytest.raises(InputError) as caught:
            check_all(["."], REQUEST, jobs)
        errors.append((str(caught.value), caught.value.hint))
    assert errors[0] == errors[1]
    assert errors[0][0].startswith("c3/lb/haproxy.cfg")


def test_the_line_is_rewritten_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    stream = io.StringIO()
    line = ProgressLine(stream, "en")
    line(1, 9)
    assert stream.getvalue() == ""
    now += 1
    line(2, 9)
    line(3, 9)  # too soon for another
    now += 1
    line(4, 9)
    line(9, 9)
    line.clear()
    assert stream.getvalue() == f"{CLEAR}2 of 9 clusters checked{CLEAR}4 of 9 clusters checked{CLEAR}"


def test_nothing_is_shown_where_nobody_looks() -> None:
    assert portspec(["check", "examples", "--jobs", "2"]).err == ""
