"""The choice of a readable packet out of a set: what a person would have picked as the example."""

from __future__ import annotations

from portspec.packets.addresses import ANY_V4, V4_LAST, V6_BASE, parse_address, parse_addresses, v6_prefix
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS

PREFERRED = (
    *(parse_addresses(text) for text in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")),
    IntervalSet((v6_prefix(0x20010DB8, 32),)),
)
"""Documentation prefixes (RFC 5737, RFC 3849): they stand for "some outsider" where the set holds them."""

OUTSIDER = IntervalSet.of(parse_address("203.0.113.10"))

NO_HOSTS = IntervalSet([
    *(parse_addresses(text).spans[0] for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")),
    v6_prefix(0, 8), v6_prefix(0xFE800000, 10), v6_prefix(0xFF000000, 8),
])  # fmt: skip
"""Addresses that no host elsewhere has: taken only where there are no others."""

SSH = 6 << 16 | 22
"""Shown for "any port": one that everybody knows."""


def pick_packet(box: Box) -> tuple[int, int, int]:
    """(source, destination, point of the port line) out of a box whose two sides share a family."""
    for destination_family in (False, True):
        destinations = _family(box.destinations, v6=destination_family)
        sources = _family(box.sources, v6=destination_family)
        if destinations and sources:
            return pick_address(sources), pick_address(destinations), pick_point(box.ports)
    raise ValueError("the box holds no packet: its sides are of different families")


def pick_address(addresses: IntervalSet) -> int:
    """A readable member: a documentation address if there is one, else the first that looks like a host's."""
    if addresses >= OUTSIDER:
        return OUTSIDER.first
    for preferred in PREFERRED:
        common = addresses & preferred
        if common:
            return _host(common)
    return _host(addresses - NO_HOSTS or addresses)


def pick_point(points: IntervalSet) -> int:
    """A readable point of the port line: the first, but rather not port 0, which nobody uses."""
    first, last = points.spans[0]
    if first & 65535 or first >> 16 not in WITH_PORTS:
        return first
    if SSH in points:
        return SSH
    return min(first + 1, last)


def _host(addresses: IntervalSet) -> int:
    for first, last in addresses:
        # x.x.x.0 reads like a network, x.x.x.10 like a host.
        step = 256 if last <= V4_LAST else 1 << 16
        below = first // step * step
        for host in (below + 10, below + step + 10):
            if first <= host <= last:
                return host
        if last - first >= 3 and first % 4 == 0:
            return first + (10 if last - first >= 15 else 1)
    return next((first for first, last in addresses if first % 256), addresses.first)


def _family(addresses: IntervalSet, *, v6: bool) -> IntervalSet:
    if v6:
        return IntervalSet(span for span in addresses.spans if span[0] >= V6_BASE)
    return addresses & ANY_V4
