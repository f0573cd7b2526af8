"""What a load balancer does with one kind of client: who may connect, and which members it may get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple

from portspec.configs.balancer.model import Balancer, Frontend, Gate, Listener, Member, Pool, Route, Term
from portspec.packets.addresses import ANY_V4, ANY_V6, format_address
from portspec.packets.intervals import IntervalSet

NO_NAME = ""
"""The server name of a client that says none, or none that the configs know."""


class Where(NamedTuple):
    """An address that clients connect to: a point, a name that is not resolved, or every other address of a family."""

    address: int | None
    name: str = ""
    family: Literal["ip4", "ip6"] = "ip4"

    def __str__(self) -> str:
        if self.address is not None:
            return format_address(self.address)
        return self.name or ("*" if self.family == "ip4" else "::")


class Client(NamedTuple):
    """A kind of client: where it connects to, on which ports, from which addresses, asking for which TLS server name."""

    where: Where
    first_port: int
    last_port: int
    sources: IntervalSet
    server_name: str


class Seat(NamedTuple):
    """A member in rotation. `port` None: the port that the client connected to, with `offset` added."""

    host: str
    port: int | None
    offset: int
    backup: bool
    tls: bool
    proxy_protocol: bool
    resolved: bool


class Rotation(NamedTuple):
    """The members that a pool hands out, and how a connection gets there."""

    seats: frozenset[Seat]
    forwarding: str


class Turn(NamedTuple):
    """A pool that a client may get. `condition` is the text of a condition that is not decided; empty: it surely does.

    `rotation` None: the connection is ended.
    """

    condition: str
    rotation: Rotation | None


class Service(NamedTuple):
    """What answers a kind of client. `admitted` is open where it hangs on a gate that is not decided; then `gates` has
    what it asks."""

    mode: str
    tls: bool
    accept_proxy: bool
    admitted: Literal["yes", "no", "open"]
    gates: tuple[object, ...]
    turns: tuple[Turn, ...]

    @property
    def decided(self) -> bool:
        """Whether nothing about it is open."""
        return self.admitted != "open" and not any(turn.condition for turn in self.turns)

    @property
    def seats(self) -> frozenset[Seat]:
        """Every member that a client may get."""
        if self.admitted == "no":
            return frozenset()
        return frozenset(seat for turn in self.turns if turn.rotation for seat in turn.rotation.seats)


def services(balancer: Balancer, client: Client, known: Mapping[str, Pool]) -> tuple[Service, ...]:
    """What answers a kind of client: nothing, one frontend, or several that share a socket."""
    found = [_service(frontend, listener, client, known) for frontend, listener in _answering(balancer, client)]
    return tuple(sorted(dict.fromkeys(found), key=repr))


def _answering(balancer: Balancer, client: Client) -> Iterator[tuple[Frontend, Listener]]:
    """The listeners that take the client: those of the address itself before those of every address."""
    exact: list[tuple[Frontend, Listener]] = []
    every: list[tuple[Frontend, Listener]] = []
    for frontend in balancer.frontends:
        for listener in frontend.listeners if frontend.disabled is None else ():
            if not listener.first_port <= client.first_port <= listener.last_port:
                continue
            where = client.where
            if listener.everywhere:
                if listener.family in ("any", where.family):
                    every.append((frontend, listener))
            elif (listener.address, "" if listener.address is not None else listener.address_text) == where[:2]:
                exact.append((frontend, listener))
    yield from exact or every


def _service(frontend: Frontend, listener: Listener, client: Client, known: Mapping[str, Pool]) -> Service:
    port, point = client.first_port, client.sources.first
    sure, possible = frontend.admitted(port)
    admitted: Literal["yes", "no", "open"] = "yes" if point in sure else "open" if point in possible else "no"
    gates = tuple(map(_gate_key, frontend.gates)) if admitted == "open" else ()
    turns: list[Turn] = []
    for route in frontend.routes if admitted != "no" else ():
        holds = _holds(route, client)
        if holds is False:
            continue
        turn = Turn("" if holds else _condition(route), _rotation(known.get(route.pool), client))
        if turn not in turns:
            turns.append(turn)
        if holds:
            break
    return Service(frontend.mode, listener.tls, listener.accept_proxy, admitted, gates, tuple(turns))


def _condition(route: Route) -> str:
    return route.condition or repr((route.alternatives, route.inverted))


def _gate_key(gate: Gate) -> object:
    return gate.admits, gate.alternatives, gate.inverted, gate.stage


def _holds(route: Route, client: Client) -> bool | None:
    """Whether the client takes the route, if it gets so far."""
    answer: bool | None = False
    for terms in route.alternatives:
        known = [_term(term, client) for term in terms]
        if False in known:
            continue
        answer = None if None in known else True
        if answer:
            break
    return answer if answer is None else answer != route.inverted


def _term(term: Term, client: Client) -> bool | None:
    if term.kind == "port":
        return term.holds(client.first_port)
    if term.kind == "source":
        return (client.sources.first in term.sources) != term.negated
    if term.kind == "server-name" and term.names:
        return any(_fits(name, client.server_name) for name in term.names) != term.negated
    return None


def _fits(wanted: str, name: str) -> bool:
    """Whether a server name is the wanted one; of some terms only the end is known, and an empty one stands for any."""
    return wanted in ("", name) or (wanted.startswith(".") and name.endswith(wanted))


def _rotation(pool: Pool | None, client: Client) -> Rotation | None:
    if pool is None:
        return None
    return Rotation(frozenset(_seat(member, client) for member in pool.members if member.serves), pool.forwarding)


def _seat(member: Member, client: Client) -> Seat:
    host = format_address(member.address) if member.address is not None else member.host.lower()
    port, offset = member.port, 0 if member.port is not None else member.offset
    if port is None and client.first_port == client.last_port:
        port, offset = member.port_for(client.first_port), 0
    resolved = member.address is not None or member.everywhere
    backup = member.backup or member.last_resort
    return Seat(host, port, offset, backup, member.tls, member.send_proxy, resolved)


def kinds_of_client(balancers: Iterable[Balancer]) -> Iterator[Client]:
    """One client of each kind that any of the configs tells apart."""
    frontends = [one for balancer in balancers for one in balancer.frontends if one.disabled is None]
    for where in _places(frontends):
        for first, last in _port_stretches(frontends):
            sources, names = _told_apart(frontends)
            family = _family(where)
            for part in sources:
                if part.overlaps(family):
                    for name in names:
                        yield Client(where, first, last, part & family, name)


def _family(where: Where) -> IntervalSet:
    if where.address is not None:
        return ANY_V4 if where.address in ANY_V4 else ANY_V6
    return ANY_V6 if where.family == "ip6" else ANY_V4


def _places(frontends: Iterable[Frontend]) -> list[Where]:
    found: dict[Where, None] = {}
    for frontend in frontends:
        for listener in frontend.listeners:
            if listener.address is not None:
                family: Literal["ip4", "ip6"] = "ip4" if listener.address in ANY_V4 else "ip6"
                found[Where(listener.address, "", family)] = None
            elif not listener.everywhere:
                found[Where(None, listener.address_text)] = None
            else:
                if listener.family in ("any", "ip4"):
                    found[Where(None, "", "ip4")] = None
                if listener.family in ("any", "ip6"):
                    found[Where(None, "", "ip6")] = None
    return list(found)


def _port_stretches(frontends: Iterable[Frontend]) -> list[tuple[int, int]]:
    """Stretches of ports that nothing tells apart; those on which nobody listens are left out."""
    cuts: set[int] = set()
    for frontend in frontends:
        for listener in frontend.listeners:
            cuts |= {listener.first_port, listener.last_port + 1}
        for term in _terms(frontend):
            for first, last in term.ports:
                cuts |= {first, last + 1}
    ordered = sorted(cuts)
    return [
        (first, after - 1)
        for first, after in pairwise(ordered)
        if any(one.first_port <= first <= one.last_port for frontend in frontends for one in frontend.listeners)
    ]


def _told_apart(frontends: Iterable[Frontend]) -> tuple[list[IntervalSet], list[str]]:
    """Sources, in parts that every term treats alike, and server names."""
    parts = [ANY_V4, ANY_V6]
    names: dict[str, None] = {NO_NAME: None}
    for frontend in frontends:
        for term in _terms(frontend):
            if term.kind == "source":
                parts = [part for one in parts for part in (one & term.sources, one - term.sources) if part]
            names.update(dict.fromkeys(sorted(term.names - {""})))
    return parts, list(names)


def _terms(frontend: Frontend) -> Iterator[Term]:
    alternatives = [gate.alternatives for gate in frontend.gates] + [route.alternatives for route in frontend.routes]
    for asked in alternatives:
        for terms in asked:
            yield from terms
