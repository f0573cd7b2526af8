"""Annotations and step summary: read as the runner reads them, within what the platform shows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from report.hostile import HARMFUL, HOSTILE, NAMES
from report.many import result_of
from running import REPOSITORY, portspec

from portspec.report import as_github, step_summary
from portspec.report.printable import printable
from portspec.report.setting import Setting

SETTING = Setting("en")
RUNNER = re.compile(r"^\s*::(?P<name>[a-zA-Z-]+)(?: (?P<given>[^\n]*?))?::(?P<text>[^\n]*)$", re.MULTILINE)
"""A command as actions/runner finds it: at a line's beginning, properties up to the next `::`."""
OLD_RUNNER = re.compile(r"##\[[^\]]+\]")


class Annotation(NamedTuple):
    level: str
    file: str
    line: int
    properties: dict[str, str]
    text: str


def commands(printed: str) -> list[tuple[str, dict[str, str], str]]:
    """Every command in what was printed, decoded."""
    assert not OLD_RUNNER.search(printed)
    found = []
    for match in RUNNER.finditer(printed):
        given = dict(one.split("=", 1) for one in (match["given"] or "").split(",") if one)
        found.append((match["name"], {name: decoded(value) for name, value in given.items()}, decoded(match["text"])))
    return found


def decoded(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def annotated(printed: str) -> list[Annotation]:
    """The annotations; of other commands only those that fold the log are there."""
    found = []
    for name, given, text in commands(printed):
        assert name in ("error", "warning", "notice", "group", "endgroup")
        if name not in ("group", "endgroup"):
            found.append(Annotation(name, given.get("file", ""), int(given.get("line", "0")), given, text))
    return found


def test_the_example() -> None:
    run = portspec(["check", "examples/upi-broken", "--format", "github"])
    found = annotated(run.out)
    assert Counter(one.level for one in found) == {"error": 10, "warning": 5, "notice": 1}
    for one in found:
        text = (REPOSITORY / one.file).read_text().splitlines()[one.line - 1]
        assert text.strip()
        assert 1 <= int(one.properties["col"]) <= len(text)
        assert one.properties["title"].startswith("PS")
        assert "\nhelp: " in one.text
    assert {one.properties["title"][:5] for one in found} == {
        "PS101", "PS201", "PS214", "PS302", "PS304", "PS305", "PS306", "PS308", "PS309", "PS311", "PS313",
        "PS320", "PS325",
    }, "every check has its annotation before one has a second"  # fmt: skip
    listed = re.findall(r"^examples/.*: PS\d{3} ", run.out, re.MULTILINE)
    assert len(listed) == 21, "the log has them all"


def test_a_clean_run_has_no_annotation() -> None:
    run = portspec(["check", "examples/upi-right", "--format", "github"])
    assert (run.code, run.out) == (0, "nothing to report\n")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str, tmp_path: Path) -> None:
    (tmp_path / NAMES[name]).write_text("listen api\n  bind :6443\n  mode http\n  server a 10.0.0.1:1\n")
    run = portspec(
        ["check", NAMES[name], "--release", "4.18", "--phase", "install", "--format", "github"], cwd=tmp_path
    )
    found = annotated(run.out)
    assert found
    assert {one.file for one in found} == {printable(NAMES[name])}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_configs(name: str, tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    summary = tmp_path / "summary"
    run = portspec(
        ["check", file, "--release", "4.18", "--phase", "install", "--format", "github"],
        cwd=tmp_path,
        env={"GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert not HARMFUL.search(run.out + run.err)
    found = annotated(run.out + run.err)
    assert found
    assert {one.file for one in found} == {printable(file)}
    assert run.code == 2 or summary.exists()


def test_an_input_that_cannot_be_read_is_annotated(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "fw.nft").write_text("table inet f {\n  chain c {\n    nonsense % here\n  }\n}\n")
    run = portspec(["check", "fw.nft", "--release", "4.18", "--format", "github"], cwd=tmp_path / "sub")
    assert (run.code, run.out) == (2, "")
    (one,) = annotated(run.err)
    assert (one.level, one.file, one.line) == ("error", "sub/fw.nft", 3)


def test_very_many_findings() -> None:
    printed = as_github.render([result_of(10_000)], SETTING)
    assert Counter(one.level for one in annotated(printed)) == {"error": 10, "warning": 10}
    assert len(printed.splitlines()) < as_github.MOST_LOGGED + 30
    assert "… and 8000 more findings" in printed
    assert "5000 errors, 5000 warnings" in printed


@pytest.mark.parametrize("before", [0, 700_000, step_summary.MOST_BYTES - 100], ids=str)
def test_the_summary_of_a_step_stays_within_its_limit(before: int, tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_bytes(b"x" * before)
    step_summary.append([result_of(10_000)], Setting("zh-TW"), str(file))
    assert before <= file.stat().st_size <= step_summary.MOST_BYTES
    assert file.read_bytes().startswith(b"x" * before)
    written = file.read_bytes()[before:].decode()
    if before < 1_000_000:
        assert "5000 個錯誤" in written
        assert len(written) > 50_000
    else:
        assert written == ""


def test_the_summary_is_written_for_this_format_alone(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    for form in ("text", "markdown", "sarif"):
        portspec(["check", "examples/upi-broken", "--format", form], env={"GITHUB_STEP_SUMMARY": str(summary)})
        assert not summary.exists()
    portspec(["check", "examples/upi-broken", "--format", "github"], env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert summary.read_text() == portspec(["check", "examples/upi-broken", "--format", "markdown"]).out
    run = portspec(["check", "examples/upi-broken", "--format", "github"], env={"GITHUB_STEP_SUMMARY": "/no/where"})
    assert (run.code, run.err) == (1, "portspec: no step summary: No such file or directory\n")
