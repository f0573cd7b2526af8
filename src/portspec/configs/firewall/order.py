"""Rows in the order of their addresses: what shares an address with what is then found by bisection.

Made for 100,000 rows, nearly all of them single hosts that meet no other one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import compress, islice
from operator import ge, itemgetter, ne

from portspec.packets.intervals import IntervalSet

NARROW = 1 << 16
"""Rows of at most so many addresses count as narrow: a wide one meets too many others to be looked up by address."""

EXACT = 1 << 53
"""Below this, numbers may be sorted as floating point ones, which is faster."""

MANY = 8
"""From this share of all rows on (one in so many), those asked about are picked out of the whole order."""


class AddressOrder:
    """The rows of two columns that hold the first and the last address of each.

    `rows` are all of them in the order of their first addresses, `wide` those of many addresses in their own order.
    """

    __slots__ = ("_columns", "_firsts", "_high", "_lasts", "_levels", "_meeting", "rows", "wide")

    def __init__(self, firsts: Sequence[int], lasts: Sequence[int]) -> None:
        self._columns = firsts, lasts
        keys: Sequence[float] = firsts
        if max(firsts, default=0) < EXACT:
            keys = list(map(float, firsts))
        self.rows = sorted(range(len(firsts)), key=keys.__getitem__)
        self._firsts = picked(firsts, self.rows)
        self._lasts = self._firsts if lasts is firsts else picked(lasts, self.rows)
        self._levels: dict[int, tuple[list[int], list[int]]] = {}
        """Rows of more than one address by the order of their size: their first addresses, and themselves."""
        self.wide: list[int] = []
        self._meeting: list[bool] | None = None
        self._high: int | None = None
        if lasts is firsts:
            return
        ranged = list(map(ne, self._firsts, self._lasts))
        for row, first, last in zip(
            *(compress(column, ranged) for column in (self.rows, self._firsts, self._lasts)), strict=True
        ):
            length = last - first
            theirs, rows = self._levels.setdefault(length.bit_length(), ([], []))
            theirs.append(first)
            rows.append(row)
            if length >= NARROW:
                self.wide.append(row)
        self.wide.sort()

    @property
    def low(self) -> int:
        """The lowest address of any row."""
        return self._firsts[0] if self._firsts else 0

    @property
    def high(self) -> int:
        """The highest address of any row."""
        if self._high is None:
            ends = self._columns[1]
            self._high = max(
                self._firsts[-1] if self._firsts else 0,
                *(max(map(ends.__getitem__, rows)) for _, rows in self._levels.values()),
                0,
            )
        return self._high

    def most(self, first: int, last: int) -> int:
        """At least as many rows as share an address with a range."""
        ranges = sum(
            bisect_left(theirs, first) - bisect_left(theirs, first - (1 << level) + 1)
            for level, (theirs, _) in self._levels.items()
        )
        return bisect_right(self._firsts, last) - bisect_left(self._firsts, first) + ranges

    def touching(self, first: int, last: int) -> list[int]:
        """The rows that share an address with a range, in no order."""
        found = self.rows[bisect_left(self._firsts, first) : bisect_right(self._firsts, last)]
        ends = self._columns[1]
        for level, (theirs, rows) in self._levels.items():
            # Those that begin before it reach it only if they begin less than their own size before it.
            start = bisect_left(theirs, first - (1 << level) + 1)
            found += [row for row in rows[start : bisect_left(theirs, first, start)] if ends[row] >= first]
        return found

    def crowded(self, rows: frozenset[int]) -> frozenset[int]:
        """Those of some narrow rows that share an address with another narrow row, and perhaps others of them."""
        ordered, firsts, lasts = self.rows, self._firsts, self._lasts
        if self._meeting is None:
            # Of two neighbours one reaches the other's beginning.
            self._meeting = list(map(ge, lasts, islice(firsts, 1, None)))
        meeting = self._meeting
        found = {
            *rows.intersection(compress(ordered, meeting)),
            *rows.intersection(compress(islice(ordered, 1, None), meeting)),
        }
        for at in compress(range(len(ordered)), meeting):
            # A range may reach farther than that.
            if firsts[at] < lasts[at] < firsts[at] + NARROW:
                found.update(rows.intersection(ordered[at : bisect_right(firsts, lasts[at], at)]))
        return frozenset(found)

    def union(self, rows: Sequence[int], without: Collection[int] = ()) -> IntervalSet:
        """The addresses of some rows together, which are in their own order; `without` leaves out some of these."""
        if len(rows) * MANY < len(self.rows):
            firsts, lasts = self._columns
            kept = [row for row in rows if row not in without] if without else rows
            return IntervalSet.of_ends([firsts[row] for row in kept], [lasts[row] for row in kept])
        if len(rows) == len(self.rows) and not without:
            return IntervalSet.of_sorted(self._firsts, self._lasts)
        wanted = bytearray(len(self.rows))
        if rows[-1] - rows[0] + 1 == len(rows):
            wanted[rows[0] : rows[-1] + 1] = b"\1" * len(rows)
        else:
            for row in rows:
                wanted[row] = 1
        for row in without:
            wanted[row] = 0
        chosen = picked(wanted, self.rows)
        firsts = list(compress(self._firsts, chosen))
        lasts = firsts if self._lasts is self._firsts else list(compress(self._lasts, chosen))
        return IntervalSet.of_sorted(firsts, lasts)


def picked(column: Sequence[int], rows: Sequence[int]) -> Sequence[int]:
    """The values of a column at some rows."""
    if isinstance(rows, range) and rows.step == 1:
        return column if len(rows) == len(column) else column[rows.start : rows.stop]
    return itemgetter(*rows)(column) if len(rows) > 1 else [column[row] for row in rows]
