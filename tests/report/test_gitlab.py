"""Code Quality: by what GitLab's documentation asks of the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from report.hostile import HARMFUL, HOSTILE, NAMES
from report.many import result_of
from running import REPOSITORY, portspec

from portspec.report.as_gitlab import render
from portspec.report.setting import Setting

# docs.gitlab.com/ci/testing/code_quality, "Code Quality report format": what a tool has to give
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^PS[0-9]{3}$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}


def issues(text: str) -> list[dict[str, Any]]:
    assert not text.startswith("\ufeff"), "GitLab refuses a byte order mark"
    found: list[dict[str, Any]] = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    prints = [one["fingerprint"] for one in found]
    assert len(set(prints)) == len(prints), "GitLab shows only the first of a fingerprint"
    return found


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_examples(lang: str) -> None:
    found = issues(portspec(["check", "examples/upi-broken", "--format", "gitlab", "--lang", lang]).out)
    assert [one["severity"] for one in found] == ["critical"] * 15 + ["major"] * 5 + ["info"]
    assert all((REPOSITORY / one["location"]["path"]).is_file() for one in found)
    assert issues(portspec(["check", "examples/upi-right", "--format", "gitlab", "--lang", lang]).out) == []


def test_findings_that_are_alike_are_told_apart() -> None:
    result = result_of(2)
    alike = result._replace(findings=(result.findings[0],) * 5)
    first = [one["fingerprint"] for one in issues(render([alike], Setting("en")))]
    assert first[0] == issues(render([result], Setting("en")))[0]["fingerprint"]


def test_very_many_findings() -> None:
    assert len(issues(render([result_of(10_000)], Setting("en")))) == 10_000


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str, tmp_path: Path) -> None:
    (tmp_path / NAMES[name]).write_text("listen api\n  bind :6443\n  mode http\n  server a 10.0.0.1:1\n")
    run = portspec(
        ["check", NAMES[name], "--release", "4.18", "--phase", "install", "--format", "gitlab"], cwd=tmp_path
    )
    assert not HARMFUL.search(run.out)
    assert {one["location"]["path"] for one in issues(run.out)} == {NAMES[name]}, "escaped, not changed"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_configs(name: str, tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    run = portspec(["check", file, "--release", "4.18", "--phase", "install", "--format", "gitlab"], cwd=tmp_path)
    assert not HARMFUL.search(run.out)
    if run.code != 2:
        issues(run.out)
