"""Completion in the real shells: what TAB offers after the words of a line."""

from __future__ import annotations

import os
import pty
import select
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest_programs import require
from running import portspec

from portspec.cli import COMMANDS, parser_of
from portspec.cli.completion import commands
from portspec.delivery.completion import SHELLS

BASH = """\
source {script}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_portspec
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """\
autoload -Uz compinit; compinit -u -d {folder}/dump; source script.zsh; zstyle ':completion:*' menu no
show() {{ print -r -- "<$BUFFER>" }}; zle -N show; bindkey '^T' show; stty columns 200; print READ''Y
"""
"""What TAB makes of a line is shown by a key of our own."""

LINES = [
    (["portspec", "ch"], {"check"}),
    (["portspec", "check", "--fo"], {"--format"}),
    (["portspec", "check", "--format", "sa"], {"sarif"}),
    (["portspec", "check", "--format", "j"], {"json", "junit"}),
    (["portspec", "explain", "PS30"], {f"PS30{number}" for number in range(1, 10)}),
    (["portspec", "check", "--release", "4.22"], {"4.22"}),
    (["portspec", "completion", "f"], {"fish"}),
    (["portspec", "diagram", "h"], {"handover"}),
    (["portspec", "check", "no"], {"no des.nft", "not-here"}),
    (["portspec", "check", "--baseline", "not"], {"not-here"}),
    (["portspec", "check", "--day", "n"], set[str]()),
    (["portspec", "check", "--li"], set[str]()),
]
line = pytest.mark.parametrize(("words", "offered"), LINES, ids=[" ".join(words) for words, _ in LINES])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every script, and two files to complete."""
    made = tmp_path_factory.mktemp("completion")
    for shell, write in SHELLS.items():
        (made / f"script.{shell}").write_text(write(commands()), encoding="utf-8")
    for name in ("no des.nft", "not-here"):
        (made / name).write_text("")
    return made


def run(command: list[str], cwd: Path) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8", "TERM": "dumb"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@line
def test_bash_offers(words: list[str], offered: set[str], folder: Path) -> None:
    script = BASH.format(script=folder / "script.bash", words=shlex.join(words))
    assert set(run([require("bash", package="bash"), "-c", script], folder).splitlines()) - {""} == offered


def test_bash_offers_a_value_behind_an_equals_sign(folder: Path) -> None:
    for words in (["--format", "=", "sa"], ["--format", "="]):
        script = BASH.format(script=folder / "script.bash", words=shlex.join(["portspec", "check", *words]))
        assert "sarif" in run([require("bash", package="bash"), "-c", script], folder).splitlines()


@line
def test_fish_offers(words: list[str], offered: set[str], folder: Path) -> None:
    program = require("fish", package="fish")
    script = f"source script.fish; complete -C {shlex.quote(' '.join(words))}"
    lines = run([program, "--no-config", "-c", script], folder).splitlines()
    assert {found.split("\t")[0].replace("\\ ", " ") for found in lines} == offered


ZSH_LINES = [
    ("portspec che", "<portspec check >"),
    ("portspec check --fo", "<portspec check --format"),
    ("portspec check --format sa", "<portspec check --format sarif >"),
    ("portspec check --format=sa", "<portspec check --format=sarif >"),
    ("portspec explain PS31", "PS312"),
    ("portspec check not", "<portspec check not-here >"),
    ("portspec check no\\ d", "<portspec check no\\ des.nft >"),
    ("portspec completion f", "<portspec completion fish >"),
]


def press_tab(program: str, folder: Path, typed: str, shown: str) -> str:
    """What an interactive zsh prints after a line and TAB, until it has shown what is awaited or ten seconds passed."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(
            program,
            ["zsh", "-f", "-i"],
            {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8"},
        )
    try:
        os.write(terminal, ZSH.format(folder=folder).encode())
        read_until(terminal, "READY")
        os.write(terminal, f"{typed}\t\x14".encode())
        return read_until(terminal, shown)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def read_until(terminal: int, awaited: str) -> str:
    found, end = "", time.monotonic() + 10
    while awaited not in found and (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            found += os.read(terminal, 65536).decode(errors="replace")
    return found


@pytest.mark.parametrize(("typed", "shown"), ZSH_LINES, ids=[typed for typed, _ in ZSH_LINES])
def test_zsh_offers(typed: str, shown: str, folder: Path) -> None:
    assert shown in press_tab(require("zsh", package="zsh"), folder, typed, shown)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_its_script(shell: str, folder: Path) -> None:
    done = subprocess.run([require(shell, package=shell), "-n", str(folder / f"script.{shell}")], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(shell: str, folder: Path) -> None:
    assert portspec(["completion", shell]).out == (folder / f"script.{shell}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_there(name: str) -> None:
    (described,) = [command for command in commands() if command.name == name]
    spellings = {name for action in parser_of(name)._actions for name in action.option_strings}
    assert {name for option in described.options for name in option.names} == spellings
    choices = {tuple(map(str, action.choices)) for action in parser_of(name)._actions if action.choices is not None}
    assert choices <= {option.values for option in described.options} | {described.arguments}
