"""Virtual servers and pools of a BIG-IP, put together into the neutral model.

What ties clients to members, how connections are translated and what ends TLS belongs to a virtual server there, and to
the pool in the model. A pool that two virtual servers treat differently stands in the model twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import (
    Balancer,
    FloatingAddress,
    Frontend,
    Gate,
    HealthCheck,
    Idle,
    Listener,
    Member,
    Persistence,
    Pool,
    Route,
    Term,
)
from portspec.errors import InputError
from portspec.packets.addresses import is_v6
from portspec.source import SourceText, Span

FIRST_PORT, LAST_PORT = 1, 65535
MOST_COPIES = 100_000
"""Members that a pool may have, copies for virtual servers that treat it in different ways included."""
MOST_NARROWED = 16
"""Listeners on every port from which the ports of more specific ones are taken out; others are left as they are."""


class Server(NamedTuple):
    """A member as its pool has it. `port` 0: the port of the client; `priority`: the higher, the sooner."""

    name: str
    host: str
    address: int | None
    port: int
    priority: int
    weight: int
    disabled: bool
    check: HealthCheck
    span: Span


class Group(NamedTuple):
    """A pool by its full name. `least`: how many members must be up for those of lower priority to stay out; 0: priorities
    mean nothing."""

    name: str
    shown: str
    servers: tuple[Server, ...]
    balance: str
    least: int
    span: Span


class Turn(NamedTuple):
    """What may send some clients of a virtual server elsewhere: an iRule or a policy, with the pools that it names."""

    text: str
    pools: tuple[str, ...]
    span: Span


class Virtual(NamedTuple):
    """A virtual server. `pool` is the full name of its pool, empty when it has none."""

    name: str
    listeners: tuple[Listener, ...]
    mode: Literal["tcp", "http"]
    span: Span
    pool: str = ""
    pool_span: Span | None = None
    mode_span: Span | None = None
    turns: tuple[Turn, ...] = ()
    persistence: tuple[Persistence, ...] = ()
    forwarding: Literal["proxy", "nat", "direct"] = "proxy"
    keeps_port: bool = False
    server_tls: bool = False
    client_idle: tuple[Idle, ...] = ()
    server_idle: tuple[Idle, ...] = ()
    disabled: Span | None = None
    unread: Span | None = None
    gates: tuple[Gate, ...] = ()

    @property
    def treatment(self) -> tuple[object, ...]:
        """What it does to connections on their way to a member."""
        kinds = tuple(kept.kind for kept in self.persistence)
        idle = tuple((one.kind, one.time) for one in self.server_idle)
        return kinds, self.forwarding, self.keeps_port, self.server_tls, self.mode, idle


def assembled(
    form: str,
    source: SourceText,
    virtuals: Sequence[Virtual],
    groups: Sequence[Group],
    notes: Notes,
    floating: Sequence[FloatingAddress],
) -> Balancer:
    """The balancer of all that."""
    by_name = {group.name: group for group in groups}
    treated: dict[str, dict[tuple[object, ...], Pool]] = {}
    for group in groups:
        if len(group.servers) > MOST_COPIES:
            raise _too_many(source, group.shown, group.span)
    frontends: list[Frontend] = []
    for virtual in narrowed(virtuals):
        routes: list[Route] = []
        for turn in virtual.turns:
            # A pool that is not told of leaves open where these clients go.
            names = [name for name in turn.pools if name in by_name] or [""]
            for name in names:
                shown = _pool(source, by_name[name], virtual, treated).name if name else turn.text
                routes.append(Route(shown, turn.text, turn.span, ((Term("other"),),)))
        if virtual.pool in by_name:
            pool = _pool(source, by_name[virtual.pool], virtual, treated)
            routes.append(Route(pool.name, "", virtual.pool_span or virtual.span))
        elif virtual.pool:
            routes.append(Route(virtual.pool, "", virtual.pool_span or virtual.span))
        frontends.append(_frontend(virtual, tuple(routes)))
    pools: list[Pool] = []
    for group in groups:
        pools += treated.get(group.name, {}).values() or [_made(group, group.shown, None)]
        _remark_priorities(group, notes)
    remarks = sorted(notes.remarks, key=lambda remark: (remark.span.line, remark.span.column))
    return Balancer(form, source, tuple(frontends), tuple(pools), tuple(remarks), (), tuple(floating))


def _frontend(virtual: Virtual, routes: tuple[Route, ...]) -> Frontend:
    return Frontend(
        virtual.name,
        virtual.mode,
        virtual.listeners,
        routes,
        virtual.span,
        virtual.mode_span,
        virtual.disabled,
        virtual.unread,
        virtual.client_idle,
        virtual.gates,
    )


def _too_many(source: SourceText, name: str, span: Span) -> InputError:
    message = f"pool {name} has more than {MOST_COPIES} members, or is used in too many different ways"
    return InputError(message, source.path, span.line, span.column)


def _pool(
    source: SourceText, group: Group, virtual: Virtual, treated: dict[str, dict[tuple[object, ...], Pool]]
) -> Pool:
    """The pool as a virtual server treats it."""
    known = treated.setdefault(group.name, {})
    if virtual.treatment not in known:
        if len(known) * len(group.servers) > MOST_COPIES:
            raise _too_many(source, group.shown, virtual.span)
        known[virtual.treatment] = _made(group, f"{group.shown} ({virtual.name})" if known else group.shown, virtual)
    return known[virtual.treatment]


def _made(group: Group, name: str, virtual: Virtual | None) -> Pool:
    ahead = _ahead(group)
    keeps_port = virtual is not None and virtual.keeps_port
    members = tuple(
        Member(
            name=server.name,
            host=server.host,
            address=server.address,
            port=None if keeps_port else server.port or None,
            backup=group.least > 0 and ahead[server.priority] >= group.least,
            disabled=server.disabled,
            weight=server.weight,
            send_proxy=False,
            tls=virtual is not None and virtual.server_tls,
            check=server.check,
            span=server.span,
        )
        for server in group.servers
    )
    if virtual is None:
        return Pool(name, "tcp", members, group.balance, (), group.span)
    return Pool(
        name,
        virtual.mode,
        members,
        group.balance,
        virtual.persistence,
        group.span,
        virtual.forwarding,
        virtual.server_idle,
    )


def _ahead(group: Group) -> dict[int, int]:
    """How many members that may serve are of a higher priority, by priority."""
    counts: dict[int, int] = {}
    for server in group.servers:
        counts[server.priority] = counts.get(server.priority, 0) + (not server.disabled)
    ahead: dict[int, int] = {}
    total = 0
    for priority in sorted(counts, reverse=True):
        ahead[priority] = total
        total += counts[priority]
    return ahead


def _remark_priorities(group: Group, notes: Notes) -> None:
    """Priorities of a pool that does not activate by priority: they mean nothing."""
    if group.least == 0 and len({server.priority for server in group.servers}) > 1:
        lowest = min(group.servers, key=lambda server: server.priority)
        notes.remark("ignored", "priority", lowest.span, pool=group.shown)


def narrowed(virtuals: Sequence[Virtual]) -> list[Virtual]:
    """The virtual servers with the ports taken out of those on every port at which a more specific one listens.

    A BIG-IP gives a connection to the most specific virtual server, by address first and then by port, also when that one
    is disabled (the order of precedence of 11.3 and later; tm.continuematching is false by default).
    """
    wide = [virtual for virtual in virtuals if any(_every_port(listener) for listener in virtual.listeners)]
    if not wide or len(wide) > MOST_NARROWED:
        return list(virtuals)
    # Clients that a more specific one is not for go on to the next.
    open_to_all = [virtual for virtual in virtuals if not virtual.gates]
    exact = [listener for virtual in open_to_all for listener in virtual.listeners if not _every_port(listener)]
    return [
        virtual._replace(listeners=tuple(part for one in virtual.listeners for part in _without(one, exact)))
        if any(_every_port(listener) for listener in virtual.listeners)
        else virtual
        for virtual in virtuals
    ]


def _every_port(listener: Listener) -> bool:
    return listener.first_port == FIRST_PORT and listener.last_port == LAST_PORT


def _covers(wide: Listener, other: Listener) -> bool:
    """Whether a listener on every address of its family takes connections to the address of another one."""
    return other.address is not None and is_v6(other.address) == (wide.family == "ip6")


def _without(listener: Listener, exact: Sequence[Listener]) -> list[Listener]:
    if not _every_port(listener):
        return [listener]
    taken = {
        other.first_port
        for other in exact
        if other.address == listener.address or (listener.everywhere and _covers(listener, other))
    }
    found: list[Listener] = []
    first = FIRST_PORT
    for port in sorted(taken):
        if port > first:
            found.append(listener._replace(first_port=first, last_port=port - 1))
        first = port + 1
    return [*found, listener._replace(first_port=first)] if first <= LAST_PORT else found
