"""Which questions a placed filter has to answer: the hops that pass it, as sets of packets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.cluster.model import BetweenPlace, Cluster, HostPlace, Place
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Allow, Policy
from portspec.records import NamedTuple

MOST_SPLIT = 64
"""Up to so many targets, a hop within one role is asked target by target, to leave out a host's talk to itself."""

ICMP, ICMPV6 = (IntervalSet.of(number << 16, number << 16 | 65535) for number in (1, 58))
"""A flow of ICMP is of both; each family knows its own only."""

RANK = {"required": 0, "recommended": 1, "optional": 2}


class Hop(NamedTuple):
    """One hop through one filter, with every flow that needs it.

    `path` is the way of its first packet through the filter; its reply takes the other way. `flows` are the
    obligations that lead to this hop, the most binding first. `boxes` hold the first packets.
    """

    source: str
    target: str
    path: Literal["input", "forward", "output"]
    flows: tuple[Allow, ...]
    boxes: tuple[Box, ...]

    @property
    def reply_path(self) -> Literal["input", "forward", "output"]:
        """The way of the reply: into a host where the first packet went out, and the reverse."""
        return {"input": "output", "output": "input", "forward": "forward"}[self.path]  # type: ignore[return-value]


def hops(policy: Policy, cluster: Cluster, place: Place) -> tuple[list[Hop], dict[str, list[str]]]:
    """The hops that a filter at `place` sees in the cluster's phase, and per path the roles that lack addresses for more."""
    grouped: dict[tuple[str, str, str, IntervalSet], list[Allow]] = {}
    missing: dict[str, dict[str, None]] = {}
    for allow in policy.allows:
        if cluster.phase not in allow.phases or not _asked(allow):
            continue
        for path in _paths(allow, cluster, place):
            for role in (allow.source, allow.target):
                if not cluster.addresses(role):
                    missing.setdefault(path, {})[role] = None
            grouped.setdefault((allow.source, allow.target, path, allow.ports), []).append(allow)
    found = []
    for (source, target, path, ports), flows in grouped.items():
        senders, receivers = _ends(cluster, place, path, source, target)
        boxes = tuple(boxes_of(senders, receivers, ports))
        if boxes:
            flows.sort(key=lambda allow: RANK[allow.necessity])
            found.append(Hop(source, target, path, tuple(flows), boxes))  # type: ignore[arg-type]
    return found, {path: list(roles) for path, roles in missing.items()}


def _asked(allow: Allow) -> bool:
    """Whether a filter has to let a flow through. A range that is only recommended has its known ports as flows of
    their own: a filter that opens just those is not wrong."""
    ranged = allow.port is not None and "-" in allow.port
    return allow.necessity == "required" or (allow.necessity == "recommended" and not ranged)


def _paths(allow: Allow, cluster: Cluster, place: Place) -> Iterator[str]:
    """How the hop's first packet meets the filter: not at all, in one way, or (on a host of both roles) in two."""
    if isinstance(place, HostPlace):
        if is_host(cluster, place, allow.target) and not allow.before_system:
            yield "input"
        if is_host(cluster, place, allow.source):
            yield "output"
    elif isinstance(place, BetweenPlace):
        across = (allow.source in place.near and allow.target in place.far) or (
            allow.source in place.far and allow.target in place.near
        )
        if across:
            yield "forward"


def is_host(cluster: Cluster, place: HostPlace, role: str) -> bool:
    """Whether a place is, or may be, a host of a role."""
    if place.role:
        return place.role == role or (
            role in cluster.roles and place.addresses.overlaps(cluster.addresses(role)) and place.role in cluster.roles
        )
    return place.addresses.overlaps(cluster.addresses(role))


def _ends(cluster: Cluster, place: Place, path: str, source: str, target: str) -> tuple[IntervalSet, IntervalSet]:
    senders, receivers = cluster.addresses(source), cluster.addresses(target)
    if isinstance(place, HostPlace):
        if path == "input":
            receivers = receivers & place.addresses
        else:
            senders = senders & place.addresses
    return senders, receivers


def boxes_of(senders: IntervalSet, receivers: IntervalSet, ports: IntervalSet) -> Iterator[Box]:
    """Boxes of one family each, without the pairs of a host with itself."""
    for family, foreign in ((ANY_V4, ICMPV6), (ANY_V6, ICMP)):
        theirs, ours, asked = senders & family, receivers & family, ports - foreign
        if not theirs or not ours or not asked:
            continue
        common = theirs & ours
        if not common or ours.size > MOST_SPLIT:
            yield Box(theirs, ours, asked)
            continue
        apart = ours - common
        if apart:
            yield Box(theirs, apart, asked)
        for first, last in common:
            for point in range(first, last + 1):
                others = theirs - IntervalSet.of(point)
                if others:
                    yield Box(others, IntervalSet.of(point), asked)


def inside(cluster: Cluster, place: Place) -> IntervalSet:
    """The addresses of this cluster that the filter stands in front of; empty when it has no place."""
    if isinstance(place, HostPlace):
        return place.addresses
    if isinstance(place, BetweenPlace):
        found = EMPTY
        for role in (*place.near, *place.far):
            found = found | cluster.addresses(role)
        return found
    return EMPTY
