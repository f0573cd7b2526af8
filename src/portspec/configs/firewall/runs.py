"""A run: consecutive rows that only accept or block. Large files are mostly that, so here is where speed matters.

Within a run, what is accepted is each accepting row less the blocking rows before it. Almost no row of a large list
meets another one's packets, so the few that may are found first, by their sources and ports, and only those are
taken apart; the rest stays in its columns.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import compress, filterfalse

from portspec.configs.firewall.blockers import Blockers
from portspec.configs.firewall.bundles import FEW, Bundle, Piece, PointIndex
from portspec.configs.firewall.columns import RuleColumns, marks
from portspec.configs.firewall.order import picked
from portspec.packets.boxes import Box, split
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.stretches import subtract_by_ports, subtract_many

MOST_PAIRS = 10_000_000
"""Pairs of an accepting row and a wide block that are looked at; where there are more, rows are taken in turn."""

BUNDLED = 64
"""From so many accepting rows on, an answer stays in columns."""


class Run:
    """Some rows of a chain, in order, whose conditions hold. `accepting` are the numbers of the templates that accept;
    all others block. Of `likely` points some will be asked about alone. `spend` is told of the work, and may raise."""

    __slots__ = ("_index", "accepting", "columns", "held", "likely", "rows", "spend")

    def __init__(
        self,
        columns: RuleColumns,
        rows: Sequence[int],
        accepting: frozenset[int],
        likely: IntervalSet,
        spend: Callable[[int], object],
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.accepting = accepting
        self.likely = likely
        self.spend = spend
        self.held = frozenset(self.column(columns.numbers))
        self._index: PointIndex | None = None

    def accepts(self) -> bool:
        """Whether any row accepts."""
        return not self.held.isdisjoint(self.accepting)

    def blocks(self) -> bool:
        """Whether any row blocks."""
        return not self.held <= self.accepting

    def accepted(self, query: Box) -> list[Piece]:
        """The packets of a box that the run accepts."""
        return Question(self, query).accepted()

    def rest(self, query: Box) -> list[Box]:
        """The packets of a box that no row of the run matches."""
        return Question(self, query).rest()

    def column(self, values: Sequence[int]) -> Sequence[int]:
        """The values of a column at the run's rows."""
        return picked(values, self.rows)

    def index(self) -> PointIndex:
        """The rows by their points."""
        if self._index is None:
            self._index = PointIndex(self.columns.points, self.rows, self.likely)
        return self._index

    def with_sources(self, sources: IntervalSet) -> list[int] | None:
        """The rows that share a source with a set, but for its gaps, in order; None when they are too many or too few
        to be looked up."""
        if len(self.rows) < BUNDLED:
            return None
        order, spans = self.columns.order, sources.spans
        if len(spans) > FEW:
            spans = ((spans[0][0], spans[-1][1]),)
        if sum(order.most(first, last) for first, last in spans) * FEW > len(self.rows):
            return None
        found = {row for first, last in spans for row in order.touching(first, last)}
        rows = self.rows
        if isinstance(rows, range):
            return sorted(row for row in found if row in rows)
        return sorted(row for row in found if (at := bisect_left(rows, row)) < len(rows) and rows[at] == row)

    def with_ports(self, ports: IntervalSet) -> Sequence[int]:
        """The rows that may match one of some ports, in order. Rows without a point are in it whatever their ports."""
        if len(self.rows) >= BUNDLED and self.index().is_quick(ports):
            return self.index().holding(ports, unpointed=True)
        others = self.index().outside(ports)
        if not others:
            return self.rows
        column = self.column(self.columns.points)
        return [row for row, point in zip(self.rows, column, strict=True) if point not in others]

    def unpointed(self) -> list[int]:
        """The rows without a point, in order."""
        return self.index().holding(EMPTY, unpointed=True)


