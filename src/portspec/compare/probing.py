"""How two load balancers probe the members that both have.

Probes decide who is in rotation when a member fails, not which members a client may get; so they are told beside the comparison and
do not make it unequal. Some formats cannot probe at all (nginx's own notices failed connections).
"""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.model import Balancer, HealthCheck
from portspec.packets.addresses import format_address


class Probing(NamedTuple):
    """What tells two probes apart: `target` is the address and port that is asked where they are not the member's own;
    `removal` is how long a member stays in that answers badly at once, in milliseconds (None: for ever)."""

    kind: str
    request: str = ""
    expect: str = ""
    target: str = ""
    removal: int | None = None


class ProbesDiffer(NamedTuple):
    """Members (`address:port`) that the two configs probe in other ways: all the ways of each."""

    members: tuple[str, ...]
    old: tuple[Probing, ...]
    new: tuple[Probing, ...]


def compare_probes(old: Balancer, new: Balancer) -> tuple[ProbesDiffer, ...]:
    """The members that both have and do not probe alike; those with the same difference together."""
    before, after = _probes(old), _probes(new)
    found: dict[tuple[tuple[Probing, ...], tuple[Probing, ...]], list[str]] = {}
    for member, ways in before.items():
        others = after.get(member)
        if others is not None and set(ways) != set(others):
            found.setdefault((tuple(ways), tuple(others)), []).append(member)
    return tuple(ProbesDiffer(tuple(members), ways, others) for (ways, others), members in found.items())


def _probes(balancer: Balancer) -> dict[str, dict[Probing, None]]:
    """The ways in which each member in rotation is probed, pool by pool."""
    found: dict[str, dict[Probing, None]] = {}
    for pool in balancer.pools:
        for member in pool.members:
            if member.disabled or member.last_resort or member.weight == 0:
                continue
            host = format_address(member.address) if member.address is not None else member.host.lower()
            host = f"[{host}]" if ":" in host and member.port is not None else host
            name = f"{host}:{member.port}" if member.port is not None else host
            found.setdefault(name, {})[_probing(member.check, member.port)] = None
    return found


def _probing(check: HealthCheck, own: int | None) -> Probing:
    if check.kind == "none":
        return Probing("none")
    request = f"{check.method or 'GET'} {check.path or '/'}" if check.kind in ("http", "https") else ""
    port = "" if check.port is None or check.port == own else f":{check.port}"
    address = "" if check.address is None else format_address(check.address)
    expect = check.expect if check.kind in ("http", "https") else ""
    return Probing(check.kind, request, expect, f"{address}{port}", check.removal)
