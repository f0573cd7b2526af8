"""The choice of a readable packet out of a set: what a person would have picked as the example."""

from __future__ import annotations

from portspec.packets.addresses import ANY_V4, V6_BASE, parse_address, parse_addresses, v6_prefix
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet

PREFERRED = (
    *(parse_addresses(text) for text in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")),
    IntervalSet((v6_prefix(0x20010DB8, 32),)),
)
"""Documentation prefixes (RFC 5737, RFC 3849): they stand for "some outsider" where the set holds them."""

OUTSIDER = IntervalSet.of(parse_address("203.0.113.10"))


def pick_packet(box: Box) -> tuple[int, int, int]:
    """(source, destination, point of the port line) out of a box whose two sides share a family."""
    for destination_family in (False, True):
        destinations = _family(box.destinations, v6=destination_family)
        sources = _family(box.sources, v6=destination_family)
        if destinations and sources:
            return pick_address(sources), pick_address(destinations), box.ports.first
    raise ValueError("the box holds no packet: its sides are of different families")


def pick_address(addresses: IntervalSet) -> int:
    """A readable member: a documentation address if there is one, else the first that looks like a host's."""
    if addresses >= OUTSIDER:
        return OUTSIDER.first
    for preferred in PREFERRED:
        common = addresses & preferred
        if common:
            return _host(common)
    return _host(addresses)


def _host(addresses: IntervalSet) -> int:
    for first, last in addresses:
        if last - first >= 3 and first % 4 == 0:
            # x.x.x.0 reads like a network, x.x.x.10 like a host.
            return first + (10 if last - first >= 15 else 1)
    return addresses.first


def _family(addresses: IntervalSet, *, v6: bool) -> IntervalSet:
    if v6:
        return IntervalSet(span for span in addresses.spans if span[0] >= V6_BASE)
    return addresses & ANY_V4
