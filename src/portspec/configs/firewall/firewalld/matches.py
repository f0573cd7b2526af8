"""What a rule of firewalld's matches, in terms of the neutral model: boxes and conditions, as alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from portspec.configs.firewall.firewalld.records import Direction, Family, Ports
from portspec.configs.firewall.model import (
    Action,
    Condition,
    InterfaceCondition,
    Rule,
    SourcePortCondition,
    Unknown,
)
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.boxes import ANY_BOX, V4_BOX, V6_BOX, Box, meet
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports as port_points
from portspec.packets.ports import protocol_number
from portspec.source import Span


class Match(NamedTuple):
    """One alternative: a box, and conditions that must all hold."""

    box: Box
    conditions: tuple[Condition, ...] = ()


Matches = Sequence[Match]
"""A packet matches when it matches one of them; no alternative: nothing matches."""

EVERYTHING: Matches = (Match(ANY_BOX),)
BOXES: dict[Family, Box] = {"ipv4": V4_BOX, "ipv6": V6_BOX}
UNIVERSES: dict[Family, IntervalSet] = {"ipv4": ANY_V4, "ipv6": ANY_V6}


def both(*several: Matches) -> Matches:
    """What matches all of several."""
    narrowing = [one for one in several if one is not EVERYTHING] or [EVERYTHING]
    found = narrowing[0]
    for other in narrowing[1:]:
        found = [
            Match(box, (*one.conditions, *(each for each in two.conditions if each not in one.conditions)))
            for one in found
            for two in other
            if (box := meet(one.box, two.box)) is not None
        ]
    return found


def of_family(family: Family | None) -> Matches:
    """Packets of one family; None: of both."""
    return EVERYTHING if family is None else (Match(BOXES[family]),)


def addressed(direction: Direction, family: Family, addresses: IntervalSet) -> Matches:
    """Packets from or to some addresses of one family."""
    if not addresses:
        return ()
    box = BOXES[family]
    if direction == "source":
        return (Match(box._replace(sources=addresses)),)
    return (Match(box._replace(destinations=addresses)),)


def interfaces(side: Literal["in", "out"], names: Iterable[str]) -> Matches:
    """Packets by interfaces; a `+` at the end of a name stands for any ending."""
    stars = frozenset(f"{name[:-1]}*" if name.endswith("+") else name for name in names)
    if "*" in stars:
        return EVERYTHING
    return (Match(ANY_BOX, (InterfaceCondition(side, stars),)),)


def to_ports(ports: Ports) -> Matches:
    """Packets to ports."""
    return points(port_points(protocol_number(ports.transport), ports.first, ports.last))


def from_ports(ports: Ports) -> Matches:
    """Packets from ports."""
    box = ANY_BOX._replace(ports=port_points(protocol_number(ports.transport)))
    return (Match(box, (SourcePortCondition(IntervalSet.of(ports.first, ports.last)),)),)


def of_protocol(name: str) -> Matches:
    """Packets of a protocol by name or number."""
    return points(port_points(protocol_number(name)))


def points(span: IntervalSet, family: Family | None = None) -> Matches:
    """Packets on a part of the port line."""
    box = ANY_BOX if family is None else BOXES[family]
    return (Match(box._replace(ports=span)),)


def unknown(reason: str, family: Family | None = None) -> Matches:
    """Packets of a family, of which nobody can say whether they match."""
    return (Match(ANY_BOX if family is None else BOXES[family], (Unknown(reason),)),)


def rules(matches: Matches, action: Action, span: Span, target: str = "") -> list[Rule]:
    """The rules that do something to what matches: one for all alternatives with the same conditions."""
    grouped: dict[tuple[Condition, ...], list[Box]] = {}
    for match in matches:
        grouped.setdefault(match.conditions, []).append(match.box)
    return [Rule(tuple(boxes), conditions, action, target, span) for conditions, boxes in grouped.items()]
