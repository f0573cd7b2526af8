"""A run: consecutive rows that only accept or block. Large files are mostly that, so here is where speed matters.

Within a run, what is accepted is each accepting row less the blocking rows before it. Almost no row of a large list
meets another one's packets, so the few that may are found first, by their sources and ports, and only those are
taken apart; the rest stays in its columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress, filterfalse, repeat
from operator import itemgetter, lt, not_

from portspec.configs.firewall.bundles import FEW, Bundle, Piece, PointIndex
from portspec.configs.firewall.columns import NO_POINT, RuleColumns
from portspec.packets.boxes import Box, split
from portspec.packets.intervals import IntervalSet, touching
from portspec.packets.stretches import subtract_by_ports, subtract_many

NARROW = 1 << 16
"""Blocking rows with at most so many source addresses are found by their sources; wider ones by their ports."""

MOST_PAIRS = 10_000_000
"""Pairs of an accepting row and a wide block that are looked at; where there are more, rows are taken in turn."""

BUNDLED = 64
"""From so many accepting rows on, an answer stays in columns."""


class Run:
    """Some rows of a chain, in order, whose conditions hold. `accepting` are the numbers of the templates that accept;
    all others block. Of `likely` points some will be asked about alone. `spend` is told of the work, and may raise."""

    __slots__ = ("_distinct", "_index", "_unpointed", "accepting", "columns", "held", "likely", "rows", "spend")

    def __init__(
        self,
        columns: RuleColumns,
        rows: Sequence[int],
        accepting: frozenset[int],
        likely: frozenset[int],
        spend: Callable[[int], object],
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.accepting = accepting
        self.likely = likely
        self.spend = spend
        self.held = frozenset(self.column(columns.numbers))
        self._index: PointIndex | None = None
        self._unpointed: list[int] = []
        self._distinct: list[int] | None = None

    def accepts(self) -> bool:
        """Whether any row accepts."""
        return not self.held.isdisjoint(self.accepting)

    def blocks(self) -> bool:
        """Whether any row blocks."""
        return not self.held <= self.accepting

    def accepted(self, query: Box) -> list[Piece]:
        """The packets of a box that the run accepts."""
        return _Question(self, query).accepted()

    def rest(self, query: Box) -> list[Box]:
        """The packets of a box that no row of the run matches."""
        return _Question(self, query).rest()

    def column(self, values: Sequence[int]) -> Sequence[int]:
        """The values of a column at the run's rows."""
        return _at(values, self.rows)

    def with_ports(self, ports: IntervalSet) -> Sequence[int]:
        """The rows that may match one of some ports, in order. Rows without a point are in it whatever their ports."""
        points = self.columns.points
        if ports.size <= FEW and len(self.rows) >= BUNDLED:
            if self._index is None:
                self._index = PointIndex(points, self.rows, self.likely)
                self._unpointed = list(compress(self.rows, map(lt, self.column(points), repeat(0))))
            return sorted(self._index.holding(ports) + self._unpointed)
        if self._distinct is None:
            self._distinct = sorted(set(self.column(points)))
        held = {NO_POINT}
        for first, last in ports:
            held.update(self._distinct[bisect_left(self._distinct, first) : bisect_right(self._distinct, last)])
        if held.issuperset(self._distinct):
            return self.rows
        return list(compress(self.rows, map(held.__contains__, self.column(points))))


