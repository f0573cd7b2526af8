"""What to change in a file for nft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.cluster.model import HostPlace
from portspec.configs.firewall.model import Chain, Ruleset
from portspec.fixes.edits import Edit, insertion, removal, replacement
from portspec.fixes.site import Site, addresses_of, indentation
from portspec.fixes.sources import narrowed
from portspec.packets.addresses import ANY_V4, ANY_V6, format_span
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Reach

Proposals = Iterator[tuple[Edit, ...]]
FAMILIES = (("ip", ANY_V4), ("ip6", ANY_V6))
HYGIENE = frozenset({"PS401", "PS402", "PS403"})


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    span = finding.span
    if not isinstance(site.model, Ruleset) or span is None or span.within:
        return
    if finding.code == "PS101":
        yield from _admit(site, finding)
        yield from _turned(site, span.line)
    elif finding.code == "PS201":
        values = finding.values
        yield from _narrow(site, span.line, values["port"], values["transport"], cast("Reach", finding.values["reach"]))
        yield from narrowed(site, finding)
        yield from remove_rule(site, span.line)
    elif finding.code == "PS202":
        port, _, transport = finding.values["ports"].partition("/")
        yield from _narrow(site, span.line, port, transport, "site")
    elif finding.code in HYGIENE:
        yield from remove_rule(site, span.line)


def remove_rule(site: Site, line: int) -> Proposals:
    """The rule at a line goes with all of its lines, where it shares none of them."""
    assert isinstance(site.model, Ruleset)
    rules = [rule.span for chain in site.model.chains.values() for rule in chain.rules]
    on_line = {span for span in rules if span.line <= line <= (span.end_line or span.line)}
    text = site.source.line(line)
    if len(on_line) == 1 and not re.search(r"[{}]\s*$|^\s*(?:chain|type|table)\b", text):
        (span,) = on_line
        if (span.end_line or span.line) == span.line:
            yield (removal(site.path, span.line),)


def shown_set(addresses: IntervalSet) -> str:
    """Addresses as nft writes them."""
    spans = [format_span(first, last) for first, last in addresses]
    return spans[0] if len(spans) == 1 else "{ " + ", ".join(spans) + " }"


def _admit(site: Site, finding: Finding) -> Proposals:
    """A rule for the hop: before the rule that blocks it, or at the end of the chain whose policy does."""
    assert isinstance(site.model, Ruleset)
    assert finding.span is not None
    values, line = finding.values, finding.span.line
    senders, receivers = addresses_of(site.cluster, values["source"]), addresses_of(site.cluster, values["target"])
    port = f"{values['transport']} dport {values['port']}" if values["port"] != "-" else ""
    rules = []
    for word, family in FAMILIES:
        theirs, ours = senders & family, receivers & family
        if not theirs or not ours:
            continue
        inbound = (
            isinstance(site.entry.at, HostPlace) and not finding.values.get("path") and ours <= site.entry.at.addresses
        )
        to = "" if inbound else f" {word} daddr {shown_set(ours)}"
        what = port or f"meta l4proto {values['transport']}"
        rules.append(f"{word} saddr {shown_set(theirs)}{to} {what} accept")
    at = _place(site, line)
    if at is not None and rules:
        before, indent = at
        yield (insertion(site.path, before, *(indent + rule for rule in rules)),)


def _turned(site: Site, number: int) -> Proposals:
    """The rule that turns packets away lets them in."""
    line = site.source.line(number)
    found = re.match(
        r"(\s*(?:ip6?|tcp|udp|meta|iif|iifname)\s.*\s)(?:drop|reject(?:\s+with\s+[\w -]+)?)(\s*(?:comment\s.*|#.*)?)$",
        line,
    )
    if found is not None:
        yield (replacement(site.path, number, f"{found[1]}accept{found[2]}"),)


def _place(site: Site, line: int) -> tuple[int, str] | None:
    """Before which line, and how far indented, a rule has to stand to come before what blocks at a line."""
    assert isinstance(site.model, Ruleset)
    for chain in site.model.chains.values():
        for rule in chain.rules:
            if rule.span.line == line:
                return line, indentation(site.source.line(line))
    for chain in site.model.chains.values():
        if chain.hook is not None and chain.span.line <= line and _ends(chain) >= line and chain.rules:
            last = chain.rules[-1].span
            return (last.end_line or last.line) + 1, indentation(site.source.line(last.line))
    return None


def _ends(chain: Chain) -> int:
    """The last line of a chain's rules."""
    return max([chain.span.end_line or chain.span.line, *(rule.span.line for rule in chain.rules)])


def _narrow(site: Site, number: int, port: str, transport: str, reach: Reach) -> Proposals:
    """The rule is for the port's audience alone; what else it admits stays."""
    wanted = audience(site.cluster, reach)
    line = site.source.line(number)
    indent = indentation(line)
    heads = [f"{word} saddr {shown_set(wanted & family)}" for word, family in FAMILIES if wanted & family]
    match = re.match(rf"\s*{transport} dport (?:(?P<one>\d+)|\{{(?P<set>[\d,\s-]*)\}})(?P<rest>\s.*)$", line)
    if match is not None and "saddr" not in line and heads:
        ports = [match["one"]] if match["one"] else [part.strip() for part in match["set"].split(",")]
        if port in ports:
            left = [one for one in ports if one != port]
            lines = [f"{indent}{head} {transport} dport {port}{match['rest']}" for head in heads]
            if left:
                kept = left[0] if len(left) == 1 else "{ " + ", ".join(left) + " }"
                lines.insert(0, f"{indent}{transport} dport {kept}{match['rest']}")
            yield (Edit(site.path, number, number + 1, tuple(lines)),)
    if port.isdigit() and heads and re.match(r"\s*(?:ip6?|tcp|udp|ct|meta|iif)", line):
        drops = [f"{indent}{head.replace('saddr', 'saddr !=')} {transport} dport {port} drop" for head in heads]
        yield (insertion(site.path, number, *drops),)
