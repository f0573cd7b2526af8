"""Sets of integers as sorted, disjoint, non-adjacent closed intervals.

The one building block of the algebra: addresses and ports are both points on an integer line, so a
set of either is an `IntervalSet`. The form is canonical: two sets are equal exactly if their spans are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

Span = tuple[int, int]

FEW_OF = 16
"""So many times shorter a list of spans is put into the longer one instead of both being sorted."""


LONG = 64
"""Of so many spans all count in a hash."""


class IntervalSet:
    """An immutable set of integers. `spans` holds (first, last) pairs, both ends included."""

    __slots__ = ("_hash", "spans")

    spans: tuple[Span, ...]
    _hash: int

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Build from spans in any order; they may overlap or touch. Raises ValueError on first > last."""
        self.spans = _canonical(spans)

    @classmethod
    def of(cls, first: int, last: int | None = None) -> IntervalSet:
        """The set {first}, or first..last. Raises ValueError on first > last."""
        if last is None:
            last = first
        elif first > last:
            raise ValueError(f"interval upside down: {first} > {last}")
        made = cls.__new__(cls)
        made.spans = ((first, last),)
        return made

    @classmethod
    def of_ends(cls, firsts: Sequence[int], lasts: Sequence[int]) -> IntervalSet:
        """The union of intervals given by their ends, which must not be upside down. Made for very many."""
        if lasts is firsts:
            ordered = sorted(set(firsts))
            return cls.of_sorted(ordered, ordered)
        ends = dict(zip(firsts, lasts, strict=True))
        if len(ends) < len(firsts):
            for first, last in zip(firsts, lasts, strict=True):
                if last > ends[first]:
                    ends[first] = last
        ordered = sorted(ends)
        return cls.of_sorted(ordered, [ends[first] for first in ordered])

    @classmethod
    def of_sorted(cls, firsts: Sequence[int], lasts: Sequence[int]) -> IntervalSet:
        """As `of_ends`, of intervals that are sorted by their first ends."""
        spans: list[Span] = []
        low, high = 0, -2
        for first, last in zip(firsts, lasts, strict=True):
            if first > high + 1:
                spans.append((low, high))
                low, high = first, last
            elif last > high:
                high = last
        spans.append((low, high))
        del spans[0]  # the empty interval that the loop starts with
        return cls._trusted(tuple(spans))

    @classmethod
    def _trusted(cls, spans: tuple[Span, ...]) -> IntervalSet:
        made = cls.__new__(cls)
        made.spans = spans
        return made

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not other.spans or self is other:
            return self
        if not self.spans:
            return other
        few, many = (self.spans, other.spans) if len(self.spans) < len(other.spans) else (other.spans, self.spans)
        if len(few) * FEW_OF <= len(many):
            return IntervalSet._trusted(_inserted(many, few))
        return IntervalSet(self.spans + other.spans)

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if self is other:
            return self
        if len(self.spans) > len(other.spans):
            return other & self
        mine, theirs = self.spans, other.spans
        if not mine:
            return EMPTY
        if len(mine) == 1 and mine[0][0] <= theirs[0][0] and theirs[-1][1] <= mine[0][1]:
            return other
        if len(theirs) < len(mine) * FEW_OF and len(mine) > FEW_OF:
            return IntervalSet._trusted(_common(mine, theirs))
        found: list[Span] = []
        # The shorter side drives; of the longer one a stretch is taken whole, found by bisection, so that one address
        # against a list of 100,000 stays cheap, and half of everything against it as well.
        for first, last in mine:
            start = bisect_right(theirs, (first,))
            if start and theirs[start - 1][1] >= first:
                start -= 1
            end = bisect_right(theirs, (last + 1,), start)
            if start == end:
                continue
            begin = len(found)
            found += theirs[start:end]
            if found[begin][0] < first:
                found[begin] = (first, found[begin][1])
            if found[-1][1] > last:
                found[-1] = (found[-1][0], last)
        return IntervalSet._trusted(tuple(found))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if not self.spans or not other.spans:
            return self
        if self == other:
            return EMPTY
        if len(other.spans) * FEW_OF <= len(self.spans):
            return IntervalSet._trusted(_removed(self.spans, other.spans))
        theirs = other.spans
        if len(self.spans) == 1:
            return IntervalSet._trusted(_cut_out(self.spans[0], theirs))
        many = len(theirs) < len(self.spans) * FEW_OF
        kept: list[Span] = []
        index, last_index = 0, len(theirs)
        for first, last in self.spans:
            if many:
                # Where both are long the next one is near: to go there costs less than to look it up.
                while index < last_index and theirs[index][1] < first:
                    index += 1
            else:
                index = bisect_right(theirs, (first,), index)
                if index and theirs[index - 1][1] >= first:
                    index -= 1
            start = first
            while index < last_index:
                low, high = theirs[index]
                if low > last:
                    break
                if low > start:
                    kept.append((start, low - 1))
                start = high + 1
                if start > last:
                    break
                index += 1
            if start <= last:
                kept.append((start, last))
        return IntervalSet._trusted(tuple(kept))

    def overlaps(self, other: IntervalSet) -> bool:
        """Whether the two sets share a point; cheaper than building the intersection."""
        mine, theirs = self.spans, other.spans
        if len(mine) > len(theirs):
            mine, theirs = theirs, mine
        for first, last in mine:
            index = bisect_right(theirs, (first,))
            if index and theirs[index - 1][1] >= first:
                return True
            if index < len(theirs) and theirs[index][0] <= last:
                return True
        return False

    def __le__(self, other: IntervalSet) -> bool:
        """Subset test."""
        theirs = other.spans
        for first, last in self.spans:
            index = bisect_right(theirs, (first, last)) - 1
            if index >= 0 and theirs[index][0] <= first and theirs[index][1] >= last:
                continue
            index += 1
            if index >= len(theirs) or theirs[index][0] > first or theirs[index][1] < last:
                return False
        return True

    def __contains__(self, point: int) -> bool:
        spans = self.spans
        index = bisect_right(spans, (point,))
        if index < len(spans) and spans[index][0] == point:
            return True
        return index > 0 and spans[index - 1][1] >= point

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, IntervalSet) and self.spans == other.spans)

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            # Long sets are told apart by some of their spans.
            spans = self.spans
            some = spans if len(spans) <= LONG else (len(spans), *spans[:: len(spans) // LONG], spans[-1])
            self._hash = hash(some)
            return self._hash

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __repr__(self) -> str:
        return f"IntervalSet({list(self.spans)})"

    @property
    def is_one(self) -> bool:
        """Whether the set holds one integer."""
        spans = self.spans
        return len(spans) == 1 and spans[0][0] == spans[0][1]

    @classmethod
    def union(cls, sets: Iterable[IntervalSet]) -> IntervalSet:
        """What is in any of some sets; of one set it is the set itself, however long."""
        known = list(dict.fromkeys(filter(None, sets)))
        if len(known) <= 1:
            return known[0] if known else EMPTY
        return cls(chain.from_iterable(one.spans for one in known))

    @property
    def size(self) -> int:
        """How many integers the set holds."""
        return sum(last - first + 1 for first, last in self.spans)

    @property
    def first(self) -> int:
        """The smallest member. Raises IndexError when empty."""
        return self.spans[0][0]


def _inserted(many: tuple[Span, ...], few: tuple[Span, ...]) -> tuple[Span, ...]:
    """The union of a long canonical list and a short one: what lies between the few is taken over in stretches."""
    found: list[Span] = []
    at = 0
    for first, last in few:
        # Spans of the long list that end before `first - 1` stay as they are.
        start = bisect_right(many, (first,), at)
        if start > at and many[start - 1][1] >= first - 1:
            start -= 1
        found += many[at:start]
        end = bisect_right(many, (last + 2,), start)
        if found and found[-1][1] >= first - 1:
            first, last = found[-1][0], max(last, found[-1][1])  # noqa: PLW2901
            found.pop()
        if end > start:
            first, last = min(first, many[start][0]), max(last, many[end - 1][1])  # noqa: PLW2901
        found.append((first, last))
        at = end
    found += many[at:]
    return tuple(found)


def _removed(many: tuple[Span, ...], few: tuple[Span, ...]) -> tuple[Span, ...]:
    """A long canonical list without a short one: what lies between the few is taken over in stretches."""
    found: list[Span] = []
    at = 0
    for first, last in few:
        start = bisect_right(many, (first,), at)
        if start > at and many[start - 1][1] >= first:
            start -= 1
        found += many[at:start]
        end = bisect_right(many, (last + 1,), start)
        # What is cut is what this one meets of the list, and what the one before left over of a span.
        cut = [found.pop()] if found and found[-1][1] >= first else []
        cut += many[start:end]
        if cut:
            low, high = cut[0][0], cut[-1][1]
            if low < first:
                found.append((low, first - 1))
            if high > last:
                found.append((last + 1, high))
        at = end
    found += many[at:]
    return tuple(found)


def _common(mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> tuple[Span, ...]:
    """What two canonical lists of about the same length share: both are gone through once, side by side."""
    found: list[Span] = []
    add = found.append
    others = iter(theirs)
    low, high = next(others, (0, -1))
    for first, last in mine:
        while high < first:
            low, high = next(others, (last + 1, last + 1))
        while low <= last:
            add((low if low > first else first, high if high < last else last))
            if high >= last:
                break
            low, high = next(others, (last + 1, last + 1))
    return tuple(found)


def _cut_out(span: Span, others: tuple[Span, ...]) -> tuple[Span, ...]:
    """One span without a canonical list: the gaps between those that it holds."""
    first, last = span
    start = bisect_right(others, (first,))
    if start and others[start - 1][1] >= first:
        start -= 1
    inside = others[start : bisect_right(others, (last + 1,), start)]
    if not inside:
        return (span,)
    lows = [high + 1 for _, high in inside]
    highs = [low - 1 for low, _ in inside]
    found = list(zip((first, *lows), (*highs, last), strict=True))
    if highs[0] < first:
        del found[0]
    if lows[-1] > last:
        del found[-1]
    return tuple(found)


def _canonical(spans: Iterable[Span]) -> tuple[Span, ...]:
    ordered = sorted(spans)
    if not ordered:
        return ()
    merged: list[Span] = []
    low, high = ordered[0]
    if low > high:
        raise ValueError(f"interval upside down: {low} > {high}")
    for first, last in ordered[1:]:
        if first > last:
            raise ValueError(f"interval upside down: {first} > {last}")
        if first <= high + 1:
            if last > high:
                high = last
        else:
            merged.append((low, high))
            low, high = first, last
    merged.append((low, high))
    return tuple(merged)


EMPTY = IntervalSet()
