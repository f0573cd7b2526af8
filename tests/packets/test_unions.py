"""The short ways of working on a long set and a short one give what the long ways give."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from portspec.packets import intervals
from portspec.packets.intervals import IntervalSet

SPANS = st.tuples(st.integers(0, 60), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(SPANS, max_size=14), st.lists(SPANS, max_size=4))
def test_a_few_spans_put_into_many(many: list[tuple[int, int]], few: list[tuple[int, int]]) -> None:
    one, other = IntervalSet(many).spans, IntervalSet(few).spans
    assert intervals._inserted(one, other) == IntervalSet(many + few).spans


@given(st.lists(SPANS, max_size=14), st.lists(SPANS, max_size=4))
def test_a_few_spans_taken_out_of_many(many: list[tuple[int, int]], few: list[tuple[int, int]]) -> None:
    one, other = IntervalSet(many), IntervalSet(few)
    left = {point for first, last in one for point in range(first, last + 1) if point not in other}
    assert intervals._removed(one.spans, other.spans) == IntervalSet((point, point) for point in left).spans


@given(st.lists(SPANS, max_size=14), st.lists(SPANS, max_size=14))
def test_two_long_sets_side_by_side(some: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    """Which way is gone depends on the lengths: each has to give what counting gives."""
    one, other = IntervalSet(some), IntervalSet(more)
    common = [(point, point) for point in range(70) if point in one and point in other]
    assert intervals._common(one.spans, other.spans) == IntervalSet(common).spans
    left = IntervalSet((point, point) for point in range(70) if point in one and point not in other)
    for few_of in (0, 1, 10**9):
        with patch.object(intervals, "FEW_OF", few_of):
            assert one - other == left
            assert one & other == IntervalSet(common)


@given(SPANS, st.lists(SPANS, max_size=14))
def test_one_span_without_many(span: tuple[int, int], some: list[tuple[int, int]]) -> None:
    other = IntervalSet(some)
    left = IntervalSet((point, point) for point in range(span[0], span[1] + 1) if point not in other)
    assert intervals._cut_out(span, other.spans) == left.spans


@given(st.lists(st.lists(SPANS, max_size=4), max_size=4))
def test_the_union_of_several(several: list[list[tuple[int, int]]]) -> None:
    assert IntervalSet.union(map(IntervalSet, several)) == IntervalSet(span for spans in several for span in spans)


@given(st.lists(SPANS, max_size=3))
def test_one_point(some: list[tuple[int, int]]) -> None:
    assert IntervalSet(some).is_one == (IntervalSet(some).size == 1)


@given(st.lists(SPANS, min_size=1, max_size=8))
def test_a_set_with_itself_and_with_all_around_it(given_spans: list[tuple[int, int]]) -> None:
    one = IntervalSet(given_spans)
    around = IntervalSet.of(0, 64)
    assert not (one - one)
    assert one & around == one == around & one
    assert IntervalSet.of(0, 63) & one == IntervalSet((first, min(last, 63)) for first, last in one if first <= 63)


def test_long_sets_that_differ_in_the_middle_are_two_keys() -> None:
    """Only some spans of a long set count in its hash; whether two are one key is up to what they hold."""
    even = [(at, at) for at in range(0, 2000, 2)]
    sets = [IntervalSet([*even[:at], *even[at + 1 :]]) for at in range(0, 1000, 7)]
    numbers = {made: number for number, made in enumerate(sets)}
    assert len(numbers) == len(sets)
    assert [numbers[IntervalSet(list(made.spans))] for made in sets] == list(range(len(sets)))
