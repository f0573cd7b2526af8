"""The reverse question: of all packets that a filter lets through, which are beyond the reach of the port they hit?"""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.checks.audience import CLUSTER, audience, union
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace, Place, Unplaced
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6, parse_addresses
from portspec.packets.boxes import V4_BOX, V6_BOX, Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Deny, Policy

NOT_PUBLIC = IntervalSet(
    span
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/8", "fc00::/7", "fe80::/10", "ff00::/8",
    )
    for span in parse_addresses(text)
)  # fmt: skip
"""Addresses that are not routed on the internet (IANA special-purpose registries)."""

WORLD_SIZE = 1 << 24
"""A source set with more public addresses than this is the world rather than somebody's network."""

LISTENING = ports(6) | ports(17) | ports(132)
"""TCP, UDP and SCTP: what a listening port can be opened on."""

Way = Literal["input", "forward", "output"]

EVERY_PORT = IntervalSet.of(0, 65535)


class Exposure(NamedTuple):
    """Packets that get through though nobody should get there from their source.

    `kind` `port`: `deny` names the port whose reach is overrun. `unlisted`: ports that the policy does not know,
    opened to outsiders. `all`: the filter lets everything through; `exposed_ports` then lists what that opens.
    `boxes` hold the packets; not `certain`: they get through only if an unknown match goes that way.
    """

    kind: Literal["port", "unlisted", "all"]
    path: Way
    holder: str
    deny: Deny | None
    boxes: tuple[Box, ...]
    certain: bool
    exposed_ports: tuple[str, ...] = ()

    @property
    def sources(self) -> IntervalSet:
        """Everybody who gets through."""
        found = EMPTY
        for box in self.boxes:
            found = found | box.sources
        return found

    @property
    def ports(self) -> IntervalSet:
        """Every point of the port line that is reached."""
        found = EMPTY
        for box in self.boxes:
            found = found | box.ports
        return found


ANYBODY = Context(state="new", source_ports=EVERY_PORT)
"""Whoever attacks chooses the source port."""


def exposures(policy: Policy, cluster: Cluster, place: Place, judge: Judge, way: Way) -> list[Exposure]:
    """What a filter at `place` lets through beyond the reach of the ports behind it, in the cluster's phase.

    `way` is the way through the filter that is taken when the place does not say.
    """
    if isinstance(place, Unplaced):
        return _bare_exposures(policy, cluster, judge, way)
    path: Way = "forward" if isinstance(place, BetweenPlace) else "input"
    found: list[Exposure] = []
    for holder, holders in _holders(cluster, place).items():
        near = _same_side(cluster, place, holder)
        denies = [deny for deny in _denies(policy, holder) if cluster.phase in deny.phases]
        over = [made for deny in denies if (made := _overrun(cluster, judge, path, deny, holders, near))]
        unlisted = _unlisted(cluster, judge, path, holder, holders, near, denies)
        if unlisted is not None and _is_everything(unlisted, cluster, holders, near, denies):
            names = tuple(f"{made.deny.port}/{made.deny.transport}" for made in over if made.deny is not None)
            found.append(unlisted._replace(kind="all", exposed_ports=names))
            continue
        found += over
        if unlisted is not None:
            found.append(unlisted)
    return found


def _denies(policy: Policy, holder: str) -> list[Deny]:
    """The policy's own denies for the holder; for a balancer role, the audience of each port it publishes."""
    found = [deny for deny in policy.denies if deny.holder == holder]
    listed = {deny.ports for deny in found}
    for balance in policy.balances:
        if f"{balance.balancer}-balancer" != holder:
            continue
        point = ports(6 if balance.transport == "tcp" else 17, balance.port, balance.port)
        if point in listed:
            continue
        service = policy.services[balance.service]
        found.append(
            Deny(
                id=f"deny/{balance.service}/{balance.port}/{holder}",
                service=balance.service,
                port=str(balance.port),
                transport=balance.transport,
                ports=point,
                holder=holder,
                reach=balance.audience,
                sensitivity=service.sensitivity,  # type: ignore[arg-type]
                phases=("install", "running"),
                sources=balance.sources,
            )
        )
    return found


