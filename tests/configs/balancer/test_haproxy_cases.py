"""The HAProxy reader: a config and its model, and what the real program says to the same file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from configs.balancer.casefiles import ELSEWHERE, ReaderCase, load, write
from configs.balancer.shown import shown
from conftest_programs import require

CASES = load()
ASIDE = ("missing timeouts", "has no 'bind' directive")
"""Warnings about what is missing, which no line is to blame for."""
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"


@pytest.fixture(scope="module", autouse=REFRESH)
def _refresh() -> None:
    write([case._replace(expected=shown(case.text)) for case in CASES])


def test_titles_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_model(case: ReaderCase) -> None:
    assert shown(case.text) == case.expected


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.title.endswith(ELSEWHERE)], ids=lambda case: case.id
)
def test_the_real_program_agrees(case: ReaderCase, tmp_path: Path) -> None:
    refused, warned = haproxy_says(case.text, tmp_path)
    lines = case.expected.splitlines()
    assert refused == any(line.startswith(("refused ", "error ")) for line in lines), case.text
    if not refused:
        assert warned == any(line.startswith("ignored ") for line in lines), case.text


def haproxy_says(text: str, folder: Path) -> tuple[bool, bool]:
    """Whether the real program refuses a config, and whether it warns of a line."""
    path = folder / "haproxy.cfg"
    path.write_text(text)
    program = require("haproxy", package="haproxy")
    done = subprocess.run([program, "-c", "-f", str(path)], capture_output=True, text=True, timeout=60, check=False)
    # 2: no error, but nothing to listen on.
    assert done.returncode in (0, 1, 2), done.stderr
    warnings = [line for line in done.stderr.splitlines() if "[WARNING]" in line and not any(map(line.count, ASIDE))]
    return done.returncode == 1, bool(warnings)
