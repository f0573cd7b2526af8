"""What the READMEs show is what the program does; the commands that any page names exist."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

from portspec.cli import COMMANDS

READMES = {"en": "README.md", "zh-TW": "README.zh-TW.md"}
GUIDES = sorted((REPOSITORY / "docs").glob("*/guides/*.md"))
PAGES = [REPOSITORY / name for name in (*READMES.values(), "CHANGELOG.md", "CONTRIBUTING.md")] + GUIDES
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?<![\w./-])portspec ([a-z]+)")
COMMENT = re.compile(r"\s+# .*$", re.MULTILINE)


def blocks(path: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind, in order."""
    return [text for name, text in BLOCK.findall(path.read_text()) if name == kind]


def commands(path: Path) -> list[list[str]]:
    """The lines that a reader would type, as words."""
    lines = [line for text in blocks(path, "console") for line in text.splitlines() if line.startswith("$ ")]
    return [shlex.split(line[2:], comments=True) for line in lines]


SHOWN = sorted(
    {tuple(words[1:]) for name in READMES.values() for words in commands(REPOSITORY / name) if words[0] == "portspec"}
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder where the paths that the pages name are."""
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / "path" / "to" / "cluster")
    shutil.copytree(REPOSITORY / "examples" / "upi-right" / "lb", tmp_path / "path" / "to" / "new")
    shutil.copy(REPOSITORY / "examples" / "upi-right" / "lb" / "haproxy.cfg", tmp_path)
    shutil.copy(REPOSITORY / "examples" / "upi-right" / "firewall" / "master.nft", tmp_path / "firewall.nft")
    portspec(["check", "--write-baseline", "portspec-baseline.json"], cwd=tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", SHOWN, ids=" ".join)
def test_commands_that_are_shown_run(arguments: tuple[str, ...], home: Path) -> None:
    run = portspec(arguments, cwd=home)
    assert run.code in (0, 1), run.err
    # What a patch would change is said beside it.
    assert run.err == "" or "--diff" in arguments
    assert run.out or "--diff" in arguments


@pytest.mark.parametrize("lang", READMES)
def test_the_finding_that_is_shown_is_in_the_report(lang: str) -> None:
    (shown,) = blocks(REPOSITORY / READMES[lang], "text")
    assert shown in portspec(["check", "examples/upi-broken", "--lang", lang]).out


def test_the_readmes_show_the_same() -> None:
    for kind in ("console", "yaml"):
        english, chinese = (
            [COMMENT.sub("", text) for text in blocks(REPOSITORY / name, kind)] for name in READMES.values()
        )
        assert english == chinese
        assert english


def test_the_cluster_file_that_is_shown_is_one(home: Path) -> None:
    cluster = home / "path" / "to" / "cluster"
    (cluster / "portspec.yaml").write_text(blocks(REPOSITORY / READMES["en"], "yaml")[0])
    run = portspec(["check", "path/to/cluster"], cwd=home)
    assert (run.code, run.err) == (0, ""), run.out


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_commands_that_are_named_exist(path: Path) -> None:
    code = " ".join(re.findall(r"`[^`]+`|^\$ .*$", path.read_text(), re.MULTILINE))
    assert set(CALL.findall(code)) <= set(COMMANDS)


@pytest.mark.parametrize("name", READMES.values())
def test_the_readmes_name_every_command(name: str) -> None:
    assert set(CALL.findall((REPOSITORY / name).read_text())) >= set(COMMANDS)


def test_make_has_what_the_pages_call() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {word for path in PAGES for word in re.findall(r"(?:`|\$ )make ([a-z]+)", path.read_text())}
    assert named
    assert named <= targets


def test_files_that_the_pages_link_to_are_there() -> None:
    missing = []
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            generated = path.parent.parts[-3:-2] == ("docs",) or "docs" in path.parts
            if not generated and not (path.parent / target).exists():
                missing.append(f"{path.name}: {target}")
    assert missing == []
