"""A packet filter of one family as iptables-save and ip6tables-save print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from portspec.errors import InputError
from portspec.packets.addresses import format_address, format_span
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import NAMES, WITH_PORTS
from portspec.render.openings import Family, Opening
from portspec.render.plan import Plan, about, comment

MOST_PORTS = 15
"""Of one multiport match; a range counts as two."""
PROGRAM: dict[Family, str] = {"ipv4": "iptables", "ipv6": "ip6tables"}
ICMP: dict[Family, tuple[str, str]] = {
    "ipv4": ("icmp -m icmp", "--icmp-type"),
    "ipv6": ("ipv6-icmp -m icmp6", "--icmpv6-type"),
}
PROTOCOLS = {1: "icmp", 58: "ipv6-icmp"}


def as_iptables(plan: Plan, family: Family) -> str:
    """The table `filter` for iptables-restore, or ip6tables-restore; it replaces the whole table."""
    program = PROGRAM[family]
    chain = "FORWARD" if plan.forwards else "INPUT"
    policies = {name: "DROP" if name == chain else "ACCEPT" for name in ("INPUT", "FORWARD", "OUTPUT")}
    lines = [f"# For {program}-restore, which replaces the whole table with this one", *comment(plan.head)]
    lines += ["*filter", *(f":{name} {policy} [0:0]" for name, policy in policies.items())]
    lines += [f"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"]
    if not plan.forwards:
        lines.append(f"-A {chain} -i lo -j ACCEPT")
    lines += comment(["Errors, which path MTU discovery lives by" + _neighbours(plan, family)])
    protocol, option = ICMP[family]
    lines += [f"-A {chain} -p {protocol} {option} {number} -j ACCEPT" for number in plan.icmp(family)]
    lines.append(f"-A {chain} -m conntrack --ctstate INVALID -j DROP")
    for opening in plan.of(family):
        lines += comment([about(opening)])
        lines += [f"-A {chain} {' '.join([*words, '-j ACCEPT'])}" for words in _rules(opening)]
    return "\n".join([*lines, "COMMIT"]) + "\n"


def rule_lines(openings: Iterable[Opening]) -> list[str]:
    """The rules of openings without the chain's name, for a chain that somebody has already."""
    return [" ".join([*words, "-j ACCEPT"]) for opening in openings for words in _rules(opening)]


def _neighbours(plan: Plan, family: Family) -> str:
    return ", and neighbour discovery" if family == "ipv6" and not plan.forwards else ""


def _rules(opening: Opening) -> Iterator[list[str]]:
    """The words of each rule: a rule takes one prefix or range of each side, and so many ports."""
    sources = [None] if opening.from_anyone else list(opening.sources.spans)
    destinations = [None] if opening.destinations is None else list(opening.destinations.spans)
    for source, destination in product(sources, destinations):
        for ports in _ports(opening):
            words: list[str] = []
            ranges: list[str] = []
            for span, flag, name in ((source, "-s", "--src-range"), (destination, "-d", "--dst-range")):
                if span is None:
                    continue
                prefix = _prefix(*span)
                if prefix:
                    words.append(f"{flag} {prefix}")
                else:
                    ranges.append(f"{name} {format_address(span[0])}-{format_address(span[1])}")
            words.append(f"-p {PROTOCOLS.get(opening.protocol) or NAMES.get(opening.protocol, str(opening.protocol))}")
            if ranges:
                words.append(f"-m iprange {' '.join(ranges)}")
            yield [*words, ports] if ports else words


def _prefix(first: int, last: int) -> str:
    """A span as a prefix with its length; empty when it is none."""
    text = format_span(first, last)
    if "-" in text:
        return ""
    return text if "/" in text else f"{text}/{128 if ':' in text else 32}"


def _ports(opening: Opening) -> Iterator[str]:
    """Matches that together take every port of an opening."""
    if opening.protocol not in WITH_PORTS or opening.every_port:
        yield ""
        return
    name = NAMES[opening.protocol]
    chunks = list(_chunks(opening.ports))
    for chunk in chunks:
        if len(chunk) == 1:
            yield f"-m {name} --dport {chunk[0]}"
        else:
            yield f"-m multiport --dports {','.join(chunk)}"


def _chunks(points: IntervalSet) -> Iterator[list[str]]:
    chunk: list[str] = []
    left = MOST_PORTS
    for first, last in points:
        low, high = first & 65535, last & 65535
        cost = 1 if low == high else 2
        if cost > left:
            yield chunk
            chunk, left = [], MOST_PORTS
        chunk.append(f"{low}" if low == high else f"{low}:{high}")
        left -= cost
    yield chunk


def family_of(plan: Plan, given: str | None) -> Family:
    """The family to render: the one that is given, or the only one. Raises InputError where that leaves none or two."""
    if given is not None:
        family: Family = "ipv6" if given == "6" else "ipv4"
        if family not in plan.families:
            raise InputError(f"{plan.label} has no addresses of {'IPv6' if given == '6' else 'IPv4'}")
        return family
    if len(plan.families) != 1:
        raise InputError(
            f"{plan.label} has addresses of both families, and iptables has a file for each",
            hint="give --family 4 for iptables-restore, and --family 6 for ip6tables-restore",
        )
    return plan.families[0]
