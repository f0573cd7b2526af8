"""firewalld's configs written by hand: their authors, the kernel with firewalld's own rules, and both evaluators agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest_programs import require

from differential.comparison import compare, packet_of
from differential.firewalld_live import judge, read_folder, unpack
from differential.handwritten import files, read
from differential.hosts import Hosts
from differential.recorder import Observation
from portspec.configs.firewall.naive import replay

WORDS = {"accept": ("accept",), "drop": ("drop", "reject"), "unknown": ("unknown",)}
CASES = files("firewalld")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_firewalld_and_both_evaluators_do_what_the_head_says(judges: Hosts, path: Path, tmp_path: Path) -> None:
    require("firewalld", package="firewalld")
    written = read(path)
    folder = unpack(written.text, tmp_path / "firewalld")
    probes = [one.probe for one in written.expected] + list(written.edges)
    observed = judge(judges, folder, probes)
    wrong = [
        f"{path.name}: firewalld does not {one.verdict}: {one.probe}: {seen}"
        for one, seen in zip(written.expected, observed, strict=False)
        if one.verdict != "unknown" and seen.accepted != (one.verdict == "accept")
    ]
    assert not wrong, "\n".join(wrong)
    unsure = any(one.verdict == "unknown" for one in written.expected)
    compared = compare(read_folder(folder), probes, observed, may_be_unknown=unsure)
    assert not compared.disagreements, "\n".join(map(str, compared.disagreements))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_replay_does_what_the_head_says(path: Path, tmp_path: Path) -> None:
    """Without a kernel: where there is no root, the heads still hold the replay."""
    written = read(path)
    ruleset = read_folder(unpack(written.text, tmp_path / "firewalld"))
    wrong = []
    for one in written.expected:
        packet = packet_of(one.probe, Observation(accepted=True, state=one.probe.state))
        replayed = replay(ruleset, one.probe.path, packet)
        if replayed.verdict not in WORDS[one.verdict]:
            wrong.append(f"{path.name}: {replayed.verdict}, not {one.verdict}: {one.probe}")
    assert not wrong, "\n".join(wrong)
