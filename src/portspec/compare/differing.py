"""What of some boxes lies outside others, when there are thousands of both and most of them agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portspec.errors import InputError
from portspec.packets.boxes import Box, disjoint
from portspec.packets.intervals import IntervalSet, Span
from portspec.packets.sets import PacketSet
from portspec.packets.stretches import SOME_PORT, subtract_many

MOST_WORK = 6_000_000
"""Pieces looked at before giving up: some ten seconds."""
MOST_CANONICAL = 2_000
"""So many boxes are put into canonical form."""


class Budget:
    """Work that a comparison may do. Raises InputError when it is spent."""

    def __init__(self, path: str, most: int = MOST_WORK) -> None:
        self.path = path
        self.left = most

    def spend(self, work: int) -> None:
        """Count work."""
        self.left -= work
        if self.left < 0:
            raise InputError(
                "the two versions take packets apart into too many pieces to compare exactly",
                self.path,
                hint="order rules of one verdict together, or use sets",
            )


def outside(boxes: Sequence[Box], others: Sequence[Box], budget: Budget) -> list[Box]:
    """What of some boxes, which may overlap, lies outside all of the others; the pieces may overlap.

    The port line is cut where either side changes; stretches on which both are the same are looked at once.
    """
    known = set(others)
    left = [box for box in dict.fromkeys(boxes) if box not in known]
    if not left:
        return []
    sections: dict[tuple[frozenset[int], frozenset[int]], list[Span]] = {}
    for mine, theirs, span in _stretches(left, others, budget):
        if mine:
            sections.setdefault((mine, theirs), []).append(span)
    found: dict[tuple[IntervalSet, IntervalSet], list[Span]] = {}
    for (mine, theirs), spans in sections.items():
        planes = [others[number]._replace(ports=SOME_PORT) for number in sorted(theirs)]
        same = set(planes)
        for number in sorted(mine):
            plane = left[number]._replace(ports=SOME_PORT)
            budget.spend(1 + len(planes))
            if plane in same:
                continue
            for piece in subtract_many(plane, planes, budget.spend):
                found.setdefault((piece.sources, piece.destinations), []).extend(spans)
    return [Box(sources, destinations, IntervalSet(spans)) for (sources, destinations), spans in found.items()]


def _stretches(
    boxes: Sequence[Box], others: Sequence[Box], budget: Budget
) -> Iterable[tuple[frozenset[int], frozenset[int], Span]]:
    """Stretches of the port line with the boxes and the others that are there, by their numbers."""
    events: dict[int, list[tuple[int, int, bool]]] = {}
    for side, members in enumerate((boxes, others)):
        for number, box in enumerate(members):
            for first, last in box.ports:
                events.setdefault(first, []).append((side, number, True))
                events.setdefault(last + 1, []).append((side, number, False))
    cuts = sorted(events)
    active: tuple[set[int], set[int]] = (set(), set())
    for at, cut in enumerate(cuts[:-1]):
        for side, number, begins in sorted(events[cut], key=lambda event: event[2]):
            (active[side].add if begins else active[side].discard)(number)
        budget.spend(1 + (len(active[0]) + len(active[1]) if active[0] else 0))
        if active[0]:
            yield frozenset(active[0]), frozenset(active[1]), (cut, cuts[at + 1] - 1)


def tidy(boxes: Iterable[Box], budget: Budget) -> tuple[Box, ...]:
    """The same packets as disjoint boxes, in canonical form unless they are very many."""
    found = list(boxes)
    if len(found) <= MOST_CANONICAL:
        return PacketSet(found).boxes
    return tuple(disjoint(found, budget.spend))


def common(boxes: Sequence[Box], others: Sequence[Box], budget: Budget) -> list[Box]:
    """What both hold."""
    return outside(boxes, outside(boxes, others, budget), budget)
