"""IPv4 and IPv6 addresses as points on one integer line.

IPv4 addresses keep their own number, 0 .. 2**32-1. IPv6 addresses follow after a gap, at
`V6_BASE + number`, so that a span never crosses from one family into the other and one
`IntervalSet` can hold both.
"""

from __future__ import annotations

from portspec.packets.intervals import IntervalSet

V4_LAST = (1 << 32) - 1
V6_BASE = 1 << 33
V6_LAST = V6_BASE + (1 << 128) - 1

ANY_V4 = IntervalSet.of(0, V4_LAST)
ANY_V6 = IntervalSet.of(V6_BASE, V6_LAST)
ANY = ANY_V4 | ANY_V6


def is_v6(point: int) -> bool:
    """Whether a point of the line is an IPv6 address."""
    return point >= V6_BASE


def parse_address(text: str) -> int:
    """The point of one address, `192.0.2.1` or `2001:db8::1`. Raises ValueError."""
    if ":" in text:
        # The module socket takes longer to import than most checks take to run.
        from _socket import AF_INET6, inet_pton

        try:
            return V6_BASE + int.from_bytes(inet_pton(AF_INET6, text), "big")
        except (OSError, ValueError):  # ValueError: an embedded NUL
            raise ValueError(f"not an IP address: {text!r}") from None
    parts = text.split(".")
    point = 0
    for part in parts:
        # A leading zero means octal to some programs and nothing to others.
        if not (part.isascii() and part.isdigit()) or len(part) > 3 or (part[0] == "0" and part != "0"):
            raise ValueError(f"not an IP address: {text!r}")
        number = int(part)
        if number > 255:
            raise ValueError(f"not an IP address: {text!r}")
        point = point << 8 | number
    if len(parts) != 4:
        raise ValueError(f"not an IP address: {text!r}")
    return point


def v6_prefix(head: int, length: int) -> tuple[int, int]:
    """The (first, last) points of an IPv6 prefix by its first 32 bits and its length.

    For constants: to read them as text would import a module at every start.
    """
    first = V6_BASE + (head << 96)
    return first, first + (1 << 128 - length) - 1


def parse_network(text: str) -> tuple[int, int]:
    """The (first, last) points of an address, a CIDR prefix or an address/netmask. Raises ValueError.

    Host bits are masked away, as netfilter does: 192.0.2.7/24 means 192.0.2.0/24.
    """
    head, slash, tail = text.partition("/")
    point = parse_address(head)
    if not slash:
        return point, point
    base, bits = (V6_BASE, 128) if point >= V6_BASE else (0, 32)
    if tail.isascii() and tail.isdigit():
        length = int(tail)
        if length > bits:
            raise ValueError(f"prefix length {length} is more than {bits}")
        size = 1 << (bits - length)
    else:
        mask = parse_address(tail)
        if (mask >= V6_BASE) != (point >= V6_BASE):
            raise ValueError(f"address and mask are of two families: {text!r}")
        size = (1 << bits) - (mask - base)
        if size & (size - 1):
            raise ValueError(f"not a contiguous netmask: {tail!r}")
    first = (point - base) // size * size + base
    return first, first + size - 1


def parse_addresses(text: str) -> IntervalSet:
    """An address, a CIDR prefix, or a range `first-last`, as a set. Raises ValueError."""
    first_text, dash, last_text = text.partition("-")
    if not dash:
        return IntervalSet((parse_network(text),))
    first, last = parse_address(first_text.strip()), parse_address(last_text.strip())
    if is_v6(first) != is_v6(last):
        raise ValueError(f"the ends of the range are of two families: {text!r}")
    if first > last:
        raise ValueError(f"range upside down: {first_text.strip()} is after {last_text.strip()}")
    return IntervalSet.of(first, last)


def format_address(point: int) -> str:
    """A point of the line in its usual notation."""
    if point >= V6_BASE:
        from _socket import AF_INET6, inet_ntop

        return inet_ntop(AF_INET6, (point - V6_BASE).to_bytes(16, "big"))
    return f"{point >> 24}.{point >> 16 & 255}.{point >> 8 & 255}.{point & 255}"


def format_span(first: int, last: int) -> str:
    """One span as an address, a CIDR prefix where it is one, else `first-last`."""
    if first == last:
        return format_address(first)
    base, bits = (V6_BASE, 128) if first >= V6_BASE else (0, 32)
    size = last - first + 1
    if size & (size - 1) == 0 and (first - base) % size == 0:
        return f"{format_address(first)}/{bits - size.bit_length() + 1}"
    return f"{format_address(first)}-{format_address(last)}"


def format_addresses(addresses: IntervalSet, most: int = 4) -> str:
    """A set of addresses as a readable list; past `most` spans the rest is counted."""
    spans = addresses.spans
    shown = [format_span(first, last) for first, last in spans[:most]]
    if len(spans) > most:
        shown.append(f"+{len(spans) - most}")
    return ", ".join(shown)
