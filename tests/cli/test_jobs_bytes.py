"""Every report of every case that the tests have, written by one process and by several, in interpreters that order their sets
differently: the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import REPOSITORY, portspec

FORMS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
RUNS = {"one process": ("1", "1"), "two": ("2", "2"), "seven": ("7", "77"), "one, sets ordered otherwise": ("1", "5")}
"""How many jobs, and the seed of the interpreter's hashes."""


def written(folder: Path, jobs: str, seed: str, language: str) -> dict[str, bytes]:
    folder.mkdir()
    outputs = [word for form in FORMS for word in ("--output", f"{form}={folder / form}")]
    command = ["check", "tests", "examples", "--lang", language, "--day", "2026-11-01", "--statistics", "--jobs", jobs]
    run = portspec([*command, *outputs], env={"PYTHONHASHSEED": seed}, cwd=REPOSITORY)
    assert (run.code, run.err) == (1, "")
    return {"standard output": run.out.encode(), **{form: (folder / form).read_bytes() for form in FORMS}}


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_same_bytes(language: str, tmp_path: Path) -> None:
    reports = {name: written(tmp_path / str(number), *how, language) for number, (name, how) in enumerate(RUNS.items())}
    first = reports["one process"]
    assert min(map(len, first.values())) > 50_000
    for name, report in reports.items():
        for form in report:
            assert report[form] == first[form], f"{form}, {name}"
