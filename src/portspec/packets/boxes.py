"""Boxes: products of a source set, a destination set and a set of points of the port line."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ANY_PORTS
from portspec.records import NamedTuple


class Box(NamedTuple):
    """A product of three sets: source addresses, destination addresses, and points of the port line."""

    sources: IntervalSet
    destinations: IntervalSet
    ports: IntervalSet


V4_BOX = Box(ANY_V4, ANY_V4, ANY_PORTS)
V6_BOX = Box(ANY_V6, ANY_V6, ANY_PORTS)
ANY_BOX = Box(ANY, ANY, ANY_PORTS)
"""Both families. It also holds mixed pairs (an IPv4 source, an IPv6 destination), which no packet has: a query
must start from `V4_BOX` or `V6_BOX`, or from boxes whose sides are of one family."""


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes share; None when they share nothing."""
    ports = one.ports & other.ports
    if not ports:
        return None
    destinations = one.destinations & other.destinations
    if not destinations:
        return None
    sources = one.sources & other.sources
    return Box(sources, destinations, ports) if sources else None


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a packet."""
    return (
        one.ports.overlaps(other.ports)
        and one.destinations.overlaps(other.destinations)
        and one.sources.overlaps(other.sources)
    )


def subtract(box: Box, other: Box) -> list[Box]:
    """What of a box lies outside another: at most three disjoint boxes."""
    common = meet(box, other)
    return [box] if common is None else _without(box, common)


def _without(box: Box, common: Box) -> list[Box]:
    """What of a box lies outside a part of it."""
    found = []
    ports = box.ports - common.ports
    if ports:
        found.append(Box(box.sources, box.destinations, ports))
    destinations = box.destinations - common.destinations
    if destinations:
        found.append(Box(box.sources, destinations, common.ports))
    sources = box.sources - common.sources
    if sources:
        found.append(Box(sources, common.destinations, common.ports))
    return found


def hits(boxes: Iterable[Box], by: Box) -> list[Box]:
    """What of some boxes lies inside another."""
    return [common for box in boxes if (common := meet(box, by)) is not None]


def split(boxes: Iterable[Box], by: Box) -> tuple[list[Box], list[Box]]:
    """What of some boxes lies inside another, and what outside."""
    inside: list[Box] = []
    outside: list[Box] = []
    for box in boxes:
        common = meet(box, by)
        if common is None:
            outside.append(box)
        else:
            inside.append(common)
            outside += _without(box, common)
    return inside, outside


def _free(work: int) -> None:
    """Work that nobody counts."""


def subtract_all(boxes: Iterable[Box], others: Iterable[Box], spend: Callable[[int], object] = _free) -> list[Box]:
    """What of some boxes lies outside all of the others. `spend` is told of the work, piece by piece, and may raise."""
    rest = list(boxes)
    for other in others:
        if not rest:
            break
        kept: list[Box] = []
        for box in rest:
            kept += subtract(box, other)
        rest = kept
        spend(len(rest))
    return rest


def disjoint(boxes: Iterable[Box], spend: Callable[[int], object] = _free) -> list[Box]:
    """The same packets as boxes that do not overlap. `spend` as in `subtract_all`."""
    found: list[Box] = []
    for box in boxes:
        found += subtract_all([box], found, spend)
    return found
