"""The short way of uniting a long set with a short one gives what the long way gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portspec.packets import intervals
from portspec.packets.intervals import IntervalSet

SPANS = st.tuples(st.integers(0, 60), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(SPANS, max_size=14), st.lists(SPANS, max_size=4))
def test_a_few_spans_put_into_many(many: list[tuple[int, int]], few: list[tuple[int, int]]) -> None:
    one, other = IntervalSet(many).spans, IntervalSet(few).spans
    assert intervals._inserted(one, other) == IntervalSet(many + few).spans
