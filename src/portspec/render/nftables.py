"""A packet filter for nft: one table of its own, which replaces itself and touches no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.packets.addresses import format_span
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import NAMES, WITH_PORTS
from portspec.render.openings import FAMILIES, Family, Opening
from portspec.render.plan import Plan, about, comment

TABLE = "portspec"
FEW = 4
"""A list of more addresses than this is written once, as a set with a name."""
WORDS: dict[Family, tuple[str, str]] = {"ipv4": ("ip", "ipv4_addr"), "ipv6": ("ip6", "ipv6_addr")}
ICMP_NUMBERS = (1, 58)
"""ICMP and ICMPv6: each goes with its family."""


def as_nftables(plan: Plan) -> str:
    """The filter as a file for `nft -f`. Loading it again replaces the table in one step."""
    named = _names(plan)
    lines = ["#!/usr/sbin/nft -f", *comment(plan.head), ""]
    lines += [f"table inet {TABLE}", f"delete table inet {TABLE}", "", f"table inet {TABLE} {{"]
    for (family, addresses), name in named.items():
        elements = ",\n".join(f"\t\t\t{format_span(first, last)}" for first, last in addresses)
        lines += [f"\tset {name} {{", f"\t\ttype {WORDS[family][1]}", "\t\tflags interval", "\t\telements = {"]
        lines += [elements, "\t\t}", "\t}", ""]
    hook = "forward" if plan.forwards else "input"
    lines += [f"\tchain {hook} {{", f"\t\ttype filter hook {hook} priority filter; policy drop;", ""]
    lines += [f"\t\t{line}".rstrip() for line in _rules(plan, named)]
    lines += ["\t}", "}"]
    return "\n".join(lines) + "\n"


def rule_lines(openings: Iterable[Opening]) -> list[str]:
    """A rule per opening, for a chain that somebody has already; its long lists of addresses are written out."""
    return [_rule(opening, {}) for opening in openings]


def _names(plan: Plan) -> dict[tuple[Family, IntervalSet], str]:
    """The long lists of addresses, each with a name."""
    found: dict[tuple[Family, IntervalSet], str] = {}
    for opening in plan.openings:
        for addresses in (opening.sources, opening.destinations):
            if addresses is not None and len(addresses.spans) > FEW:
                found.setdefault((opening.family, addresses), f"addresses_{len(found) + 1}")
    return found


def _rules(plan: Plan, named: dict[tuple[Family, IntervalSet], str]) -> Iterator[str]:
    yield "ct state established,related accept"
    if not plan.forwards:
        yield 'iifname "lo" accept'
    v4, v6 = (", ".join(str(number) for number in plan.icmp(family)) for family in FAMILIES)
    yield ""
    yield "# Errors, which path MTU discovery lives by" + ("" if plan.forwards else ", and neighbour discovery")
    yield f"icmp type {{ {v4} }} accept"
    yield f"icmpv6 type {{ {v6} }} accept"
    yield ""
    yield "ct state invalid drop"
    for opening in plan.openings:
        yield ""
        yield from comment([about(opening)])
        yield _rule(opening, named)


def _rule(opening: Opening, named: dict[tuple[Family, IntervalSet], str]) -> str:
    word = WORDS[opening.family][0]
    words: list[str] = []
    for key, addresses in (("saddr", opening.sources), ("daddr", opening.destinations)):
        if addresses is None or (key == "saddr" and opening.from_anyone):
            continue
        name = named.get((opening.family, addresses))
        found = f"@{name}" if name else _listed([format_span(first, last) for first, last in addresses])
        words.append(f"{word} {key} {found}")
    protocol = opening.protocol
    if not words and protocol not in ICMP_NUMBERS:
        words.append(f"meta nfproto {opening.family}")
    if protocol in WITH_PORTS and not opening.every_port:
        spans = [(first & 65535, last & 65535) for first, last in opening.ports]
        ports = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans]
        words.append(f"{NAMES[protocol]} dport {_listed(ports)}")
    else:
        words.append(f"meta l4proto {_protocol(protocol)}")
    return " ".join([*words, "accept"])


def _protocol(number: int) -> str:
    return {1: "icmp", 58: "ipv6-icmp"}.get(number, NAMES.get(number, str(number)))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{{ {', '.join(words)} }}"
