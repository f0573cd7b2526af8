"""Rulesets written by hand: their authors, the kernel and both evaluators agree on every packet."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from differential.comparison import compare, packet_of, read_ruleset
from differential.handwritten import Handwritten, files, read
from differential.hosts import Hosts
from differential.recorder import Observation
from differential.runs import report
from differential.testbed import Dialect
from portspec.configs.firewall.naive import replay

WORDS = {"accept": ("accept",), "drop": ("drop", "reject"), "unknown": ("unknown",)}

LISTINGS = ((), ("-s",), ("-a",), ("-n",), ("-y", "-s"))
"""Options of `nft list ruleset`."""


def dialects(path: Path) -> list[Dialect]:
    if path.parent.name == "nftables":
        return ["nftables"]
    program = read(path).program
    return [dialect for dialect in get_args(Dialect) if dialect.split("-")[0] == program]


CASES = [
    pytest.param(path, dialect, id=f"{path.name}-{dialect}")
    for folder in ("nftables", "iptables")
    for path in files(folder)
    for dialect in dialects(path)
]


@pytest.mark.parametrize(("path", "dialect"), CASES)
def test_the_kernel_does_what_the_head_says(judges: Hosts, path: Path, dialect: Dialect) -> None:
    written = read(path)
    expected = [one for one in written.expected if one.verdict != "unknown"]
    observed = judges.judge(judges.loader(dialect), written.text, [one.probe for one in expected])
    wrong = [
        f"{path.name}: not {one.verdict}: {one.probe}: {seen}"
        for one, seen in zip(expected, observed, strict=True)
        if seen.accepted != (one.verdict == "accept") or not _in_state(one.probe.state, seen)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("path", "dialect"), CASES)
def test_both_evaluators_do_what_the_kernel_does(judges: Hosts, path: Path, dialect: Dialect) -> None:
    written = read(path)
    dialect = judges.loader(dialect)
    probes = [one.probe for one in written.expected] + list(written.edges)
    observed = judges.judge(dialect, written.text, probes)
    unsure = any(one.verdict == "unknown" for one in written.expected)
    compared = compare(read_ruleset(dialect, written.text), probes, observed, may_be_unknown=unsure)
    assert not compared.disagreements, report(dialect, written.text, compared.disagreements[0], judges)


@pytest.mark.parametrize(
    "path", [path for path in files("nftables") if read(path).listable], ids=lambda path: path.name
)
def test_what_nft_lists_means_the_same(judges: Hosts, path: Path) -> None:
    """The ruleset goes into the kernel and comes back as nft prints it: plain, without counters, with handles, in numbers."""
    written = read(path)
    probes = [one.probe for one in written.expected] + list(written.edges)
    observed = judges.judge("nftables", written.text, probes)
    unsure = any(one.verdict == "unknown" for one in written.expected)
    for options in LISTINGS:
        listed = judges.listing("nftables", probes[0].path, *options)
        compared = compare(read_ruleset("nftables", listed), probes, observed, may_be_unknown=unsure)
        assert not compared.disagreements, report("nftables", listed, compared.disagreements[0], judges)


@pytest.mark.parametrize(
    "path", [path for folder in ("nftables", "iptables") for path in files(folder)], ids=lambda path: path.name
)
def test_the_replay_does_what_the_head_says(path: Path) -> None:
    """Without a kernel: where there is no root, the heads still hold the replay."""
    written = read(path)
    ruleset = read_ruleset(dialects(path)[0], written.text)
    wrong = []
    for one in written.expected:
        replayed = replay(
            ruleset, one.probe.path, packet_of(one.probe, Observation(accepted=True, state=one.probe.state))
        )
        if replayed.verdict not in WORDS[one.verdict]:
            wrong.append(f"{path.name}: {replayed.verdict} at line {replayed.line}, not {one.verdict}: {one.probe}")
    assert not wrong, "\n".join(wrong)


def _in_state(wanted: str, seen: Observation) -> bool:
    """Whether a connection that was opened on purpose was the packet's own."""
    return wanted not in ("established", "related") or seen.state in (None, wanted)


def test_a_head_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "silent.nft"
    path.write_text("table inet filter {\n}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no packet in its head"):
        read(path)


def test_a_head_is_read_whole() -> None:
    written: Handwritten = read(files("nftables")[0])
    heads = [line for line in written.text.splitlines() if line.startswith(("# accept", "# drop", "# unknown"))]
    assert len(heads) == len(written.expected)
