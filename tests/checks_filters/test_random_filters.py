"""Random filters: the same findings in both dialects, none missed that a packet shows, and each with a witness that fits."""

from __future__ import annotations

from random import Random

import pytest
from checks_filters.oracle import questions, wrong
from checks_filters.small import V4, check, iptables, nftables, place, small_policy
from checks_filters.verdict_cases import (
    API,
    CP,
    DROP,
    ETCD,
    ETCD_OPEN,
    ETCD_SHUT,
    INVALID,
    NEW,
    RIGHT_CP,
    SSH,
    WEB,
    Pair,
    limited,
    open_to,
)

from portspec.checks.finding import Finding
from portspec.cluster.model import Cluster
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.policy.model import Profile
from portspec.source import SourceText

SOURCES = (
    "10.0.0.0/24",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.8/30",
    "10.9.0.0/24",
    "10.9.0.0/25",
    "128.0.0.0/1",
    "192.0.2.0/24",
    "10.0.0.12",
)
PORTS = (22, 2379, 6443, 6444, 10250)
POOL = (ETCD, API, SSH, WEB, ETCD_OPEN, ETCD_SHUT, INVALID, DROP, NEW, limited("accept", 2379), limited("drop", 6443))
VERDICTS = {
    ("PS101", "certain"): {"drop", "reject"}, ("PS102", "certain"): {"drop", "reject"}, ("PS103", "possible"): {"unknown"},
    ("PS201", "certain"): {"accept"}, ("PS202", "certain"): {"accept"}, ("PS203", "certain"): {"accept"},
    ("PS201", "possible"): {"unknown"}, ("PS202", "possible"): {"unknown"},
}  # fmt: skip


def random_filter(rng: Random) -> list[Pair]:
    """Rules for a control-plane node, more or less right."""
    rules = list(RIGHT_CP)
    for _ in range(rng.randint(1, 5)):
        made = open_to(
            rng.choice(SOURCES), rng.choice(PORTS), verdict=rng.choice(("accept", "accept", "drop", "reject"))
        )
        rules.insert(rng.randint(0, len(rules)), rng.choice((made, made, rng.choice(POOL))))
    if rng.random() < 0.3:
        del rules[rng.randrange(len(rules))]
    return rules


def bare(finding: Finding) -> tuple[object, ...]:
    """A finding but for its place and its witness, which may be any of several."""
    return finding.code, finding.severity, finding.confidence, finding.port, sorted(finding.values.items())


@pytest.mark.parametrize("seed", range(60))
def test_a_random_filter(seed: int) -> None:
    rng = Random(f"filters {seed}")
    rules, policy = random_filter(rng), rng.choice(("drop", "drop", "accept"))
    nft = nftables([("input", policy, [rule[0] for rule in rules])])
    ipt = iptables([("input", policy, [rule[1] for rule in rules])], v6=False)
    found, other = check(nft.text, CP, V4), check(ipt.text, CP, V4)
    assert sorted(map(bare, _without_lines(found))) == sorted(map(bare, _without_lines(other)))
    cluster = Cluster("portspec.yaml", "", "4.18", Profile(), "running", V4, {}, (), ())
    asked = questions(small_policy(), cluster, place(CP, V4), [nft.text])
    for text, told in ((nft.text, found), (ipt.text, other)):
        ruleset = read(SourceText("filter", text))
        assert isinstance(ruleset, Ruleset)
        missed = wrong(ruleset, asked)
        assert missed is None or told, missed
        for finding in told:
            assert finding.witness is not None
            assert finding.witness.verdict in VERDICTS[finding.code, finding.confidence], finding


def _without_lines(found: tuple[Finding, ...]) -> list[Finding]:
    return [one._replace(values={key: value for key, value in one.values.items() if key != "rule"}) for one in found]
