"""Addresses as text and as points of the line: there and back, held against the standard library, and what is refused."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portspec.packets.addresses import (
    ANY_V4,
    ANY_V6,
    V4_LAST,
    V6_BASE,
    V6_LAST,
    format_address,
    format_addresses,
    format_span,
    is_v6,
    parse_address,
    parse_addresses,
    parse_network,
    v6_prefix,
)
from portspec.packets.intervals import IntervalSet

CALM = settings(deadline=None, max_examples=200)
V4 = st.integers(0, V4_LAST)
V6 = st.integers(V6_BASE, V6_LAST)
POINTS = st.one_of(V4, V6)
PAIRS = st.one_of(st.tuples(V4, V4), st.tuples(V6, V6)).map(lambda two: (min(two), max(two)))


@CALM
@given(POINTS)
def test_an_address_there_and_back(point: int) -> None:
    text = format_address(point)
    assert parse_address(text) == point
    known = ipaddress.IPv6Address(point - V6_BASE) if point >= V6_BASE else ipaddress.IPv4Address(point)
    assert ipaddress.ip_address(text) == known
    assert is_v6(point) == (known.version == 6)


@CALM
@given(PAIRS)
def test_a_range_there_and_back(ends: tuple[int, int]) -> None:
    assert parse_addresses(format_span(*ends)) == IntervalSet.of(*ends)


@CALM
@given(V4, st.integers(0, 32))
def test_ipv4_prefixes_as_the_standard_library_reads_them(point: int, length: int) -> None:
    known = ipaddress.IPv4Network((point, length), strict=False)
    expected = int(known.network_address), int(known.broadcast_address)
    address = format_address(point)
    assert parse_network(f"{address}/{length}") == expected
    assert parse_network(f"{address}/{known.netmask}") == expected
    assert parse_network(format_span(*expected)) == expected
    assert format_span(*expected) == (str(known) if length < 32 else address)


@CALM
@given(V6, st.integers(0, 128))
def test_ipv6_prefixes_as_the_standard_library_reads_them(point: int, length: int) -> None:
    known = ipaddress.IPv6Network((point - V6_BASE, length), strict=False)
    expected = V6_BASE + int(known.network_address), V6_BASE + int(known.broadcast_address)
    assert parse_network(f"{format_address(point)}/{length}") == expected
    assert parse_network(f"{format_address(point)}/{known.netmask}") == expected
    assert parse_network(format_span(*expected)) == expected
    if length <= 32:
        assert v6_prefix((expected[0] - V6_BASE) >> 96, length) == expected


@CALM
@given(st.lists(PAIRS, max_size=6))
def test_a_list_there_and_back(pairs: list[tuple[int, int]]) -> None:
    made = IntervalSet(pairs)
    parts = [part for part in format_addresses(made, most=9).split(", ") if part]
    back = IntervalSet()
    for part in parts:
        back = back | parse_addresses(part)
    assert back == made
    assert len(parts) == len(made.spans)


NOTATION = {
    "192.0.2.1": (0xC0000201, 0xC0000201),
    "0.0.0.0/0": (0, V4_LAST),
    "192.0.2.7/24": (0xC0000200, 0xC00002FF),
    "192.0.2.0/255.255.255.0": (0xC0000200, 0xC00002FF),
    "192.0.2.1/32": (0xC0000201, 0xC0000201),
    "10.0.0.0/0.0.0.0": (0, V4_LAST),
    "::": (V6_BASE, V6_BASE),
    "::/0": (V6_BASE, V6_LAST),
    "::ffff:192.0.2.1": (V6_BASE + 0xFFFFC0000201, V6_BASE + 0xFFFFC0000201),
    "2001:DB8::1/32": v6_prefix(0x20010DB8, 32),
    "fe80::1/ffc0::": v6_prefix(0xFE800000, 10),
}


@pytest.mark.parametrize("text", NOTATION)
def test_notation(text: str) -> None:
    assert parse_network(text) == NOTATION[text]


WRONG = [
    "", " ", "192.0.2", "192.0.2.1.1", "192.0.2.256", "192.0.2.-1", "192.0.2.1 ", "192.0.02.1", "192.0.2.٣", "192.0.2.x", "1e3.0.0.0",
    "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "192.0.2.0/-1", "192.0.2.0/255.0.255.0", "192.0.2.0/0.0.0.255", "192.0.2.0/::",
    "2001:db8::/129", "2001:db8::/255.0.0.0", "2001:db8", "2001::db8::1", "2001:db8::1%eth0", "fe80::\0", ":::", "g::1", "/", "/24",
    f"192.0.2.0/{'1' * 5000}", "1" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text[:24]))
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_network(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("192.0.2.9-192.0.2.1", "range upside down: 192.0.2.9 is after 192.0.2.1"),
        ("192.0.2.1-2001:db8::1", "two families"),
        ("2001:db8::9-2001:db8::1", "range upside down"),
        ("192.0.2.1-", "not an IP address: ''"),
        ("-192.0.2.1", "not an IP address: ''"),
        ("192.0.2.0/24-192.0.2.9", "not an IP address: '192.0.2.0/24'"),
    ],
)
def test_what_is_no_range(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_addresses(text)


def test_the_families_lie_apart() -> None:
    assert not ANY_V4.overlaps(ANY_V6)
    assert len((ANY_V4 | ANY_V6).spans) == 2, "no span may cross from one family into the other"
    assert (ANY_V4.size, ANY_V6.size) == (1 << 32, 1 << 128)


def test_long_lists_are_counted() -> None:
    made = IntervalSet((point, point) for point in range(0, 20, 2))
    assert format_addresses(made) == "0.0.0.0, 0.0.0.2, 0.0.0.4, 0.0.0.6, +6"
    assert format_addresses(IntervalSet()) == ""