def _holders(cluster: Cluster, place: Place) -> dict[str, IntervalSet]:
    """The roles behind the filter with those of their addresses that it guards.

    An edge filter guards every machine of the cluster, not only the ones that its place names: a rule that lets
    outsiders through to a control-plane node is a hole wherever it was meant to lead.
    """
    if isinstance(place, HostPlace):
        if place.role:
            return {place.role: place.addresses} if place.addresses else {}
        return {
            role: place.addresses & theirs for role, theirs in cluster.roles.items() if theirs.overlaps(place.addresses)
        }
    if isinstance(place, BetweenPlace):
        return {role: cluster.roles[role] for role in cluster.roles if role in CLUSTER and cluster.roles[role]}
    return {}


def _same_side(cluster: Cluster, place: Place, holder: str) -> IntervalSet:
    """Addresses that reach the holder without passing the filter."""
    if not isinstance(place, BetweenPlace):
        return EMPTY
    for side in (place.near, place.far):
        if holder in side:
            return union(cluster, side)
    return union(cluster, CLUSTER)


def _overrun(
    cluster: Cluster,
    judge: Judge,
    path: Way,
    deny: Deny,
    holders: IntervalSet,
    near: IntervalSet,
) -> Exposure | None:
    beyond = ANY - audience(cluster, deny.reach) - near - holders
    certain, possible = _let_through(judge, path, beyond, holders, deny.ports)
    if not certain and not possible:
        return None
    return Exposure("port", path, deny.holder, deny, certain or possible, bool(certain))


def _unlisted(
    cluster: Cluster,
    judge: Judge,
    path: Way,
    holder: str,
    holders: IntervalSet,
    near: IntervalSet,
    denies: list[Deny],
) -> Exposure | None:
    outsiders = ANY - audience(cluster, "site") - near - holders
    certain, possible = _let_through(judge, path, outsiders, holders, _unlisted_ports(denies))
    if not certain and not possible:
        return None
    return Exposure("unlisted", path, holder, None, certain or possible, bool(certain))


def _unlisted_ports(denies: list[Deny]) -> IntervalSet:
    unlisted = LISTENING
    for deny in denies:
        unlisted = unlisted - deny.ports
    return unlisted


def _let_through(
    judge: Judge, path: Way, sources: IntervalSet, holders: IntervalSet, points: IntervalSet
) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    query = [
        Box(sources & family, holders & family, points)
        for family in (ANY_V4, ANY_V6)
        if sources.overlaps(family) and holders.overlaps(family)
    ]
    if not query or not points:
        return (), ()
    accepted = judge.accepted(path, query, ANYBODY)
    return tuple(accepted.certain), tuple(accepted.possible)


def _bare_exposures(policy: Policy, cluster: Cluster, judge: Judge, way: Way) -> list[Exposure]:
    """Ports that a filter of unknown place opens to the world.

    Who belongs to the cluster is not known, but no cluster spans millions of public addresses.
    """
    found: dict[IntervalSet, Exposure] = {}
    for deny in policy.denies:
        if deny.reach == "public" or cluster.phase not in deny.phases or deny.ports in found:
            continue
        query = [V4_BOX._replace(ports=deny.ports), V6_BOX._replace(ports=deny.ports)]
        boxes = tuple(
            box for box in judge.accepted(way, query, ANYBODY).certain if (box.sources - NOT_PUBLIC).size >= WORLD_SIZE
        )
        if boxes:
            found[deny.ports] = Exposure("port", way, deny.holder, deny, boxes, certain=False)
    return list(found.values())


def _is_everything(
    found: Exposure, cluster: Cluster, holders: IntervalSet, near: IntervalSet, denies: list[Deny]
) -> bool:
    """Whether the filter holds back nothing of what was asked: every outsider gets to every unlisted port."""
    if not found.certain:
        return False
    outsiders = ANY - audience(cluster, "site") - near - holders
    for family in (ANY_V4, ANY_V6):
        if not holders.overlaps(family):
            continue
        rest = _unlisted_ports(denies) if outsiders.overlaps(family) else EMPTY
        for box in found.boxes:
            if (outsiders & family) <= box.sources and (holders & family) <= box.destinations:
                rest = rest - box.ports
        if rest:
            return False
    return True
