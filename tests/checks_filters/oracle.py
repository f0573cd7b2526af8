"""What a filter owes, packet by packet: first packets and replies of the hops, and what must be kept out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from portspec.checks.audience import CLUSTER, audience, union
from portspec.checks.hops import hops
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace, Place
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.packets.addresses import ANY, parse_address
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS
from portspec.policy.model import Policy

ADDRESS = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+\.\d+)(?:/(\d+))?")
STRANGERS = tuple(map(parse_address, ("203.0.113.10", "8.8.8.8", "192.168.22.250", "172.16.0.9")))
CLIENT_PORT = 40000
FEW = 4


class Question(NamedTuple):
    """A packet, the way it takes, and whether it has to get through."""

    way: str
    packet: Packet
    wanted: bool


def questions(policy: Policy, cluster: Cluster, place: Place, texts: Iterable[str]) -> list[Question]:
    """About every obligation of a filter at a place. The addresses in the texts, and those beside them, are asked about."""
    near = _near(texts)
    return list(dict.fromkeys([*_wanted(policy, cluster, place, near), *_unwanted(policy, cluster, place, near)]))


def wrong(ruleset: Ruleset, asked: list[Question]) -> Question | None:
    """A question that is not answered as it should be: something wanted does not get through, or something else does."""
    for one in asked:
        if (replay(ruleset, one.way, one.packet).verdict == "accept") != one.wanted:
            return one
    return None


def _wanted(policy: Policy, cluster: Cluster, place: Place, near: set[int]) -> Iterable[Question]:
    for hop in hops(policy, cluster, place)[0]:
        for box in hop.boxes:
            for source, destination, point in product(
                _sample(box.sources, near), _sample(box.destinations, near), _ends(box.ports)
            ):
                protocol = point >> 16
                if protocol not in WITH_PORTS:
                    continue
                port = point & 65535
                yield Question(hop.path, Packet(source, destination, protocol, port, CLIENT_PORT), wanted=True)
                back = Packet(destination, source, protocol, CLIENT_PORT, port, state="established")
                yield Question(hop.reply_path, back, wanted=True)


def _unwanted(policy: Policy, cluster: Cluster, place: Place, near: set[int]) -> Iterable[Question]:
    for deny in policy.denies:
        machines = cluster.addresses(deny.holder)
        if isinstance(place, HostPlace):
            machines = machines & place.addresses
        if cluster.phase not in deny.phases or not machines:
            continue
        beyond = ANY - audience(cluster, deny.reach) - machines
        if isinstance(place, BetweenPlace):
            beyond = beyond - union(cluster, CLUSTER)
        sources = [point for point in {*near, *STRANGERS} if point in beyond]
        way = "forward" if isinstance(place, BetweenPlace) else "input"
        for source, destination, point in product(sources, _sample(machines, set()), _ends(deny.ports)):
            if point >> 16 in WITH_PORTS:
                packet = Packet(source, destination, point >> 16, point & 65535, CLIENT_PORT)
                yield Question(way, packet, wanted=False)


def _near(texts: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for text in texts:
        for match in ADDRESS.finditer(text):
            point = parse_address(match[1])
            size = 1 << (32 - int(match[2] or 32))
            first = point // size * size
            found |= {first - 1, first, first + size - 1, first + size}
    return {point for point in found if 0 < point < 1 << 32}


def _sample(addresses: IntervalSet, near: set[int]) -> list[int]:
    ends = [point for first, last in addresses for point in (first, last)]
    inner = [first + 1 for first, last in addresses if last - first == 2]
    if addresses.size > FEW:
        inner += sorted(point for point in near if point in addresses)
    return list(dict.fromkeys((*ends, *inner)))


def _ends(points: IntervalSet) -> list[int]:
    return list(dict.fromkeys(point for first, last in points for point in (first, (first + last) // 2, last)))
