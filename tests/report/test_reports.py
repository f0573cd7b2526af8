"""The reports as a whole: what is printed for the examples, the JSON against its schema, hostile text made harmless."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from running import REPOSITORY, portspec

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
def test_the_text_report_of_the_examples(example: str, lang: str) -> None:
    run = portspec(["check", f"examples/{example}", "--lang", lang])
    assert run.err == ""
    assert run.code == (1 if example == "upi-broken" else 0)
    golden = GOLDEN / f"{example}.{lang}.txt"
    assert run.out == golden.read_text(), (
        f"if this is meant: portspec check examples/{example} --lang {lang} > {golden}"
    )


@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
def test_the_json_report_follows_its_schema(example: str) -> None:
    run = portspec(["check", f"examples/{example}", "--format", "json"])
    report = json.loads(run.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert report["summary"]["errors"] == sum(found["severity"] == "error" for found in report["findings"])
    assert report["release"] == "4.18"
    assert len({found["fingerprint"] for found in report["findings"]}) == len(report["findings"])


def test_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    before = json.loads(portspec(["check", "examples/upi-broken", "--format", "json"]).out)
    copy = tmp_path / "examples" / "upi-broken"
    for path in (REPOSITORY / "examples" / "upi-broken").rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(REPOSITORY / "examples" / "upi-broken")
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text()
            target.write_text("# moved\n\n" + text if path.suffix != ".yaml" else text)
    after = json.loads(portspec(["check", "examples/upi-broken", "--format", "json"], cwd=tmp_path).out)
    moved = {found["fingerprint"] for found in after["findings"]}
    assert {found["fingerprint"] for found in before["findings"]} == moved


def test_nothing_of_a_config_commands_the_terminal_or_the_runner(tmp_path: Path) -> None:
    evil = "\x1b[31m::error file=x::gotcha ##[error]y \u202e"
    (tmp_path / "lb.cfg").write_text(
        f"listen api\n  bind :6443\n  mode http # {evil}\n  server {evil.split(maxsplit=1)[0]} 10.0.0.1:1 {evil}\n"
    )
    run = portspec(["check", "lb.cfg", "--release", "4.18", "--phase", "install"], cwd=tmp_path)
    for harmful in ("\x1b", "::error", "##[", "\u202e"):
        assert harmful not in run.out + run.err


def test_the_threshold_decides_about_the_exit_code() -> None:
    selected = ["check", "examples/upi-broken", "--select", "PS311"]
    assert portspec(selected).code == 1
    assert portspec([*selected, "--fail-on", "error"]).code == 0
    assert portspec([*selected, "--ignore", "PS3"]).code == 0
