"""The reverse question: of all packets that a filter lets through, which are beyond the reach of the port they hit?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from portspec.checks.audience import CLUSTER, audience, union
from portspec.checks.grouping import Group, Slice, grouped, united, without
from portspec.checks.passing import Passing
from portspec.cluster.model import BalancerPlace, BetweenPlace, Cluster, HostPlace, Place, Unplaced
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.source_ports import source_port_classes
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6, parse_network, v6_prefix
from portspec.packets.boxes import V4_BOX, V6_BOX, Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Deny, Policy
from portspec.records import NamedTuple

NOT_PUBLIC_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/3",
)  # fmt: skip
NOT_PUBLIC_V6 = (v6_prefix(0, 8), v6_prefix(0xFC000000, 7), v6_prefix(0xFE800000, 10), v6_prefix(0xFF000000, 8))
NOT_PUBLIC = IntervalSet([*map(parse_network, NOT_PUBLIC_V4), *NOT_PUBLIC_V6])
"""Addresses that are not routed on the internet (IANA special-purpose registries)."""

WORLD_SIZE = 1 << 24
"""A source set with more public addresses than this is the world rather than somebody's network."""

FEW_HELD_BACK = 2
"""So many stretches of addresses are named as those that a filter holds back."""

MOST_SLICES = 2_000
"""So many pieces of what gets through are told apart by their sources; of more, it is said that some get through."""

LISTENING = ports(6) | ports(17) | ports(132)
"""TCP, UDP and SCTP: what a listening port can be opened on."""

Way = Literal["input", "forward", "output"]


class Exposure(NamedTuple):
    """Packets that get through though nobody should get there from their source; all of `sources` get to all of `ports`.

    `kind` `port`: `deny` names the port whose reach is overrun. `unlisted`: ports that the policy does not know,
    opened to outsiders. `all`: the filter lets everything through; `exposed_ports` then lists what that opens.
    `holders` are the roles that the packets get to. `held_back` are the outsiders that do not get through, of the
    families that do; where they are of more than `FEW_HELD_BACK` ranges, the first of these. `example` is a box of the packets, `context` what else is true of it. Not `certain`: they get
    through only if an unknown match goes that way. `mixed`: there are too many audiences to tell apart, and each of the
    ports is open to some of the sources.
    """

    kind: Literal["port", "unlisted", "all"]
    path: Way
    holders: tuple[str, ...]
    deny: Deny | None
    sources: IntervalSet
    ports: IntervalSet
    held_back: IntervalSet
    example: Box
    context: Context
    certain: bool
    exposed_ports: tuple[str, ...] = ()
    mixed: bool = False

    @property
    def everyone(self) -> bool:
        """Whether nobody outside is held back."""
        return not self.held_back


class _Through(NamedTuple):
    """What gets through in one context: for certain, and perhaps (the same object where nothing is unknown)."""

    context: Context
    certain: Passing
    possible: Passing


class _Guarded(NamedTuple):
    """Machines behind the filter: the roles on some addresses, and the addresses that reach them without passing it."""

    roles: tuple[str, ...]
    addresses: IntervalSet
    near: IntervalSet


def exposures(policy: Policy, cluster: Cluster, place: Place, judge: Judge, way: Way) -> list[Exposure]:
    """What a filter at `place` lets through beyond the reach of the ports behind it, in the cluster's phase.

    `way` is the way through the filter that is taken when the place does not say.
    """
    if isinstance(place, Unplaced):
        return _bare_exposures(policy, cluster, judge, way)
    if isinstance(place, BalancerPlace):
        return []
    path: Way = "forward" if isinstance(place, BetweenPlace) else "input"
    machines = _guarded(cluster, place)
    everything = EMPTY
    for guarded in machines:
        everything = everything | guarded.addresses
    # What iptables-save prints is the filter of one family; the other one's is in a file of its own.
    families = [
        family
        for family in (ANY_V4, ANY_V6)
        if everything.overlaps(family) and (judge.ruleset.format != "iptables" or judge.sees(path, family))
    ]
    if not families:
        return []
    query = [Box(family, everything & family, LISTENING) for family in families]
    through = [_through(judge, path, query, context) for context in _contexts(judge)]
    known = _known_ports(policy, cluster) if isinstance(place, BetweenPlace) else EMPTY
    found: list[Exposure] = []
    for guarded in machines:
        found += _of_machines(policy, cluster, path, guarded, through, known)
    return _merge(found)


class Forbidden(NamedTuple):
    """Packets that nobody should get through: from beyond the reach of a port to it, or (`deny` None) from outside the
    site to ports that the policy does not know."""

    deny: Deny | None
    holders: tuple[str, ...]
    boxes: tuple[Box, ...]


