"""The load-balancer checks on whole cluster repositories: the report, and what the real HAProxy says to the config.

A case is a folder below `cases_balancer/` with a cluster file, a config and the whole text report. After a change
that is meant, `PORTSPEC_REFRESH=1 pytest tests/checks/test_balancer_cases.py` writes the reports; review the difference.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest_programs import require

from portspec.checks.fleet import Request, check_all
from portspec.checks.registry import checks
from portspec.report.as_text import render

FOLDER = Path(__file__).parent / "cases_balancer"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
REFRESH = os.environ.get("PORTSPEC_REFRESH") == "1"
CODE = re.compile(r" (PS\d{3}) ")
NEEDS_A_FILE = "crt /"
"""A config with a certificate that is not here cannot be tried."""
HAPROXY = [name for name in CASES if (FOLDER / name / "haproxy.cfg").exists()]
TRIED = [name for name in HAPROXY if NEEDS_A_FILE not in (FOLDER / name / "haproxy.cfg").read_text()]
REQUEST = Request(None, None, None, "2026-11-23")


@pytest.mark.parametrize("name", CASES)
def test_the_report(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER / name)
    report = render(check_all(["."], REQUEST), "en")
    expected = FOLDER / name / "expected.txt"
    if REFRESH:
        expected.write_text(report)
    assert report == expected.read_text()


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_about_the_check_that_it_is_named_for(name: str) -> None:
    codes = set(CODE.findall((FOLDER / name / "expected.txt").read_text()))
    if name.startswith("right-") or name in ("ps310-fast-enough", "ps312-let-in-by-source", "ps315-not-published"):
        assert codes == set()
    else:
        assert name[:5].upper() in codes


def test_every_check_of_a_balancer_has_a_case() -> None:
    assert {code for code in checks() if code.startswith("PS3")} <= {name[:5].upper() for name in CASES}


@pytest.mark.parametrize("name", TRIED)
def test_the_real_program_refuses_what_is_said_to_be_refused(name: str, tmp_path: Path) -> None:
    program = require("haproxy", package="haproxy")
    text = (FOLDER / name / "haproxy.cfg").read_text()
    # Names of the cases resolve nowhere; the environment of the real program is empty of the cases' variables.
    tried = tmp_path / "haproxy.cfg"
    tried.write_text(re.sub(r"\b[\w-]+\.(?:lab|unknown)\.example:", "192.0.2.1:", text, flags=re.IGNORECASE))
    environment = {"MASTER1": "192.168.22.202", "API_PORT": "6443"}
    done = subprocess.run(
        [program, "-c", "-f", str(tried)], capture_output=True, env=environment, timeout=60, check=False
    )
    assert (done.returncode == 1) == ("PS317" in (FOLDER / name / "expected.txt").read_text()), done.stderr
