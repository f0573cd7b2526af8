"""What a filter lets through, arranged so that many small questions about it are quick."""

from __future__ import annotations

from collections.abc import Iterable

from portspec.checks.grouping import Slice
from portspec.configs.firewall.bundles import FEW, Bundle, Part, Piece
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet


class Passing:
    """Packets that get through, found by port. The pieces may overlap, and many share their destinations and ports."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._all: list[Box] = []
        self._bundles: list[Bundle] = []
        for piece in pieces:
            if isinstance(piece, Bundle):
                self._bundles.append(piece)
            else:
                self._all.append(piece)
        self._by_point: dict[int, list[Box]] = {}
        self._wide: list[Box] = []
        self._destinations: dict[int, IntervalSet] = {}
        self._parts: dict[object, Part | None] = {}
        sizes: dict[int, int] = {}
        for box in self._all:
            self._destinations[id(box.destinations)] = box.destinations
            size = sizes.get(id(box.ports))
            if size is None:
                size = sizes[id(box.ports)] = box.ports.size
            if size > FEW:
                self._wide.append(box)
                continue
            for first, last in box.ports.spans:
                for point in range(first, last + 1):
                    self._by_point.setdefault(point, []).append(box)

    def within(self, sources: IntervalSet, destinations: IntervalSet, ports: IntervalSet) -> Part | None:
        """The part with these sources, destinations and ports; None when nothing of it gets through."""
        reached = tuple(key for key, theirs in self._destinations.items() if theirs.overlaps(destinations))
        bundles = [number for number, bundle in enumerate(self._bundles) if bundle.destinations.overlaps(destinations)]
        key = (sources, ports, reached, tuple(bundles))
        if key not in self._parts:
            parts = [self._of_boxes(sources, ports, frozenset(reached))]
            parts += [self._bundles[number].part(sources, ports) for number in bundles]
            self._parts[key] = _united([part for part in parts if part is not None])
        part = self._parts[key]
        if part is None:
            return None
        example = part.example
        return part._replace(example=example._replace(destinations=example.destinations & destinations))

    def slices(
        self, sources: IntervalSet, destinations: IntervalSet, ports: IntervalSet, most: int
    ) -> list[Slice] | None:
        """The part with these sources, destinations and ports, in pieces; None where there are more than `most`."""
        candidates = [box for box in self._candidates(ports) if box.destinations.overlaps(destinations)]
        for bundle in self._bundles:
            if bundle.destinations.overlaps(destinations):
                boxes = bundle.boxes_of(ports, most)
                if boxes is None:
                    return None
                candidates += boxes
        found = []
        for box in candidates:
            hit, common = box.ports & ports, box.sources & sources
            if hit and common:
                found.append(Slice(hit, common))
            if len(found) > most:
                return None
        return found

    def holds_all(self, sources: IntervalSet, destinations: IntervalSet, ports: IntervalSet) -> bool:
        """Whether single boxes let all of this through, family by family."""
        for point in (destinations.first, destinations.spans[-1][1]):
            if not any(
                point in box.destinations and ports <= box.ports and _same_family(sources, box) <= box.sources
                for box in self._wide
            ):
                return False
        return True

    def _of_boxes(self, sources: IntervalSet, ports: IntervalSet, reached: frozenset[int]) -> Part | None:
        spans: list[tuple[int, int]] = []
        points: list[tuple[int, int]] = []
        example: Box | None = None
        alike: list[tuple[int, int]] = []
        for box in self._candidates(ports):
            if id(box.destinations) not in reached or not box.ports.overlaps(ports):
                continue
            common = box.sources & sources
            if not common.spans:
                continue
            spans += common.spans
            hit = box.ports & ports
            points += hit.spans
            if example is None:
                example = Box(common, box.destinations, hit)
            if example.ports <= hit and example.destinations <= box.destinations:
                # However a filter cuts its addresses, the example is chosen from all of them.
                alike += common.spans
        if example is None:
            return None
        return Part(IntervalSet(spans), IntervalSet(points), example._replace(sources=IntervalSet(alike)))

    def _candidates(self, ports: IntervalSet) -> Iterable[Box]:
        if ports.size > FEW:
            return self._all
        found = list(self._wide)
        for first, last in ports:
            for point in range(first, last + 1):
                found += self._by_point.get(point, ())
        return found


def _united(parts: list[Part]) -> Part | None:
    if not parts:
        return None
    united = parts[0]
    for part in parts[1:]:
        united = united._replace(sources=united.sources | part.sources, ports=united.ports | part.ports)
    return united


def _same_family(sources: IntervalSet, box: Box) -> IntervalSet:
    from portspec.packets.addresses import ANY_V4, ANY_V6

    return sources & (ANY_V4 if box.destinations.overlaps(ANY_V4) else ANY_V6)
