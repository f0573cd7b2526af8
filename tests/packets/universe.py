"""A small universe for the algebra: few enough packets to count them all, in both families."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from portspec.packets.addresses import V6_BASE
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.sets import PacketSet

V4 = range(4)
V6 = range(V6_BASE, V6_BASE + 3)
POINTS = range(6 << 16, (6 << 16) + 4)
PACKETS = [*product(V4, V4, POINTS), *product(V6, V6, POINTS)]
MIXED = [*product(V4, V6, POINTS), *product(V6, V4, POINTS)]


def _spans(numbers: range) -> st.SearchStrategy[list[tuple[int, int]]]:
    pair = st.tuples(st.sampled_from(numbers), st.sampled_from(numbers))
    return st.lists(pair.map(lambda two: (min(two), max(two))), max_size=2)


ADDRESSES = st.tuples(_spans(V4), _spans(V6)).map(lambda two: IntervalSet(two[0] + two[1]))
BOXES = st.builds(Box, ADDRESSES, ADDRESSES, _spans(POINTS).map(IntervalSet))
SETS = st.lists(BOXES, max_size=4).map(PacketSet)


def members(packets: PacketSet) -> frozenset[tuple[int, int, int]]:
    """Every packet of the small universe that is in a set, by asking for each."""
    return frozenset(packet for packet in PACKETS if packet in packets)
