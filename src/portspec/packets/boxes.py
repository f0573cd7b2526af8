"""Boxes: products of a source set, a destination set and a set of points of the port line."""

from __future__ import annotations

from typing import NamedTuple

from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ANY_PORTS


class Box(NamedTuple):
    """A product of three sets: source addresses, destination addresses, and points of the port line."""

    sources: IntervalSet
    destinations: IntervalSet
    ports: IntervalSet


V4_BOX = Box(ANY_V4, ANY_V4, ANY_PORTS)
V6_BOX = Box(ANY_V6, ANY_V6, ANY_PORTS)
ANY_BOX = Box(ANY, ANY, ANY_PORTS)
"""Both families. It also holds mixed pairs (an IPv4 source, an IPv6 destination), which no packet has: a query
must start from `V4_BOX` or `V6_BOX`, or from boxes whose sides are of one family."""
