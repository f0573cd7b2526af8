"""Matches that are not modelled: taken to be alike where both files have them in the same words, and meaning the same."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from compare.mutating import filter_of

from portspec.compare.filters import compare_filters

RULES = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n{}\nCOMMIT\n"
NFT = "table inet f {{\n {}\n chain i {{\n  type filter hook input priority 0; policy drop;\n  {}\n }}\n}}\n"
DYNAMIC = "set s {{ type ipv4_addr; flags dynamic; elements = {{ {} }} }}"


class Case(NamedTuple):
    name: str
    old: str
    new: str
    relation: str
    format: str = "iptables"


def rules(*lines: str) -> str:
    return RULES.format("\n".join(f"-A INPUT {line} -j ACCEPT" for line in lines))


def nft(*lines: str, declared: str = "") -> str:
    return NFT.format(declared, "\n  ".join(f"{line} accept" for line in lines))


CASES = (
    Case("moved", rules("-m addrtype --src-type LOCAL", "-p tcp"), rules("-p tcp", "-m addrtype --src-type LOCAL"), "equal"),
    Case("negated", rules("-m addrtype --src-type UNICAST"), rules("-m addrtype ! --src-type UNICAST"), "unknown"),
    Case("of a mark, negated", rules("-m ttl --ttl-eq 3"), rules("-m ttl ! --ttl-eq 3"), "unknown"),
    Case("a rule beside it", rules("-m ttl --ttl-eq 3"), rules("-m ttl --ttl-eq 3", "-p tcp --dport 22"), "unknown"),
    Case("gone", rules("-m ttl --ttl-eq 3", "-p udp"), rules("-p udp"), "unknown"),
    Case("covered", rules("-p tcp -m ttl --ttl-eq 3", "-p tcp"), rules("-p tcp"), "equal"),
    Case("both ways cover everything", rules("-m ttl --ttl-eq 3 -p tcp", "-p tcp"), rules("-p tcp", "-p tcp -m ttl --ttl-eq 4"), "equal"),
    Case("two that count", rules("-p tcp --dport 1 -m limit --limit 3/sec", "-p tcp --dport 1 -m limit --limit 3/sec"), rules("-p tcp --dport 1 -m limit --limit 3/sec"), "unknown"),
    Case("the same set", nft("ip saddr @s", "udp dport 1", declared=DYNAMIC.format("10.0.0.1")), nft("udp dport 1", "ip saddr @s", declared=DYNAMIC.format("10.0.0.1")), "equal", "nftables"),
    Case("another set of that name", nft("ip saddr @s", declared=DYNAMIC.format("10.0.0.1")), nft("ip saddr @s", declared=DYNAMIC.format("10.0.0.2")), "unknown", "nftables"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    old, new = filter_of(case.old, case.format), filter_of(case.new, case.format)
    assert compare_filters(old, new).relation == case.relation
    assert compare_filters(new, old).relation == case.relation
    assert compare_filters(old, filter_of(f"# again\n{case.old}", case.format)).relation == "equal"
