"""What many rows accept, kept as columns: their boxes are made only when somebody asks for them.

A filter of 100,000 rules lets through as many boxes. Most questions about them are about a few ports, or about all
sources and all ports together, and both are answered from the columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet, touching

FEW = 16
"""So many ports are looked up one by one."""

MOST_PASSES = 8
"""Passes over a column before every point is looked up."""


class PointIndex:
    """The rows of a column of points by the points that are asked about; `rows` are those to look at.

    One pass finds the rows of all `likely` points; another point costs another pass, until the passes are too many and
    all points are looked up.
    """

    __slots__ = ("_at", "_likely", "_passes", "_points", "_rows")

    def __init__(self, points: Sequence[int], rows: Sequence[int], likely: frozenset[int]) -> None:
        self._points = points
        self._rows = rows
        self._likely = likely
        self._passes = 0
        self._at: dict[int, list[int]] = {}

    def holding(self, ports: IntervalSet) -> list[int]:
        """The rows with one of a few points, in order."""
        asked = [point for first, last in ports for point in range(first, last + 1)]
        if self._passes <= MOST_PASSES and any(point not in self._at for point in asked):
            self._find(asked)
        return sorted(row for point in asked for row in self._at.get(point, ()))

    def _find(self, asked: list[int]) -> None:
        self._passes += 1
        points = self._points
        if self._passes > MOST_PASSES:
            self._at = {}
            for row in self._rows:
                self._at.setdefault(points[row], []).append(row)
            return
        wanted = {*asked, *self._likely}.difference(self._at)
        self._at.update((point, []) for point in wanted)
        whole = self._rows == range(len(points))
        column = points if whole else [points[row] for row in self._rows]
        for row in compress(self._rows, map(wanted.__contains__, column)):
            self._at[points[row]].append(row)


class Part(NamedTuple):
    """A part of what gets through: its sources, its points of the port line, and one box of it."""

    sources: IntervalSet
    ports: IntervalSet
    example: Box


class Bundle:
    """Packets of rows with one point of the port line each, sources clipped to `within`, to the same `destinations`.

    `firsts`, `lasts` and `points` are columns of the same length. Of `likely` points some will be asked about alone.
    """

    __slots__ = ("_index", "_ordered", "_parts", "destinations", "firsts", "lasts", "points", "within")

    def __init__(
        self,
        firsts: Sequence[int],
        lasts: Sequence[int],
        points: Sequence[int],
        destinations: IntervalSet,
        within: IntervalSet,
        likely: frozenset[int] = frozenset(),
    ) -> None:
        self.firsts = firsts
        self.lasts = lasts
        self.points = points
        self.destinations = destinations
        self.within = within
        self._index = PointIndex(points, range(len(points)), likely)
        self._ordered: list[int] | None = None
        self._parts: dict[IntervalSet, tuple[Sequence[int], IntervalSet, IntervalSet]] = {}

    def boxes(self) -> list[Box]:
        """The same packets as boxes, one per port."""
        found = []
        at: dict[int, list[int]] = {}
        for row, point in enumerate(self.points):
            at.setdefault(point, []).append(row)
        for point, rows in at.items():
            sources = self._sources(rows) & self.within
            if sources:
                found.append(Box(sources, self.destinations, IntervalSet.of(point)))
        return found

    def part(self, sources: IntervalSet, ports: IntervalSet) -> Part | None:
        """The part with these sources and ports; None when there is nothing of it."""
        rows, shadow, points = self._of_ports(ports)
        common = shadow & sources
        if not common:
            return None
        if common != shadow:
            # The ports of rows that have no source here do not count.
            rows = self._inside(rows, sources)
            held = sorted({self.points[row] for row in rows})
            points = IntervalSet.of_ends(held, held)
        return Part(common, points, self._box(rows[0], sources))

    def _of_ports(self, ports: IntervalSet) -> tuple[Sequence[int], IntervalSet, IntervalSet]:
        """The rows with these ports, all of their sources and all of their points."""
        found = self._parts.get(ports)
        if found is None:
            if ports.size <= FEW:
                rows: Sequence[int] = self._index.holding(ports)
                held = sorted({self.points[row] for row in rows})
            else:
                held = self._points_in(ports)
                rows = range(len(self.points))
                if len(held) < len(self._distinct()):
                    rows = list(compress(rows, map(set(held).__contains__, self.points)))
            found = self._parts[ports] = rows, self._sources(rows) & self.within, IntervalSet.of_ends(held, held)
        return found

    def _distinct(self) -> list[int]:
        if self._ordered is None:
            self._ordered = sorted(set(self.points))
        return self._ordered

    def _points_in(self, ports: IntervalSet) -> list[int]:
        ordered = self._distinct()
        held: list[int] = []
        for first, last in ports:
            held += ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]
        return held

    def _inside(self, rows: Sequence[int], sources: IntervalSet) -> list[int]:
        """The rows that share a source with a set."""
        sources = sources & self.within
        firsts, lasts = self.firsts, self.lasts
        hull = IntervalSet.of(min(firsts), max(lasts))
        doubtful = set(touching(rows, firsts, lasts, hull - sources))
        return [row for row in rows if row not in doubtful or sources.overlaps(IntervalSet.of(firsts[row], lasts[row]))]

    def _box(self, row: int, sources: IntervalSet) -> Box:
        mine = IntervalSet.of(self.firsts[row], self.lasts[row]) & self.within
        return Box(mine & sources, self.destinations, IntervalSet.of(self.points[row]))

    def _sources(self, rows: Sequence[int]) -> IntervalSet:
        if len(rows) == len(self.firsts):
            return IntervalSet.of_ends(self.firsts, self.lasts)
        return IntervalSet.of_ends([self.firsts[row] for row in rows], [self.lasts[row] for row in rows])


Piece = Box | Bundle
"""A part of an answer."""


def boxes_of(pieces: Iterable[Piece]) -> list[Box]:
    """Pieces as boxes."""
    found: list[Box] = []
    for piece in pieces:
        if isinstance(piece, Bundle):
            found += piece.boxes()
        else:
            found.append(piece)
    return found
