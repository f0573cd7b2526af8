"""What `-m set --match-set` asks: which packets a set matches, by the flags that say what of a packet is looked up.

How the kernel does it (net/netfilter/ipset): a set of another family matches nothing, nor does one with more dimensions than
flags; of networks the most specific one decides, so that `nomatch` takes out what it covers; a list asks its sets in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from portspec.configs.firewall.iptables.ipset_file import IpSet
from portspec.packets.boxes import Box, meet, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ANY_PORTS, WITH_PORTS, ports

MOST_BOXES = 2_000
"""Of a set that is asked with `!`, or has exceptions: where it takes more, the set is left open."""
MOST_EXCEPTIONS = 200
ALL_NUMBERS = IntervalSet.of(0, 65535)


class OpenError(Exception):
    """What a set matches is not known; the message says why."""


class Matched(NamedTuple):
    """Some of the packets that are matched. `source_ports` is None where the source port does not matter."""

    box: Box
    source_ports: IntervalSet | None = None


def matched(
    sets: Mapping[str, IpSet], name: str, flags: Sequence[str], universe: IntervalSet, *, v6: bool, negated: bool
) -> list[Matched]:
    """The packets that a set matches, or does not. Raises OpenError."""
    found = [part for one in _simple(sets, sets[name]) for part in _of(one, flags, universe, v6=v6)]
    return _others(found, universe) if negated else found


def _others(found: Sequence[Matched], universe: IntervalSet) -> list[Matched]:
    """The packets that none of some matches. Raises OpenError where there are too many pieces."""
    if len(found) > MOST_BOXES:
        raise OpenError("large, and not asked for itself")
    whole = Box(universe, universe, ANY_PORTS)
    cuts = sorted(
        {0, 65536, *(end for part in found for low, high in part.source_ports or () for end in (low, high + 1))}
    )
    if len(cuts) == 2:
        return [Matched(box) for box in subtract_all([whole], [part.box for part in found])]
    ported = IntervalSet(span for protocol in WITH_PORTS for span in ports(protocol))
    always = [part.box for part in found if part.source_ports is None]
    rest = subtract_all([whole._replace(ports=ANY_PORTS - ported)], always)
    made = [Matched(box) for box in rest]
    for low, after in pairwise(cuts):
        # The same parts ask for every source port of a stretch.
        asked = [part.box for part in found if part.source_ports is not None and low in part.source_ports]
        stretch = IntervalSet.of(low, after - 1)
        made += [Matched(box, stretch) for box in subtract_all([whole._replace(ports=ported)], [*always, *asked])]
        if len(made) > MOST_BOXES:
            raise OpenError("large, and not asked for itself")
    return made


def both(some: Sequence[Matched], others: Sequence[Matched]) -> Iterator[Matched]:
    """What two sets match at once."""
    for one in some:
        for other in others:
            box = meet(one.box, other.box)
            if box is None:
                continue
            if one.source_ports is None or other.source_ports is None:
                yield Matched(box, one.source_ports or other.source_ports)
            elif one.source_ports.overlaps(other.source_ports):
                yield Matched(box, one.source_ports & other.source_ports)


def _simple(sets: Mapping[str, IpSet], one: IpSet) -> Iterator[IpSet]:
    """The sets that are asked: those of a list, or the one. Raises OpenError."""
    for each in [sets[name] for name in one.members] if one.kind == "list:set" else [one]:
        if one.open or each.open:
            raise OpenError(one.open or each.open)
        yield each


def _of(one: IpSet, flags: Sequence[str], universe: IntervalSet, *, v6: bool) -> list[Matched]:
    dimensions = one.dimensions
    if len(flags) < len(dimensions) or (one.v6 != v6 and one.kind != "bitmap:port"):
        return []
    whole = Box(universe, universe, ANY_PORTS)
    grouped: dict[tuple[IntervalSet, ...], list[IntervalSet]] = {}
    if any(element.nomatch for element in one.elements):
        return _with_exceptions(one, flags, whole)
    # Entries that differ in their first part alone are one box.
    for element in one.elements:
        grouped.setdefault(element.parts[1:], []).append(element.parts[0])
    found: list[Matched] = []
    for rest, firsts in grouped.items():
        union = IntervalSet(span for first in firsts for span in first)
        found += _boxes((union, *rest), dimensions, flags, whole)
    return found


def _with_exceptions(one: IpSet, flags: Sequence[str], whole: Box) -> list[Matched]:
    """The entries from the most specific one on, each without what exceptions before it take out."""
    if sum(element.nomatch for element in one.elements) > MOST_EXCEPTIONS:
        raise OpenError("large, with exceptions")
    taken: list[Matched] = []
    left: list[Matched] | None = None
    found: list[Matched] = []
    for element in one.elements:
        parts = _boxes(element.parts, one.dimensions, flags, whole)
        if element.nomatch:
            taken, left = taken + parts, None
            continue
        if left is None:
            left = _others(taken, whole.sources)
        found += both(parts, left)
        if len(found) > MOST_BOXES:
            raise OpenError("large, with exceptions")
    return found


def _boxes(parts: Sequence[IntervalSet], dimensions: Sequence[str], flags: Sequence[str], whole: Box) -> list[Matched]:
    """The packets whose parts, each taken from the side that its flag says, are in the parts of an entry."""
    box: Box | None = whole
    asked: IntervalSet | None = None
    for part, kind, flag in zip(parts, dimensions, flags, strict=False):
        if box is None:
            break
        if kind != "port":
            sides = (part, whole.destinations) if flag == "src" else (whole.sources, part)
            box = meet(box, Box(*sides, ANY_PORTS))
        elif flag == "dst":
            box = meet(box, Box(whole.sources, whole.destinations, part))
        else:
            asked = part
    if box is None:
        return []
    return [Matched(box)] if asked is None else _by_source_port(box, asked)


def _by_source_port(box: Box, asked: IntervalSet) -> list[Matched]:
    """The same where the source port is asked for: of protocols without ports it is what the destination's would be."""
    found = []
    for protocol in sorted({first >> 16 for first, _ in asked}):
        points = asked & ports(protocol)
        if protocol in WITH_PORTS:
            base = protocol << 16
            numbers = IntervalSet((first - base, last - base) for first, last in points)
            narrowed = meet(box, Box(box.sources, box.destinations, ports(protocol)))
            if narrowed is not None:
                found.append(Matched(narrowed, None if numbers == ALL_NUMBERS else numbers))
        else:
            narrowed = meet(box, Box(box.sources, box.destinations, points))
            if narrowed is not None:
                found.append(Matched(narrowed))
    return found
