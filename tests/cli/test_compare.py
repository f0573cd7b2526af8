"""`portspec compare` as a user runs it: what is printed, the JSON against its schema, exit codes, wrong use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from printing import as_printed
from report.hostile import HARMFUL, HOSTILE
from running import REPOSITORY, portspec

PRINTED = Path(__file__).parent / "printed"
SCHEMA = json.loads((REPOSITORY / "schema" / "comparison.schema.json").read_text())
RULES = """\
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 6443 -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22623 -j ACCEPT
COMMIT
"""
NFT = """\
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    tcp dport 6443 accept
    ip saddr 10.0.0.0/8 tcp dport 22623 accept
  }
}
"""
NARROW = "ip saddr 10.0.0.0/8 tcp dport 22623 accept"
HAPROXY = "listen api\n  bind 192.168.22.10:6443\n  mode tcp\n  server a 192.168.22.201:6443 check\n"


class Case(NamedTuple):
    name: str
    old: tuple[str, str]
    new: tuple[str, str]
    code: int
    options: tuple[str, ...] = ()


def nft(old: str, new: str) -> tuple[str, str]:
    assert old in NFT
    return "new.nft", NFT.replace(old, new)


CASES = (
    Case("equal", ("old.rules", RULES), ("new.nft", NFT), 0),
    Case("more", ("old.rules", RULES), nft(NARROW, "tcp dport 22623 accept"), 1),
    Case("less", ("old.rules", RULES), nft("10.0.0.0/8", "10.1.0.0/16"), 1),
    Case("both", ("old.rules", RULES), nft("10.0.0.0/8", "192.168.0.0/16"), 1),
    Case("one-interface", ("old.rules", RULES), nft("tcp dport 6443", 'iifname "eth1" tcp dport 6443'), 1),
    Case("unknown", ("old.rules", RULES), nft("tcp dport 6443 accept", "tcp dport 6443 limit rate 9/second accept"), 1),
    Case("alike-unknown", ("old.nft", nft(NARROW, f"{NARROW}\n    meta skuid 0 tcp dport 9 accept")[1]), nft(NARROW, f"meta skuid 0 tcp dport 9 accept\n    {NARROW}"), 0),
    Case("balancers", ("old.cfg", HAPROXY), ("new.cfg", HAPROXY.replace("192.168.22.201", "192.168.22.202")), 1),
)  # fmt: skip
CODES = (
    ("more", ("--allow", "more"), 0),
    ("more", ("--allow", "less"), 1),
    ("less", ("--allow", "less"), 0),
    ("both", ("--allow", "less"), 1),
    ("unknown", ("--unknown", "allow"), 0),
    ("more", ("--hook", "forward"), 0),
    ("more", ("--hook", "input", "--family", "4"), 1),
    ("equal", ("--every-state",), 0),
)


def case_of(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def files(case: Case, folder: Path) -> list[str]:
    for name, text in (case.old, case.new):
        (folder / name).write_text(text)
    return [case.old[0], case.new[0]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_printed(case: Case, tmp_path: Path) -> None:
    run = portspec(["compare", *files(case, tmp_path)], cwd=tmp_path)
    as_printed(PRINTED / f"compare-{case.name}.txt", run.out)
    assert (run.code, run.err) == (case.code, "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_json_follows_its_schema(case: Case, tmp_path: Path) -> None:
    run = portspec(["compare", *files(case, tmp_path), "--format", "json"], cwd=tmp_path)
    assert run.code == case.code
    report = json.loads(run.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert (report["relation"] == "equal") == (case.code == 0)
    for one in report["differences"]:
        if report["kind"] == "filter" and one["confidence"] == "certain":
            verdicts = {one["witness"][side]["verdict"] == "accept" for side in ("old", "new")}
            assert verdicts == {True, False}


def test_markdown_and_chinese(tmp_path: Path) -> None:
    given = files(case_of("both"), tmp_path)
    run = portspec(["compare", *given, "--format", "markdown", "--lang", "zh-TW"], cwd=tmp_path)
    as_printed(PRINTED / "compare-both.zh-TW.md", run.out)


@pytest.mark.parametrize(("name", "options", "code"), CODES)
def test_exit_codes(name: str, options: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert portspec(["compare", *files(case_of(name), tmp_path), *options], cwd=tmp_path).code == code


def test_files_of_both_families_take_the_place_of_one(tmp_path: Path) -> None:
    given = files(case_of("equal"), tmp_path)
    (tmp_path / "old6.rules").write_text(RULES.replace("-s 10.0.0.0/8", "-s fd00::/8"))
    run = portspec(["compare", *given, "--old-with", "old6.rules"], cwd=tmp_path)
    assert run.code == 1
    assert "stops 22623/tcp from fd00::/8 to any IPv6" in run.out
    assert "not compared" not in run.out


def test_the_report_goes_to_a_file_and_not_over_an_input(tmp_path: Path) -> None:
    given = files(case_of("more"), tmp_path)
    assert portspec(["compare", *given, "--output", "report.txt"], cwd=tmp_path).code == 1
    assert "more permissive" in (tmp_path / "report.txt").read_text()
    assert portspec(["compare", *given, "--output", "new.nft"], cwd=tmp_path).code == 2
    assert (tmp_path / "new.nft").read_text() == case_of("more").new[1]


BAD = {
    "nothing there": (("compare", "old.rules", "gone"), "gone: No such file or directory"),
    "one file": (("compare", "old.rules"), "portspec compare: the following arguments are required: NEW"),
    "no config": (("compare", "old.rules", "words"), "words: not a format that is read here"),
    "a filter and a balancer": (("compare", "old.rules", "lb.cfg"), "lb.cfg: is a load balancer's config (HAProxy)"),
    "a hook for balancers": (("compare", "lb.cfg", "lb.cfg", "--hook", "input"), "lb.cfg: --hook"),
    "two families": (("compare", "old.rules", "old6.rules"), "old6.rules: nothing to compare"),
    "the other family": (("compare", "old.rules", "new.nft", "--family", "6"), "new.nft: nothing to compare"),
    "a way that neither filters": (
        ("compare", "new.nft", "new.nft", "--hook", "output"),
        "new.nft: nothing to compare",
    ),
    "half a file": (("compare", "old.rules", "half.rules"), "half.rules:"),
    "an unknown format": (("compare", "old.rules", "new.nft", "--new-reader", "pf"), "new.nft: no reader for format"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path) -> None:
    files(case_of("equal"), tmp_path)
    (tmp_path / "old6.rules").write_text(RULES.replace("-s 10.0.0.0/8", "-s fd00::/8"))
    (tmp_path / "half.rules").write_text(RULES.replace("COMMIT\n", "-A INPUT -p tc"))
    (tmp_path / "words").write_text("only words\n")
    (tmp_path / "lb.cfg").write_text(HAPROXY)
    arguments, error = BAD[name]
    run = portspec(list(arguments), cwd=tmp_path)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(error)
    assert len(run.err.splitlines()) <= 2


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("shown", ["text", "markdown", "json"])
def test_hostile_text_does_nothing(name: str, shown: str, tmp_path: Path) -> None:
    path, text = HOSTILE[name]
    (tmp_path / path).write_text(text)
    is_filter = "filter" in text
    (tmp_path / "old").write_text(NFT if text.startswith("table") else RULES if is_filter else HAPROXY)
    run = portspec(["compare", "old", path, "--format", shown], cwd=tmp_path)
    assert run.code in (1, 2)
    assert not HARMFUL.search(run.out + run.err)
