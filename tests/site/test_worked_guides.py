"""The guides that build something from nothing: what they show is written as they say, then every command is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from built_site import LANGUAGES
from running import REPOSITORY
from site_guides import BLOCK, GUIDES, Step, blocks, guide, run, shows, steps

TOLD = {"pipelines": {"sh"}, "offline": {"sh"}, "editors": {"json", "lua"}}
"""Kinds of blocks that another program reads: an editor, or one that makes images and fetches packages."""

both = pytest.mark.parametrize("lang", LANGUAGES)


def follow(
    name: str, lang: str, folder: Path, code: Callable[[Step], int], source: Path = REPOSITORY / "src"
) -> list[Step]:
    """Run every command of a guide in order; what it prints must be what the guide shows."""
    done = steps(name, lang)
    for step in done:
        ended, output, problems = run(step.command, folder, source)
        assert ended == code(step), (step.command, output, problems)
        told = output if ended != 2 else problems
        assert ended == 2 or problems == "", (step.command, problems)
        assert shows(step.shown, told), f"{step.command} says:\n{told}"
    return done


@both
def test_upi_from_nothing_to_running(lang: str, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (content,) = blocks("upi-bare-metal", lang, "yaml")
    (tmp_path / "lab" / "portspec.yaml").write_text(content, encoding="utf-8")
    checked = 0

    def code(step: Step) -> int:
        """The second check stands before the change that it asks for."""
        nonlocal checked
        checked += step.command.startswith("portspec check lab")
        return int(step.command.startswith("portspec check lab") and checked == 2)

    done = follow("upi-bare-metal", lang, tmp_path, code)
    assert checked == 3
    assert {step.command.split()[1] for step in done if step.command.startswith("portspec")} == {
        "render", "check", "trace", "pin",
    }  # fmt: skip
    assert "bootstrap" not in (tmp_path / "lab" / "haproxy.cfg").read_text().split("listen", 1)[1]


@both
def test_services_of_your_own(lang: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    (content,) = blocks("own-services", lang, "yaml")
    own = tmp_path / "examples" / "upi-right" / "ports" / "monitoring-agent.yaml"
    own.parent.mkdir()
    own.write_text(content, encoding="utf-8")
    done = follow("own-services", lang, tmp_path, lambda step: int(step.command.startswith("portspec check")))
    assert len(done) == 4


@both
def test_an_editor_and_a_shell_are_told_what_the_guide_says(lang: str, tmp_path: Path) -> None:
    """The block, and every command that stands in a sentence or in the table of shells."""
    assert len(follow("editors", lang, tmp_path, lambda _: 0)) == 1
    prose = BLOCK.sub("", guide("editors", lang))
    commands = [found.group() for found in re.finditer(r"(?<=[`(])portspec [a-z]+[a-z -]*(?= >|[`)])", prose)]
    assert {command.split()[1] for command in commands} == {"schema", "completion"}
    for command in commands:
        ended, output, problems = run(command, tmp_path)
        assert (ended, problems) == (0, ""), command
        assert output, command


@both
def test_the_program_of_the_library_guide_runs(lang: str, tmp_path: Path) -> None:
    """With the example cluster as `clusters`, and its filter where the program reads one."""
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "clusters")
    shutil.copytree(REPOSITORY / "examples" / "upi-right" / "firewall", tmp_path / "firewall")
    (program,) = blocks("library", lang, "python")
    (tmp_path / "program.py").write_text(f'if __name__ == "__main__":\n{indent(program, "    ")}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    *findings, answer = done.stdout.decode().splitlines()
    assert any(line.startswith("PS304 ") for line in findings)
    assert "drop" in answer


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the repository's program and spec, to be changed as a guide says."""
    ignore = shutil.ignore_patterns("__pycache__", "_snapshots", "_schema")
    for name in ("src", "spec", "schema"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=ignore)
    return tmp_path


@both
def test_a_release_is_added_as_the_guide_says(lang: str, checkout: Path) -> None:
    (entry,) = blocks("add-a-release", lang, "yaml")
    with (checkout / "spec" / "releases.yaml").open("a", encoding="utf-8") as releases:
        releases.write(entry)
    assert len(follow("add-a-release", lang, checkout, lambda _: 0, checkout / "src")) == 3


@both
def test_a_reader_is_added_as_the_guide_says(lang: str, checkout: Path) -> None:
    (code,) = blocks("add-a-reader", lang, "python")
    (config,) = blocks("add-a-reader", lang, "text")
    package = checkout / "src" / "portspec" / "configs" / "firewall" / "allowlist"
    package.mkdir()
    (package / "__init__.py").write_text(code, encoding="utf-8")
    (checkout / "edge.allow").write_text(config, encoding="utf-8")
    ended = {"portspec trace": 0, "echo": 0}
    checks = iter((1, 2))

    def expected(step: Step) -> int:
        known = [code for start, code in ended.items() if step.command.startswith(start)]
        return known[0] if known else next(checks)

    assert len(follow("add-a-reader", lang, checkout, expected, checkout / "src")) == 4


def test_the_reader_of_the_guide_is_written_as_the_house_writes(tmp_path: Path) -> None:
    (code,) = blocks("add-a-reader", "en", "python")
    assert blocks("add-a-reader", "zh-TW", "python") == [code]
    module = tmp_path / "allowlist.py"
    module.write_text(code)
    for verb in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *verb, "--config", str(REPOSITORY / "pyproject.toml"), str(module)],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode()
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(module)],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(REPOSITORY / "src")},
        capture_output=True,
        check=False,
    )
    assert mypy.returncode == 0, mypy.stdout.decode()


def test_every_block_of_a_guide_is_of_a_kind_that_a_test_reads() -> None:
    for name in GUIDES:
        known = {"console", "yaml", "python", "text", *TOLD.get(name, ())}
        for lang in LANGUAGES:
            kinds = {kind for kind, _ in BLOCK.findall(guide(name, lang))}
            assert kinds <= known, (name, lang, kinds)
            assert kinds or name == "cluster-file", (name, lang)
