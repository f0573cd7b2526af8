"""The blocking rows of a run: those that an accepting row behind them may lose packets to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from portspec.configs.firewall.columns import NO_POINT
from portspec.configs.firewall.order import picked
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet

if TYPE_CHECKING:
    from portspec.configs.firewall.runs import Question

CROWD = 256
"""A block whose addresses meet more rows than this is looked up by its ports."""


class Blockers:
    """Blocking rows. Those of few addresses, which meet few rows, are found by them; the other ones by their ports.

    What accepts many addresses meets too many rows as well, and finds all of them by their ports.
    """

    def __init__(self, question: Question, blocks: list[int], accepts: list[int]) -> None:
        columns, order = question.columns, question.columns.order
        firsts, lasts = columns.firsts, columns.lasts
        self._question = question
        self._columns = columns
        everywhere = frozenset(order.wide)
        self._everywhere = frozenset(filter(_in_order(accepts), order.wide))
        known = frozenset(blocks)
        meeting = order.crowded(known)
        crowds = {block for block in meeting if order.most(firsts[block], lasts[block]) > CROWD}
        far = known & everywhere | crowds
        self._far = _ByPorts(question, sorted(far))
        self._near = _ByPorts(question, sorted(known - far) if self._everywhere else [])
        self._met: dict[int, list[int]] = {}
        """Narrow rows behind narrow blocks that they share sources with."""
        for block in sorted(meeting - far):
            for row in order.touching(firsts[block], lasts[block]):
                if row > block and row not in known and row not in everywhere:
                    self._met.setdefault(row, []).append(block)
        self._accepts = accepts

    def pairs(self) -> int:
        """How many pairs of an accepting row and a block found by its ports have to be looked at, at most."""
        return self._far.pairs(self._accepts) + self._near.pairs(sorted(self._everywhere))

    def suspects(self) -> list[int]:
        """The accepting rows that may lose packets to a block, in order."""
        met = filter(_in_order(self._accepts), self._met)
        return sorted({*met, *self._far.sharing(self._accepts), *self._everywhere})

    def before(self, row: int) -> list[Box]:
        """The blocks before an accepting row that share packets with it."""
        question, firsts, lasts = self._question, self._columns.firsts, self._columns.lasts
        near = self._near.before(row) if row in self._everywhere else self._met.get(row, [])
        near = sorted(near, key=lambda block: (firsts[block], block))
        found = [block for block in near if question.shares(row, block)] + self._far.before(row)
        return [question.box(block) for block in found if firsts[block] <= lasts[row] and lasts[block] >= firsts[row]]


class _ByPorts:
    """Blocking rows by their ports."""

    def __init__(self, question: Question, blocks: list[int]) -> None:
        self._ports = question.ports
        self._columns = question.columns
        self._blocks = blocks
        self._at: dict[int, list[int]] = {}
        self._sharing: dict[int, list[int]] = {}

    def pairs(self, accepts: Sequence[int]) -> int:
        """How many pairs with a row that accepts have a port in common, at most."""
        if not self._blocks or not accepts:
            return 0
        points = self._columns.points
        blocked = Counter(picked(points, self._blocks))
        anywhere = blocked.pop(NO_POINT, 0)
        held = Counter(picked(points, accepts))
        found = held.pop(NO_POINT, 0) * len(self._blocks)
        return found + sum(count * (anywhere + blocked[point]) for point, count in held.items())

    def sharing(self, accepts: Sequence[int]) -> list[int]:
        """The accepting rows that have ports in common with a block."""
        if not self._blocks:
            return []
        columns = self._columns
        points, numbers = columns.points, columns.numbers
        blocked = {point for row in self._blocks if (point := points[row]) >= 0}
        unpointed = {numbers[row] for row in self._blocks if points[row] < 0}
        if unpointed:
            held = set(picked(points, accepts))
            ports = IntervalSet(span for number in unpointed for span in columns.templates[number].ports)
            blocked |= held - _outside(held, ports)
        return [row for row in accepts if points[row] < 0 or points[row] in blocked]

    def before(self, row: int) -> list[int]:
        """The blocks before a row that share ports with it, and may share its addresses."""
        point = self._columns.points[row]
        key = point if point >= 0 else -1 - self._columns.numbers[row]
        found = self._sharing.get(key)
        if found is None:
            if not self._at:
                for block in self._blocks:
                    self._at.setdefault(self._columns.points[block], []).append(block)
            # A block with a point of its own shares none with a row that has another.
            near = self._blocks if point < 0 else self._at.get(point, []) + self._at.get(NO_POINT, [])
            mine = self._ports(row)
            found = self._sharing[key] = [block for block in near if self._ports(block).overlaps(mine)]
        return [block for block in found if block < row]


def _in_order(rows: Sequence[int]) -> Callable[[int], bool]:
    """Whether a row is one of some rows, which are in order."""

    def found(row: int) -> bool:
        at = bisect_left(rows, row)
        return at < len(rows) and rows[at] == row

    return found


def _outside(points: set[int], ports: IntervalSet) -> set[int]:
    """The points that are not in a set of ports; -1, which is none, is left out."""
    spans = ports.spans
    if len(spans) == 1:
        low, high = spans[0]
        return {point for point in points if not low <= point <= high and point >= 0}
    bounds = [bound for first, last in spans for bound in (first, last + 1)]
    return {point for point in points if not bisect_right(bounds, point) & 1 and point >= 0}
