"""The reports as a whole: what is printed for the examples, the JSON against its schema, hostile text made harmless."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import east_asian_width

import jsonschema
import pytest
from report.hostile import COMMAND, EVIL, HARMFUL, HOSTILE
from running import REPOSITORY, portspec

DAY = "2026-11-23"
"""Of the reports that are kept: on another one a release may be past its support."""
GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
def test_the_text_report_of_the_examples(example: str, lang: str) -> None:
    run = portspec(["check", f"examples/{example}", "--lang", lang, "--day", DAY])
    assert run.err == ""
    assert run.code == (1 if example == "upi-broken" else 0)
    golden = GOLDEN / f"{example}.{lang}.txt"
    assert run.out == golden.read_text(), (
        f"if this is meant: portspec check examples/{example} --lang {lang} --day {DAY} > {golden}"
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


@pytest.mark.parametrize("form", [["text"], ["text", "--lang", "zh-TW"], ["json"]], ids=" ".join)
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_a_config_commands_the_terminal_or_the_runner(name: str, form: list[str], tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    run = portspec(["check", file, "--release", "4.18", "--phase", "install", "--format", *form], cwd=tmp_path)
    assert run.code in (0, 1, 2)
    assert "Traceback" not in run.err
    assert run.out + run.err
    assert not HARMFUL.search(run.out + run.err)
    if form == ["json"] and run.code != 2:
        report = json.loads(run.out)
        assert {entry["path"] for entry in report["files"]} == {file}, "escaped, not changed"
    else:
        assert not COMMAND.search(run.out + run.err)


def test_a_cluster_file_commands_nothing(tmp_path: Path) -> None:
    (tmp_path / "fw.nft").write_text("table inet f {\n}\n")
    (tmp_path / "portspec.yaml").write_text(
        'release: "4.18"\nroles: {control-plane: 192.0.2.1}\nconfigs: [{path: fw.nft, at: {host: control-plane}}]\n'
        f"ignore: [{{code: PS203, reason: {json.dumps(EVIL)}}}]\n"
    )
    for form in ("text", "json"):
        run = portspec(["check", "--format", form], cwd=tmp_path)
        assert run.err == ""
        assert not HARMFUL.search(run.out)


def test_addresses_are_no_commands(tmp_path: Path) -> None:
    """`::dead:beef` looks like a command of a runner; it is an address and stays one."""
    (tmp_path / "fw.nft").write_text(
        "table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n }\n}\n"
    )
    (tmp_path / "portspec.yaml").write_text(
        'release: "4.18"\nroles: {control-plane: "2001:db8::dead:beef", worker: "2001:db8::beef"}\n'
        "configs: [{path: fw.nft, at: {host: control-plane}}]\n"
    )
    run = portspec(["check"], cwd=tmp_path)
    assert "2001:db8::beef → 2001:db8::dead:beef tcp/6443" in run.out


CODES = {
    "findings": (["examples/upi-broken"], 1),
    "nothing": (["examples/upi-right"], 0),
    "below the threshold": (["examples/upi-broken", "--select", "PS311", "--fail-on", "error"], 0),
    "a note": (["examples/upi-broken/lb/haproxy.cfg", "--fail-on", "note"], 1),
    "unreadable": (["README.md", "--release", "4.18"], 2),
    "nothing to check": (["docs/assets"], 2),
}


@pytest.mark.parametrize("name", CODES)
def test_the_exit_code_is_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    arguments, code = CODES[name]
    for form in (
        ["--format", "text"],
        ["--format", "json"],
        ["--lang", "zh-TW"],
        ["--output", str(tmp_path / "report")],
    ):
        assert portspec(["check", *arguments, *form]).code == code


def test_many_findings_stay_readable(tmp_path: Path) -> None:
    """A hundred wrong members: each has its own finding of few lines, why it matters is told once."""
    members = "".join(f"  server worker-{n} 10.0.1.{n}:6443 check # {'x' * 300}\n" for n in range(1, 101))
    (tmp_path / "lb.cfg").write_text(f"listen api\n  bind :6443\n  mode tcp\n{members}")
    run = portspec(["check", "lb.cfg", "--release", "4.18", "--phase", "running", "--select", "PS304"], cwd=tmp_path)
    lines = run.out.splitlines()
    assert sum(": error" in line or ": warning" in line for line in lines) == 100
    assert sum(line.startswith("     why: ") for line in lines) == 1
    assert len(lines) < 100 * 5 + 12
    assert max(map(len, lines)) < 160


@pytest.mark.parametrize("before", [0, 40, 105, 400, 200_000])
def test_the_caret_is_under_the_rule_also_far_in_a_line(before: int, tmp_path: Path) -> None:
    filler = (
        ('tcp dport 1 drop comment "叢集"; ' * (before // 20 + 1))[:before].rpartition(";")[0] + ";"
        if before > 20
        else ""
    )
    rule = "tcp dport 22623 accept"
    text = f"table inet f {{ chain i {{ type filter hook input priority 0; policy drop; {filler} {rule}; }} }}\n"
    (tmp_path / "fw.nft").write_text(text)
    run = portspec(["check", "fw.nft", "--release", "4.18", "--phase", "install", "--select", "PS201"], cwd=tmp_path)
    lines = run.out.splitlines()
    caret = next(number for number, line in enumerate(lines) if line.startswith("      | "))
    shown, carets = lines[caret - 1][8:], lines[caret][8:]
    columns = "".join(char + "\0" * (east_asian_width(char) in "WF") for char in shown)
    assert columns[carets.index("^") : carets.rindex("^") + 1].startswith(rule)
    assert len(columns) <= 110


def test_the_threshold_decides_about_the_exit_code() -> None:
    selected = ["check", "examples/upi-broken", "--select", "PS311"]
    assert portspec(selected).code == 1
    assert portspec([*selected, "--fail-on", "error"]).code == 0
    assert portspec([*selected, "--ignore", "PS3"]).code == 0
