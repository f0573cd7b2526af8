"""A balanced connection as packet filters see it: leg by leg, from the client to the balancer and on to a member.

A balancer that connects itself makes two connections, the second from an address of its own. One that only forwards packets
leaves the client's source address in them; where members answer the client themselves, the balancer's address stays
their destination too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from portspec.checks.api import Case, PlacedFilter
from portspec.checks.audience import union
from portspec.checks.balancers import Way
from portspec.checks.filters import CLIENT_PORTS, Evidence
from portspec.checks.finding import Finding, Place
from portspec.checks.hops import boxes_of
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.configs.firewall.context import Context
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Balance
from portspec.records import NamedTuple

NEW = Context(state="new", source_ports=CLIENT_PORTS)
"""The first packet of an ordinary client's connection."""

TCP = 6


class Leg(NamedTuple):
    """First packets of connections: from `senders` to `receivers`, on the machines `hosts` (the receivers themselves unless
    packets are forwarded to machines that hold the balancer's address)."""

    senders: IntervalSet
    receivers: IntervalSet
    hosts: IntervalSet
    points: IntervalSet


class Stop(NamedTuple):
    """Where a filter stops part of a leg: the blocked packets, by the way they take through the filter."""

    placed: PlacedFilter
    path: Literal["input", "forward", "output"]
    blocked: tuple[Box, ...]

    def evidence(self, box: Box | None = None) -> Evidence:
        """One blocked packet, with the rules that it meets."""
        return self.placed.judge.evidence(self.path, self.blocked[0] if box is None else box, NEW)

    def stopped(self, receiver: int, senders: IntervalSet) -> IntervalSet:
        """The senders that do not get through to a receiver."""
        found = EMPTY
        for box in self.blocked:
            if receiver in box.destinations:
                found |= box.sources & senders
        return found


def balancer_addresses(cluster: Cluster, balance: Balance) -> IntervalSet:
    """The addresses of the machines that balance a port."""
    return cluster.addresses(f"{balance.balancer}-balancer")


def clients(case: Case, balance: Balance) -> IntervalSet:
    """The addresses of all that the policy lets connect to a balanced port in this phase."""
    return union(case.cluster, required_clients(case, balance))


def required_clients(case: Case, balance: Balance) -> tuple[str, ...]:
    """The roles that have to get to a balanced port in this phase."""
    roles = {
        allow.source
        for allow in case.policy.allows
        if allow.leg == "to-balancer"
        and allow.target == f"{balance.balancer}-balancer"
        and allow.port == str(balance.port)
        and allow.necessity == "required"
        and case.cluster.phase in allow.phases
    }
    return tuple(sorted(roles))


def member_leg(case: Case, way: Way, machines: IntervalSet) -> Leg:
    """How clients' connections get to members, which serve the port that clients asked for."""
    own = balancer_addresses(case.cluster, way.balance)
    points = ports(TCP, way.balance.port, way.balance.port)
    if way.pool.forwarding == "proxy":
        return Leg(own, machines, machines, points)
    senders = clients(case, way.balance)
    return Leg(senders, machines if way.pool.forwarding == "nat" else own, machines, points)


def ways_through(
    cluster: Cluster, placed: PlacedFilter, leg: Leg
) -> Iterator[tuple[Literal["input", "forward", "output"], list[Box]]]:
    """The ways that a leg's packets take through a filter, with the packets; none where it does not stand between."""
    place = placed.entry.at
    if isinstance(place, HostPlace):
        here = place.addresses & leg.hosts
        if here:
            receivers = here if leg.hosts == leg.receivers else leg.receivers
            # What the host's own address sends does not come in from outside.
            yield "input", list(boxes_of(leg.senders - place.addresses, receivers, leg.points))
        out = place.addresses & leg.senders
        if out:
            yield "output", list(boxes_of(out, leg.receivers - place.addresses, leg.points))
    elif isinstance(place, BetweenPlace) and leg.hosts == leg.receivers:
        near, far = union(cluster, place.near), union(cluster, place.far)
        for one, other in ((near, far - near), (far - near, near)):
            boxes = list(boxes_of(leg.senders & one, leg.receivers & other, leg.points))
            if boxes:
                yield "forward", boxes


def stops(case: Case, leg: Leg) -> list[Stop]:
    """Where the filters of a cluster stop packets of a leg for certain."""
    found: list[Stop] = []
    if not leg.senders or not leg.receivers:
        return found
    for placed in case.filters:
        for path, boxes in ways_through(case.cluster, placed, leg):
            blocked = placed.judge.judge.partition(path, boxes, NEW).blocked if boxes else ()
            if blocked:
                found.append(Stop(placed, path, blocked))
    return found


def told_of(made: Finding, found: Sequence[tuple[PlacedFilter, Evidence]], *others: Place) -> Finding:
    """A finding about a path, told at the rule that cuts it or lets it through first: with a packet, and with every other
    place that takes part, each once."""
    placed, evidence = found[0]
    here = Place(placed.path, evidence.span)
    related = [*others, *(Place(other.path, its.span) for other, its in found)]
    return made._replace(
        path=here.path,
        span=here.span,
        witness=evidence.witness,
        related=tuple(place for place in dict.fromkeys(related) if place != here),
    )


def files(found: Iterable[tuple[PlacedFilter, Evidence]]) -> str:
    """The files of some filters, as one phrase."""
    return ", ".join(dict.fromkeys(placed.path for placed, _ in found))
