"""What to change in a file of iptables-save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.cluster.model import HostPlace
from portspec.configs.firewall.model import Ruleset
from portspec.fixes.edits import Edit, insertion, removal, replacement
from portspec.fixes.site import Site, addresses_of
from portspec.fixes.sources import narrowed
from portspec.packets.addresses import ANY_V4, ANY_V6, format_address, parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Reach

Proposals = Iterator[tuple[Edit, ...]]
REMOVED = frozenset({"PS401", "PS402", "PS403"})
MOST_PARTS = 16
RULE = re.compile(r"\s*-A\s+(\S+)\s")
POLICY = re.compile(r"\s*:(\S+)\s+(?:DROP|ACCEPT)\b")


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    span = finding.span
    if not isinstance(site.model, Ruleset) or span is None or span.within:
        return
    line = site.source.line(span.line)
    rule = RULE.match(line)
    if finding.code == "PS101":
        yield from _admit(site, finding)
        if rule is not None and (turned := re.sub(r"-j (?:DROP|REJECT\b.*)$", "-j ACCEPT", line)) != line:
            yield (replacement(site.path, span.line, turned),)
    elif rule is not None and finding.code == "PS201":
        yield from _narrow(site, span.line, finding.port, cast("Reach", finding.values["reach"]))
        yield from _without_port(site, span.line, finding.port)
        yield from _parted(site, span.line, cast("Reach", finding.values["reach"]))
        yield from narrowed(site, finding)
        yield (removal(site.path, span.line),)
        yield tuple(removal(site.path, number) for number in _alike(site, rule[1], finding.port))
        yield from _shut(site, span.line, finding)
    elif rule is not None and finding.code == "PS202":
        yield from _narrow(site, span.line, finding.values["ports"].partition("/")[0], "site")
    elif rule is not None and finding.code in REMOVED:
        yield (removal(site.path, span.line),)


def _ends(side: str, addresses: IntervalSet) -> list[str]:
    """Matches that together take these addresses."""
    option, long = ("-s", "--src-range") if side == "source" else ("-d", "--dst-range")
    return [
        f"{option} {format_address(first)}"
        if first == last
        else f"-m iprange {long} {format_address(first)}-{format_address(last)}"
        for first, last in addresses
    ]


def _family(site: Site) -> IntervalSet:
    """The family that the file is of."""
    assert isinstance(site.model, Ruleset)
    universe = next((chain.universe for chain in site.model.chains.values() if chain.universe is not None), ANY_V4)
    return ANY_V6 if universe == ANY_V6 else ANY_V4


def _admit(site: Site, finding: Finding) -> Proposals:
    """Rules for the hop: before the rule that blocks it, or after the last one of the chain whose policy does."""
    assert finding.span is not None
    values, family = finding.values, _family(site)
    senders = addresses_of(site.cluster, values["source"]) & family
    receivers = addresses_of(site.cluster, values["target"]) & family
    chain, before = _place(site, finding.span.line)
    if not chain or not senders or not receivers:
        return
    place = site.entry.at
    to = [""] if isinstance(place, HostPlace) and receivers <= place.addresses else _ends("destination", receivers)
    what = f"-p {values['transport']}"
    if values["port"] != "-":
        what += f" -m {values['transport']} --dport {values['port'].replace('-', ':')}"
    rules = [
        " ".join(part for part in (f"-A {chain}", theirs, ours, what, "-j ACCEPT") if part)
        for theirs in _ends("source", senders)
        for ours in to
    ]
    yield (insertion(site.path, before, *rules),)


def _without_port(site: Site, number: int, port: str) -> Proposals:
    """The rule admits the other ports of its list alone."""
    line = site.source.line(number)
    listed = re.search(r"--dports\s+([\d,:]+)", line)
    if listed is not None and port in listed[1].split(",") and "," in listed[1]:
        left = ",".join(one for one in listed[1].split(",") if one != port)
        yield (replacement(site.path, number, line[: listed.start(1)] + left + line[listed.end(1) :]),)


def _parted(site: Site, number: int, reach: Reach) -> Proposals:
    """The rule once for each part of its own source that has business there."""
    line = site.source.line(number)
    said = re.search(r"\s(?:-s|--source)\s+(\S+)(?=\s)", line)
    if said is None or line[: said.start()].endswith("!"):
        return
    try:
        left = parse_addresses(said[1]) & audience(site.cluster, reach) & _family(site)
    except ValueError:
        return
    lines = tuple(f"{line[: said.start()]} {theirs}{line[said.end() :]}" for theirs in _ends("source", left))
    if lines and len(lines) <= MOST_PARTS:
        yield (Edit(site.path, number, number + 1, lines),)


def _shut(site: Site, number: int, finding: Finding) -> Proposals:
    """Before a rule that lets more than one port in: the port is for its audience alone."""
    values, family = finding.values, _family(site)
    found = RULE.match(site.source.line(number))
    senders = audience(site.cluster, cast("Reach", values["reach"])) & family
    receivers = addresses_of(site.cluster, values["holder"]) & family
    if found is None or not values["port"].isdigit() or not receivers:
        return
    what = f"-p {values['transport']} -m {values['transport']} --dport {values['port']}"
    lead = site.source.line(number)[: found.start(1)]
    ends = _ends("destination", receivers)
    lines = [
        f"{lead}{found[1]} {theirs} {ours} {what} -j ACCEPT" for theirs in _ends("source", senders) for ours in ends
    ]
    lines += [f"{lead}{found[1]} {ours} {what} -j DROP" for ours in ends]
    yield (insertion(site.path, number, *lines),)


def _alike(site: Site, chain: str, port: str) -> Iterator[int]:
    """The lines of a chain that accept this port alone: together they may open what each opens in part."""
    accepts = re.compile(rf"\s*-A\s+{re.escape(chain)}\s.*--dports?\s+{re.escape(port)}\s.*-j\s+ACCEPT\b")
    for number, line in enumerate(site.source.text.split("\n"), 1):
        if accepts.match(line):
            yield number


def _place(site: Site, line: int) -> tuple[str, int]:
    text = site.source.line(line)
    rule, policy = RULE.match(text), POLICY.match(text)
    if rule is not None:
        return rule[1], line
    if policy is None:
        return "", 0
    at = line + 1
    last = 0
    while (here := site.source.line(at)).strip() != "COMMIT" and at <= site.source.text.count("\n") + 1:
        found = RULE.match(here)
        if found is not None and found[1] == policy[1]:
            last = at
        at += 1
    return policy[1], last + 1 if last else at


def _narrow(site: Site, number: int, port: str, reach: Reach) -> Proposals:
    """The rule once for each part of an audience, where it names no source of its own."""
    wanted = audience(site.cluster, reach) & _family(site)
    line = site.source.line(number)
    if not wanted or re.search(r"\s(?:-s|--src-range|--source)\s", line):
        return
    single = re.search(rf"--dports?\s+{re.escape(port)}(?=\s)", line)
    listed = re.search(r"--dports\s+([\d,:]+)", line)
    head = re.match(r"(\s*-A\s+\S+)(\s.*)$", line)
    if head is None:
        return
    if single is not None:
        lines = tuple(f"{head[1]} {theirs}{head[2]}" for theirs in _ends("source", wanted))
        yield (Edit(site.path, number, number + 1, lines),)
    elif listed is not None and port in listed[1].split(","):
        left = ",".join(one for one in listed[1].split(",") if one != port)
        kept = line.replace(listed[1], left, 1)
        rest = head[2].replace(listed[1], port, 1)
        lines = (kept, *(f"{head[1]} {theirs}{rest}" for theirs in _ends("source", wanted)))
        yield (Edit(site.path, number, number + 1, lines),)
