"""Two load balancers by what clients get: which of them, on which port, is handed which members.

Compared are who answers, whom it lets in, how it speaks to both sides (TLS, PROXY protocol, mode), and the members in
rotation with their ports, backups apart. How members are probed is told beside that (`probing`). Not compared: times, weights
above zero and the order of turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from portspec.compare.probing import ProbesDiffer, compare_probes
from portspec.compare.serving import Client, Seat, Service, Where, kinds_of_client, services
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.witness import pick_address
from portspec.source import SourceText

Change = Literal["opened", "closed", "members", "manner"]
"""Where nobody was served before; where nobody is any more; other members; the same members in another way."""
MOST_KINDS = 200_000
"""Kinds of clients that two configs may tell apart."""


class Example(NamedTuple):
    """One client that shows a difference."""

    source: int
    where: Where
    port: int
    server_name: str


class Served(NamedTuple):
    """Clients that are served otherwise: on these ports of these addresses, from these sources, by these server names.

    Not `certain`: it hangs on a condition, or on a name that is not resolved.
    """

    change: Change
    certain: bool
    places: tuple[Where, ...]
    ports: IntervalSet
    sources: IntervalSet
    server_names: tuple[str, ...]
    old: tuple[Service, ...]
    new: tuple[Service, ...]
    example: Example

    @property
    def gained(self) -> tuple[Seat, ...]:
        """Members that clients get now and did not before."""
        return _sorted(_seats(self.new) - _seats(self.old))

    @property
    def lost(self) -> tuple[Seat, ...]:
        """Members that clients do not get any more."""
        return _sorted(_seats(self.old) - _seats(self.new))


class BalancerComparison(NamedTuple):
    """Two load balancers. `taken` are floating addresses that the new one holds and the old one does not, `given_up` the
    reverse; both are empty where a format has none (HAProxy leaves them to keepalived). `probes` make nothing unequal."""

    old: SourceText
    new: SourceText
    formats: tuple[str, str]
    differences: tuple[Served, ...]
    taken: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    probes: tuple[ProbesDiffer, ...] = ()

    @property
    def relation(self) -> Literal["equal", "differs", "unknown"]:
        """`unknown`: nothing differs for certain, something may."""
        if self.taken or self.given_up or any(found.certain for found in self.differences):
            return "differs"
        return "unknown" if self.differences else "equal"


def compare_balancers(old: Balancer, new: Balancer) -> BalancerComparison:
    """Compare what clients get. Raises InputError where too many kinds of clients are told apart."""
    pools = [{pool.name: pool for pool in balancer.pools} for balancer in (old, new)]
    grouped: dict[tuple[tuple[Service, ...], tuple[Service, ...]], list[Client]] = {}
    same_text = old.source.text == new.source.text and old.format == new.format
    for number, client in enumerate(() if same_text else kinds_of_client((old, new))):
        if number == MOST_KINDS:
            raise InputError("the two configs tell too many kinds of clients apart to compare", new.source.path)
        before, after = services(old, client, pools[0]), services(new, client, pools[1])
        if before != after and not (_serves_nobody(before) and _serves_nobody(after)):
            grouped.setdefault((before, after), []).append(client)
    found = [_served(before, after, clients) for (before, after), clients in grouped.items()]
    found += _unread(old, new)
    ordered = sorted(found, key=lambda one: (not one.certain, one.ports.spans, [str(place) for place in one.places]))
    held = [frozenset(one.address for one in balancer.floating) for balancer in (old, new)]
    if old.format != new.format and not all(held):
        held = [frozenset(), frozenset()]
    return BalancerComparison(
        old.source,
        new.source,
        (old.format, new.format),
        tuple(ordered),
        tuple(sorted(held[1] - held[0])),
        tuple(sorted(held[0] - held[1])),
        () if same_text else compare_probes(old, new),
    )


def _served(before: tuple[Service, ...], after: tuple[Service, ...], clients: list[Client]) -> Served:
    ports = IntervalSet((client.first_port, client.last_port) for client in clients)
    sources = EMPTY
    for client in clients:
        sources |= client.sources
    first = clients[0]
    return Served(
        _change(before, after),
        _certain(before, after),
        tuple(dict.fromkeys(client.where for client in clients)),
        ports,
        sources,
        tuple(dict.fromkeys(client.server_name for client in clients)),
        before,
        after,
        Example(pick_address(first.sources), first.where, first.first_port, first.server_name),
    )


def _serves_nobody(found: tuple[Service, ...]) -> bool:
    """Whether clients surely get no member, be it that nobody listens, turns them away or has any."""
    return all(service.decided and not service.seats for service in found)


def _change(before: tuple[Service, ...], after: tuple[Service, ...]) -> Change:
    old, new = _seats(before), _seats(after)
    if not old and new:
        return "opened"
    if old and not new:
        return "closed"
    return "members" if old != new else "manner"


def _certain(before: tuple[Service, ...], after: tuple[Service, ...]) -> bool:
    if len(before) > 1 or len(after) > 1 or not all(service.decided for service in (*before, *after)):
        return False
    return all(seat.resolved for seat in _seats(before) ^ _seats(after))


def _unread(old: Balancer, new: Balancer) -> list[Served]:
    """A frontend that may listen anywhere may answer whatever the others do not, unless both have it."""
    open_ends = [
        {(one.name, balancer.source.quoted(one.unread).strip()) for one in balancer.frontends if one.unread is not None}
        for balancer in (old, new)
    ]
    if open_ends[0] == open_ends[1]:
        return []
    where = Where(None)
    example = Example(pick_address(ANY_V4), where, 0, "")
    everywhere = IntervalSet.of(0, 65535)
    return [Served("manner", False, (where,), everywhere, ANY_V4 | ANY_V6, ("",), (), (), example)]


def _seats(found: Iterable[Service]) -> frozenset[Seat]:
    return frozenset(seat for service in found for seat in service.seats)


def _sorted(found: Iterable[Seat]) -> tuple[Seat, ...]:
    return tuple(sorted(found, key=lambda seat: (seat.backup, seat.host, seat.port or 0, seat)))
