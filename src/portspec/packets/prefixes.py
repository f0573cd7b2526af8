"""Sets of addresses as prefixes, for programs that know no ranges."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.packets.addresses import V6_BASE, format_span
from portspec.packets.intervals import IntervalSet


def prefixes(addresses: IntervalSet) -> list[str]:
    """A set of addresses as prefixes."""
    return [format_span(*prefix) for span in addresses for prefix in _prefixes(*span)]


def _prefixes(first: int, last: int) -> Iterator[tuple[int, int]]:
    base = V6_BASE if first >= V6_BASE else 0
    while first <= last:
        at = first - base
        size = at & -at or 1 << 128
        while size > last - first + 1:
            size >>= 1
        yield first, first + size - 1
        first += size
