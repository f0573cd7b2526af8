"""What gets through, told apart by who gets through where: the fewest groups of ports with one audience each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from portspec.packets.intervals import EMPTY, IntervalSet

MOST_GROUPS = 24
"""Of more, nobody reads them one by one."""


class Group(NamedTuple):
    """Ports that the same sources get to; `mixed`: each of the ports is open to some of the sources."""

    ports: IntervalSet
    sources: IntervalSet
    mixed: bool = False


class Slice(NamedTuple):
    """Some of the packets that get through: a product."""

    ports: IntervalSet
    sources: IntervalSet


def grouped(slices: Iterable[Slice]) -> list[Group] | None:
    """The groups in the order of their ports; None where there are too many. Slices may overlap."""
    by_sources: dict[IntervalSet, list[tuple[int, int]]] = {}
    for one in slices:
        by_sources.setdefault(one.sources, []).extend(one.ports.spans)
    groups: dict[IntervalSet, IntervalSet] = {}
    for sources, spans in by_sources.items():
        groups = _with(groups, sources, IntervalSet(spans))
        if len(groups) > MOST_GROUPS:
            return None
    return sorted((Group(ports, sources) for sources, ports in groups.items()), key=lambda group: group.ports.first)


def _with(
    groups: dict[IntervalSet, IntervalSet], sources: IntervalSet, ports: IntervalSet
) -> dict[IntervalSet, IntervalSet]:
    """The groups with one more slice."""
    found: dict[IntervalSet, IntervalSet] = {}

    def add(theirs: IntervalSet, points: IntervalSet) -> None:
        if points:
            found[theirs] = found.get(theirs, EMPTY) | points

    for theirs, points in groups.items():
        common = points & ports
        add(theirs, points - common)
        add(theirs | sources, common)
        ports = ports - common
    add(sources, ports)
    return found


def without(groups: Iterable[Group], others: Iterable[Group]) -> list[Group]:
    """What is in some groups and not in others. Of ports that mixed groups have, nothing is left."""
    slices: list[Slice] = []
    kept: list[Group] = []
    known = list(others)
    for group in groups:
        ports = group.ports
        for other in known:
            common = ports & other.ports
            if common and not (group.mixed or other.mixed):
                left = group.sources - other.sources
                slices += [Slice(common, left)] if left else []
            ports = ports - common
        if ports and group.mixed:
            kept.append(group._replace(ports=ports))
        elif ports:
            slices.append(Slice(ports, group.sources))
    return [*(grouped(slices) or [united(slices)] if slices else []), *kept]


def united(slices: Iterable[Slice]) -> Group:
    """All of it as one, each port open to some of the sources."""
    found = list(slices)
    if len(found) == 1:
        return Group(*found[0], mixed=True)
    return Group(
        IntervalSet(span for one in found for span in one.ports.spans),
        IntervalSet(span for one in found for span in one.sources.spans),
        mixed=True,
    )
