"""Flows of a snapshot as a profile sees them: from which role to which, through which balancer, in which phases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.policy.model import Phase, Profile
from portspec.policy.topology import actual_role, exists, has_balancer, holds
from portspec.spec.model import Flow, Holder, Port, Service, Snapshot


class Path(NamedTuple):
    """One flow between two roles. `target` None: only the way to the balancer is known (a cloud's node ports).

    `via` is the balancer's id, None where the profile makes the flow direct. `before_system`: the target listens
    before its own system runs (`spec.model.Holder`).
    """

    service: Service
    port: Port
    flow: Flow
    sender: str
    target: str | None
    via: str | None
    phases: tuple[Phase, ...]
    before_system: bool = False


def ports_of(service: Service, profile: Profile) -> Iterator[Port]:
    """The ports of a service that a profile has."""
    return (port for port in service.ports if holds(port.condition, profile))


def holders_of(snapshot: Snapshot, port: Port, profile: Profile) -> Iterator[tuple[str, Holder]]:
    """The actual roles that hold a port under a profile, with the record. Roles that the cluster lacks hold nothing."""
    for holder in port.holders:
        role = actual_role(holder.role, profile)
        if holds(holder.condition, profile) and exists(snapshot, role, profile):
            yield role, holder


def paths(snapshot: Snapshot, profile: Profile) -> Iterator[Path]:
    """Every path of every flow, in the spec's order. What a host says to itself is left out."""
    for service in snapshot.services.values():
        yield from service_paths(snapshot, profile, service)


def service_paths(snapshot: Snapshot, profile: Profile, service: Service) -> Iterator[Path]:
    """The paths of one service."""
    between = has_balancer(snapshot, profile)
    balancer_roles = {balancer.role for balancer in snapshot.balancers.values()}
    for port in ports_of(service, profile):
        for flow in port.flows or ():
            if not holds(flow.condition, profile):
                continue
            via = flow.via if between and _stands(snapshot, flow.via, profile) else None
            for written in flow.senders:
                sender = actual_role(written, profile)
                if (written in balancer_roles and not between) or not exists(snapshot, sender, profile):
                    continue
                for target, phases, early in _targets(snapshot, profile, port, flow, sender):
                    if phases and not (via is None and target == sender and _is_one_host(sender, profile)):
                        yield Path(service, port, flow, sender, target, via, phases, early)
                if via is not None and not any(True for _ in holders_of(snapshot, port, profile)):
                    yield Path(service, port, flow, sender, None, via, _shared(snapshot, flow.phases, sender))


def _stands(snapshot: Snapshot, via: str | None, profile: Profile) -> bool:
    return via is not None and exists(snapshot, snapshot.balancers[via].role, profile)


def _is_one_host(role: str, profile: Profile) -> bool:
    """Whether a role has one host at most, so that its talk to itself never leaves it."""
    return role == "bootstrap" or profile.topology == "single-node"


def _targets(
    snapshot: Snapshot, profile: Profile, port: Port, flow: Flow, sender: str
) -> list[tuple[str, tuple[Phase, ...], bool]]:
    """The targets of a flow, each with the phases in which sender and target exist and the target listens, and whether
    it does so before its own system runs."""
    listening: dict[str, list[Holder]] = {}
    for role, holder in holders_of(snapshot, port, profile):
        listening.setdefault(role, []).append(holder)
    wanted = [actual_role(role, profile) for role in flow.targets] or list(listening)
    found = []
    for target in dict.fromkeys(wanted):
        there = listening.get(target, [])
        shared = tuple(
            phase for phase in _shared(snapshot, flow.phases, sender) if any(phase in holder.phases for holder in there)
        )
        found.append((target, shared, all(holder.before_system for holder in there)))
    return found


def _shared(snapshot: Snapshot, phases: tuple[Phase, ...], sender: str) -> tuple[Phase, ...]:
    role = snapshot.roles.get(sender)
    return phases if role is None else tuple(phase for phase in phases if phase in role.phases)
