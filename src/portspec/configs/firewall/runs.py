"""A run: consecutive rules that only accept or drop. Large files are mostly that, so here is where speed matters.

Within a run, what is accepted is each accepting row less the dropping rows before it. Rows are found by their sources
(sorted) or by their port (a table), so that a question about few packets looks at few rows, and a question about
all of them looks at each row once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from portspec.configs.firewall.columns import Shape
from portspec.configs.firewall.rows import Row
from portspec.packets.boxes import Box, subtract, subtract_all
from portspec.packets.intervals import IntervalSet

NARROW = 1 << 16
"""Rows with at most so many source addresses are found by bisection; wider ones are few."""

INDEXED = 64
"""Runs shorter than this are walked through."""

FEW_PORTS = 16
FEW_SOURCES = 1 << 18


class Run:
    """Consecutive rows that accept or drop; their conditions hold."""

    __slots__ = ("_by_port", "_narrow", "_narrow_firsts", "_wide", "_wide_ports", "rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._by_port: dict[int, list[int]] | None = None
        self._narrow: list[int] | None = None

    def accepted(self, query: Box) -> list[Box]:
        """The packets of a box that the run accepts."""
        return _accepted(self._candidates(query), query)

    def rest(self, query: Box) -> list[Box]:
        """The packets of a box that no row of the run matches."""
        return _rest(self._candidates(query), query)

    def _candidates(self, query: Box) -> Iterable[Row]:
        """The rows that may match a packet of the box, in order."""
        rows = self.rows
        if len(rows) < INDEXED:
            return rows
        if query.sources.size <= FEW_SOURCES:
            return [rows[index] for index in self._by_source(query.sources)]
        if query.ports.size <= FEW_PORTS:
            return [rows[index] for index in self._with_ports(query.ports)]
        return rows

    def _by_source(self, sources: IntervalSet) -> list[int]:
        if self._narrow is None:
            rows = self.rows
            order = sorted((row[1], index) for index, row in enumerate(rows) if row[2] - row[1] < NARROW)
            self._narrow = [index for _, index in order]
            self._narrow_firsts = [first for first, _ in order]
            self._wide = [index for index, row in enumerate(rows) if row[2] - row[1] >= NARROW]
        firsts, narrow, rows = self._narrow_firsts, self._narrow, self.rows
        found = set()
        for first, last in sources.spans:
            for index in narrow[bisect_left(firsts, first - NARROW) : bisect_right(firsts, last)]:
                if rows[index][2] >= first:
                    found.add(index)
        found.update(self._wide)
        return sorted(found)

    def _with_ports(self, ports: IntervalSet) -> list[int]:
        if self._by_port is None:
            table: dict[int, list[int]] = {}
            wide: list[int] = []
            single: dict[int, int | None] = {}
            for index, row in enumerate(self.rows):
                shape = row[3]
                key = id(shape)
                point = single.get(key, -1)
                if point == -1:
                    spans = shape.ports.spans
                    point = spans[0][0] if len(spans) == 1 and spans[0][0] == spans[0][1] else None
                    single[key] = point
                if point is None:
                    wide.append(index)
                else:
                    table.setdefault(point, []).append(index)
            self._by_port, self._wide_ports = table, wide
        found = list(self._wide_ports)
        for first, last in ports.spans:
            for point in range(first, last + 1):
                found += self._by_port.get(point, ())
        found.sort()
        return found


class _Clips:
    """Shapes cut to a query, each once. Shapes that share their destinations share the cut ones as well."""

    __slots__ = ("_destinations", "_found", "_query")

    def __init__(self, query: Box) -> None:
        self._query = query
        self._found: dict[int, tuple[IntervalSet, IntervalSet] | None] = {}
        self._destinations: dict[int, IntervalSet] = {}

    def get(self, shape: Shape) -> tuple[IntervalSet, IntervalSet] | None:
        """(destinations, ports) of a shape within the query; None when it has nothing there."""
        key = id(shape)
        found = self._found
        if key in found:
            return found[key]
        ports = shape.ports
        spans = ports.spans
        if len(spans) == 1 and spans[0][0] == spans[0][1]:
            inside = spans[0][0] in self._query.ports
        else:
            ports = ports & self._query.ports
            inside = bool(ports)
        made: tuple[IntervalSet, IntervalSet] | None = None
        if inside:
            other = id(shape.destinations)
            destinations = self._destinations.get(other)
            if destinations is None:
                destinations = self._destinations[other] = shape.destinations & self._query.destinations
            if destinations:
                made = destinations, ports
        found[key] = made
        return made

    def known(self, shape: Shape) -> tuple[IntervalSet, IntervalSet]:
        """As `get`, for a shape that is known to have something in the query."""
        made = self._found[id(shape)]
        assert made is not None
        return made


def _accepted(rows: Iterable[Row], query: Box) -> list[Box]:
    accepts: list[Row] = []
    drops: list[Row] = []
    clips = _Clips(query)
    clip_of = clips.get
    everything = (query.destinations, query.ports)
    spans = query.sources.spans
    whole = len(spans) == 1
    low, high = spans[0][0], spans[-1][1]
    for row in rows:
        shape = row[3]
        if row[1] > high or row[2] < low:
            continue
        clip = clip_of(shape)
        if clip is None:
            continue
        if shape.action == "accept":
            accepts.append(row)
        elif accepts or row[1] > low or row[2] < high or clip != everything:
            drops.append(row)
        else:
            # A drop of everything that is asked, before any accept.
            break
    blockers = _Blockers(drops, clips) if drops else None
    grouped: dict[int, tuple[Shape, list[tuple[int, int]]]] = {}
    odd: list[Box] = []
    for row in accepts:
        number, first, last, shape = row
        if blockers is not None and (before := blockers.before(number, first, last, shape)):
            clip = clips.known(shape)
            sources = IntervalSet.of(first, last) & query.sources
            if sources:
                odd += _without(Box(sources, *clip), before)
        elif whole:
            grouped.setdefault(id(shape), (shape, []))[1].append((max(first, low), min(last, high)))
        else:
            grouped.setdefault(id(shape), (shape, []))[1].append((first, last))
    return _merge(grouped, clips, None if whole else query.sources, odd)


def _merge(
    grouped: dict[int, tuple[Shape, list[tuple[int, int]]]],
    clips: _Clips,
    sources: IntervalSet | None,
    odd: list[Box],
) -> list[Box]:
    """One box per shape, its sources united; `sources` clips them where the query has several spans."""
    found = odd
    for shape, spans in grouped.values():
        united = IntervalSet(spans) if len(spans) > 1 else IntervalSet.of(*spans[0])
        if sources is not None:
            united = united & sources
            if not united:
                continue
        found.append(Box(united, *clips.known(shape)))
    return found


class _Blockers:
    """Dropping rows, found by their sources."""

    __slots__ = ("_clips", "_firsts", "_for_shape", "_highs", "_lows", "_narrow", "_wide")

    def __init__(self, drops: list[Row], clips: _Clips) -> None:
        self._clips = clips
        self._narrow = sorted((row for row in drops if row[2] - row[1] < NARROW), key=lambda row: row[1])
        self._firsts = [row[1] for row in self._narrow]
        self._wide = [row for row in drops if row[2] - row[1] >= NARROW]
        united = IntervalSet((row[1], row[2]) for row in self._narrow).spans
        self._lows = [first for first, _ in united]
        self._highs = [last for _, last in united]
        self._for_shape: dict[int, list[tuple[int, int, int, Box]]] = {}

    def before(self, number: int, first: int, last: int, shape: Shape) -> list[Box]:
        """The dropping rows before a rule that share packets with it."""
        found: list[Box] = []
        index = bisect_right(self._lows, last)
        if index and self._highs[index - 1] >= first:
            mine = self._clips.known(shape)
            start, end = bisect_left(self._firsts, first - NARROW), bisect_right(self._firsts, last)
            for row in self._narrow[start:end]:
                if row[0] < number and row[2] >= first:
                    theirs = self._clips.known(row[3])
                    if theirs[1].overlaps(mine[1]) and theirs[0].overlaps(mine[0]):
                        found.append(Box(IntervalSet.of(row[1], row[2]), *theirs))
        for their_number, low, high, box in self._wide_for(shape):
            if their_number < number and low <= last and high >= first:
                found.append(box)
        return found

    def _wide_for(self, shape: Shape) -> list[tuple[int, int, int, Box]]:
        key = id(shape)
        found = self._for_shape.get(key)
        if found is None:
            mine = self._clips.known(shape)
            found = []
            for row in self._wide:
                theirs = self._clips.known(row[3])
                if theirs[1].overlaps(mine[1]) and theirs[0].overlaps(mine[0]):
                    found.append((row[0], row[1], row[2], Box(IntervalSet.of(row[1], row[2]), *theirs)))
            self._for_shape[key] = found
        return found


def _without(box: Box, others: list[Box]) -> list[Box]:
    """A box less others; those that cover its destinations and ports are taken away at once."""
    covering: list[tuple[int, int]] = []
    partial: list[Box] = []
    for other in others:
        if box.ports <= other.ports and box.destinations <= other.destinations:
            covering += other.sources.spans
        else:
            partial.append(other)
    sources = box.sources - IntervalSet(covering)
    return subtract_all([box._replace(sources=sources)], partial) if sources else []


def _rest(rows: Iterable[Row], query: Box) -> list[Box]:
    grouped: dict[int, tuple[Shape, list[tuple[int, int]]]] = {}
    clips = _Clips(query)
    for row in rows:
        shape = row[3]
        if clips.get(shape) is not None:
            grouped.setdefault(id(shape), (shape, []))[1].append((row[1], row[2]))
    covering: list[tuple[int, int]] = []
    by_ports: dict[IntervalSet, list[tuple[int, int]]] = {}
    partial: list[Box] = []
    for shape, spans in grouped.values():
        clip = clips.known(shape)
        if clip[0] == query.destinations:
            if clip[1] == query.ports:
                covering += spans
            else:
                by_ports.setdefault(clip[1], []).extend(spans)
        else:
            partial.append(Box(IntervalSet(spans), *clip))
    sources = query.sources - IntervalSet(covering)
    if not sources:
        return []
    found = _rest_by_ports(query._replace(sources=sources), by_ports)
    return subtract_all(found, partial)


def _rest_by_ports(query: Box, by_ports: dict[IntervalSet, list[tuple[int, int]]]) -> list[Box]:
    """A box less rows that cover its destinations and a part of its ports."""
    if not by_ports:
        return [query]
    united = IntervalSet(span for ports in by_ports for span in ports.spans)
    if united.size < sum(ports.size for ports in by_ports):
        # Overlapping port sets: one after the other.
        found = [query]
        for ports, spans in by_ports.items():
            other = Box(IntervalSet(spans), query.destinations, ports)
            found = [piece for box in found for piece in subtract(box, other)]
        return found
    untouched = query.ports - united
    found = [query._replace(ports=untouched)] if untouched else []
    for ports, spans in by_ports.items():
        sources = query.sources - IntervalSet(spans)
        if sources:
            found.append(Box(sources, query.destinations, ports))
    return found
