"""The operations against counting every packet of a small universe."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from packets.universe import BOXES, MIXED, PACKETS, SETS, members

from portspec.packets.boxes import Box
from portspec.packets.sets import PacketSet

CALM = settings(deadline=None, max_examples=80)


@CALM
@given(SETS, SETS)
def test_operations(one: PacketSet, other: PacketSet) -> None:
    assert members(one | other) == members(one) | members(other)
    assert members(one & other) == members(one) & members(other)
    assert members(one - other) == members(one) - members(other)
    assert members(one ^ other) == members(one) ^ members(other)
    assert members(~one) == frozenset(PACKETS) - members(one)
    assert (one <= other) == (members(one) <= members(other))
    assert (one == other) == (members(one) == members(other))


@CALM
@given(st.lists(BOXES, max_size=4))
def test_a_set_of_boxes_holds_what_the_boxes_hold(boxes: list[Box]) -> None:
    made = PacketSet(boxes)
    for source, destination, point in PACKETS:
        inside = any(source in box.sources and destination in box.destinations and point in box.ports for box in boxes)
        assert ((source, destination, point) in made) == inside
    assert not any(packet in made for packet in MIXED), "no packet has addresses of two families"


@CALM
@given(SETS)
def test_the_witness_is_in_the_set(one: PacketSet) -> None:
    if one:
        assert one.witness() in one
    else:
        assert members(one) == frozenset()
