"""What a user meets who asks for help, or mistypes."""

from __future__ import annotations

import re

import pytest
from running import REPOSITORY, portspec

from portspec import __version__
from portspec.checks.registry import checks
from portspec.cli import COMMANDS
from portspec.report.explanation import page

CODES = list(checks())


def test_the_help_names_every_command() -> None:
    run = portspec(["--help"])
    assert (run.code, run.err) == (0, "")
    named = re.findall(r"^    ([a-z]+)(?: |$)", run.out, re.MULTILINE)
    assert named == list(COMMANDS)
    assert all((REPOSITORY / "src" / "portspec" / "cli" / f"{name}.py").exists() for name in named)


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_line_of_help(command: str, columns: str) -> None:
    run = portspec([command, "--help"], env={"COLUMNS": columns})
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"usage: portspec {command} ")
    options = run.out.partition("options:\n")[2].partition("\n\n")[0]
    entries = re.split(r"^  (?=-)", options, flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        assert re.search(r"[a-z]", re.split(r"  +|\n", entry.strip(), maxsplit=1)[-1]), entry
    if columns == "80":
        assert max(map(len, run.out.splitlines())) <= 100


def test_the_version() -> None:
    assert portspec(["--version"]).out == f"portspec {__version__}\n"


MISTYPED = {
    "a command": (["chekc"], "did you mean check?"),
    "an option": (["check", "--frmat", "json"], "did you mean --format?"),
    "an option with its value": (["ports", "--relase=4.18"], "did you mean --release?"),
    "a phase": (["check", "--phase", "instal"], "did you mean install?"),
    "a format": (["ports", "--format", "jason"], "did you mean json?"),
    "nothing": ([], "portspec --help tells more"),
    "no argument": (["show"], "portspec show --help tells more"),
    "jobs": (["check", "--jobs", "0"], "portspec check --help tells more"),
    "many jobs": (["check", "--jobs", "999999999999999999999"], "portspec check --help tells more"),
    "a role": (["ports", "--role", "wrker"], "did you mean 'worker'?"),
    "a service": (["show", "kubelt"], "did you mean 'kubelet'?"),
    "a diagram": (["diagram", "handovr"], "did you mean handover?"),
    "a code": (["explain", "PS30"], "portspec explain lists the codes"),
    "a side": (["diff", "4.17", "4.81"], "did you mean 4.21?"),
    "a platform of a side": (["diff", "4.17:vsfere", "4.18"], "did you mean vsphere?"),
    "a form of diff": (["diff", "4.17", "4.18", "--format", "jsn"], "did you mean json?"),
    "a path in escapes": (["check", "\x1b[31m"], ""),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_what_was_meant(name: str) -> None:
    arguments, hint = MISTYPED[name]
    run = portspec(arguments)
    assert (run.code, run.out) == (2, "")
    message, *rest = run.err.splitlines()
    assert message
    assert rest == ([f"  {hint}"] if hint else [])
    assert "\x1b" not in run.err


EMPTY = {
    "--release": ["check", "examples/upi-right", "--release", ""],
    "--platform": ["check", "examples/upi-right", "--platform="],
    "--output": ["build", "--output", ""],
    "--feature": ["ports", "--feature", ""],
    "--from": ["trace", "x", "--from", "", "--to", "192.0.2.1"],
    "PATH": ["check", "examples/upi-right", ""],
    "FOLDER": ["lint", ""],
    "CONFIG": ["trace", ""],
    "PORT|SERVICE|RELEASE": ["show", ""],
    "SIDE": ["diff", "4.17", ""],
    "--matrix": ["diff", "--matrix", ""],
    "--cluster": ["pin", "--cluster="],
    "RELEASE": ["pin", ""],
    "CODE": ["explain", ""],
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_argument_is_no_default(name: str) -> None:
    command = EMPTY[name][0]
    error = f"portspec {command}: argument {name}: nothing given\n  portspec {command} --help tells more\n"
    assert portspec(EMPTY[name]) == (2, "", error)


def test_an_option_that_a_cluster_file_decides() -> None:
    run = portspec(["check", "examples/upi-right", "--platform", "aws"])
    assert run.code == 2
    assert run.err.startswith("examples/upi-right/portspec.yaml: --platform is for configs without a cluster file")


def test_a_wrong_release_of_the_command_line_is_not_the_files_fault() -> None:
    assert portspec(["check", "examples/upi-right", "--release", "4.99"]).err.startswith(
        "unknown release '4.99'; known"
    )


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("code", CODES)
def test_explain(code: str, lang: str) -> None:
    check = checks()[code]
    shown_page = page(code, lang)
    assert shown_page.startswith(f"{code} {check.name}: {check.title[lang]}\n")
    text, _, examples = shown_page.partition("Bad (" if lang == "en" else "錯誤範例（")
    joined = re.sub(r"\s", "", text)
    assert re.sub(r"\s", "", check.rationale[lang]) in joined
    assert "{{" not in text
    assert not re.search(r"\{[a-z_]+\}", text), "no template shows"
    shown = [line for line in examples.splitlines() if line.startswith("> ")]
    differ = set(check.bad.text.splitlines()) ^ set(check.good.text.splitlines())
    assert {line[2:] for line in shown} >= differ


def test_explain_prints_the_page_and_takes_small_letters() -> None:
    assert portspec(["explain", "ps304", "--lang", "zh-TW"]) == (0, page("PS304", "zh-TW") + "\n", "")


def test_the_list_of_codes_is_whole() -> None:
    for lang in ("en", "zh-TW"):
        lines = portspec(["explain", "--lang", lang]).out.splitlines()
        assert lines == [f"{check.code}  {check.title[lang]}" for check in checks().values()]
