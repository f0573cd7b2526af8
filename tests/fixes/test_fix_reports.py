"""`check --show-fixes`: every report carries the change, and applying what it says makes the finding go."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest_programs import require
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


HOSTILE = (
    "  server ocp-worker-0 192.168.22.211:6443 check inter 10s fall 2 rise 3 # ```\x1b[31m ::error::x <img src=x>\n"
)


def test_markdown_has_a_patch_that_applies(capsys: pytest.CaptureFixture[str], site: Path) -> None:
    main([*OPTIONS, "--format", "markdown", "--select", "PS304,PS313"])
    told = capsys.readouterr().out
    patches = re.findall(r"^```diff\n(.*?)^```$", told, re.MULTILINE | re.DOTALL)
    assert len(patches) == 2
    git = require("git", package="git")
    for patch in patches:
        done = subprocess.run([git, "apply", "-"], input=patch, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    main(["check", "site", "--day", DAY, "--format", "json", "--select", "PS304,PS313"])
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_every_patch_of_the_example_applies(capsys: pytest.CaptureFixture[str], site: Path) -> None:
    git = require("git", package="git")
    main([*OPTIONS, "--format", "markdown"])
    patches = re.findall(r"^```diff\n(.*?)^```$", capsys.readouterr().out, re.MULTILINE | re.DOTALL)
    assert len(patches) > 15
    for patch in patches:
        done = subprocess.run([git, "apply", "--check", "-"], input=patch, text=True, capture_output=True, check=False)
        assert done.returncode == 0, (done.stderr, patch)


@pytest.mark.parametrize(
    ("format_", "mention"),
    [
        ("github", "%0Afix: site/lb/haproxy.cfg:34%0A- server ocp-worker-0"),
        ("gitlab", "\\nfix: site/lb/haproxy.cfg:34\\n- server ocp-worker-0"),
        ("junit", "  fix: site/lb/haproxy.cfg:34\n  - server ocp-worker-0"),
    ],
)
def test_platforms_are_told_the_fix(capsys: pytest.CaptureFixture[str], format_: str, mention: str) -> None:
    main([*OPTIONS, "--format", format_, "--select", "PS304"])
    assert mention in capsys.readouterr().out
    main(["check", "site", "--day", DAY, "--format", format_, "--select", "PS304"])
    assert "fix: " not in capsys.readouterr().out


@pytest.mark.parametrize("format_", ["text", "markdown", "github", "gitlab", "junit", "json", "sarif"])
def test_what_a_fix_quotes_commands_nobody(capsys: pytest.CaptureFixture[str], site: Path, format_: str) -> None:
    path = site / "lb" / "haproxy.cfg"
    text = path.read_text()
    line = next(one for one in text.splitlines(keepends=True) if "192.168.22.211:6443" in one)
    path.write_text(text.replace(line, HOSTILE))
    main([*OPTIONS, "--format", format_, "--select", "PS304"])
    told = capsys.readouterr().out
    assert ("192.168.22.211:6443" in told) != (format_ == "json")
    assert "\x1b" not in told
    assert not re.search(r"^\s*::error::x", told, re.MULTILINE)
    if format_ == "markdown":
        # The fences are longer than the one in the line.
        assert "````diff" in told


@pytest.mark.parametrize("format_", ["text", "markdown", "github", "gitlab", "junit"])
def test_why_there_is_no_fix(capsys: pytest.CaptureFixture[str], site: Path, format_: str) -> None:
    path = site / "lb" / "haproxy.cfg"
    path.write_text(path.read_text() + "\n  nonsense here\n")
    main([*OPTIONS, "--format", format_, "--select", "PS317"])
    assert "no fix: the program refuses the line; what was meant is not known" in capsys.readouterr().out


def test_json_says_why_there_is_none(capsys: pytest.CaptureFixture[str], site: Path) -> None:
    path = site / "lb" / "haproxy.cfg"
    path.write_text(path.read_text() + "\n  nonsense here\n")
    main([*OPTIONS, "--format", "json", "--select", "PS317", "--lang", "zh-TW"])
    report = json.loads(capsys.readouterr().out)
    schema = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())
    Draft202012Validator(schema).validate(report)
    assert [one["no_fix"] for one in report["findings"]] == ["程式拒絕這一行；無從得知原意"]


def test_the_report_after_fixes_follows_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "site", "--day", DAY, "--fix", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    schema = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())
    Draft202012Validator(schema).validate(report)
    assert report["findings"] == []
    assert len(report["fixed"]) > 15
