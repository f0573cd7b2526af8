"""Taking many boxes out of one by cutting the port line gives the packets that taking them out one by one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec.packets.boxes import Box, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.packets.sets import PacketSet
from portspec.packets.stretches import subtract_by_ports

SETS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), min_size=1, max_size=3).map(
    lambda spans: IntervalSet((first, first + more) for first, more in spans)
)
BOXES = st.builds(Box, SETS, SETS, SETS)


def free(work: int) -> None:
    del work


@given(BOXES, st.lists(BOXES, max_size=6))
def test_it_is_the_difference(box: Box, others: list[Box]) -> None:
    found = subtract_by_ports(box, others, free)
    assert PacketSet(found) == PacketSet(subtract_all([box], others))
    for number, piece in enumerate(found):
        assert piece.sources
        assert piece.destinations
        assert piece.ports
        assert subtract_all([piece], found[:number]) == [piece]


def test_the_work_is_told_and_may_end_it() -> None:
    class EnoughError(Exception):
        pass

    def spend(work: int) -> None:
        told.append(work)
        if sum(told) > 100:
            raise EnoughError

    told: list[int] = []
    every = IntervalSet.of(0, 1000)
    others = [Box(IntervalSet.of(at), IntervalSet.of(at, at + 9), IntervalSet.of(at, at + 500)) for at in range(100)]
    with pytest.raises(EnoughError):
        subtract_by_ports(Box(every, every, every), others, spend)
