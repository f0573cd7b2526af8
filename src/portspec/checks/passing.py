"""What a filter lets through, arranged so that many small questions about it are quick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet


class Part(NamedTuple):
    """A part of what gets through: its sources, its points of the port line, and one box of it."""

    sources: IntervalSet
    ports: IntervalSet
    example: Box


class Passing:
    """Boxes that get through, found by port. They may overlap, and many share their destinations and ports."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._by_point: dict[int, list[Box]] = {}
        self._wide: list[Box] = []
        for box in boxes:
            spans = box.ports.spans
            if len(spans) == 1 and spans[0][0] == spans[0][1]:
                self._by_point.setdefault(spans[0][0], []).append(box)
            else:
                self._wide.append(box)
        self._parts: dict[tuple[IntervalSet, IntervalSet, tuple[int, ...]], Part | None] = {}
        self._destinations: dict[int, IntervalSet] = {}
        for box in self._wide + [box for found in self._by_point.values() for box in found]:
            self._destinations[id(box.destinations)] = box.destinations

    def within(self, sources: IntervalSet, destinations: IntervalSet, ports: IntervalSet) -> Part | None:
        """The part with these sources, destinations and ports; None when nothing of it gets through."""
        reached = tuple(key for key, theirs in self._destinations.items() if theirs.overlaps(destinations))
        key = (sources, ports, reached)
        if key not in self._parts:
            self._parts[key] = self._part(sources, ports, frozenset(reached))
        part = self._parts[key]
        if part is None:
            return None
        example = part.example
        return part._replace(example=example._replace(destinations=example.destinations & destinations))

    def holds_all(self, sources: IntervalSet, destinations: IntervalSet, ports: IntervalSet) -> bool:
        """Whether single boxes let all of this through, family by family."""
        for point in (destinations.first, destinations.spans[-1][1]):
            if not any(
                point in box.destinations and ports <= box.ports and _same_family(sources, box) <= box.sources
                for box in self._wide
            ):
                return False
        return True

    def _part(self, sources: IntervalSet, ports: IntervalSet, reached: frozenset[int]) -> Part | None:
        spans: list[tuple[int, int]] = []
        points: list[tuple[int, int]] = []
        example: Box | None = None
        for box in self._candidates(ports):
            if id(box.destinations) not in reached:
                continue
            common = box.sources & sources
            if not common:
                continue
            hit = box.ports & ports
            if not hit:
                continue
            spans += common.spans
            points += hit.spans
            if example is None:
                example = Box(common, box.destinations, hit)
        return None if example is None else Part(IntervalSet(spans), IntervalSet(points), example)

    def _candidates(self, ports: IntervalSet) -> Iterable[Box]:
        yield from self._wide
        if ports.size <= len(self._by_point):
            for first, last in ports:
                for point in range(first, last + 1):
                    yield from self._by_point.get(point, ())
        else:
            for point, boxes in self._by_point.items():
                if point in ports:
                    yield from boxes


def _same_family(sources: IntervalSet, box: Box) -> IntervalSet:
    from portspec.packets.addresses import ANY_V4, ANY_V6

    return sources & (ANY_V4 if box.destinations.overlaps(ANY_V4) else ANY_V6)