class Question:
    """A run asked about one box."""

    def __init__(self, run: Run, query: Box) -> None:
        self.run = run
        self.query = query
        self.columns = run.columns
        self.low, self.high = query.sources.spans[0][0], query.sources.spans[-1][1]
        self._destinations: dict[int, IntervalSet] = {}
        self._ports: dict[int, IntervalSet] = {}

    def accepted(self) -> list[Piece]:
        """The packets of the box that the run accepts."""
        columns, accepting = self.columns, self.run.accepting
        rows = self._rows()
        rows = rows[: self._blanket(rows)]
        accepts: Sequence[int] = rows
        found: list[Piece] = []
        if self.run.blocks():
            numbers = picked(columns.numbers, rows)
            accepts = list(compress(rows, marks(numbers, accepting)))
            if accepts and len(accepts) < len(rows):
                blocks = list(compress(rows, marks(numbers, self.run.held - accepting)))
                blocks = blocks[: bisect_left(blocks, accepts[-1])]
                if blocks:
                    blockers = Blockers(self, blocks, accepts)
                    if blockers.pairs() > MOST_PAIRS:
                        return [*self._one_by_one(rows)]
                    cut, left = self._cut(blockers)
                    found += left
                    if cut:
                        accepts = list(filterfalse(cut.__contains__, accepts))
        if len(accepts) < BUNDLED:
            return found + self._boxes(accepts)
        unpointed = [row for row in self.run.unpointed() if columns.numbers[row] in accepting]
        if unpointed:
            apart = frozenset(unpointed).intersection(accepts)
            found += self._boxes(sorted(apart))
            accepts = list(filterfalse(apart.__contains__, accepts))
        return found + self._bundles(accepts)

    def rest(self) -> list[Box]:
        """The packets of the box that no row of the run matches."""
        query = self.query
        covering: list[tuple[int, int]] = []
        others: list[Box] = []
        for box in self._boxes(self._rows()):
            if box.destinations == query.destinations and box.ports == query.ports:
                covering += box.sources.spans
            else:
                others.append(box)
        sources = query.sources - IntervalSet(covering)
        if not sources:
            return []
        left = query._replace(sources=sources)
        return subtract_by_ports(left, others, self.run.spend) if others else [left]

    def _rows(self) -> Sequence[int]:
        """The rows that share a packet with the query, but for gaps in its sources; in order."""
        columns, ports = self.columns, self.query.ports
        points, numbers, places = columns.points, columns.numbers, columns.places
        found = self.run.with_sources(self.query.sources)
        rows: Sequence[int]
        if found is None:
            rows = self.run.with_ports(ports)
            order = columns.order
            if order.low < self.low or self.high < order.high:
                firsts, lasts, low, high = columns.firsts, columns.lasts, self.low, self.high
                rows = [row for row in rows if firsts[row] <= high and lasts[row] >= low]
        else:
            rows = [row for row in found if points[row] < 0 or points[row] in ports]
        without = {number for number in self.run.held if not columns.templates[number].ports.overlaps(ports)}
        if without:
            rows = [row for row in rows if points[row] >= 0 or numbers[row] not in without]
        near = columns.destinations.near(self.query.destinations)
        if len(near) < len(columns.destinations):
            rows = list(compress(rows, map(near.__contains__, picked(places, rows))))
        return rows

    def _blanket(self, rows: Sequence[int]) -> int:
        """Where among the rows one blocks everything that is asked: nothing behind it counts."""
        columns, query = self.columns, self.query
        full = {
            number for number in self.run.held - self.run.accepting if columns.templates[number].ports >= query.ports
        }
        if not full:
            return len(rows)
        for row in self.run.unpointed():
            if (
                columns.numbers[row] in full
                and columns.firsts[row] <= self.low
                and columns.lasts[row] >= self.high
                and self._destination(row) == query.destinations
            ):
                return bisect_left(rows, row)
        return len(rows)

    def _one_by_one(self, rows: Sequence[int]) -> list[Box]:
        """What the rows accept, one after the other: where most rows meet, little is left after a few of them."""
        accepting, numbers = self.run.accepting, self.columns.numbers
        rest = [self.query]
        found: list[Box] = []
        for row in rows:
            hit, kept = split(rest, self._clip(row))
            if numbers[row] in accepting:
                found += hit
            self.run.spend(len(rest) + len(kept))
            rest = kept
            if not rest:
                break
        return found

    def _cut(self, blockers: Blockers) -> tuple[set[int], list[Box]]:
        """The accepting rows that lose packets to a block before them, and what is left of those."""
        found: list[Box] = []
        cut: set[int] = set()
        for row in blockers.suspects():
            before = blockers.before(row)
            if before:
                cut.add(row)
                box = self._clip(row)
                if box.sources:
                    found += subtract_many(box, before, self.run.spend)
        return cut, found

    def _boxes(self, rows: Sequence[int]) -> list[Box]:
        """Rows as boxes, clipped to the query: one for all rows that share their destinations and ports."""
        columns, sources = self.columns, self.query.sources
        points, numbers, places, firsts, lasts = (
            columns.points, columns.numbers, columns.places, columns.firsts, columns.lasts,
        )  # fmt: skip
        grouped: dict[tuple[int, int], list[int]] = {}
        for row in rows:
            # Templates are told apart from points by their sign.
            point = points[row]
            grouped.setdefault((places[row], point if point >= 0 else -1 - numbers[row]), []).append(row)
        found = []
        for group in grouped.values():
            united = IntervalSet.of_ends([firsts[row] for row in group], [lasts[row] for row in group]) & sources
            if united:
                found.append(Box(united, self._destination(group[0]), self.ports(group[0])))
        return found

    def _bundles(self, rows: Sequence[int]) -> list[Bundle]:
        """Rows with a point each, by their destinations."""
        columns = self.columns
        places = picked(columns.places, rows)
        named = {place: self._destination_at(place) for place in set(places)}
        grouped: dict[IntervalSet, Sequence[int]] = {}
        for destinations in set(named.values()):
            theirs = {place for place, found in named.items() if found == destinations}
            grouped[destinations] = (
                rows if len(theirs) == len(named) else list(compress(rows, map(theirs.__contains__, places)))
            )
        return [
            Bundle(columns, group, destinations, self.query.sources, self.run.index())
            for destinations, group in grouped.items()
        ]

    def _clip(self, row: int) -> Box:
        sources = IntervalSet.of(self.columns.firsts[row], self.columns.lasts[row])
        return Box(sources & self.query.sources, self._destination(row), self.ports(row))

    def _destination(self, row: int) -> IntervalSet:
        return self._destination_at(self.columns.places[row])

    def _destination_at(self, place: int) -> IntervalSet:
        found = self._destinations.get(place)
        if found is None:
            found = self._destinations[place] = self.columns.destinations[place] & self.query.destinations
        return found

    def ports(self, row: int) -> IntervalSet:
        """The ports of a row within the query."""
        point = self.columns.points[row]
        if point >= 0:
            return IntervalSet.of(point)
        number = self.columns.numbers[row]
        found = self._ports.get(number)
        if found is None:
            found = self._ports[number] = self.columns.templates[number].ports & self.query.ports
        return found

    def shares(self, row: int, other: int) -> bool:
        """Whether two rows share destinations and ports."""
        return self.ports(row).overlaps(self.ports(other)) and self._destination(row).overlaps(self._destination(other))

    def box(self, row: int) -> Box:
        """A row within the destinations and ports of the query."""
        sources = IntervalSet.of(self.columns.firsts[row], self.columns.lasts[row])
        return Box(sources, self._destination(row), self.ports(row))
