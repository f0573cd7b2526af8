"""Exact sets of packets: (source, destination, transport, port), IPv4 and IPv6.

A set is held in canonical form: the port line is cut where the set of address pairs changes, the destinations where
the set of sources changes, and stretches that agree are put together. So two sets are equal exactly if their boxes are,
however they were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.boxes import V4_BOX, V6_BOX, Box, meet, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.packets.witness import pick_packet

Section = tuple[tuple[IntervalSet, IntervalSet], ...]
"""Address pairs: (destinations, sources), sorted, with disjoint destinations and distinct sources."""


class PacketSet:
    """An immutable set of packets. `boxes` are disjoint and canonical; a box holds one family only on each side."""

    __slots__ = ("boxes",)

    boxes: tuple[Box, ...]

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        """The union of some boxes; pairs of two families are left out, since no packet has one."""
        self.boxes = _canonical([part for box in boxes for part in _families(box)])

    def __or__(self, other: PacketSet) -> PacketSet:
        return PacketSet((*self.boxes, *other.boxes))

    def __and__(self, other: PacketSet) -> PacketSet:
        return PacketSet(
            common for mine in self.boxes for theirs in other.boxes if (common := meet(mine, theirs)) is not None
        )

    def __sub__(self, other: PacketSet) -> PacketSet:
        return PacketSet(subtract_all(self.boxes, other.boxes))

    def __xor__(self, other: PacketSet) -> PacketSet:
        return (self - other) | (other - self)

    def __invert__(self) -> PacketSet:
        return EVERYTHING - self

    def __le__(self, other: PacketSet) -> bool:
        """Subset test."""
        return not subtract_all(self.boxes, other.boxes)

    def __contains__(self, packet: tuple[int, int, int]) -> bool:
        """Whether (source, destination, point of the port line) is in the set."""
        source, destination, point = packet
        return any(
            source in box.sources and destination in box.destinations and point in box.ports for box in self.boxes
        )

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PacketSet) and self.boxes == other.boxes

    def __hash__(self) -> int:
        return hash(self.boxes)

    def __repr__(self) -> str:
        return f"PacketSet({list(self.boxes)})"

    def witness(self) -> tuple[int, int, int]:
        """A readable packet of the set: (source, destination, point). Raises ValueError when the set is empty."""
        if not self.boxes:
            raise ValueError("an empty set has no packet")
        return pick_packet(self.boxes[0])


def _families(box: Box) -> list[Box]:
    """The box cut into IPv4 and IPv6, each side of the family of the other."""
    found = []
    for family in (ANY_V4, ANY_V6):
        sources, destinations = box.sources & family, box.destinations & family
        if sources and destinations and box.ports:
            found.append(Box(sources, destinations, box.ports))
    return found


def _cuts(sets: Iterable[IntervalSet]) -> list[int]:
    """Where any of the sets begins, or has just ended."""
    return sorted({point for one in sets for first, last in one for point in (first, last + 1)})


def _canonical(boxes: list[Box]) -> tuple[Box, ...]:
    cuts = _cuts(box.ports for box in boxes)
    stretches: dict[Section, list[tuple[int, int]]] = {}
    for first, after in pairwise(cuts):
        section = _section([(box.destinations, box.sources) for box in boxes if first in box.ports])
        if section:
            stretches.setdefault(section, []).append((first, after - 1))
    made = [
        Box(sources, destinations, IntervalSet(spans))
        for section, spans in stretches.items()
        for destinations, sources in section
    ]
    return tuple(sorted(made, key=lambda box: (box.ports.spans, box.destinations.spans, box.sources.spans)))


def _section(pairs: list[tuple[IntervalSet, IntervalSet]]) -> Section:
    cuts = _cuts(destinations for destinations, _ in pairs)
    stretches: dict[IntervalSet, list[tuple[int, int]]] = {}
    for first, after in pairwise(cuts):
        sources = IntervalSet(span for destinations, theirs in pairs if first in destinations for span in theirs.spans)
        if sources:
            stretches.setdefault(sources, []).append((first, after - 1))
    made = [(IntervalSet(spans), sources) for sources, spans in stretches.items()]
    return tuple(sorted(made, key=lambda pair: (pair[0].spans, pair[1].spans)))


EVERYTHING = PacketSet((V4_BOX, V6_BOX))
"""Every packet there is."""
