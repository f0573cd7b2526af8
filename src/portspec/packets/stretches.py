"""Many boxes taken out of one: the port line is cut where they change, so that each stretch meets few of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portspec.packets.boxes import Box, subtract_all
from portspec.packets.intervals import IntervalSet, Span

SOME_PORT = IntervalSet.of(0)
"""Stands for the ports of a stretch, where only addresses count."""


def subtract_by_ports(box: Box, others: Sequence[Box], spend: Callable[[int], object]) -> list[Box]:
    """What of a box lies outside all of the others, as disjoint boxes; stretches that agree are put together.

    `spend` is told of the work, about a microsecond each, and may raise to end it.
    """
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, other in enumerate(others):
        for first, last in other.ports & box.ports:
            begins.setdefault(first, []).append(number)
            ends.setdefault(last + 1, []).append(number)
    edges = [edge for first, last in box.ports for edge in (first, last + 1)]
    cuts = sorted({*begins, *ends, *edges})
    active: set[int] = set()
    sections: dict[frozenset[int], list[Span]] = {}
    for at, cut in enumerate(cuts[:-1]):
        active.difference_update(ends.get(cut, ()))
        active.update(begins.get(cut, ()))
        spend(1 + len(active))
        if cut in box.ports:
            sections.setdefault(frozenset(active), []).append((cut, cuts[at + 1] - 1))
    found: dict[tuple[Box, ...], list[Span]] = {}
    whole = Box(box.sources, box.destinations, SOME_PORT)
    for numbers, spans in sections.items():
        left = tuple(
            subtract_many(whole, [others[number]._replace(ports=SOME_PORT) for number in sorted(numbers)], spend)
        )
        if left:
            found.setdefault(left, []).extend(spans)
    return [piece._replace(ports=IntervalSet(spans)) for left, spans in found.items() for piece in left]


def subtract_many(box: Box, others: Sequence[Box], spend: Callable[[int], object]) -> list[Box]:
    """What of a box lies outside all of the others. Those that cover its destinations and ports are taken away at once;
    `spend` as in `subtract_by_ports`."""
    covering: list[Span] = []
    partial: list[Box] = []
    for other in others:
        if box.ports <= other.ports and box.destinations <= other.destinations:
            covering += other.sources.spans
        else:
            partial.append(other)
    sources = box.sources - IntervalSet(covering)
    return subtract_all([box._replace(sources=sources)], partial, spend) if sources else []
