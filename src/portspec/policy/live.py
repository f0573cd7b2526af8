"""What the spec expects to listen on the nodes, and how a live cluster's matrix differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.policy.flows import canonical_role
from portspec.policy.matrix import Matrix, Row
from portspec.policy.model import Profile
from portspec.policy.paths import holders_of, ports_of
from portspec.policy.topology import actual_role, actual_roles, exists, has_balancer, holds
from portspec.spec.model import Conflict, Exclusion, Port, Service, Snapshot
from portspec.spec.vocabulary import NECESSITIES, Necessity, Text

WITH_PORTS = ("tcp", "udp", "sctp")
UNKNOWN = "unknown"
BOOTSTRAP = "bootstrap"


class Listener(NamedTuple):
    """A port that the spec has on the nodes of a role of a running cluster.

    `necessity` is that of the most binding flow to it; `unknown` where no source tells who connects,
    `optional` where nobody does. `conflicts`: what sources say otherwise of the port.
    """

    service: str
    title: Text
    component: str
    transport: str
    port: str
    first: int
    last: int
    role: str
    necessity: str
    conflicts: tuple[Conflict, ...] = ()

    @property
    def ranged(self) -> bool:
        """Whether it is a range, of which a port listens at a time, as one is handed out."""
        return self.first != self.last

    @property
    def optional(self) -> bool:
        """Whether a cluster does without traffic to it, as far as the spec knows."""
        return self.necessity not in {"required", UNKNOWN}


class Elsewhere(NamedTuple):
    """Where the spec has a port that it does not expect here: on other roles, or for another kind of cluster."""

    service: str
    roles: tuple[str, ...]


class Unexpected(NamedTuple):
    """A row that the spec does not expect. `exclusion`: why the spec leaves it out on purpose."""

    row: Row
    exclusion: Exclusion | None
    elsewhere: tuple[Elsewhere, ...]


class Pair(NamedTuple):
    """A row and the listener of the spec that it belongs to."""

    row: Row
    listener: Listener


class LiveComparison(NamedTuple):
    """A matrix beside the spec.

    `unknown` and `excluded`: listens, and the spec has no such port; `within`: it has only a range around it;
    `matched` counts rows that the spec has as they are;
    `missing`: required and does not listen; `absent`: not required and does not listen, or a range, which need not;
    `optionality`: the two do not agree on whether it is required. `egress` counts rows that are no listeners, `not_seen` are roles without any row.
    """

    release: str
    spec_version: str
    profile: Profile
    matrix: Matrix
    matched: int
    unknown: tuple[Unexpected, ...]
    excluded: tuple[Unexpected, ...]
    within: tuple[Pair, ...]
    missing: tuple[Listener, ...]
    absent: tuple[Listener, ...]
    optionality: tuple[Pair, ...]
    egress: int
    not_seen: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is there that somebody should look at."""
        return bool(self.unknown or self.missing or self.optionality)


def listeners(snapshot: Snapshot, profile: Profile) -> tuple[Listener, ...]:
    """Every port that listens on the nodes of a running cluster, one per role, ordered as the plugin does."""
    found: dict[tuple[str, str, str], Listener] = {}
    for service in snapshot.services.values():
        for port in ports_of(service, profile):
            for role in _node_roles(snapshot, profile, port):
                one = _listener(snapshot, profile, service, port, role)
                key = (one.role, one.transport, one.port)
                found[key] = min(found.get(key, one), one, key=_binding)
    return tuple(sorted(found.values(), key=lambda one: (one.role, one.transport, one.first, one.last)))


def _node_roles(snapshot: Snapshot, profile: Profile, port: Port) -> Iterator[str]:
    if port.port is None or port.transport not in WITH_PORTS:
        return
    roles = [
        role
        for role, holder in holders_of(snapshot, port, profile)
        if "running" in holder.phases and not holder.before_system
    ]
    for role in dict.fromkeys(roles):
        if role != BOOTSTRAP and role in snapshot.roles and snapshot.roles[role].kind == "node":
            yield role


def _binding_flows(snapshot: Snapshot, profile: Profile, port: Port, role: str) -> Iterator[Necessity]:
    """How binding the flows to a port of a running cluster are. What a single node says to itself counts too: the port
    listens all the same, and the plugin calls it not optional."""
    balancers = {balancer.role for balancer in snapshot.balancers.values()}
    between = has_balancer(snapshot, profile)
    for flow in port.flows or ():
        targets = actual_roles(flow.targets, profile)
        if "running" not in flow.phases or not holds(flow.condition, profile) or (targets and role not in targets):
            continue
        if any(
            "running" in snapshot.roles[sender].phases and (between or sender not in balancers)
            for sender in flow.senders
            if sender in snapshot.roles and exists(snapshot, actual_role(sender, profile), profile)
        ):
            yield flow.necessity


