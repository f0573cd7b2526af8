"""The laws of sets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from packets.universe import BOXES, SETS

from portspec.packets.boxes import Box, subtract
from portspec.packets.sets import EVERYTHING, PacketSet

CALM = settings(deadline=None, max_examples=60)
NOTHING = PacketSet()


@CALM
@given(SETS, SETS, SETS)
def test_laws(a: PacketSet, b: PacketSet, c: PacketSet) -> None:
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a - (b | c) == (a - b) & (a - c)
    assert a | (a & b) == a == a & (a | b)


@CALM
@given(SETS)
def test_bounds_and_complement(a: PacketSet) -> None:
    assert a | NOTHING == a == a & EVERYTHING
    assert a & NOTHING == NOTHING == a - a == a - EVERYTHING
    assert ~~a == a
    assert a | ~a == EVERYTHING
    assert not a & ~a


@CALM
@given(st.lists(BOXES, max_size=4), st.randoms(use_true_random=False))
def test_the_form_does_not_depend_on_the_making(boxes: list[Box], shuffle: object) -> None:
    other = list(boxes)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    # Cut a box in two: the same packets, other boxes.
    pieces = [piece for box in other for piece in (*subtract(box, other[0]), *([other[0]] if box is other[0] else []))]
    whole = PacketSet(boxes)
    assert PacketSet(other).boxes == whole.boxes
    assert PacketSet([*pieces, *other]).boxes == whole.boxes
    assert PacketSet(whole.boxes).boxes == whole.boxes
