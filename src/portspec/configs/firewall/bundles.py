"""What many rows accept, kept as columns: their boxes are made only when somebody asks for them.

A filter of 100,000 rules lets through as many boxes. Most questions about them are about a few ports, or about all
sources and all ports together, and both are answered from the columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress, islice

from portspec.configs.firewall.columns import NO_POINT, RuleColumns
from portspec.configs.firewall.order import picked
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.records import NamedTuple

FEW = 16
"""So many ports are looked up one by one."""

FEW_ROWS = 1_000
"""So many rows are looked at one by one; and from this share on, one in `SHARE`, those that share a source."""
SHARE = 8
FEW_RANGES = 64
"""Ranges of sources that are looked up one by one."""

MOST_PASSES = 8
"""Passes over a column before every point is looked up."""


class PointIndex:
    """The rows of a column of points by the points that are asked about; `rows` are those to look at.

    One pass finds the rows of all `likely` points; another point costs another pass, until the passes are too many and
    all points are looked up.
    """

    __slots__ = ("_at", "_distinct", "_known", "_likely", "_passes", "_points", "rows")

    def __init__(self, points: Sequence[int], rows: Sequence[int], likely: IntervalSet) -> None:
        self._points = points
        self.rows = rows
        self._likely = likely
        self._passes = 0
        self._at: dict[int, list[int]] = {}
        self._known = EMPTY
        self._distinct: list[int] | None = None

    def distinct(self) -> list[int]:
        """All points that there are, in order; with `NO_POINT`, where a row has none."""
        if self._distinct is None:
            self._distinct = sorted(set(picked(self._points, self.rows)))
        return self._distinct

    def outside(self, ports: IntervalSet) -> frozenset[int]:
        """The points that are not in a set of ports."""
        ordered = self.distinct()
        start = bisect_right(ordered, NO_POINT)
        found: list[int] = []
        for first, last in ports:
            found += ordered[start : bisect_left(ordered, first, start)]
            start = bisect_right(ordered, last, start)
        return frozenset(found + ordered[start:])

    def is_quick(self, ports: IntervalSet) -> bool:
        """Whether the rows with some ports are looked up sooner than the others are left out."""
        return ports.size <= FEW or ports <= self._likely

    def holding(self, ports: IntervalSet, *, unpointed: bool = False) -> list[int]:
        """The rows with one of some points, in order; with those that have none, if they are asked for."""
        if self._passes <= MOST_PASSES and not (self._passes and ports <= self._known):
            self._find(ports)
        asked = within(self.distinct(), ports)
        if unpointed:
            asked.append(NO_POINT)
        return sorted(row for point in asked for row in self._at.get(point, ()))

    def _find(self, ports: IntervalSet) -> None:
        self._passes += 1
        points = self._points
        if self._passes > MOST_PASSES:
            self._at = {}
            for row in self.rows:
                self._at.setdefault(points[row], []).append(row)
            return
        self._known = self._known | ports | self._likely
        wanted = {NO_POINT, *within(self.distinct(), self._known)}.difference(self._at)
        self._at.update((point, []) for point in wanted)
        for row in compress(self.rows, map(wanted.__contains__, picked(points, self.rows))):
            self._at[points[row]].append(row)


def within(points: list[int], ports: IntervalSet) -> list[int]:
    """Those of some points, which are in order, that are in a set of ports."""
    found: list[int] = []
    for first, last in ports:
        found += points[bisect_left(points, first) : bisect_right(points, last)]
    return found


def _holds(rows: Sequence[int], row: int) -> bool:
    """Whether a row is among some that are in order."""
    at = bisect_left(rows, row)
    return at < len(rows) and rows[at] == row


class Part(NamedTuple):
    """A part of what gets through: its sources, its points of the port line, and one box of it."""

    sources: IntervalSet
    ports: IntervalSet
    example: Box


class _Asked(NamedTuple):
    """The rows of a bundle with some ports, but for those in `without`; their points, in order, and their sources."""

    rows: Sequence[int]
    without: frozenset[int]
    points: list[int]
    sources: IntervalSet


class Bundle:
    """Packets of rows with one point of the port line each, sources clipped to `within`, to the same `destinations`.

    `rows` are in order; `index` knows these and perhaps others by their points.
    """

    __slots__ = ("_asked", "_beyond", "_columns", "_index", "_picked", "_points", "_rows", "destinations", "within")

    def __init__(
        self,
        columns: RuleColumns,
        rows: Sequence[int],
        destinations: IntervalSet,
        within: IntervalSet,
        index: PointIndex,
    ) -> None:
        self.destinations = destinations
        self.within = within
        self._columns = columns
        self._rows = rows
        self._index = index
        self._beyond: dict[IntervalSet, frozenset[int]] = {}
        self._picked: Sequence[int] | None = None
        self._points: list[int] | None = None
        self._asked: dict[IntervalSet, _Asked] = {}

    def boxes(self) -> list[Box]:
        """The same packets as boxes, one per port."""
        found = []
        at: dict[int, list[int]] = {}
        points = self._columns.points
        for row in self._rows:
            at.setdefault(points[row], []).append(row)
        for point, rows in at.items():
            sources = self._columns.order.union(rows) & self.within
            if sources:
                found.append(Box(sources, self.destinations, IntervalSet.of(point)))
        return found

    def boxes_of(self, ports: IntervalSet, most: int) -> list[Box] | None:
        """The packets with some ports as boxes, one per port; None where they are of more than `most` rows."""
        rows, without = self._with_ports(ports)
        if len(rows) - len(without) > most:
            return None
        at: dict[int, list[int]] = {}
        for row in rows:
            if row not in without:
                at.setdefault(self._columns.points[row], []).append(row)
        union = self._columns.order.union
        return [Box(union(mine) & self.within, self.destinations, IntervalSet.of(point)) for point, mine in at.items()]

    def part(self, sources: IntervalSet, ports: IntervalSet) -> Part | None:
        """The part with these sources and ports; None when there is nothing of it."""
        asked = self._of_ports(ports)
        common = asked.sources & sources
        if not common:
            return None
        wanted = sources & self.within
        sharing = self._few_sharing(asked, wanted)
        if sharing is not None:
            held = sorted({self._columns.points[row] for row in sharing})
            return Part(common, IntervalSet.of_sorted(held, held), self._box(sharing[0], sources))
        outside = self._outside(wanted)
        first = next(row for row in asked.rows if row not in asked.without and row not in outside)
        return Part(common, self._points_inside(asked, outside), self._box(first, sources))

    def _of_ports(self, ports: IntervalSet) -> _Asked:
        found = self._asked.get(ports)
        if found is None:
            rows, without = self._with_ports(ports)
            held = within(self._distinct(), ports)
            sources = self._columns.order.union(rows, without) & self.within
            found = self._asked[ports] = _Asked(rows, without, held, sources)
        return found

    def _with_ports(self, ports: IntervalSet) -> tuple[Sequence[int], frozenset[int]]:
        """The rows with these ports: some rows, and those of them that are to be left out."""
        if self._index.is_quick(ports):
            rows = self._index.holding(ports)
            return (rows if self._is_all() else list(filter(self._is_member, rows))), frozenset()
        others = self._index.outside(ports)
        if not others:
            return self._rows, frozenset()
        column = self._column()
        if len(others) * 2 < len(self._index.distinct()):
            return self._rows, frozenset(compress(self._rows, map(others.__contains__, column)))
        held = frozenset(within(self._index.distinct(), ports))
        return list(compress(self._rows, map(held.__contains__, column))), frozenset()

    def _is_all(self) -> bool:
        return len(self._rows) == len(self._index.rows)

    def _is_member(self, row: int) -> bool:
        return _holds(self._rows, row)

    def _few_sharing(self, asked: _Asked, sources: IntervalSet) -> list[int] | None:
        """The rows of those asked about that share a source with a set, in order; None where they may be many, so that it
        is quicker to leave out the others."""
        order, firsts, lasts = self._columns.order, self._columns.firsts, self._columns.lasts
        rows: Sequence[int] = asked.rows
        if len(rows) > FEW_ROWS:
            ranges = list(islice(sources, FEW_RANGES + 1))
            most = len(rows) // SHARE
            if len(ranges) > FEW_RANGES or sum(order.most(first, last) for first, last in ranges) > most:
                return None
            touching = {row for first, last in ranges for row in order.touching(first, last)}
            rows = sorted(row for row in touching if _holds(asked.rows, row))
        return [
            row
            for row in rows
            if row not in asked.without and sources.overlaps(IntervalSet.of(firsts[row], lasts[row]))
        ]

    def _outside(self, sources: IntervalSet) -> frozenset[int]:
        """The rows that share no source with a set, of this bundle and others."""
        found = self._beyond.get(sources)
        if found is None:
            order, firsts, lasts = self._columns.order, self._columns.firsts, self._columns.lasts
            gaps = IntervalSet.of(order.low, order.high) - sources
            doubtful = {row for first, last in gaps for row in order.touching(first, last)}
            found = self._beyond[sources] = frozenset(
                row for row in doubtful if not sources.overlaps(IntervalSet.of(firsts[row], lasts[row]))
            )
        return found

    def _points_inside(self, asked: _Asked, outside: frozenset[int]) -> IntervalSet:
        """The points of rows that are not outside: those that have no source there do not count."""
        points, held = self._columns.points, asked.points
        doubtful = Counter(points[row] for row in outside if self._is_member(row))
        if asked.rows is self._rows and len(doubtful) <= FEW:
            # Those that no other row has are no more.
            lost = {point for point, count in doubtful.items() if self._column().count(point) == count}
            held = [point for point in held if point not in lost] if lost else held
        elif outside:
            held = sorted({points[row] for row in asked.rows if row not in outside and row not in asked.without})
        return IntervalSet.of_sorted(held, held)

    def _column(self) -> Sequence[int]:
        """The points of all rows, in their order."""
        if self._picked is None:
            self._picked = picked(self._columns.points, self._rows)
        return self._picked

    def _distinct(self) -> list[int]:
        """The points of all rows, in order."""
        if self._points is None:
            if self._is_all():
                self._points = self._index.distinct()
            else:
                self._points = sorted(set(self._column()))
        return self._points

    def _box(self, row: int, sources: IntervalSet) -> Box:
        mine = IntervalSet.of(self._columns.firsts[row], self._columns.lasts[row]) & self.within
        return Box(mine & sources, self.destinations, IntervalSet.of(self._columns.points[row]))


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
