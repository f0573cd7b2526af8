"""What a balancer's config is written from: the ports of the balancers in a phase, with their members by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.cluster.model import Cluster
from portspec.errors import InputError
from portspec.packets.addresses import format_address, format_addresses, is_v6
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Balance, Policy

MOST_MEMBERS = 512
MOST_LISTENERS = 64
"""A role with more addresses than that is a network, of which nobody knows the machines."""
BALANCERS = ("api", "ingress")


class Member(NamedTuple):
    """One machine of a pool. `backup`: it serves only while no other member does."""

    name: str
    address: str
    backup: bool


class Pool(NamedTuple):
    """One balanced port: the addresses at which it is listened on, and who serves it."""

    name: str
    balance: Balance
    listeners: tuple[str, ...]
    members: tuple[Member, ...]


def pools(policy: Policy, cluster: Cluster) -> list[Pool]:
    """Every balanced port of the cluster, the API's first.

    Raises InputError where the profile has no balancer of its own, and for a role whose addresses are missing or are a
    whole network.
    """
    if not policy.balances:
        profile = policy.profile
        raise InputError(
            f"a cluster of platform {profile.platform}, topology {profile.topology} has no load balancer of its own to "
            "be configured: nothing to render",
            cluster.path,
            hint="its nodes hold the addresses themselves; where the site runs a balancer, add the feature user-managed-balancer",
        )
    names = _names(cluster)
    ordered = sorted(
        policy.balances, key=lambda balance: (BALANCERS.index(balance.balancer), balance.service, balance.port)
    )
    return [_pool(cluster, balance, names) for balance in ordered]


def listening(cluster: Cluster, balancer: str) -> tuple[str, ...]:
    """The addresses that a balancer answers at. Raises InputError when the cluster file has none, or too many."""
    return tuple(format_address(point) for point in _points(cluster, f"{balancer}-balancer", MOST_LISTENERS))


def endpoint(address: str, port: int) -> str:
    """An address with a port, as HAProxy and nginx write it."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _pool(cluster: Cluster, balance: Balance, names: dict[int, str]) -> Pool:
    members: list[Member] = []
    for role in balance.members[cluster.phase]:
        points = _points(cluster, role, MOST_MEMBERS)
        members += [Member(names[point], format_address(point), role in balance.backup) for point in points]
    # Backups stand last: the first line of a pool is what serves.
    members.sort(key=lambda member: member.backup)
    listeners = listening(cluster, balance.balancer)
    return Pool(f"{balance.balancer}-{balance.port}", balance, listeners, tuple(members))


def _points(cluster: Cluster, role: str, most: int) -> list[int]:
    addresses = cluster.addresses(role)
    if not addresses:
        raise InputError(
            f"role {role} has no addresses, without which the balancer cannot be written",
            cluster.path,
            hint=f"add `{role}:` under `roles:`",
        )
    if addresses.size > most:
        raise InputError(
            f"role {role} has {addresses.size:,} addresses ({format_addresses(addresses)}): which of them are machines "
            "is not known",
            cluster.path,
            hint=f"name the machines one by one; up to {most} are written",
        )
    return [point for first, last in addresses for point in range(first, last + 1)]


def _names(cluster: Cluster) -> dict[int, str]:
    """A name for every machine: its host name's first word where the cluster file tells one, else role and number."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for host, point in cluster.hosts.items():
        if point not in names:
            _take(names, taken, point, re.sub(r"[^A-Za-z0-9_.-]", "-", host.partition(".")[0]) or "host")
    for role in ("bootstrap", "control-plane", "worker", "ingress-node", "windows-node"):
        for family in (False, True):
            for number, point in enumerate(_few(cluster.addresses(role), v6=family)):
                if point not in names:
                    short = {"control-plane": "master", "bootstrap": "bootstrap"}.get(role, role)
                    numbered = short if role == "bootstrap" and not number else f"{short}-{number}"
                    _take(names, taken, point, f"{numbered}-v6" if family else numbered)
    return names


def _few(addresses: IntervalSet, *, v6: bool) -> Iterator[int]:
    for first, last in addresses if addresses.size <= MOST_MEMBERS else EMPTY:
        if is_v6(first) == v6:
            yield from range(first, last + 1)


def _take(names: dict[int, str], taken: set[str], point: int, wanted: str) -> None:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    names[point] = name