def forbidden(policy: Policy, cluster: Cluster, place: Place) -> list[Forbidden]:
    """What a filter at a place should not let through in the cluster's phase. Without a place: from public addresses,
    since no cluster spans them, to every port that is not for the public."""
    if isinstance(place, BalancerPlace):
        return []
    if isinstance(place, Unplaced):
        return [
            _forbidden(deny, (deny.holder,), ANY - NOT_PUBLIC, ANY, deny.ports)
            for deny in policy.denies
            if deny.reach != "public" and cluster.phase in deny.phases and not deny.holder.endswith("-balancer")
        ]
    found: list[Forbidden] = []
    known = _known_ports(policy, cluster) if isinstance(place, BetweenPlace) else EMPTY
    for roles, addresses, near in _guarded(cluster, place):
        own = near | addresses
        unlisted = LISTENING - known
        for deny in _denies(policy, roles):
            if cluster.phase in deny.phases:
                unlisted = unlisted - deny.ports
                beyond = ANY - audience(cluster, deny.reach) - own
                found.append(_forbidden(deny, (deny.holder,), beyond, addresses, deny.ports))
        outsiders = ANY - audience(cluster, "site") - own
        found.append(_forbidden(None, roles, outsiders, addresses, unlisted))
    return [one for one in found if one.boxes]


def _forbidden(
    deny: Deny | None, holders: tuple[str, ...], sources: IntervalSet, destinations: IntervalSet, points: IntervalSet
) -> Forbidden:
    boxes = [Box(sources & family, destinations & family, points) for family in (ANY_V4, ANY_V6)]
    return Forbidden(deny, holders, tuple(box for box in boxes if box.sources and box.destinations and box.ports))


def _contexts(judge: Judge) -> list[Context]:
    """What an attacker may send: whoever attacks chooses the source port."""
    return [Context(state="new", source_ports=ports) for ports in source_port_classes(judge.ruleset)]


def _through(judge: Judge, path: Way, query: list[Box], context: Context) -> _Through:
    accepted = judge.accepted(path, query, context)
    certain = Passing(accepted.certain)
    same = accepted.possible is accepted.certain
    return _Through(context, certain, certain if same else Passing(accepted.possible))


def _of_machines(
    policy: Policy,
    cluster: Cluster,
    path: Way,
    guarded: _Guarded,
    through: list[_Through],
    known: IntervalSet,
) -> list[Exposure]:
    denies = [deny for deny in _denies(policy, guarded.roles) if cluster.phase in deny.phases]
    own = guarded.near | guarded.addresses
    over: list[Exposure] = []
    unlisted = LISTENING - known
    for deny in denies:
        unlisted = unlisted - deny.ports
        beyond = ANY - audience(cluster, deny.reach) - own
        over += _Asked("port", path, (deny.holder,), deny, beyond, guarded.addresses, deny.ports).exposures(through)
    outsiders = ANY - audience(cluster, "site") - own
    asked = _Asked("unlisted", path, guarded.roles, None, outsiders, guarded.addresses, unlisted)
    rest = asked.exposures(through)
    if rest and rest[0].certain and through[0].certain.holds_all(outsiders, guarded.addresses, unlisted):
        ports = tuple(dict.fromkeys(f"{made.deny.port}/{made.deny.transport}" for made in over if made.deny))
        return [rest[0]._replace(kind="all", exposed_ports=ports)]
    return [*over, *rest]


class _Asked(NamedTuple):
    """What is asked of the filter: packets from beyond the reach of some ports to them."""

    kind: Literal["port", "unlisted"]
    path: Way
    holders: tuple[str, ...]
    deny: Deny | None
    sources: IntervalSet
    destinations: IntervalSet
    points: IntervalSet

    def exposures(self, through: list[_Through]) -> list[Exposure]:
        """What gets through, by audience: what does for certain, and what else may."""
        if not self.sources:
            return []  # nobody is beyond the reach of a port that everybody may get to
        sure = self._groups(each.certain for each in through)
        certain = [self._exposure(group, through, certain=True) for group in sure]
        possible = self._groups(each.possible for each in through if each.possible is not each.certain)
        return [*certain, *(self._exposure(one, through, certain=False) for one in without(possible, sure))]

    def _groups(self, passing: Iterable[Passing]) -> list[Group]:
        slices: list[Slice] | None = []
        parts: list[Slice] = []
        for each in passing:
            part = each.within(self.sources, self.destinations, self.points)
            if part is None:
                continue
            parts.append(Slice(part.ports, part.sources))
            if self.points.size > 1 and slices is not None:
                found = each.slices(self.sources, self.destinations, self.points, MOST_SLICES)
                slices = None if found is None else slices + found
        if not parts:
            return []
        if self.points.size == 1:
            return [united(parts)._replace(mixed=False)]
        groups = None if slices is None else grouped(slices)
        return [united(parts)] if groups is None else groups

    def _exposure(self, group: Group, through: list[_Through], *, certain: bool) -> Exposure:
        held_back = EMPTY
        for family in (ANY_V4, ANY_V6):
            if group.sources.overlaps(family):
                held_back = held_back | _held_back(self.sources & family, group.sources & family)
        # Whatever gets through for certain is an example of the whole.
        whole = certain and (group.mixed or self.points.size == 1)
        sources, points = (self.sources, self.points) if whole else (group.sources, group.ports)
        example, context = next(
            (part.example, each.context)
            for each in through
            if (certain or each.possible is not each.certain)
            and (part := (each.certain if certain else each.possible).within(sources, self.destinations, points))
        )
        return Exposure(self.kind, self.path, self.holders, self.deny, group.sources, group.ports, held_back, example, context,
                        certain, mixed=group.mixed)  # fmt: skip


