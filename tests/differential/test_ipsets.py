"""iptables rulesets that ask sets, with the sets beside them: whatever the kernel does with a packet, both evaluators
say so. PORTSPEC_DIFFERENTIAL=N runs N."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from conftest_programs import require

from differential.comparison import compare, read_ruleset
from differential.hosts import Hosts
from differential.ipsets import generate
from differential.runs import report

RULESETS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "80"))


def test_sets_match_what_the_kernel_says(judges: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    require("ipset", package="ipset")
    found: Counter[str] = Counter()
    for seed in range(RULESETS):
        dialect, made = generate(seed)
        dialect = judges.loader(dialect)
        observed = judges.judge(dialect, made.text, made.probes)
        compared = compare(read_ruleset(dialect, made.text), made.probes, observed, may_be_unknown=False)
        assert not compared.disagreements, report(dialect, made.text, compared.disagreements[0], judges)
        found.update(packets=compared.judged, unknown=compared.unknown, accepted=sum(one.accepted for one in observed))
    with capsys.disabled():
        print(
            f"\nsets of iptables: {RULESETS} rulesets, {found['packets']} packets, {found['unknown']} left unknown, 0 disagreements"
        )
    assert 0.2 < found["accepted"] / found["packets"] < 0.8
    assert found["unknown"] < found["packets"] / 10
