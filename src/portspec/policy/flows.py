"""The flows of a release as plain records, for lists and for the site."""

from __future__ import annotations

from typing import Any, NamedTuple

from portspec.policy.model import PHASES, Necessity, Phase, Profile, Reach, Text
from portspec.policy.paths import Path, paths
from portspec.spec.model import Conflict, Port, Snapshot
from portspec.spec.releases import release_key
from portspec.spec.vocabulary import NECESSITIES


class FlowRecord(NamedTuple):
    """One flow between two roles, its balancer included. `carried_forward`: nobody looked for this release."""

    service: str
    title: Text
    port: str | None
    transport: str
    sender: str
    target: str
    via: str | None
    necessity: Necessity
    phases: tuple[Phase, ...]
    reach: Reach
    purpose: Text
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    carried_forward: bool

    def as_json(self) -> dict[str, Any]:
        """The record as `ports --format json` gives it."""
        return {
            "service": self.service,
            "title": dict(self.title),
            "port": self.port,
            "transport": self.transport,
            "from": self.sender,
            "to": self.target,
            "via": self.via,
            "necessity": self.necessity,
            "phases": list(self.phases),
            "reach": self.reach,
            "purpose": dict(self.purpose),
            "sources": list(self.sources),
            "conflicts_with": [{"source": one.source, "text": dict(one.text)} for one in self.conflicts],
            "carried_forward": self.carried_forward,
        }


def flows(
    snapshot: Snapshot, profile: Profile, role: str | None = None, phase: Phase | None = None
) -> tuple[FlowRecord, ...]:
    """Every flow of a profile in the spec's order: those that a role sends or receives, those of a phase.

    Aliases of roles (`master`, `compute`) count as the role.
    """
    wanted = None if role is None else canonical_role(snapshot, role)
    merged: dict[tuple[str, ...], FlowRecord] = {}
    for path in paths(snapshot, profile):
        record = _record(snapshot, path)
        if wanted is not None and wanted not in {record.sender, record.target, _balancer_role(snapshot, path.via)}:
            continue
        if phase is not None and phase not in record.phases:
            continue
        key = (record.service, record.port or "", record.transport, record.sender, record.target, record.via or "")
        merged[key] = _merge(merged[key], record) if key in merged else record
    return tuple(merged.values())


def canonical_role(snapshot: Snapshot, name: str) -> str:
    """The role that a name or alias stands for; the name itself when no role has it."""
    for role in snapshot.roles.values():
        if name in role.aliases:
            return role.id
    return name


def carried_forward(port: Port, release: str) -> bool:
    """Whether nobody looked at a port for a release."""
    verified = port.lifetime.verified_through
    return verified is None or release_key(verified) < release_key(release)


def _record(snapshot: Snapshot, path: Path) -> FlowRecord:
    port, flow = path.port, path.flow
    verified = flow.lifetime.verified_through or port.lifetime.verified_through
    release = snapshot.release.id
    return FlowRecord(
        service=path.service.id,
        title=path.service.title,
        port=port.port,
        transport=port.transport,
        sender=path.sender,
        target=path.target or _balancer_role(snapshot, path.via),
        via=path.via,
        necessity=flow.necessity,
        phases=path.phases,
        reach=port.reach,
        purpose=flow.purpose or port.purpose,
        sources=tuple(dict.fromkeys(flow.sources + port.sources)),
        conflicts=flow.conflicts + port.conflicts,
        carried_forward=verified is None or release_key(verified) < release_key(release),
    )


def _balancer_role(snapshot: Snapshot, via: str | None) -> str:
    return "" if via is None else snapshot.balancers[via].role


def _merge(one: FlowRecord, other: FlowRecord) -> FlowRecord:
    binding = min(one, other, key=lambda record: NECESSITIES.index(record.necessity))
    return binding._replace(
        phases=tuple(phase for phase in PHASES if phase in one.phases or phase in other.phases),
        sources=tuple(dict.fromkeys(one.sources + other.sources)),
    )