def _listener(snapshot: Snapshot, profile: Profile, service: Service, port: Port, role: str) -> Listener:
    binding = list(_binding_flows(snapshot, profile, port, role))
    necessity = UNKNOWN if port.flows is None else min(binding, key=NECESSITIES.index, default="optional")
    assert port.port is not None
    assert port.first is not None
    assert port.last is not None
    return Listener(
        service.id,
        service.title,
        service.component,
        port.transport,
        port.port,
        port.first,
        port.last,
        role,
        necessity,
        port.conflicts,
    )


def _binding(listener: Listener) -> int:
    return NECESSITIES.index(listener.necessity) if listener.necessity in NECESSITIES else len(NECESSITIES)


def compare_matrix(snapshot: Snapshot, profile: Profile, matrix: Matrix) -> LiveComparison:
    """Hold a matrix against what the spec expects of a release and profile."""
    expected = listeners(snapshot, profile)
    roles = tuple(dict.fromkeys(one.role for one in expected))
    rows = [row for row in matrix.rows if row.direction == "ingress"]
    matched: list[Pair] = []
    within: list[Pair] = []
    listening: list[Listener] = []
    left: list[Unexpected] = []
    for row in rows:
        here = [one for one in expected if one.role in _roles_of(snapshot, profile, row, roles)]
        exact, around = _holding(here, row)
        matched += [Pair(row, one) for one in exact]
        within += [Pair(row, one) for one in around[:1] if not exact]
        listening += [*exact, *around]  # a range listens where any port of it does
        if not exact and not around:
            left.append(_unexpected(snapshot, profile, row))
    seen = {role for row in rows if row.role for role in _roles_of(snapshot, profile, row, roles)}
    silent = [one for one in expected if one.role in seen and one not in listening]
    return LiveComparison(
        snapshot.release.id,
        snapshot.spec_version,
        profile,
        matrix,
        len(matched),
        tuple(one for one in left if one.exclusion is None),
        tuple(one for one in left if one.exclusion is not None),
        tuple(within),
        tuple(one for one in silent if one.necessity == "required" and not one.ranged),
        tuple(one for one in silent if one.necessity != "required" or one.ranged),
        tuple(pair for pair in matched if _disagree(pair)),
        len(matrix.rows) - len(rows),
        tuple(role for role in roles if role not in seen),
    )


def _roles_of(snapshot: Snapshot, profile: Profile, row: Row, roles: Sequence[str]) -> tuple[str, ...]:
    """The roles that a row's nodes have: all for a row without one; a pool that the spec does not know is of workers."""
    if not row.role:
        return tuple(roles)
    named = canonical_role(snapshot, row.role)
    known = named in snapshot.roles and snapshot.roles[named].kind == "node"
    return (actual_role(named if known else "worker", profile),)


def _holding(here: Sequence[Listener], row: Row) -> tuple[list[Listener], list[Listener]]:
    """Listeners of the row's own ports, and wider ones, the narrowest first."""
    same = [one for one in here if one.transport == row.transport]
    exact = [one for one in same if (one.first, one.last) == (row.first, row.last)]
    around = [one for one in same if one.first <= row.first and row.last <= one.last and one not in exact]
    return exact, sorted(around, key=lambda one: one.last - one.first)


def _disagree(pair: Pair) -> bool:
    told = pair.row.optional
    return told is not None and pair.listener.necessity != UNKNOWN and told != pair.listener.optional


def _unexpected(snapshot: Snapshot, profile: Profile, row: Row) -> Unexpected:
    nodes = [role.id for role in snapshot.roles.values() if role.kind == "node"]
    roles = {row.role, *_roles_of(snapshot, profile, row, nodes)}
    exclusion = next(
        (
            one
            for one in snapshot.exclusions.values()
            if one.transport in (None, row.transport)
            and any(_covers(port, row) for port in one.ports)
            and (not one.roles or set(one.roles) & roles)
        ),
        None,
    )
    return Unexpected(row, exclusion, tuple(_elsewhere(snapshot, row)))


def _elsewhere(snapshot: Snapshot, row: Row) -> Iterator[Elsewhere]:
    for service in snapshot.services.values():
        roles: dict[str, None] = {}
        for port in service.ports:
            if port.port is not None and port.transport == row.transport and _covers(port.port, row):
                roles.update(dict.fromkeys(holder.role for holder in port.holders))
        nodes = tuple(role for role in roles if snapshot.roles[role].kind == "node")
        if nodes:
            yield Elsewhere(service.id, nodes)


def _covers(port: str, row: Row) -> bool:
    first, _, last = port.partition("-")
    return int(first) <= row.first and row.last <= int(last or first)
