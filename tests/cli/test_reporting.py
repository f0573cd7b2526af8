"""Which report goes where: formats by option, ending and environment; several files; thresholds and selections."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

from portspec.report.formats import FORMATS, of_file

BEGINNINGS = {
    "text": "lb/haproxy.cfg:8:3: error PS302",
    "json": '{\n  "version": 1,',
    "sarif": '{\n "$schema": "https://docs.oasis-open.org/sarif',
    "junit": '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites',
    "github": "::error file=",
    "gitlab": '[\n  {\n    "type": "issue",',
    "markdown": "<!-- portspec report -->\n### ❌",
}
ONLY = ["--select", "PS302"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the broken example."""
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "one")
    return tmp_path / "one"


def test_every_format_has_a_beginning() -> None:
    assert set(BEGINNINGS) == set(FORMATS)


# --format, a file → its format
ENDINGS = [
    ("text", "a.sarif", "sarif"), ("text", "a.sarif.json", "sarif"), ("text", "a.JSON", "json"), ("text", "a.xml", "junit"),
    ("text", "a.md", "markdown"), ("json", "a.txt", "text"), ("github", "a.txt", "github"), ("sarif", "a.json", "sarif"),
    ("gitlab", "a.json", "gitlab"), ("github", "a.json", "json"), ("markdown", "a", "markdown"), ("junit", "a.log", "junit"),
    ("text", "sarif", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "file", "meant"), ENDINGS)
def test_the_ending_tells_the_format(form: str, file: str, meant: str) -> None:
    assert of_file(file, form) == meant


def test_many_files_and_standard_output_in_one_run(folder: Path) -> None:
    files = [f"--output={form}=report.{number}" for number, form in enumerate(FORMATS)]
    run = portspec(["check", *ONLY, "--format", "gitlab", *files], cwd=folder)
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith(BEGINNINGS["gitlab"])
    for number, form in enumerate(FORMATS):
        text = (folder / f"report.{number}").read_text()
        assert text.startswith(BEGINNINGS[form])
        assert text == portspec(["check", *ONLY, "--format", form], cwd=folder).out
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        "portspec.yaml", *(f"report.{number}" for number in range(len(FORMATS)))
    ]  # fmt: skip


