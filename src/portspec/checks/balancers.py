"""What the PS3xx checks share: which pools answer on a balanced port, and which member is which machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.checks.api import Case, PlacedBalancer
from portspec.checks.finding import Confidence, Finding, Severity
from portspec.cluster.model import BalancerPlace, Cluster
from portspec.configs.balancer.model import Frontend, Listener, Member, Pool
from portspec.packets.addresses import format_address
from portspec.policy.model import Balance
from portspec.source import Span

ROLE_NAMES = (
    ("bootstrap", re.compile(r"bootstrap|(?<![a-z])boot(?![a-z])")),
    ("control-plane", re.compile(r"master|control-?plane|(?<![a-z])(cp|ctrl|etcd)-?\d*(?![a-z])")),
    ("worker", re.compile(r"worker|compute|infra|router|ingress|(?<![a-z])node-?\d")),
)
"""How people name the machines of a cluster."""


class Way(NamedTuple):
    """From a listener on a balanced port to a pool. Not `certain`: a condition that is not read lies between."""

    balance: Balance
    frontend: Frontend
    listener: Listener
    pool: Pool
    certain: bool


class Seat(NamedTuple):
    """A member of a pool with the machine behind it. `roles` is empty when nothing is known of the machine;
    `certain` tells whether the roles come from the address or only from the name."""

    member: Member
    address: int | None
    roles: tuple[str, ...]
    certain: bool


def balances(case: Case, placed: PlacedBalancer) -> list[Balance]:
    """The obligations of the balancers that a config serves."""
    if isinstance(placed.place, BalancerPlace):
        return [balance for balance in case.policy.balances if balance.balancer in placed.place.balancers]
    return list(case.policy.balances)


def listeners(placed: PlacedBalancer, port: int) -> Iterator[tuple[Frontend, Listener]]:
    """Every listener that covers a port."""
    for frontend in placed.balancer.frontends:
        for listener in frontend.listeners:
            if listener.first_port <= port <= listener.last_port:
                yield frontend, listener


def ways(case: Case, placed: PlacedBalancer) -> list[Way]:
    """Every way from a balanced port to a pool of this cluster, each pool once per port.

    A pool that is only reached for certain server names and has no machine of this cluster belongs to another
    cluster behind the same address.
    """
    pools = {pool.name: pool for pool in placed.balancer.pools}
    found: dict[tuple[str, str, bool], Way] = {}
    for balance in balances(case, placed):
        for frontend, listener in listeners(placed, balance.port):
            for route in frontend.routes:
                pool = pools.get(route.pool)
                if pool is None or (route.server_names is not None and not _is_ours(case.cluster, pool)):
                    continue
                certain = not route.condition or route.server_names is not None
                found.setdefault((balance.id, pool.name, certain), Way(balance, frontend, listener, pool, certain))
                if not route.condition:
                    break
    return list(found.values())


def seats(cluster: Cluster, pool: Pool) -> list[Seat]:
    """The members that may serve, with their machines; disabled ones are left out."""
    return [seat(cluster, member) for member in pool.members if not member.disabled]


def seat(cluster: Cluster, member: Member) -> Seat:
    """Who a member is: by its address, by the address of its name, else by what the name says."""
    address = member.address
    if address is None:
        address = cluster.hosts.get(member.host.lower())
    if not cluster.bare and address is not None:
        return Seat(member, address, cluster.roles_of(address), certain=True)
    return Seat(member, address, role_from_name(f"{member.name} {member.host}"), certain=False)


def role_from_name(name: str) -> tuple[str, ...]:
    """The role that a machine's name tells, if it tells one."""
    lowered = name.lower()
    for role, pattern in ROLE_NAMES:
        if pattern.search(lowered):
            return (role,)
    return ()


def plays(seat: Seat, roles: tuple[str, ...]) -> bool:
    """Whether a member plays one of the roles. Routers run on nodes: a worker may stand for an ingress node."""
    wanted = set(roles)
    if "ingress-node" in wanted:
        wanted.add("worker")
    return bool(wanted & set(seat.roles))


def member_phrase(seat: Seat) -> str:
    """A member as a person would name it: `worker-0 (192.168.22.211)`."""
    address = format_address(seat.address) if seat.address is not None else seat.member.host
    return seat.member.name if seat.member.name == address else f"{seat.member.name} ({address})"


def _is_ours(cluster: Cluster, pool: Pool) -> bool:
    if cluster.bare:
        return True
    nodes = {"bootstrap", "control-plane", "worker", "ingress-node"}
    return any(nodes & set(seat.roles) for seat in seats(cluster, pool))


def finding(
    placed: PlacedBalancer,
    balance: Balance | None,
    code: str,
    variant: str,
    severity: Severity,
    span: Span | None,
    *,
    certain: bool = True,
    **values: str,
) -> Finding:
    """A finding about a balanced port, or about the config alone."""
    confidence: Confidence = "certain" if certain else "possible"
    if balance is not None:
        values = {"balancer": balance.balancer, "port": str(balance.port), **values}
    return Finding(
        code,
        variant,
        severity,
        confidence,
        placed.path,
        span,
        values,
        service=balance.service if balance else "",
        port=str(balance.port) if balance else "",
    )
