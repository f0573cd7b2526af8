"""`portspec trace --all`: what one filter does with every port of the policy, for every role."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from printing import as_printed
from running import REPOSITORY, portspec

PRINTED = Path(__file__).parent / "printed"
EXAMPLE = REPOSITORY / "examples" / "upi-broken"


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize(
    ("name", "file", "more"),
    [("host", "firewall/master.nft", ()), ("between", "firewall/edge.rules", ("--phase", "running"))],
)
def test_the_table(name: str, file: str, more: tuple[str, ...], lang: str) -> None:
    run = portspec(["trace", "--all", f"examples/upi-broken/{file}", "--lang", lang, *more])
    assert (run.code, run.err) == (0, "")
    as_printed(PRINTED / f"trace-all-{name}.{lang}.txt", run.out)


def test_the_table_and_the_check_agree() -> None:
    """A required flow that the table calls closed or partly open is a finding, and the other way round."""
    run = portspec(["trace", "--all", str(EXAMPLE / "firewall/master.nft"), "--format", "json"])
    table = json.loads(run.out)
    closed = {
        (one["port"], one["from"])
        for one in table
        if one["required"] and one["verdict"] in ("closed", "partly") and "-" not in (one["port"] or "")
    }
    report = json.loads(
        portspec(["check", str(EXAMPLE / "firewall/master.nft"), "--format", "json", "--day", "2026-11-25"]).out
    )
    told = {(one["port"], one["witness"]["source"]) for one in report["findings"] if one["code"] == "PS101"}
    assert {port for port, _ in closed} == {port for port, _ in told}
    assert closed
    opened = {one["port"] for one in table if one["from"] == "client" and one["verdict"] == "open" and one["port"]}
    assert {one["port"] for one in report["findings"] if one["code"] == "PS201"} <= opened


def test_every_verdict_is_one_of_few() -> None:
    for file in ("master.nft", "edge.rules", "worker.nft", "bootstrap.nft", "balancer.nft"):
        run = portspec(["trace", "--all", str(EXAMPLE / "firewall" / file), "--format", "json"])
        assert run.code == 0, run.err
        assert {one["verdict"] for one in json.loads(run.out)} <= {"open", "closed", "partly", "unknown"}


def test_what_is_not_known_is_a_question_mark(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "cluster")
    path = tmp_path / "cluster" / "firewall" / "worker.nft"
    path.write_text(
        "table inet t { chain in { type filter hook input priority 0; policy drop;\n"
        "ip saddr 192.168.22.0/24 tcp dport 10250 limit rate 3/second accept\n} }\n"
    )
    run = portspec(["trace", "--all", str(path)])
    (line,) = (line for line in run.out.splitlines() if line.startswith("10250/tcp"))
    assert "?*" in line
    assert "open" not in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lb/haproxy.cfg"], "is no packet filter at a host or between roles"),
        (["/dev/null"], "no portspec.yaml names this file"),
        (["firewall/master.nft", "--from", "10.0.0.1"], "--all asks about everything"),
        (["firewall/master.nft", "--hook", "input"], "--all asks about everything"),
        (["firewall/master.nft", "--release", "3.11"], "3.11"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    run = portspec(["trace", "--all", *arguments], cwd=EXAMPLE)
    assert run.code == 2
    assert said in run.err
    assert run.out == ""


def test_release_and_phase_are_for_the_table() -> None:
    run = portspec(["trace", str(EXAMPLE / "firewall/master.nft"), "--phase", "running", "--from", "10.0.0.1"])
    assert run.code == 2
    assert "--release and --phase go with --all" in run.err
