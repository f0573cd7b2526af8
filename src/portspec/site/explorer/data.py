"""What the explorer's scripts are given of a release: its flows with their conditions kept, so that the browser narrows
them to any profile itself (`docs/assets/explorer/flows.js`), as `policy.paths` does here.

A list per release and profile would be thousands of files; this is one per release, and serves both languages.
"""

from __future__ import annotations

import json
from typing import Any

from portspec.policy.flows import carried_forward
from portspec.spec.model import Choice, Condition, Conflict, Flow, Holder, Port, Service, Snapshot
from portspec.spec.releases import release_key

CALL = "portspecExplorer.take"
"""The function that a release's script calls: a page that is read from a folder may load scripts, but not fetch."""


def script(snapshot: Snapshot) -> str:
    """A release as a script; ASCII, so that it is right whatever encoding a server claims."""
    given = json.dumps(release(snapshot), separators=(",", ":"))
    return f"{CALL}({given})\n"


def release(snapshot: Snapshot) -> dict[str, Any]:
    """A release as plain data. What is absent is empty or false; a condition that is absent always holds."""
    return {
        "release": snapshot.release.id,
        "preview": snapshot.release.preview,
        "roles": {
            role.id: _without_nothing(
                title=dict(role.title),
                kind=role.kind,
                phases=list(role.phases),
                aliases=list(role.aliases),
                condition=_condition(role.condition),
            )
            for role in snapshot.roles.values()
        },
        "platforms": {
            platform.id: {"title": dict(platform.title), "balancer": platform.balancer}
            for platform in snapshot.platforms.values()
        },
        "networks": _titles(snapshot.networks),
        "topologies": _titles(snapshot.topologies),
        "features": _titles(snapshot.features),
        "balancers": {
            balancer.id: {"title": dict(balancer.title), "role": balancer.role}
            for balancer in snapshot.balancers.values()
        },
        "services": [_service(snapshot, service) for service in snapshot.services.values()],
    }


def _titles(given: Any) -> dict[str, Any]:
    return {name: {"title": dict(title)} for name, title in given.items()}


def _service(snapshot: Snapshot, service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "title": dict(service.title),
        "ports": [_port(snapshot, port) for port in service.ports if port.flows],
    }


def _port(snapshot: Snapshot, port: Port) -> dict[str, Any]:
    return _without_nothing(
        port=port.port,
        transport=port.transport,
        reach=port.reach,
        purpose=dict(port.purpose),
        condition=_condition(port.condition),
        holders=[_holder(holder) for holder in port.holders],
        sources=list(port.sources),
        conflicts=_conflicts(port.conflicts),
        flows=[_flow(snapshot, port, flow) for flow in port.flows or ()],
    )


def _holder(holder: Holder) -> dict[str, Any]:
    return _without_nothing(
        role=holder.role,
        phases=list(holder.phases),
        condition=_condition(holder.condition),
        early=holder.before_system,
    )


def _flow(snapshot: Snapshot, port: Port, flow: Flow) -> dict[str, Any]:
    verified = flow.lifetime.verified_through
    name = snapshot.release.id
    unseen = carried_forward(port, name) if verified is None else release_key(verified) < release_key(name)
    return _without_nothing(
        senders=list(flow.senders),
        targets=list(flow.targets),
        via=flow.via,
        necessity=flow.necessity,
        phases=list(flow.phases),
        condition=_condition(flow.condition),
        purpose=None if flow.purpose is None else dict(flow.purpose),
        sources=list(flow.sources),
        conflicts=_conflicts(flow.conflicts),
        carried=unseen,
    )


def _conflicts(found: tuple[Conflict, ...]) -> list[dict[str, Any]]:
    return [{"source": one.source, "text": dict(one.text)} for one in found]


def _condition(found: Condition | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return _without_nothing(
        platform=_choice(found.platform),
        network=_choice(found.network),
        topology=_choice(found.topology),
        features=list(found.features),
        without=list(found.without),
    )


def _choice(found: Choice | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"among": list(found.among)} if found.among else {"without": list(found.without)}


def _without_nothing(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in (None, [], False)}
