"""Where the report goes: files, links, pipes, streams that are full, closed or gone; and what cannot be read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest_programs import require
from running import REPOSITORY, Run, portspec

EXAMPLE = "upi-broken"
PORTSPEC = [sys.executable, "-m", "portspec"]
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(REPOSITORY / "src"), "LANG": "C.UTF-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the broken example."""
    shutil.copytree(REPOSITORY / "examples" / EXAMPLE, tmp_path / EXAMPLE)
    return tmp_path / EXAMPLE


@pytest.fixture(scope="module")
def report() -> str:
    """What a check of the example prints."""
    return portspec(["check"], cwd=REPOSITORY / "examples" / EXAMPLE).out


def shell(script: str, cwd: Path) -> Run:
    """Run a shell's line in which `portspec` is the program."""
    line = f'portspec() {{ "{sys.executable}" -m portspec "$@"; }}\n{script}'
    done = subprocess.run(["bash", "-c", line], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return Run(done.returncode, done.stdout, done.stderr)


def test_a_file_gets_what_standard_output_would(folder: Path, report: str) -> None:
    run = portspec(["check", "--output", "report.txt"], cwd=folder)
    assert (run.code, run.out, run.err) == (1, report, "")
    assert (folder / "report.txt").read_text() == report


def test_a_link_stays_a_link_and_a_file_keeps_its_mode(folder: Path, report: str) -> None:
    (folder / "kept.txt").write_text("old")
    (folder / "kept.txt").chmod(0o640)
    (folder / "link.txt").symlink_to("kept.txt")
    assert portspec(["check", "--output", "link.txt"], cwd=folder).code == 1
    assert (folder / "link.txt").is_symlink()
    assert (folder / "kept.txt").read_text() == report
    assert (folder / "kept.txt").stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_to_and_not_replaced(folder: Path, report: str) -> None:
    os.mkfifo(folder / "pipe")
    run = shell("cat pipe & portspec check --output pipe >seen; code=$?; wait; exit $code", folder)
    assert (run.code, run.out) == (1, report)
    assert (folder / "pipe").is_fifo()


UNWRITABLE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a folder": ("lb", lambda _: None),
    "a folder with a slash": ("lb/", lambda _: None),
    "in no folder": ("no/report.txt", lambda _: None),
    "in a file": ("portspec.yaml/report.txt", lambda _: None),
    "a name that is too long": ("x" * 300, lambda _: None),
    "a link into no folder": ("link", lambda folder: (folder / "link").symlink_to("no/report.txt")),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_a_report_that_cannot_be_written(name: str, folder: Path) -> None:
    target, prepare = UNWRITABLE[name]
    prepare(folder)
    before = sorted(folder.rglob("*"))
    run = portspec(["check", "--output", target], cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"{target}: cannot write the report: ")
    assert len(run.err.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before, "nothing half-written stays"


def test_a_disk_that_is_full(folder: Path) -> None:
    run = shell("portspec check > /dev/full", folder)
    assert (run.code, run.err) == (2, "standard output: No space left on device\n")


# a line of a shell, the code it must give, the end of standard error
STREAMS = {
    "standard output is closed": ("portspec check >&-", 1, ""),
    "standard error is closed": ("portspec check nothing 2>&-", 2, ""),
    "all are closed": ("portspec check <&- >&- 2>&-", 1, ""),
    "help into nothing": ("portspec --help >&-", 0, ""),
    "packets from a closed standard input": ("portspec trace firewall/worker.nft --packets - <&-", 2, "the file is empty\n"),
    "packets that are no text": ("printf '\\xff' | portspec trace firewall/worker.nft --packets -", 2, "save the file as UTF-8\n"),
    "packets without an end": ("portspec trace firewall/worker.nft --packets - < /dev/zero", 2, "give them in parts\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_streams(name: str, folder: Path) -> None:
    script, code, error = STREAMS[name]
    run = shell(script, folder)
    assert run.code == code, run.err
    assert run.err.endswith(error)
    assert "Traceback" not in run.err


def test_a_reader_that_goes_away_has_seen_no_verdict(folder: Path) -> None:
    run = shell("portspec ports --format json | true; exit ${PIPESTATUS[0]}", folder)
    assert (run.code, run.err) == (128 + signal.SIGPIPE, "")


@pytest.mark.parametrize(
    "more",
    [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"HOME": ""}, {"LC_ALL": "no_SUCH.locale"}],
    ids=str,
)
def test_any_environment_will_do(more: dict[str, str], folder: Path, report: str) -> None:
    run = portspec(["check", "--lang", "en"], cwd=folder, env=more)
    assert (run.code, run.err) == (1, "")
    assert run.out.encode("ascii", "backslashreplace") == report.encode("ascii", "backslashreplace") or run.out == (
        report.encode("ascii", "backslashreplace").decode()
    )


@pytest.mark.parametrize(
    ("name", "lang"), [("zh_TW.UTF-8", "zh-TW"), ("zh_HK", "zh-TW"), ("zh_CN.UTF-8", "en"), ("de_DE", "en")]
)
def test_the_locale_chooses_the_language(name: str, lang: str) -> None:
    by_locale = portspec(["explain", "PS304"], env={"LANG": name, "PYTHONIOENCODING": "utf-8"})
    assert by_locale == portspec(["explain", "PS304", "--lang", lang])


UNREADABLE = {
    "a config": ("lb/haproxy.cfg", "lb/haproxy.cfg: Permission denied\n"),
    "a config's folder": ("lb", "lb: Permission denied\n"),
    "the cluster file": ("portspec.yaml", "portspec.yaml: Permission denied\n"),
    "a folder that may hold another cluster": ("other", "other: Permission denied\n"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_may_not_be_read(name: str, folder: Path) -> None:
    path, error = UNREADABLE[name]
    (folder / "other").mkdir()
    (folder / path).chmod(0)
    done = subprocess.run(
        [*_without_privilege(), *PORTSPEC, "check"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )  # fmt: skip
    (folder / path).chmod(0o700)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", error)


def _without_privilege() -> list[str]:
    """What to put before a command so that modes of files hold for root too."""
    if os.geteuid() != 0:
        return []
    held = "-dac_override,-dac_read_search"
    return [require("setpriv", package="util-linux"), f"--bounding-set={held}", f"--inh-caps={held}"]


def test_an_error_is_the_same_with_several_jobs(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / name)
    (tmp_path / "b" / "lb" / "haproxy.cfg").write_bytes(b"frontend x\n\xff\n")
    runs = [portspec(["check", "--jobs", jobs], cwd=tmp_path) for jobs in ("1", "3")]
    assert runs[0] == runs[1]
    assert (runs[0].code, runs[0].out) == (2, "")
    assert runs[0].err.startswith("b/lb/haproxy.cfg:2:1: ")
