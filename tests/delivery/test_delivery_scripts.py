"""The scripts of action, job and task, run as their runners do: what they call, what they leave, what they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from delivery.platforms import PLATFORMS, Done, run, search_path
from running import REPOSITORY

from portspec.delivery.inputs import INPUTS, Input

HOSTILE = (
    "; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "&& touch pwned #",
    "|| true",
    "--exit-zero",
    "-h",
    "--",
    "two words",
    "*",
    "'\"",
    "back\\slash\\",
    "$PATH ${HOME}",
    "${{ github.token }}",
    "$(params.image)",
    "%s%n",
    "END_OF_PATHS",
    "exit-code=0",
    "::error::lies",
    "蘋果\x1b[31m",
)
STAND_IN = """\
#!{python}
import json, os, sys
with open(os.path.join(os.path.dirname(__file__), "called.json"), "w") as stream:
    json.dump(sys.argv[1:], stream)
sys.exit(int(open(os.path.join(os.path.dirname(__file__), "code")).read()))
"""

every = pytest.mark.parametrize("platform", PLATFORMS)
VALUES = [one for one in INPUTS if one.takes == "value"]


class Place:
    """A workspace, and a stand-in for portspec that writes down how it was called."""

    def __init__(self, root: Path) -> None:
        self.workspace = root / "workspace"
        self.temporary = root / "temporary"
        self.programs = self.temporary / "portspec-environment" / "bin"
        self.programs.mkdir(parents=True)
        self.workspace.mkdir()
        program = self.programs / "portspec"
        program.write_text(STAND_IN.format(python=sys.executable))
        program.chmod(0o755)

    def run(self, platform: str, given: Mapping[str, str] | None = None, code: int = 0) -> Done:
        (self.programs / "code").write_text(str(code))
        return run(platform, given or {}, self.workspace, self.temporary, search_path(self.programs))

    def called(self) -> list[str]:
        """The words after `portspec`; empty where it was not called."""
        file = self.programs / "called.json"
        if not file.exists():
            return []
        words = json.loads(file.read_text())
        assert isinstance(words, list)
        return words


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@every
def test_without_inputs_the_folder_is_checked(platform: str, place: Place) -> None:
    assert place.run(platform).code == 0
    words = place.called()
    assert words[:2] == ["check", f"--format={'github' if platform == 'github' else 'text'}"]
    assert words[words.index("--") :] == ["--", "."]
    assert [word for word in words if word.startswith("--fail-on")] == ["--fail-on=warning"]


@every
@pytest.mark.parametrize("one", VALUES, ids=lambda one: str(one.name))
def test_a_value_is_one_word_whatever_it_says(platform: str, one: Input, place: Place) -> None:
    for value in HOSTILE:
        place.run(platform, {one.name: value})
        words = place.called()
        assert [word for word in words if word.startswith(f"{one.option}=")] == [f"{one.option}={value}"]
        assert words[words.index("--") :] == ["--", "."]
        assert not list(place.workspace.rglob("pwned"))


@every
@pytest.mark.parametrize("value", HOSTILE)
def test_a_path_is_one_word_behind_the_options(platform: str, value: str, place: Place) -> None:
    place.run(platform, {"path": f"first\n{value}\n\nlast\n"})
    words = place.called()
    assert words[words.index("--") :] == ["--", "first", value, "last"]
    assert not list(place.workspace.rglob("pwned"))


@every
@pytest.mark.parametrize("one", [one for one in INPUTS if one.takes != "paths"], ids=lambda one: str(one.name))
def test_a_value_of_two_lines_is_refused(platform: str, one: Input, place: Place) -> None:
    done = place.run(platform, {one.name: "true\nexit-code=0"})
    assert (done.code, place.called(), done.outputs) == (2, [], {})
    assert done.err == f"portspec: the input {one.name} has more than one line\n"


@every
@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("", False)])
def test_a_switch_is_set_or_not(platform: str, value: str, expected: bool, place: Place) -> None:
    assert place.run(platform, {"fail-on-new": value}).code == 0
    assert ("--fail-on-new" in place.called()) is expected


@every
def test_a_switch_that_is_neither_is_refused(platform: str, place: Place) -> None:
    done = place.run(platform, {"fail-on-new": "yes"})
    assert (done.code, done.err) == (2, "portspec: the input fail-on-new is true or false\n")
    assert place.called() == []


@every
@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_the_exit_code_is_that_of_the_check(platform: str, code: int, place: Place) -> None:
    done = place.run(platform, code=code)
    assert done.code == code
    if platform != "gitlab":
        assert done.outputs == {"exit-code": str(code)}, "no report, and so no path of one"


def test_a_task_that_keeps_going_fails_for_wrong_use_alone(place: Place) -> None:
    for code, expected in ((0, 0), (1, 0), (2, 2)):
        done = place.run("tekton", {"keep-going": "true"}, code)
        assert (done.code, done.outputs) == (expected, {"exit-code": str(code)})


def test_a_link_in_the_place_of_reports_is_not_followed(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("")
    (place.workspace / "portspec-reports").symlink_to(elsewhere)
    assert place.run("gitlab").code == 0
    assert not (place.workspace / "portspec-reports").is_symlink()
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]


@pytest.mark.parametrize("platform", ["gitlab", "tekton"])
def test_git_reads_the_checkout_of_another_user(platform: str, place: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    subprocess.run(["git", "init", "--quiet", str(place.workspace)], check=True)
    os.chown(place.workspace, 4321, 4321)
    os.chown(place.workspace / ".git", 4321, 4321)
    (place.programs / "portspec").write_text("#!/bin/sh\nexec git rev-parse --is-inside-work-tree\n")
    assert place.run(platform).code == 128, "git refuses, or this test shows nothing"
    assert place.run(platform, {"base": "HEAD"}).code == 0


REAL = f"""\
#!{sys.executable}
import sys
sys.path.insert(0, {str(REPOSITORY / "src")!r})
from portspec.cli import run
run()
"""


@every
@pytest.mark.parametrize(("example", "code"), [("upi-broken", 1), ("upi-right", 0)])
def test_the_examples_give_their_reports(platform: str, example: str, code: int, place: Place) -> None:
    (place.programs / "portspec").write_text(REAL)
    done = place.run(platform, {"path": str(REPOSITORY / "examples" / example)})
    assert done.code == code, done.err
    assert done.reports is not None
    made = {path.name: path.read_text(encoding="utf-8") for path in done.reports.iterdir()}
    expected = {
        "github": {"portspec.sarif", "portspec.md"},
        "gitlab": {"portspec.gitlab.json", "portspec.junit.xml", "portspec.md"},
        "tekton": {"portspec.sarif", "portspec.junit.xml", "portspec.md"},
    }[platform]
    assert set(made) == expected
    assert ("PS304" in made["portspec.md"]) is bool(code)
    if platform == "github":
        assert done.outputs == {
            "exit-code": str(code),
            "sarif": str(done.reports / "portspec.sarif"),
            "markdown": str(done.reports / "portspec.md"),
        }
        assert ("::error " in done.out) is bool(code)
        assert (place.temporary / "summary").read_text(encoding="utf-8") != ""
