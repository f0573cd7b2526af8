"""`check --show-fixes`: every report carries the change, and applying what it says makes the finding go."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fixes.fixing import DAY
from jsonschema import Draft202012Validator
from report.test_sarif import valid
from running import REPOSITORY

from portspec.cli import main
from portspec.fixes.edits import Edit, apply
from portspec.source import SourceText

OPTIONS = ("check", "site", "--day", DAY, "--show-fixes")


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the broken example, in the current folder."""
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "site"


def test_json_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    main([*OPTIONS, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    schema = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())
    Draft202012Validator(schema).validate(report)
    findings = report["findings"]
    assert len(findings) > 20
    for finding in findings[::4]:
        edits = [
            Edit(one["path"], one["line"], one["end_line"], tuple(one["replacement"]))
            for one in finding["fix"]["edits"]
        ]
        before = {path: Path(path).read_bytes() for path in {edit.path for edit in edits}}
        for path, data in before.items():
            Path(path).write_bytes(apply(SourceText(path, data.decode()), edits).text.encode())
        main(["check", "site", "--day", DAY, "--format", "json"])
        left = {one["fingerprint"] for one in json.loads(capsys.readouterr().out)["findings"]}
        assert finding["fingerprint"] not in left
        for path, data in before.items():
            Path(path).write_bytes(data)


def test_without_the_option_no_report_carries_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "site", "--day", DAY, "--format", "json"])
    assert not any("fix" in one for one in json.loads(capsys.readouterr().out)["findings"])


def test_sarif_says_the_same_by_regions(capsys: pytest.CaptureFixture[str]) -> None:
    main([*OPTIONS, "--format", "json"])
    expected = [
        (edit["line"], edit["end_line"], "".join(f"{line}\n" for line in edit["replacement"]))
        for finding in json.loads(capsys.readouterr().out)["findings"]
        for edit in finding["fix"]["edits"]
    ]
    main([*OPTIONS, "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    valid(log)
    (run,) = log["runs"]
    told = [
        (
            one["deletedRegion"]["startLine"],
            one["deletedRegion"]["endLine"],
            one.get("insertedContent", {"text": ""})["text"],
        )
        for result in run["results"]
        for fix in result["fixes"]
        for change in fix["artifactChanges"]
        for one in change["replacements"]
    ]
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize(("format_", "lang", "label"), [("text", "en", "fix: "), ("text", "zh-TW", "變更：")])
def test_text_shows_the_lines(capsys: pytest.CaptureFixture[str], format_: str, lang: str, label: str) -> None:
    main([*OPTIONS, "--format", format_, "--lang", lang, "--select", "PS304"])
    said = capsys.readouterr().out
    assert label in said
    assert "        - " in said
    assert "ocp-worker-0 192.168.22.211:6443" in said.split(label)[1].split("        - ")[1]


def test_markdown_carries_them(capsys: pytest.CaptureFixture[str]) -> None:
    main([*OPTIONS, "--format", "markdown", "--select", "PS304"])
    assert "fix: " in capsys.readouterr().out