ENVIRONMENTS = {
    "nothing": ({}, "text"),
    "a job of GitHub's": ({"GITHUB_ACTIONS": "true"}, "github"),
    "a job of GitLab's": ({"GITLAB_CI": "true"}, "gitlab"),
    "another job": ({"CI": "true", "GITHUB_ACTIONS": "false"}, "text"),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_auto_chooses_by_environment(name: str, folder: Path) -> None:
    environment, form = ENVIRONMENTS[name]
    run = portspec(["check", *ONLY, "--format", "auto"], cwd=folder, env=environment)
    assert run.out.startswith(BEGINNINGS[form])
    assert portspec(["check", *ONLY], cwd=folder, env=environment).out.startswith(BEGINNINGS["text"])


# wrong outputs → what is said; no file of the example may change, none may be left
WRONG = {
    "one file for two": (["--output", "a.txt", "--output", "json=./a.txt"], "./a.txt: is named for two reports\n"),
    "no file": (["--output", "json="], "--output json=: no file given\n"),
    "no folder": (["--output", "a.txt", "--output", "no/b.txt"], "no/b.txt: cannot write the report: No such file or directory\n"),
    "a config": (["--output", "a.md", "--output", "lb/haproxy.cfg"], "lb/haproxy.cfg: is a file that is checked; the report would take its place\n"),
    "the cluster file": (["--output", "text=portspec.yaml"], "portspec.yaml: is a file that is checked; the report would take its place\n"),
    "a link to a config": (["--output", "link"], "link: is a file that is checked; the report would take its place\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_output_spoils_nothing(name: str, folder: Path) -> None:
    options, error = WRONG[name]
    (folder / "link").symlink_to("lb/haproxy.cfg")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    run = portspec(["check", *options], cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(error)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_what_cannot_be_written_is_told_before_the_work(folder: Path) -> None:
    """The cluster file is broken too; the output is what is complained of, so nothing was read yet."""
    (folder / "portspec.yaml").write_text("nonsense: [\n")
    run = portspec(["check", "--output", "no/report.txt"], cwd=folder)
    assert run.err == "no/report.txt: cannot write the report: No such file or directory\n"


def test_a_disk_that_is_full_at_the_end_does_not_lose_the_report(folder: Path) -> None:
    run = portspec(["check", *ONLY, "--output", "text=/dev/full", "--output", "a.md"], cwd=folder)
    assert run.code == 2
    assert run.out.startswith(BEGINNINGS["text"])
    assert (folder / "a.md").read_text().startswith(BEGINNINGS["markdown"])
    assert run.err == "/dev/full: cannot write the report: No space left on device\n"


# options → exit code for the example, which has errors and warnings, and one with a warning only
THRESHOLDS = [
    ([], 1), (["--fail-on", "error"], 1), (["--fail-on", "never"], 0), (["--exit-zero"], 0), (["--exit-zero", "--fail-on", "note"], 0),
    (["--select", "PS311"], 1), (["--select", "PS311", "--fail-on", "error"], 0), (["--ignore", "PS1,PS2", "--ignore", "PS3"], 0),
    (["--select", "PS311", "--select", "PS302"], 1), (["--select", "PS3", "--ignore", "PS3"], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code"), THRESHOLDS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
@pytest.mark.parametrize("form", ["text", "sarif"])
def test_thresholds_and_selections(options: list[str], code: int, form: str, folder: Path) -> None:
    assert portspec(["check", "--format", form, *options], cwd=folder).code == code


def test_exit_zero_hides_no_error(folder: Path) -> None:
    (folder / "lb" / "haproxy.cfg").write_bytes(b"\xff")
    assert portspec(["check", "--exit-zero"], cwd=folder).code == 2


def test_several_selections_add_up(folder: Path) -> None:
    report = json.loads(
        portspec(["check", "--select", "PS311", "--select", "ps302,PS214", "--format", "json"], cwd=folder).out
    )
    assert {one["code"] for one in report["findings"]} == {"PS311", "PS302", "PS214"}
    assert portspec(["check", "--select", "PS9"], cwd=folder).err.startswith("--select: no check has the code 'PS9'\n")


def test_a_selection_holds_for_what_is_accepted_too(folder: Path) -> None:
    with (folder / "portspec.yaml").open("a") as file:
        file.write("ignore: [{code: PS311, reason: agreed}]\n")
    report = json.loads(portspec(["check", "--select", "PS302", "--format", "json"], cwd=folder).out)
    assert report["suppressed"] == []
    report = json.loads(portspec(["check", "--select", "PS311", "--format", "json"], cwd=folder).out)
    assert [(one["code"], one["reason"], one["where"]) for one in report["suppressed"]] == [
        ("PS311", "agreed", "cluster-file")
    ]


def test_statistics_count_what_is_reported(folder: Path) -> None:
    report = json.loads(portspec(["check", "--format", "json", "--statistics"], cwd=folder).out)
    assert sum(one["count"] for one in report["statistics"]) == len(report["findings"]) == 21
    (most, *_) = report["statistics"]
    assert (most["code"], most["count"], most["errors"], most["warnings"], most["files"]) == ("PS101", 8, 7, 1, 3)
    assert "statistics" not in json.loads(portspec(["check", "--format", "json"], cwd=folder).out)
    printed = portspec(["check", "--concise", "--statistics", "--lang", "zh-TW"], cwd=folder).out
    assert "8  PS101  錯誤  叢集所需的流量被阻擋" in printed
    assert portspec(["check", "--select", "PS5", "--statistics", "--concise"], cwd=folder).out == "nothing to report\n"


def test_a_concise_report_has_a_line_for_each_finding(folder: Path) -> None:
    lines = portspec(["check", "--concise"], cwd=folder).out.splitlines()
    assert len(lines) == 21 + 1
    assert "lb/haproxy.cfg:34:3: PS304 error member ocp-worker-0 (192.168.22.211) in the api pool" in "\n".join(lines)
    assert lines[-1] == "15 errors, 5 warnings, 1 note"


def test_the_order_and_number_of_jobs_change_no_report(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "two")
    shutil.copytree(REPOSITORY / "examples" / "upi-right", folder.parent / "three")
    for form in FORMATS:
        runs = [portspec(["check", "--format", form, "--jobs", jobs], cwd=folder.parent) for jobs in ("1", "3")]
        assert runs[0] == runs[1]
        assert runs[0].code == 1
