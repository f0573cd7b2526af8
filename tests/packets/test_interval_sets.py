"""Interval sets against sets of integers, which count every member."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portspec.packets.addresses import V6_BASE
from portspec.packets.intervals import EMPTY, IntervalSet

CALM = settings(deadline=None, max_examples=150)
BASES = (0, 1, V6_BASE)
WIDTH = 40

Spans = list[tuple[int, int]]


def _pair(two: tuple[int, int]) -> tuple[int, int]:
    return min(two), max(two)


def spans(most: int = 6) -> st.SearchStrategy[Spans]:
    """Spans in any order, that may overlap and touch, at the beginning of the line or far out on it."""
    small = st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, WIDTH)).map(_pair), max_size=most)
    return st.tuples(small, st.sampled_from(BASES)).map(lambda two: [(a + two[1], b + two[1]) for a, b in two[0]])


def members(points: IntervalSet | Spans) -> frozenset[int]:
    return frozenset(point for first, last in points for point in range(first, last + 1))


def canonical(points: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """The spans that a set of integers must have, found by walking it."""
    found: Spans = []
    for point in sorted(points):
        if found and found[-1][1] == point - 1:
            found[-1] = found[-1][0], point
        else:
            found.append((point, point))
    return tuple(found)


@CALM
@given(spans())
def test_the_form_is_canonical(given_spans: Spans) -> None:
    made = IntervalSet(given_spans)
    assert made.spans == canonical(members(given_spans))
    assert made == IntervalSet(reversed(given_spans))
    assert made == IntervalSet(canonical(members(given_spans)))
    assert hash(made) == hash(IntervalSet(made.spans))
    assert bool(made) == bool(given_spans)
    assert made.size == len(members(given_spans))
    assert list(made) == list(made.spans)


@CALM
@given(spans(), spans())
@example([(1, 2)], [(3, 4)])
@example([(1, 5)], [(2, 3)])
@example([(1, 1), (3, 3), (5, 5)], [(2, 2), (4, 4)])
def test_operations(one: Spans, other: Spans) -> None:
    mine, theirs, left, right = IntervalSet(one), IntervalSet(other), members(one), members(other)
    assert (mine | theirs).spans == canonical(left | right)
    assert (mine & theirs).spans == canonical(left & right)
    assert (mine - theirs).spans == canonical(left - right)
    assert mine.overlaps(theirs) == bool(left & right)
    assert (mine <= theirs) == (left <= right)
    assert (mine >= theirs) == (left >= right)
    assert (mine == theirs) == (left == right)


@CALM
@given(st.lists(st.integers(0, 400), min_size=40, max_size=120), spans(2), st.booleans())
def test_a_long_list_with_a_short_one(points: list[int], few: Spans, far: bool) -> None:
    """Long lists of spans take ways of their own."""
    many = IntervalSet((V6_BASE * far + 2 * point, V6_BASE * far + 2 * point) for point in points)
    short = IntervalSet(few)
    for one, other in ((many, short), (short, many)):
        assert (one | other).spans == canonical(members(one) | members(other))
        assert (one & other).spans == canonical(members(one) & members(other))
        assert (one - other).spans == canonical(members(one) - members(other))
        assert one.overlaps(other) == bool(members(one) & members(other))
        assert (one <= other) == (members(one) <= members(other))


def test_every_pair_of_a_small_line() -> None:
    """All sets over six points, all pairs of them: nothing is left to chance."""
    every = [IntervalSet((at, at) for at, bit in enumerate(bits) if bit) for bits in product((False, True), repeat=6)]
    assert len(set(every)) == len(every) == 64
    for one, other in product(every, every):
        left, right = members(one), members(other)
        assert members(one | other) == left | right
        assert members(one & other) == left & right
        assert members(one - other) == left - right
        assert one.overlaps(other) == (not left.isdisjoint(right))
        assert (one <= other) == (left <= right)
        assert one - other == one & (IntervalSet.of(0, 5) - other)


@CALM
@given(spans(), spans(), spans())
def test_laws(x: Spans, y: Spans, z: Spans) -> None:
    a, b, c = IntervalSet(x), IntervalSet(y), IntervalSet(z)
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a - (b | c) == (a - b) - c
    assert a - (a - b) == a & b
    assert a | EMPTY == a == a - EMPTY
    assert a & EMPTY == EMPTY == a - a
    assert a | a == a == a & a


@CALM
@given(spans())
def test_membership(given_spans: Spans) -> None:
    made, counted = IntervalSet(given_spans), members(given_spans)
    near = {point + step for point in counted for step in (-1, 0, 1)} | {0, WIDTH, V6_BASE}
    for point in near:
        assert (point in made) == (point in counted)
    if counted:
        assert made.first == min(counted)


@CALM
@given(spans(12).filter(bool))
@example([(3, 4), (3, 9), (3, 5)])
@example([(0, 0), (1, 1), (2, 2)])
def test_from_the_ends_of_many(given_spans: Spans) -> None:
    made = IntervalSet.of_ends([first for first, _ in given_spans], [last for _, last in given_spans])
    assert made == IntervalSet(given_spans)
    assert made.spans == canonical(members(given_spans))


def test_from_no_ends() -> None:
    assert IntervalSet.of_ends([], []) == IntervalSet.of_sorted([], []) == EMPTY


@CALM
@given(spans(12).filter(bool))
def test_from_ends_in_order(given_spans: Spans) -> None:
    ordered = sorted(given_spans)
    made = IntervalSet.of_sorted([first for first, _ in ordered], [last for _, last in ordered])
    assert made.spans == canonical(members(given_spans))


@pytest.mark.parametrize("upside_down", [[(2, 1)], [(0, 5), (9, 8)], [(9, 8), (0, 5)]])
def test_upside_down_is_refused(upside_down: Spans) -> None:
    with pytest.raises(ValueError, match="interval upside down"):
        IntervalSet(upside_down)


def test_one_interval() -> None:
    assert IntervalSet.of(5) == IntervalSet([(5, 5)])
    assert IntervalSet.of(5, 7) == IntervalSet([(5, 6), (7, 7)])
    with pytest.raises(ValueError, match="7 > 5"):
        IntervalSet.of(7, 5)
    with pytest.raises(IndexError):
        EMPTY.first  # noqa: B018
    assert IntervalSet.of(1) != "1"
    assert repr(IntervalSet.of(1, 2)) == "IntervalSet([(1, 2)])"
