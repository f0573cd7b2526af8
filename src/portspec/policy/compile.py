"""Snapshot and profile into a policy: what a config must let through, keep out and balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.policy.canonical import digest
from portspec.policy.document import policy_document
from portspec.policy.model import (
    PHASES,
    Allow,
    Balance,
    Deny,
    HealthRequirement,
    Policy,
    Profile,
    Reach,
    ServiceInfo,
)
from portspec.policy.paths import Path, holders_of, paths, ports_of
from portspec.policy.record import port_points
from portspec.policy.topology import actual_roles, exists, has_balancer, holds
from portspec.spec.model import BalancedPort, BalancerSpec, Port, Service, Snapshot
from portspec.spec.vocabulary import NECESSITIES


def compile_policy(snapshot: Snapshot, profile: Profile) -> Policy:
    """The policy of a release for a profile. The same input gives the same digest everywhere."""
    allows = merge_allows(made for path in paths(snapshot, profile) for made in path_hops(snapshot, path))
    denies = merge_denies(_denies(snapshot, profile))
    balances = tuple(_balances(snapshot, profile))
    services = {
        service.id: ServiceInfo(service.id, service.title, service.component, service.sensitivity)
        for service in snapshot.services.values()
    }
    return finish(snapshot.release.id, snapshot.spec_version, profile, allows, denies, balances, services)


def finish(
    release: str,
    spec_version: str,
    profile: Profile,
    allows: tuple[Allow, ...],
    denies: tuple[Deny, ...],
    balances: tuple[Balance, ...],
    services: dict[str, ServiceInfo],
) -> Policy:
    """A policy with its document and digest."""
    draft = Policy(
        release,
        spec_version,
        profile,
        tuple(sorted(allows, key=_id)),
        tuple(sorted(_told_apart(denies), key=_id)),
        tuple(sorted(balances, key=_id)),
        services,
        "",
        {},
    )
    document = policy_document(draft)
    return draft._replace(digest=digest(document), document=document)


def _id(obligation: Allow | Deny | Balance) -> str:
    return obligation.id


def port_label(port: Port) -> str:
    """`22623/tcp`, or the bare transport where it has no ports."""
    return f"{port.port}/{port.transport}" if port.port else port.transport


def path_hops(snapshot: Snapshot, path: Path) -> Iterator[Allow]:
    """The hops of a path: one, or two when a balancer stands between (one of them when it is sender or target)."""
    if path.via is None:
        if path.target is not None:
            yield _allow(path, path.sender, path.target, "direct")
        return
    balancer = snapshot.balancers[path.via].role
    yield _allow(path, path.sender, balancer, "to-balancer")
    if path.target is not None:
        yield _allow(path, balancer, path.target, "from-balancer")


def _allow(path: Path, source: str, target: str, leg: str) -> Allow:
    ends = f"{path.sender}>{path.target or target}"
    return Allow(
        id=f"allow:{path.service.id}:{port_label(path.port)}:{ends}:{leg}",
        service=path.service.id,
        port=path.port.port,
        transport=path.port.transport,
        ports=port_points(path.port.port, path.port.transport),
        source=source,
        target=target,
        leg=leg,  # type: ignore[arg-type]
        flow_source=path.sender,
        flow_target=path.target or target,
        via=path.via,
        necessity=path.flow.necessity,
        phases=path.phases,
        purpose=path.flow.purpose or path.port.purpose,
        sources=tuple(sorted(path.flow.sources)),
        before_system=path.before_system and target == path.target,
    )


def merge_allows(allows: Iterable[Allow]) -> tuple[Allow, ...]:
    """One obligation per id: the most binding necessity and its purpose, all phases, all sources."""
    merged: dict[str, Allow] = {}
    for allow in allows:
        known = merged.get(allow.id)
        if known is None:
            merged[allow.id] = allow
            continue
        binding = min(known, allow, key=lambda one: NECESSITIES.index(one.necessity))
        merged[allow.id] = binding._replace(
            phases=tuple(phase for phase in PHASES if phase in known.phases or phase in allow.phases),
            sources=tuple(sorted({*known.sources, *allow.sources})),
            before_system=known.before_system and allow.before_system,
        )
    return tuple(merged.values())


def _denies(snapshot: Snapshot, profile: Profile) -> Iterator[Deny]:
    for service in snapshot.services.values():
        yield from service_denies(snapshot, profile, service)
    if not has_balancer(snapshot, profile):
        return
    for balancer in snapshot.balancers.values():
        for balanced in _passed_on(snapshot, balancer, profile):
            service = snapshot.services[balanced.service]
            port = next((port for port in ports_of(service, profile) if port.port == str(balanced.port)), None)
            if port is not None:
                yield _deny(service, port, balancer.role, balanced.audience, balanced.sources)._replace(phases=PHASES)


def _passed_on(snapshot: Snapshot, balancer: BalancerSpec, profile: Profile) -> Iterator[BalancedPort]:
    """The ports of a balancer that a profile has; none where the cluster has no such balancer."""
    if exists(snapshot, balancer.role, profile):
        yield from (balanced for balanced in balancer.ports if holds(balanced.condition, profile))


def service_denies(snapshot: Snapshot, profile: Profile, service: Service) -> Iterator[Deny]:
    """The audience of every port of a service, per holder. Who may get to an outside party is not ours to say."""
    for port in ports_of(service, profile):
        for role, holder in holders_of(snapshot, port, profile):
            if role in snapshot.roles and snapshot.roles[role].kind == "outside":
                continue
            yield _deny(service, port, role, port.reach, port.sources)._replace(phases=holder.phases)


def _deny(service: Service, port: Port, role: str, reach: Reach, sources: tuple[str, ...]) -> Deny:
    return Deny(
        id=f"deny:{service.id}:{port_label(port)}:{role}",
        service=service.id,
        port=port.port,
        transport=port.transport,
        ports=port_points(port.port, port.transport),
        holder=role,
        reach=reach,
        sensitivity=service.sensitivity,
        phases=PHASES,
        sources=tuple(sorted(sources)),
    )


def merge_denies(denies: Iterable[Deny]) -> tuple[Deny, ...]:
    """One obligation per id, over all phases of its records."""
    merged: dict[str, Deny] = {}
    for deny in denies:
        known = merged.setdefault(deny.id, deny)
        phases = tuple(phase for phase in PHASES if phase in known.phases or phase in deny.phases)
        merged[deny.id] = known._replace(phases=phases)
    return tuple(merged.values())


def _told_apart(denies: tuple[Deny, ...]) -> Iterator[Deny]:
    """Ranges without the ports that have an audience of their own on the same holder, in every phase of the range."""
    for deny in denies:
        whole = port_points(deny.port, deny.transport)
        if deny.port is None or whole.size == 1:
            yield deny
            continue
        inside = {
            other.port: port_points(other.port, other.transport)
            for other in denies
            if (other.holder, other.transport) == (deny.holder, deny.transport)
            and other.port is not None
            and set(deny.phases) <= set(other.phases)
        }
        inside = {port: points for port, points in inside.items() if points.size < whole.size and points <= whole}
        left = whole
        for points in inside.values():
            left = left - points
        yield deny._replace(ports=left, apart=tuple(sorted(inside, key=lambda port: int(port.partition("-")[0]))))


def _balances(snapshot: Snapshot, profile: Profile) -> Iterator[Balance]:
    if not has_balancer(snapshot, profile):
        return
    for balancer in snapshot.balancers.values():
        if holds(balancer.condition, profile):
            for balanced in _passed_on(snapshot, balancer, profile):
                yield _balance(snapshot, balancer, balanced, profile)


def _balance(snapshot: Snapshot, balancer: BalancerSpec, balanced: BalancedPort, profile: Profile) -> Balance:
    health = balanced.health

    def having(roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(role for role in actual_roles(roles, profile) if exists(snapshot, role, profile))

    return Balance(
        id=f"balance:{balancer.id}:{balanced.port}/{balanced.transport}",
        balancer=balancer.id,  # type: ignore[arg-type]
        service=balanced.service,
        port=balanced.port,
        transport=balanced.transport,
        layer=balanced.layer,
        members={phase: having(roles) for phase, roles in balanced.members.items()},
        backup=having(balanced.backup),
        health=None if health is None else HealthRequirement(*health),
        persistence=balanced.persistence,
        audience=balanced.audience,
        sources=tuple(sorted(balanced.sources)),
    )
