"""The real spec is right, and every cross-check finds what it is there for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from portspec.source import SourceText
from portspec.spec.lint import SCHEMA, lint
from portspec.spec.lints import LINTS
from portspec.yamlsource import load_yaml, plain

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MINIMAL = HERE / "minimal"
CASES = sorted(folder for folder in (HERE / "negative").iterdir() if folder.is_dir())


def test_the_spec_is_right() -> None:
    assert [str(problem) for problem in lint(str(ROOT / "spec"))] == []


def test_the_minimal_spec_is_right() -> None:
    assert [str(problem) for problem in lint(str(MINIMAL))] == []


@pytest.mark.parametrize("case", CASES, ids=lambda folder: folder.name)
def test_a_wrong_spec_is_told(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`change.yaml` makes the minimal spec wrong in one place; `expected.txt` holds every line that lint prints."""
    change = plain(load_yaml(SourceText(str(case), (case / "change.yaml").read_text(encoding="utf-8"))))
    shutil.copytree(MINIMAL, tmp_path / "spec")
    file = tmp_path / "spec" / change["file"]
    before = file.read_text(encoding="utf-8")
    assert before.count(change["find"]) == 1, "the text to replace stands once in the minimal spec"
    file.write_text(before.replace(change["find"], change["replace"]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = "".join(f"{problem}\n" for problem in lint("spec"))
    if os.environ.get("PORTSPEC_UPDATE_EXPECTED") == "1":
        (case / "expected.txt").write_text(told, encoding="utf-8")
    assert told == (case / "expected.txt").read_text(encoding="utf-8")
    name = case.name.partition(".")[0]
    assert f": {name}: " in told


def test_every_check_has_a_case() -> None:
    assert {case.name.partition(".")[0] for case in CASES} == {*LINTS, SCHEMA}


def test_a_folder_without_a_spec(tmp_path: Path) -> None:
    (problem,) = lint(str(tmp_path))
    assert (problem.name, problem.message) == (SCHEMA, "cannot be read: No such file or directory")
