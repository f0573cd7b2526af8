"""What a filter has to let in, family by family: the hops that a check asks about, put together into few rules.

The hops are those of `checks.hops`, so that what is rendered and what is checked cannot differ. The openings of a
filter are disjoint: no rule that is made of them covers another.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from portspec.checks.audience import OUTSIDERS
from portspec.checks.hops import Hop, hops
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Policy

Family = Literal["ipv4", "ipv6"]
FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
UNIVERSE: dict[Family, IntervalSet] = {"ipv4": ANY_V4, "ipv6": ANY_V6}
ORDER = {6: 0, 17: 1, 132: 2}
"""TCP, UDP and SCTP stand first; other protocols follow by number."""


class Opening(NamedTuple):
    """Packets of one family and one protocol that are let in.

    `sources` is the whole family where the role is everybody; `destinations` None stands for every one that gets to the
    filter. `ports` lie on the port line and hold the whole protocol where it has none. `services` and `roles` say for
    what and for whom.
    """

    family: Family
    sources: IntervalSet
    destinations: IntervalSet | None
    protocol: int
    ports: IntervalSet
    services: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def from_anyone(self) -> bool:
        """Whether every source of the family may come."""
        return self.sources == UNIVERSE[self.family]

    @property
    def every_port(self) -> bool:
        """Whether the whole protocol is let in."""
        return self.ports == ports(self.protocol)


class _Ask(NamedTuple):
    """A hop in one family, its ends widened to everybody where a role is that."""

    sources: IntervalSet
    destinations: IntervalSet | None
    ports: IntervalSet
    hop: Hop


def openings(policy: Policy, cluster: Cluster, place: HostPlace | BetweenPlace) -> list[Opening]:
    """What a filter at a place lets in, in a stable order."""
    found, _ = hops(policy, cluster, place)
    path = "input" if isinstance(place, HostPlace) else "forward"
    passing = [hop for hop in found if hop.path == path]
    made: list[Opening] = []
    for family in FAMILIES:
        asks = [ask for hop in passing if (ask := _ask(cluster, place, hop, family)) is not None]
        made += sorted(_put_together(asks, family), key=_order)
    return made


def missing_roles(policy: Policy, cluster: Cluster, place: HostPlace | BetweenPlace) -> tuple[str, ...]:
    """Roles that would have to be let in, or let through, had the cluster file addresses for them."""
    _, missing = hops(policy, cluster, place)
    return tuple(missing.get("input" if isinstance(place, HostPlace) else "forward", ()))


def with_optional(policy: Policy) -> Policy:
    """The policy with everything asked for that is only recommended or optional, whole ranges of ports too."""
    return policy._replace(allows=tuple(allow._replace(necessity="required") for allow in policy.allows))


def _ask(cluster: Cluster, place: HostPlace | BetweenPlace, hop: Hop, family: Family) -> _Ask | None:
    universe = UNIVERSE[family]
    sources, destinations, asked = EMPTY, EMPTY, EMPTY
    for box in hop.boxes:
        if box.sources.overlaps(universe):
            sources, destinations, asked = sources | box.sources, destinations | box.destinations, asked | box.ports
    if not sources:
        return None
    if _is_everybody(cluster, hop.source, family):
        sources = universe
    if isinstance(place, HostPlace):
        whole = destinations == place.addresses & universe
    else:
        whole = _is_everybody(cluster, hop.target, family)
    return _Ask(sources, None if whole else destinations, asked, hop)


def _is_everybody(cluster: Cluster, role: str, family: Family) -> bool:
    """Whether a role is everybody but those of the site whom other roles name more specifically."""
    universe = UNIVERSE[family]
    left = universe - cluster.addresses(role)
    if left.size * 2 > universe.size:
        return False
    for other, addresses in cluster.roles.items():
        theirs = addresses & universe
        if other != role and other not in OUTSIDERS and theirs.size * 2 <= universe.size:
            left = left - theirs
    return not left


def _put_together(asks: list[_Ask], family: Family) -> Iterator[Opening]:
    grouped: dict[
        tuple[IntervalSet, IntervalSet | None, int], tuple[IntervalSet, dict[str, None], dict[str, None]]
    ] = {}
    for segment in _segments([ask.ports for ask in asks]):
        here = [ask for ask in asks if ask.ports.overlaps(segment)]
        for sources, destinations, concerned in _products(here):
            key = (sources, destinations, segment.first >> 16)
            points, services, roles = grouped.get(key, (EMPTY, {}, {}))
            for ask in concerned:
                services.update(dict.fromkeys(flow.service for flow in ask.hop.flows))
                roles[ask.hop.source] = None
            grouped[key] = (points | segment, services, roles)
    for (sources, destinations, protocol), (points, services, roles) in grouped.items():
        yield Opening(family, sources, destinations, protocol, points, tuple(sorted(services)), tuple(sorted(roles)))


def _products(asks: list[_Ask]) -> Iterator[tuple[IntervalSet, IntervalSet | None, list[_Ask]]]:
    """Disjoint products of sources and destinations that hold what all of the asks, of one port, do."""
    anywhere = [ask for ask in asks if ask.destinations is None]
    everywhere = EMPTY
    for ask in anywhere:
        everywhere = everywhere | ask.sources
    if everywhere:
        yield everywhere, None, anywhere
    apart = [ask for ask in asks if ask.destinations is not None]
    by_sources: dict[IntervalSet, tuple[IntervalSet, list[_Ask]]] = {}
    for atom in _segments([ask.destinations or EMPTY for ask in apart]):
        here = [ask for ask in apart if ask.destinations is not None and ask.destinations.overlaps(atom)]
        sources = EMPTY
        for ask in here:
            sources = sources | ask.sources
        sources = sources - everywhere
        if sources:
            destinations, concerned = by_sources.get(sources, (EMPTY, []))
            by_sources[sources] = (destinations | atom, [*concerned, *here])
    for sources, (destinations, concerned) in by_sources.items():
        yield sources, destinations, concerned


def _segments(sets: list[IntervalSet]) -> list[IntervalSet]:
    """The parts of a line that no end of a set lies within, of what the sets hold together."""
    ends = sorted({end for one in sets for first, last in one for end in (first, last + 1)})
    union = EMPTY
    for one in sets:
        union = union | one
    parts = (IntervalSet.of(first, after - 1) for first, after in pairwise(ends))
    return [part for part in parts if part.overlaps(union)]


def _order(opening: Opening) -> tuple[object, ...]:
    there = () if opening.destinations is None else opening.destinations.spans
    number = opening.protocol
    return (there, ORDER.get(number, number + len(ORDER)), opening.sources.spans, opening.ports.spans)
