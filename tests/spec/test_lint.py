"""The real spec is right, and every cross-check finds what it is there for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from portspec.errors import InputError
from portspec.source import SourceText
from portspec.spec.lint import SCHEMA, UNUSED, lint
from portspec.spec.lints import LINTS
from portspec.spec.lints.wording import is_simplified
from portspec.yamlsource import load_yaml, plain

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MINIMAL = HERE / "minimal"
UNREADABLE = "unreadable"
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
    if "add" in change:
        assert not file.exists(), "the file is not in the minimal spec"
        file.parent.mkdir(exist_ok=True)
        file.write_text(change["add"], encoding="utf-8")
    else:
        before = file.read_text(encoding="utf-8")
        assert before.count(change["find"]) == 1, "the text to replace stands once in the minimal spec"
        file.write_text(before.replace(change["find"], change["replace"]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = told_by_lint()
    if os.environ.get("PORTSPEC_REFRESH") == "1":
        (case / "expected.txt").write_text(told, encoding="utf-8")
    assert told == (case / "expected.txt").read_text(encoding="utf-8")
    name = case.name.partition(".")[0]
    assert f": {name}: " in told


WORDS = {"登錄表": ("登記表", "登記冊")}
"""One word for one thing in the whole spec, and the words that were in use for it."""


@pytest.mark.parametrize(("wanted", "other"), [(word, other) for word, others in WORDS.items() for other in others])
def test_the_glossary_holds_one_word_for_one_thing(wanted: str, other: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    file = tmp_path / "spec" / "services" / "ironic.yaml"
    text = file.read_text(encoding="utf-8")
    assert wanted in text
    file.write_text(text.replace(wanted, other, 1), encoding="utf-8")
    (problem,) = lint(str(tmp_path / "spec"))
    assert f": wording: {other} in a zh-TW text; write {wanted}" in str(problem)


def told_by_lint() -> str:
    """Every problem, a line each; an error that ends the run counts as `unreadable`."""
    try:
        return "".join(f"{problem}\n" for problem in lint("spec"))
    except InputError as error:
        return f"{error.path}:{error.line}:{error.column}: {UNREADABLE}: {error.message}\n"


def test_every_check_has_a_case() -> None:
    assert {case.name.partition(".")[0] for case in CASES} == {*LINTS, SCHEMA, UNUSED, UNREADABLE}


def test_a_folder_without_a_spec(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        lint(str(tmp_path))


def test_files_of_an_editor_are_passed_over(tmp_path: Path) -> None:
    shutil.copytree(MINIMAL, tmp_path / "spec")
    for name in (".DS_Store", ".idea/workspace.xml", "services/.api.yaml.swp"):
        (tmp_path / "spec" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "spec" / name).touch()
    assert lint(str(tmp_path / "spec")) == []


def test_every_simplified_character_of_the_glossary_is_needed() -> None:
    """Characters that Taiwan's set has not are found without being listed."""
    glossary = plain(load_yaml(SourceText("", (ROOT / "spec" / "glossary.yaml").read_text(encoding="utf-8"))))
    assert [char for char in glossary["simplified"] if is_simplified(char)] == []


@pytest.mark.parametrize("text", ["監聽連接埠，負載平衡器", "憑證、介面、叢集", "→「」（）·", "etcd 4.4 ÷ ±"])
def test_what_is_written_in_taiwan_is_not_simplified(text: str) -> None:
    assert [char for char in text if is_simplified(char)] == []


@pytest.mark.parametrize("char", "监听这为动对没个们说时间问题载输达运还连迟选递")
def test_what_is_simplified_is_seen(char: str) -> None:
    listed = (ROOT / "spec" / "glossary.yaml").read_text(encoding="utf-8").partition("simplified: ")[2]
    assert is_simplified(char) or char in listed
