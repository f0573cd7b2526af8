"""What fixes leave: why, in both languages; the reports that `--output` asks for; all files changed, or none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from fixes.fixing import DAY, of_example, of_texts
from running import REPOSITORY

from portspec.checks.api import Example
from portspec.checks.examples import BASELINE_FILE, CLUSTER_FILE
from portspec.checks.origin import LOCK_FILE
from portspec.checks.registry import checks
from portspec.cli import main
from portspec.errors import InputError
from portspec.fixes.proving import check, fix_all, why_left
from portspec.fixes.unfixable import NO_WRITER, NOT_PROVED, REASONS
from portspec.fixes.writing import Change, write_files
from portspec.source import SourceText

NO_CONFIG = (BASELINE_FILE, CLUSTER_FILE, LOCK_FILE)
BROKEN = REPOSITORY / "examples" / "upi-broken"
SHADOWED = """\
table inet filter {
    chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 22 accept
        tcp dport 22 accept
    }
}
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the broken example, in the current folder."""
    shutil.copytree(BROKEN, tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "site"


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("broken")
def test_a_patch_goes_with_reports_in_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site", "--day", DAY, "--diff", "--output", "report.json"]) == 1
    assert capsys.readouterr().out.startswith("--- a/")
    assert len(json.loads(Path("report.json").read_text())["findings"]) > 20


def test_a_report_that_cannot_be_written_keeps_the_files(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _contents(broken)
    assert main(["check", "site", "--day", DAY, "--fix", "--output", "no-folder/report.json"]) == 2
    assert main(["check", "site", "--day", DAY, "--fix", "--output", "json=site/lb/haproxy.cfg"]) == 2
    assert "the report would take its place" in capsys.readouterr().err
    assert _contents(broken) == before


def test_one_file_that_may_not_be_written_keeps_all(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = broken / "lb" / "haproxy.cfg"
    config.rename(broken / "lb" / "real.cfg")
    config.symlink_to("real.cfg")
    before = _contents(broken)
    assert main(["check", "site", "--day", DAY, "--fix"]) == 2
    assert "it is a link" in capsys.readouterr().err
    assert _contents(broken) == before


@pytest.mark.parametrize("bad", range(3))
def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: int) -> None:
    """The system refuses to put the new file in its place, the first time or a later one."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    changes = []
    for name in "abc":
        Path(name).write_text(f"{name}\n")
        changes.append(Change(SourceText(name, f"{name}\n"), SourceText(name, "new\n"), ""))
    real = os.replace

    def failing(part: str, path: str) -> None:
        if path == "abc"[bad]:
            raise PermissionError(13, os.strerror(13))
        real(part, path)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(InputError, match="and no other file"):
        write_files(changes)
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {
        name: f"{name}\n" for name in "abc"
    }
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    write_files(changes)
    assert {path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {"new\n"}


def test_rules_found_by_a_thorough_look_are_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a filter of more rules than are looked at without `--hygiene`."""
    monkeypatch.setattr("portspec.configs.firewall.shadows.MOST_RULES", 1)
    (tmp_path / "host.nft").write_text(SHADOWED)
    monkeypatch.chdir(tmp_path)
    options = ["check", "host.nft", "--release", "4.18", "--day", DAY, "--select", "PS401,PS402,PS403"]
    main([*options, "--diff"])
    assert capsys.readouterr().out == ""
    main([*options, "--diff", "--hygiene"])
    assert "-        tcp dport 22 accept" in capsys.readouterr().out


@pytest.mark.parametrize("code", [code for code in sorted(REASONS) if checks()[code].bad.format not in NO_CONFIG])
def test_a_code_without_fixes_has_its_reason(code: str) -> None:
    prepared = of_example(checks()[code].bad)
    result = check(prepared, DAY)
    named = [one for one in result.findings if one.code == code]
    assert named
    assert {why_left(one, prepared, result, DAY)["en"] for one in named} == {REASONS[code]["en"]}


def test_a_format_without_a_writer_says_so() -> None:
    text = "virtual_server 192.168.22.10 6443 {\n  protocol TCP\n  real_server 192.168.22.211 6443 {\n  }\n}\n"
    prepared = of_texts([Example("keepalived", text, "balancer api")])
    result = check(prepared, DAY)
    left = [one for one in fix_all(prepared, result, DAY).left if one.code == "PS304"]
    assert left
    assert all(why_left(one, prepared, result, DAY) == NO_WRITER for one in left)


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_what_is_left_is_said_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    shutil.copytree(BROKEN, tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "site" / "lb" / "haproxy.cfg"
    path.write_text(path.read_text() + "\n  nonsense here\n")
    main(["check", "site", "--day", DAY, "--diff", "--lang", lang])
    said = capsys.readouterr().err
    assert REASONS["PS317"][lang] in said
    assert "PS317" in said


def test_reasons_are_in_both_languages() -> None:
    for reason in (*REASONS.values(), NO_WRITER, NOT_PROVED):
        assert set(reason) == {"en", "zh-TW"}
        assert reason["en"] != reason["zh-TW"]
