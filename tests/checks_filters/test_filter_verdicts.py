"""Verdicts on filters: the same findings, with the same witness, whether a filter is written for nftables or iptables."""

from __future__ import annotations

import pytest
from checks_filters.small import V4, V6, Filter, check, iptables, nftables, told
from checks_filters.verdict_cases import CASES, CP, EST, RIGHT_CP, Case, open_to


def findings(case: Case, dialect: str) -> list[str]:
    """What is found in a case written in a dialect."""
    side = 0 if dialect == "nftables" else 1
    chains = [(case.chain, case.policy, [rule[side] for rule in case.rules])]
    if case.sent:
        chains.append(("output", "drop", [rule[side] for rule in case.sent]))
    made = nftables(chains) if dialect == "nftables" else iptables(chains, v6=case.v6)
    return told(check(made.text, case.at, V6 if case.v6 else V4), made)


@pytest.mark.parametrize("dialect", ["nftables", "iptables"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings(case: Case, dialect: str) -> None:
    assert findings(case, dialect) == case.expected


HALVES = [EST, open_to("0.0.0.0/1", 2379), open_to("128.0.0.0/1", 2379), *RIGHT_CP]


@pytest.mark.parametrize("dialect", ["nftables", "iptables"])
def test_the_world_in_halves(dialect: str) -> None:
    """Two rules that are the whole world together are told as one, whichever of them the witness meets."""
    (found,) = findings(Case("halves", CP, HALVES, []), dialect)
    words = found.split(" | ")
    assert (words[:4], words[-1]) == (["PS201", "error", "certain", "2379"], "0.0.0.0/0")
    assert words[4] in ("rule 1", "rule 2")
    assert words[5].endswith(">10.0.0.1 tcp/2379 accept")


LATER = "10.0.0.11"
TWO_CHAINS = {
    "nftables": nftables([
        ("input", "drop", [rule[0] for rule in RIGHT_CP]),
        ("input", "accept", [f"ct state new ip saddr {LATER} tcp dport 6443 drop"]),
    ]),
    "iptables": Filter(
        iptables([("input", "drop", [rule[1] for rule in RIGHT_CP])], v6=False).text
        + f"*security\n-A INPUT -s {LATER} -p tcp -m tcp --dport 6443 -m conntrack --ctstate NEW -j DROP\nCOMMIT\n",
        6,
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", TWO_CHAINS)
def test_a_drop_in_any_base_chain_wins(dialect: str) -> None:
    made = TWO_CHAINS[dialect]
    (found,) = check(made.text, CP, V4)
    assert (found.code, found.variant, found.port) == ("PS101", "partly", "6443")
    assert found.values["blocked"] == "10.0.0.11 → 10.0.0.1-10.0.0.2"
    assert found.span is not None
    assert LATER in made.text.split("\n")[found.span.line - 1]
    assert found.witness is not None
    assert (found.witness.source, found.witness.verdict) == (LATER, "drop")
    assert [step.outcome for step in found.witness.steps][-2:] == ["accept", "drop"]


def test_iptables_speaks_of_its_own_family() -> None:
    """What one family's file cannot speak of is in the other one's; neither is accused of it."""
    both = {role: V4[role] | V6[role] for role in V4}
    mine = iptables([("input", "drop", [rule[1] for rule in RIGHT_CP])], v6=False)
    found = check(mine.text, CP, both)
    assert [finding for finding in found if finding.code.startswith("PS2")] == []
    narrow = nftables([("input", "drop", [rule[0] for rule in RIGHT_CP])]).text.replace("table inet", "table ip")
    assert {finding.values["sources"] for finding in check(narrow, CP, both)} == {"::/0"}


def test_an_exposure_is_at_the_rule_that_opens_it() -> None:
    """Not at the nat table, whose chain lets everything pass behind it."""
    made = iptables([("input", "drop", [rule[1] for rule in [EST, *RIGHT_CP, open_to("0.0.0.0/0", 2379)]])], v6=False)
    text = f"{made.text}*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
    (found,) = check(text, CP, V4)
    assert found.span is not None
    assert "--dport 2379" in text.split("\n")[found.span.line - 1]
    assert found.span.line > text.split("\n").index("-A INPUT -m conntrack --ctstate INVALID -j DROP") + 1


def test_ipv6_alone_is_open_too_far() -> None:
    """A rule that names no family opens both; the narrow one of IPv4 does not help IPv6."""
    both = {role: V4[role] | V6[role] for role in V4}
    lines = ["ct state established,related accept", "ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 2379 accept",
             "ip6 saddr 2001:db8::/32 tcp dport 2379 accept", "tcp dport 6443 accept"]  # fmt: skip
    made = nftables([("input", "drop", lines)])
    etcd, api = check(made.text, CP, both)
    assert (etcd.code, etcd.port, etcd.values["sources"]) == (
        "PS201",
        "2379",
        "2001:db8::, 2001:db8::3-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    )
    assert etcd.witness is not None
    assert (etcd.witness.source, etcd.witness.destination) == ("2001:db8::a", "2001:db8::1")
    assert (api.code, api.port, api.values["sources"]) == ("PS201", "6443", "0.0.0.0/0, ::/0")
