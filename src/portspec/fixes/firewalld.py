"""What to change in firewalld's zones, which are XML. What firewall-cmd lists is no file that anything reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.cluster.model import HostPlace
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits, offset, removed
from portspec.fixes.site import Site, addresses_of
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.intervals import IntervalSet
from portspec.packets.prefixes import prefixes
from portspec.policy.model import Reach
from portspec.source import SourceText

Proposals = Iterator[tuple[Edit, ...]]
FAMILIES = (("ipv4", ANY_V4), ("ipv6", ANY_V6))
REMOVED = frozenset({"PS401", "PS402", "PS403"})
ELEMENT = re.compile(r"<(?P<name>[\w-]+)\b[^>]*?(?P<alone>/)?>")


class Rule(NamedTuple):
    """What a rich rule takes: a family, a source, perhaps a destination, and an element such as a port."""

    family: str
    source: str
    destination: str
    element: str

    def xml(self) -> str:
        """The rule as an element of a zone."""
        to = f'<destination address="{self.destination}"/>' if self.destination else ""
        return f'<rule family="{self.family}"><source address="{self.source}"/>{to}<{self.element}/><accept/></rule>'

    def rich(self) -> str:
        """The rule in the rich language."""
        to = f'destination address="{self.destination}" ' if self.destination else ""
        return f'rule family="{self.family}" source address="{self.source}" {to}{self.element} accept'


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Ruleset) or not _is_file(site.source):
        return
    if finding.code == "PS101":
        yield from _admit(site, finding)
    if finding.span is None:
        return
    at = offset(site.source.text, finding.span.line, finding.span.column)
    found = ELEMENT.match(site.source.text, at)
    if found is None:
        return
    end = _end(site.source.text, found)
    if finding.code in ("PS201", "PS202"):
        port, _, transport = finding.values.get("ports", "").partition("/")
        port, transport = finding.values.get("port", port), finding.values.get("transport", transport)
        yield from _narrow(site, found, end, port, transport, cast("Reach", finding.values.get("reach", "site")))
        if finding.code == "PS201":
            yield from _split(site, found, end, port, [])
    if finding.code in REMOVED or finding.code == "PS201":
        yield edits(site.source, [removed(site.source.text, at, end)])


def _is_file(source: SourceText) -> bool:
    return isinstance(source, FolderText) or source.text.lstrip().startswith("<")


def _end(text: str, found: re.Match[str]) -> int:
    """Where an element ends."""
    if found["alone"]:
        return found.end()
    closing = text.find(f"</{found['name']}>", found.end())
    return found.end() if closing < 0 else closing + len(found["name"]) + 3


def rules(site: Site, finding: Finding) -> list[Rule]:
    """The rules that admit a hop."""
    values, made = finding.values, []
    senders, receivers = addresses_of(site.cluster, values["source"]), addresses_of(site.cluster, values["target"])
    element = f'protocol value="{values["transport"]}"'
    if values["port"] != "-":
        element = f'port port="{values["port"]}" protocol="{values["transport"]}"'
    for family, universe in FAMILIES:
        theirs, ours = senders & universe, receivers & universe
        own = isinstance(site.entry.at, HostPlace) and ours <= site.entry.at.addresses
        if ours:
            made += [
                Rule(family, source, to, element)
                for source in prefixes(theirs)
                for to in ([""] if own else prefixes(ours))
            ]
    return made


def narrowed(wanted: IntervalSet, element: str) -> list[Rule]:
    """The rules that admit what an element says from an audience alone."""
    return [
        Rule(family, source, "", element) for family, universe in FAMILIES for source in prefixes(wanted & universe)
    ]


def _admit(site: Site, finding: Finding) -> Proposals:
    """Rules for the hop at the end of the zone: of the one that blocks it, or of any one."""
    made = rules(site, finding)
    text = site.source.text
    ends = [one.start() for one in re.finditer(r"</zone>", text)]
    if finding.span is not None:
        at = offset(text, finding.span.line, finding.span.column)
        ends.sort(key=lambda end: (end < at, end))
    for end in ends:
        first = text.rfind("\n", 0, end) + 1
        lines = "".join(f"  {one.xml()}\n" for one in made)
        cut = Cut(first, first, lines) if not text[first:end].strip() else Cut(end, end, "\n" + lines)
        yield edits(site.source, [cut])


def _narrow(site: Site, found: re.Match[str], end: int, port: str, transport: str, reach: Reach) -> Proposals:
    """What an element opens is open to the port's audience alone."""
    wanted, text = audience(site.cluster, reach), site.source.text
    shown = text[found.start() : end]
    first = text.rfind("\n", 0, found.start()) + 1
    blank = text[first : found.start()]
    between = f"\n{blank}" if not blank.strip() else ""
    if found["name"] == "rule" and "<source" not in shown:
        lines = []
        for family, universe in FAMILIES:
            if f'family="{"ipv6" if family == "ipv4" else "ipv4"}"' in found[0]:
                continue
            head = found[0] if "family=" in found[0] else found[0].replace("<rule", f'<rule family="{family}"', 1)
            lines += [
                f'{head}<source address="{one}"/>{text[found.end() : end]}' for one in prefixes(wanted & universe)
            ]
        yield edits(site.source, [Cut(found.start(), end, between.join(lines))])
    elif found["name"] in ("port", "service", "protocol"):
        element = f'port port="{port}" protocol="{transport}"' if found["name"] == "port" else shown.strip("<>/ ")
        made = [one.xml() for one in narrowed(wanted, element)]
        yield from _split(site, found, end, port, made)
        yield edits(site.source, [Cut(found.start(), end, between.join(made))])


def _split(site: Site, found: re.Match[str], end: int, port: str, more: list[str]) -> Proposals:
    """A port comes out of the range that an element opens."""
    text = site.source.text
    said = re.search(r'\bport="(\d+)-(\d+)"', found[0])
    if said is None or not port.isdigit() or not int(said[1]) <= int(port) <= int(said[2]):
        return
    first = text.rfind("\n", 0, found.start()) + 1
    blank = text[first : found.start()]
    sides = [(int(said[1]), int(port) - 1), (int(port) + 1, int(said[2]))]
    kept = [
        text[found.start() : end].replace(said[0], f'port="{low}"' if low == high else f'port="{low}-{high}"')
        for low, high in sides
        if low <= high
    ]
    yield edits(
        site.source, [Cut(found.start(), end, (f"\n{blank}" if not blank.strip() else "").join([*kept, *more]))]
    )
