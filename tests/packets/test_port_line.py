"""Protocols and ports as points of one line."""

from __future__ import annotations

import pytest

from portspec.packets.boxes import Box, disjoint, meet, overlap, subtract, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import (
    ANY_PORTS,
    NAMES,
    PROTOCOLS,
    WITH_PORTS,
    port_point,
    ports,
    protocol_number,
    split_point,
)

TCP, UDP = 6, 17


def test_the_stretches_of_the_protocols_fill_the_line() -> None:
    line = IntervalSet(span for protocol in range(256) for span in ports(protocol))
    assert line == ANY_PORTS
    assert all(not ports(protocol).overlaps(ports(protocol + 1)) for protocol in range(255))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_names_there_and_back(name: str) -> None:
    number = protocol_number(name.upper())
    assert number == protocol_number(str(number)) == PROTOCOLS[name]
    transport, port = split_point(port_point(name, 443))
    assert protocol_number(transport) == number
    assert port == (443 if number in WITH_PORTS else None)


def test_the_names_shown_are_names() -> None:
    assert {PROTOCOLS[name] for name in NAMES.values()} == NAMES.keys()
    assert split_point(ports(200).first) == ("200", None)


@pytest.mark.parametrize("name", ["tpc", "256", "-1", "", "٦", "6.0", "9" * 5000])
def test_what_is_no_protocol(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        protocol_number(name)


def test_boxes() -> None:
    ten, one = IntervalSet.of(1, 10), IntervalSet.of(5)
    box, inner = Box(ten, ten, ports(TCP)), Box(one, one, ports(TCP, 22, 22))
    assert meet(box, inner) == inner
    assert overlap(box, inner)
    apart = inner._replace(ports=ports(UDP))
    assert meet(inner, apart) is None
    assert not overlap(inner, apart)
    rest = subtract(box, inner)
    assert len(rest) == 3
    assert not any(overlap(left, right) for at, left in enumerate(rest) for right in rest[at + 1 :])
    assert not any(overlap(part, inner) for part in rest)
    volume = sum(part.sources.size * part.destinations.size * part.ports.size for part in (*rest, inner))
    assert volume == 100 * 65536
    assert subtract(inner, box) == []
    assert subtract(inner, apart) == [inner]
    assert subtract_all([box, inner], [box]) == []
    assert disjoint([box, inner, apart]) == [box, apart]
