"""A zone for firewalld: one file that says everything, or a folder laid out as /etc/firewalld with sets of addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import NAMES, WITH_PORTS
from portspec.packets.prefixes import prefixes
from portspec.render.openings import FAMILIES, Family, Opening
from portspec.render.plan import Plan, about, comment

ZONE = "portspec"
XML = '<?xml version="1.0" encoding="utf-8"?>'
ICMP_NAMES: dict[Family, dict[int, str]] = {
    "ipv4": {3: "destination-unreachable", 11: "time-exceeded", 12: "parameter-problem"},
    "ipv6": {
        1: "destination-unreachable", 2: "packet-too-big", 3: "time-exceeded", 4: "parameter-problem",
        134: "router-advertisement", 135: "neighbour-solicitation", 136: "neighbour-advertisement", 137: "redirect",
    },
}  # fmt: skip
"""How firewalld calls the types that are let in from anyone."""
PROTOCOLS = {58: "ipv6-icmp"}

Ends = Callable[[Family, IntervalSet], list[str]]
"""The attributes of the `source` elements that together are a set of addresses."""


def as_zone(plan: Plan) -> str:
    """One zone's file. It has to be the default zone, or the one of the interface that the packets come by."""
    return _zone(plan, _addresses)


def _addresses(_: Family, addresses: IntervalSet) -> list[str]:
    return [f'address="{prefix}"' for prefix in prefixes(addresses)]


def as_folder(plan: Plan) -> dict[str, str]:
    """The files of a folder such as /etc/firewalld by their paths: the zone, made the default one, and its sets."""
    names: dict[tuple[Family, IntervalSet], str] = {}

    def ends(family: Family, addresses: IntervalSet) -> list[str]:
        if len(prefixes(addresses)) == 1:
            return [f'address="{prefixes(addresses)[0]}"']
        name = names.setdefault((family, addresses), f"{ZONE}-{len(names) + 1}")
        return [f'ipset="{name}"']

    zone = _zone(plan, ends)
    conf = [*comment(plan.head), f"DefaultZone={ZONE}"]
    if "ipv6" in plan.families:
        conf += ["# What the host sends is not filtered, 6to4 addresses included.", "RFC3964_IPv4=no"]
    files = {"firewalld.conf": "\n".join(conf) + "\n"}
    for (family, addresses), name in names.items():
        kind = "inet" if family == "ipv4" else "inet6"
        lines = [XML, '<ipset type="hash:net">', f'  <option name="family" value="{kind}"/>']
        lines += [f"  <entry>{prefix}</entry>" for prefix in prefixes(addresses)]
        files[f"ipsets/{name}.xml"] = "\n".join([*lines, "</ipset>"]) + "\n"
    files[f"zones/{ZONE}.xml"] = zone
    return files


def rich_rules(openings: Iterable[Opening]) -> list[str]:
    """The rules of openings in firewalld's rich language, for a zone that somebody has already."""
    return [" ".join(words) for opening in openings for words in _rich_words(opening)]


def _rich_words(opening: Opening) -> Iterator[list[str]]:
    for source, destination, element in product(*_sides(opening, _addresses), _elements(opening)):
        words = [part.strip("</>") for part in (*source, *destination, element)]
        yield [f'rule family="{opening.family}"', *words, "accept"]


def _zone(plan: Plan, ends: Ends) -> str:
    head = [line.replace("--", "") for line in plan.head]
    lines = [XML, '<zone target="DROP">', f"  <short>{ZONE}</short>"]
    lines += [f"  <!-- {line} -->" for line in comment(head, "")]
    for family in FAMILIES:
        for number in plan.icmp(family):
            lines += _rule(family, [f'<icmp-type name="{ICMP_NAMES[family][number]}"/>'])
    for opening in plan.openings:
        lines += [f"  <!-- {line} -->" for line in comment([about(opening)], "")]
        for source, destination, element in product(*_sides(opening, ends), _elements(opening)):
            lines += _rule(opening.family, [*source, *destination, element])
    return "\n".join([*lines, "</zone>"]).replace("<!--  ", "<!-- ") + "\n"


def _sides(opening: Opening, ends: Ends) -> tuple[list[list[str]], list[list[str]]]:
    """The `source` and the `destination` elements, one of each for a rule."""
    sources: list[list[str]] = [[]]
    if not opening.from_anyone:
        sources = [[f"<source {end}/>"] for end in ends(opening.family, opening.sources)]
    destinations: list[list[str]] = [[]]
    if opening.destinations is not None:
        destinations = [[f"<destination {end}/>"] for end in ends(opening.family, opening.destinations)]
    return sources, destinations


def _elements(opening: Opening) -> list[str]:
    protocol = opening.protocol
    name = PROTOCOLS.get(protocol) or NAMES.get(protocol, str(protocol))
    if protocol not in WITH_PORTS or opening.every_port:
        return [f'<protocol value="{name}"/>']
    found = []
    for first, last in opening.ports:
        low, high = first & 65535, last & 65535
        found.append(f'<port port="{low if low == high else f"{low}-{high}"}" protocol="{name}"/>')
    return found


def _rule(family: Family, elements: list[str]) -> list[str]:
    inner = "".join(elements)
    return [f'  <rule family="{family}">{inner}<accept/></rule>']
