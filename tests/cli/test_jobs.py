"""Clusters checked side by side give the same bytes as one after the other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from running import REPOSITORY, portspec


@pytest.mark.parametrize("form", ["text", "json"])
def test_jobs_change_no_byte(form: str) -> None:
    runs = [portspec(["check", "examples", "--format", form, "--jobs", jobs]) for jobs in ("1", "2")]
    assert runs[0] == runs[1]
    assert (runs[0].code, runs[0].err) == (1, "")


@pytest.mark.parametrize("release", ["4.99", "4.18.3"])
def test_an_error_in_another_process_is_told_like_any_other(release: str) -> None:
    runs = [portspec(["check", "examples", "--release", release, "--jobs", jobs]) for jobs in ("1", "2")]
    assert runs[0] == runs[1]
    assert runs[0].code == 2
    assert runs[0].err.startswith(f"unknown release '{release}'; known: ")


def test_a_lock_in_another_process(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / name)
    assert portspec(["pin"], cwd=tmp_path).code == 0
    runs = [portspec(["check", "--jobs", jobs], cwd=tmp_path) for jobs in ("1", "2")]
    assert runs[0] == runs[1]
    assert runs[0].err == ""
    lock = tmp_path / "b" / "portspec.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("required", "optional"), encoding="utf-8")
    refused = [portspec(["check", "--jobs", jobs], cwd=tmp_path) for jobs in ("1", "2")]
    assert refused[0] == refused[1]
    assert refused[0].code == 2
    assert refused[0].err.startswith("b/portspec.lock:")
