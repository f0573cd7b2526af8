"""The comparison can fail: a verdict that is not the kernel's, and an unknown where none may be, are both found."""

from __future__ import annotations

import pytest

from differential.comparison import compare, packet_of, read_ruleset
from differential.generated import Generated
from differential.recorder import Observation
from differential.runs import Kind, generated
from differential.testbed import Dialect
from portspec.configs.firewall.naive import replay

SEEDS = range(12)


def sure(kind: Kind) -> list[tuple[Generated, Dialect]]:
    found = [(made, dialect) for dialect, made in (generated(kind, seed) for seed in SEEDS) if not made.unsure]
    assert found
    return found


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_every_wrong_verdict_is_found(kind: Kind) -> None:
    for made, dialect in sure(kind):
        ruleset = read_ruleset(dialect, made.text)
        states = [Observation(accepted=True, state=probe.state) for probe in made.probes]
        ours = [
            replay(ruleset, probe.path, packet_of(probe, state)).verdict
            for probe, state in zip(made.probes, states, strict=True)
        ]
        right = [state._replace(accepted=verdict == "accept") for state, verdict in zip(states, ours, strict=True)]
        wrong = [one._replace(accepted=not one.accepted) for one in right]
        assert not compare(ruleset, made.probes, right, may_be_unknown=False).disagreements
        assert len(compare(ruleset, made.probes, wrong, may_be_unknown=True).disagreements) == len(made.probes)


@pytest.mark.parametrize("may_be", [True, False])
def test_an_unknown_is_a_disagreement_unless_it_may_be(may_be: bool) -> None:
    text = (
        "table inet t {\nchain i { type filter hook input priority 0; policy drop;\nlimit rate 1/second accept\n}\n}\n"
    )
    made = generated("nftables", 1)[1]
    probes = [probe._replace(path="input") for probe in made.probes]
    observed = [Observation(accepted=False, state=probe.state) for probe in probes]
    compared = compare(read_ruleset("nftables", text), probes, observed, may_be_unknown=may_be)
    assert compared.unknown == len(probes)
    assert len(compared.disagreements) == (0 if may_be else len(probes))