def _held_back(asked: IntervalSet, through: IntervalSet) -> IntervalSet:
    """Those of some sources that do not get through; of very many ranges the first."""
    most = len(asked.spans) + FEW_HELD_BACK + 1
    if len(through.spans) > most:
        # Between two neighbours that get through lies one that does not, unless those asked about have a gap there.
        beginning = IntervalSet.of(asked.first, through.spans[most][1])
        asked, through = asked & beginning, through & beginning
    return asked - through


def _merge(found: list[Exposure]) -> list[Exposure]:
    """One exposure for what one port shows to the same audience on several holders."""
    merged: dict[object, Exposure] = {}
    for made in found:
        port = (made.deny.service, made.deny.port, made.deny.transport) if made.deny else None
        key = (made.kind, port, made.ports, None if made.everyone else made.sources, made.certain, made.mixed)
        first = merged.get(key)
        if first is None:
            merged[key] = made
        else:
            holders = tuple(dict.fromkeys((*first.holders, *made.holders)))
            merged[key] = first._replace(holders=holders, sources=first.sources | made.sources)
    return list(merged.values())


def _known_ports(policy: Policy, cluster: Cluster) -> IntervalSet:
    """Every port of the policy, whoever holds it."""
    found = EMPTY
    for deny in (*policy.denies, *_denies(policy, tuple(cluster.roles))):
        found = found | deny.ports
    return found


def _denies(policy: Policy, roles: tuple[str, ...]) -> list[Deny]:
    """The policy's own denies for the roles; for a balancer role, the audience of each port it publishes."""
    found = [deny for deny in policy.denies if deny.holder in roles]
    listed = {deny.ports for deny in found}
    for balance in policy.balances:
        holder = f"{balance.balancer}-balancer"
        if holder not in roles:
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


def _guarded(cluster: Cluster, place: Place) -> list[_Guarded]:
    """The machines behind the filter, those of the same roles together.

    An edge filter guards every machine of the cluster, not only the ones that its place names: a rule that lets
    outsiders through to a control-plane node is a hole wherever it was meant to lead.
    """
    if isinstance(place, HostPlace):
        here = {role: theirs & place.addresses for role, theirs in cluster.roles.items()}
        mine = {role: common for role, common in here.items() if common and (role in CLUSTER or role == place.role)}
        return [_Guarded(roles, addresses, EMPTY) for roles, addresses in _by_roles(mine)]
    machines = {role: theirs for role, theirs in cluster.roles.items() if role in CLUSTER and theirs}
    return [_Guarded(roles, addresses, _same_side(cluster, place, roles)) for roles, addresses in _by_roles(machines)]


def _by_roles(machines: Mapping[str, IntervalSet]) -> list[tuple[tuple[str, ...], IntervalSet]]:
    """Which addresses have which roles: two roles may share some of their machines and not others."""
    found: dict[tuple[str, ...], IntervalSet] = {}
    for role, theirs in machines.items():
        left = theirs
        for roles, addresses in list(found.items()):
            common = addresses & left
            if common:
                found[roles] = addresses - common
                found[(*roles, role)] = found.get((*roles, role), EMPTY) | common
                left -= common
        if left:
            found[(role,)] = found.get((role,), EMPTY) | left
    return [(roles, addresses) for roles, addresses in found.items() if addresses]


def _same_side(cluster: Cluster, place: Place, roles: Sequence[str]) -> IntervalSet:
    """Addresses that reach the machines without passing the filter."""
    assert isinstance(place, BetweenPlace)
    for side in (place.near, place.far):
        if any(role in side for role in roles):
            return union(cluster, side)
    return union(cluster, CLUSTER)


def _bare_exposures(policy: Policy, cluster: Cluster, judge: Judge, way: Way) -> list[Exposure]:
    """Ports that a filter of unknown place opens to the world.

    Who belongs to the cluster is not known, but no cluster spans millions of public addresses.
    """
    found: dict[IntervalSet, Exposure] = {}
    contexts = _contexts(judge)
    for deny in policy.denies:
        passed_on = deny.holder.endswith("-balancer")
        if deny.reach == "public" or cluster.phase not in deny.phases or deny.ports in found or passed_on:
            continue
        query = [box._replace(ports=deny.ports) for box in (V4_BOX, V6_BOX) if judge.sees(way, box.sources)]
        boxes = [
            (box, context)
            for context in contexts
            for box in boxes_of(judge.accepted(way, query, context).certain)
            if (box.sources - NOT_PUBLIC).size >= WORLD_SIZE
        ]
        if boxes:
            (example, context), *others = boxes
            sources = example.sources
            for box, _ in others:
                sources = sources | box.sources
            everyone = sources >= ANY_V4 or sources >= ANY_V6
            held_back = EMPTY if everyone else ANY_V4 - sources
            found[deny.ports] = Exposure(
                "port", way, (deny.holder,), deny, sources, deny.ports, held_back, example, context, certain=False
            )
    return list(found.values())
