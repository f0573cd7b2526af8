"""The example packet of a set: always one of its own, of one family, and one that a person would have picked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packets.test_address_notation import PAIRS

from portspec.packets.addresses import (
    ANY,
    ANY_V4,
    ANY_V6,
    V6_BASE,
    format_address,
    is_v6,
    parse_address,
    parse_addresses,
)
from portspec.packets.boxes import V4_BOX, V6_BOX, Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, ports
from portspec.packets.sets import EVERYTHING, PacketSet
from portspec.packets.witness import pick_address, pick_packet, pick_point

ADDRESSES = st.lists(PAIRS, min_size=1, max_size=4).map(IntervalSet)


@settings(deadline=None, max_examples=200)
@given(ADDRESSES)
def test_an_address_of_the_set(addresses: IntervalSet) -> None:
    assert pick_address(addresses) in addresses


@settings(deadline=None, max_examples=200)
@given(ADDRESSES, ADDRESSES, st.integers(0, 255), st.integers(0, 65535))
def test_a_packet_of_the_box_with_one_family(
    sources: IntervalSet, destinations: IntervalSet, protocol: int, port: int
) -> None:
    box = Box(sources, destinations, ports(protocol, port))
    shared = [family for family in (ANY_V4, ANY_V6) if sources.overlaps(family) and destinations.overlaps(family)]
    if not shared:
        with pytest.raises(ValueError, match="different families"):
            pick_packet(box)
        return
    source, destination, point = pick_packet(box)
    assert source in sources
    assert destination in destinations
    assert point in box.ports
    assert is_v6(source) == is_v6(destination)
    assert (source, destination, point) in PacketSet([box])


READABLE = {
    "0.0.0.0/0": "203.0.113.10",
    "0.0.0.0/1": "1.0.0.10",
    "128.0.0.0/1": "203.0.113.10",
    "203.0.113.0/28": "203.0.113.10",
    "203.0.113.64/26": "203.0.113.74",
    "198.51.100.7": "198.51.100.7",
    "192.0.2.0/24": "192.0.2.10",
    "10.1.0.0/16": "10.1.0.10",
    "10.1.2.0/30": "10.1.2.1",
    "0.0.0.0/8": "0.0.0.10",
    "10.1.2.3-10.1.2.200": "10.1.2.10",
    "10.1.2.13-10.1.2.200": "10.1.2.13",
    "10.1.2.3-10.1.9.9": "10.1.2.10",
    "2001:db8::3-2001:db8:ffff::": "2001:db8::a",
    "::/0": "2001:db8::a",
    "fd00::/8": "fd00::a",
    "fe80::1": "fe80::1",
}


@pytest.mark.parametrize("text", READABLE)
def test_readable(text: str) -> None:
    assert format_address(pick_address(parse_addresses(text))) == READABLE[text]


def test_not_the_address_of_a_network() -> None:
    addresses = parse_addresses("10.0.0.0/24") - parse_addresses("10.0.0.1-10.0.0.12")
    assert format_address(pick_address(addresses)) == "10.0.0.13"
    assert format_address(pick_address(parse_addresses("10.0.0.0"))) == "10.0.0.0"


def test_a_port_that_somebody_uses() -> None:
    tcp = ports(6)
    assert pick_point(tcp) == 6 << 16 | 22
    assert pick_point(ANY_PORTS - tcp) == 0, "a protocol without ports"
    assert pick_point(tcp - ports(6, 22, 22)) == 6 << 16 | 1
    assert pick_point(ports(6, 0, 0)) == 6 << 16
    assert pick_point(ports(17)) == 17 << 16 | 1
    assert pick_point(ports(6, 8000, 8010)) == 6 << 16 | 8000
    assert pick_point(ports(1)) == 1 << 16


def test_one_address_too_many_is_the_witness() -> None:
    """What is left of a wide rule once the right addresses are taken away is shown as it is."""
    open_to = parse_addresses("192.168.22.200-192.168.22.204")
    assert format_address(pick_address(open_to - parse_addresses("192.168.22.200-192.168.22.203"))) == "192.168.22.204"


def test_sets() -> None:
    assert EVERYTHING.witness() in EVERYTHING
    only_v6 = EVERYTHING - PacketSet([V4_BOX])
    assert only_v6 == PacketSet([V6_BOX])
    assert is_v6(only_v6.witness()[0])
    with pytest.raises(ValueError, match="no packet"):
        PacketSet().witness()
    assert PacketSet([Box(ANY_V4, ANY_V6, ANY_PORTS)]) == PacketSet(), "no packet has two families"
    assert PacketSet([Box(ANY, ANY, ANY_PORTS)]) == EVERYTHING
    assert PacketSet([Box(ANY_V4, EMPTY, ANY_PORTS)]) == PacketSet()
    assert repr(PacketSet()) == "PacketSet([])"
    assert PacketSet() != "nothing"
    assert parse_address("::") == V6_BASE