class _Question:
    """A run asked about one box."""

    def __init__(self, run: Run, query: Box) -> None:
        self.run = run
        self.query = query
        self.columns = run.columns
        self.low, self.high = query.sources.spans[0][0], query.sources.spans[-1][1]
        self._destinations: dict[int, IntervalSet] = {}
        self._ports: dict[int, IntervalSet] = {}

    def accepted(self) -> list[Piece]:
        columns, accepting = self.columns, self.run.accepting
        rows = self._rows()
        rows = rows[: self._blanket(rows)]
        accepts: Sequence[int] = rows
        found: list[Piece] = []
        if self.run.blocks():
            flags = list(map(accepting.__contains__, _at(columns.numbers, rows)))
            accepts = list(compress(rows, flags))
            if accepts and len(accepts) < len(rows):
                blocks = list(compress(rows, map(not_, flags)))
                blocks = blocks[: bisect_left(blocks, accepts[-1])]
                if blocks:
                    blockers = _Blockers(self, blocks)
                    if blockers.pairs(accepts) > MOST_PAIRS:
                        return [*self._one_by_one(rows)]
                    cut, left = self._cut(accepts, blockers)
                    found += left
                    if cut:
                        accepts = list(filterfalse(cut.__contains__, accepts))
        if not accepts:
            return found
        if len(accepts) >= BUNDLED:
            unpointed = list(compress(accepts, map(lt, _at(columns.points, accepts), repeat(0))))
            if unpointed:
                found += self._boxes(unpointed)
                accepts = list(filterfalse(set(unpointed).__contains__, accepts))
            return found + self._bundles(accepts)
        return found + self._boxes(accepts)

    def rest(self) -> list[Box]:
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
        rows = self.run.with_ports(ports)
        without = {number for number in self.run.held if not columns.templates[number].ports.overlaps(ports)}
        if without:
            rows = [row for row in rows if points[row] >= 0 or numbers[row] not in without]
        near = columns.destinations.near(self.query.destinations)
        if len(near) < len(columns.destinations):
            rows = list(compress(rows, map(near.__contains__, _at(places, rows))))
        firsts, lasts, low, high = columns.firsts, columns.lasts, self.low, self.high
        if low <= columns.low and columns.high <= high:
            return rows
        return [row for row in rows if firsts[row] <= high and lasts[row] >= low]

    def _blanket(self, rows: Sequence[int]) -> int:
        """Where among the rows one blocks everything that is asked: nothing behind it counts."""
        columns, query = self.columns, self.query
        full = {
            number for number in self.run.held - self.run.accepting if columns.templates[number].ports >= query.ports
        }
        if not full:
            return len(rows)
        points, firsts, lasts = columns.points, columns.firsts, columns.lasts
        for at in compress(range(len(rows)), map(full.__contains__, _at(columns.numbers, rows))):
            row = rows[at]
            if (
                firsts[row] <= self.low
                and lasts[row] >= self.high
                and points[row] < 0
                and self._destination(row) == query.destinations
            ):
                return at
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

    def _cut(self, accepts: list[int], blockers: _Blockers) -> tuple[set[int], list[Box]]:
        """The accepting rows that lose packets to a block before them, and what is left of those."""
        columns = self.columns
        firsts, lasts = columns.firsts, columns.lasts
        suspects = set(touching(accepts, firsts, lasts, blockers.narrow_sources))
        suspects.update(blockers.sharing_wide(accepts))
        found: list[Box] = []
        cut: set[int] = set()
        for row in sorted(suspects):
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
        places = _at(columns.places, rows)
        named = {place: self._destination_at(place) for place in set(places)}
        grouped: dict[IntervalSet, Sequence[int]] = {}
        for destinations in set(named.values()):
            theirs = {place for place, found in named.items() if found == destinations}
            grouped[destinations] = (
                rows if len(theirs) == len(named) else list(compress(rows, map(theirs.__contains__, places)))
            )
        return [
            Bundle(
                _at(columns.firsts, group),
                _at(columns.lasts, group),
                _at(columns.points, group),
                destinations,
                self.query.sources,
                self.run.likely,
            )
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


class _Blockers:
    """Blocking rows: narrow ones found by their sources, wide ones by their ports."""

    def __init__(self, question: _Question, blocks: list[int]) -> None:
        self._question = question
        columns = self._columns = question.columns
        firsts, lasts = columns.firsts, columns.lasts
        narrow = [row for row in blocks if lasts[row] - firsts[row] < NARROW]
        self._wide = [row for row in blocks if lasts[row] - firsts[row] >= NARROW] if len(narrow) < len(blocks) else []
        self._narrow = sorted(narrow, key=firsts.__getitem__)
        self._firsts = [firsts[row] for row in self._narrow]
        self.narrow_sources = IntervalSet.of_ends(self._firsts, [lasts[row] for row in self._narrow])
        self._sharing: dict[int, list[int]] = {}
        self._wide_at: dict[int, list[int]] = {}

    def pairs(self, accepts: list[int]) -> int:
        """How many pairs of an accepting row and a wide block have to be looked at, at most."""
        if not self._wide:
            return 0
        points = self._columns.points
        blocked = Counter(_at(points, self._wide))
        anywhere = blocked.pop(NO_POINT, 0)
        held = Counter(_at(points, accepts))
        found = held.pop(NO_POINT, 0) * len(self._wide)
        return found + sum(count * (anywhere + blocked[point]) for point, count in held.items())

    def sharing_wide(self, accepts: list[int]) -> list[int]:
        """The accepting rows that have ports in common with a wide block."""
        if not self._wide:
            return []
        columns = self._columns
        points, numbers = columns.points, columns.numbers
        blocked = {point for row in self._wide if (point := points[row]) >= 0}
        unpointed = {numbers[row] for row in self._wide if points[row] < 0}
        if unpointed:
            held = set(_at(points, accepts))
            ports = IntervalSet(span for number in unpointed for span in columns.templates[number].ports)
            blocked |= held - _outside(held, ports)
        return [row for row in accepts if points[row] < 0 or points[row] in blocked]

    def before(self, row: int) -> list[Box]:
        """The blocking rows before an accepting one that share packets with it."""
        question, firsts, lasts = self._question, self._columns.firsts, self._columns.lasts
        first, last = firsts[row], lasts[row]
        start, end = bisect_left(self._firsts, first - NARROW), bisect_right(self._firsts, last)
        found = [
            question.box(block)
            for block in self._narrow[start:end]
            if block < row and lasts[block] >= first and question.shares(row, block)
        ]
        found += [
            question.box(block)
            for block in self._wide_for(row)
            if block < row and firsts[block] <= last and lasts[block] >= first
        ]
        return found

    def _wide_for(self, row: int) -> list[int]:
        """The wide blocks that share ports with a row (and may share its destinations)."""
        point = self._columns.points[row]
        key = point if point >= 0 else -1 - self._columns.numbers[row]
        found = self._sharing.get(key)
        if found is None:
            if not self._wide_at:
                for block in self._wide:
                    self._wide_at.setdefault(self._columns.points[block], []).append(block)
            # A block with a point of its own shares none with a row that has another.
            near = self._wide if point < 0 else self._wide_at.get(point, []) + self._wide_at.get(NO_POINT, [])
            ports = self._question.ports
            mine = ports(row)
            found = self._sharing[key] = [block for block in near if ports(block).overlaps(mine)]
        return found


def _at(column: Sequence[int], rows: Sequence[int]) -> Sequence[int]:
    """The values of a column at some rows."""
    if isinstance(rows, range) and rows.step == 1:
        return column if len(rows) == len(column) else column[rows.start : rows.stop]
    return itemgetter(*rows)(column) if len(rows) > 1 else [column[row] for row in rows]


def _outside(points: set[int], ports: IntervalSet) -> set[int]:
    """The points that are not in a set of ports; -1, which is none, is left out."""
    spans = ports.spans
    if len(spans) == 1:
        low, high = spans[0]
        return {point for point in points if not low <= point <= high and point >= 0}
    bounds = [bound for first, last in spans for bound in (first, last + 1)]
    return {point for point in points if not bisect_right(bounds, point) & 1 and point >= 0}
