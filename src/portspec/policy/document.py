"""A policy as a JSON document: the facts that a check judges by. Wording and the spec's version are no part of it,
so a corrected sentence does not change a digest."""

from __future__ import annotations

from typing import Any

from portspec.policy.model import Allow, Balance, Deny, Policy

SCHEMA = 1
"""Counts up when the document's shape changes."""


def policy_document(policy: Policy) -> dict[str, Any]:
    """The document of a policy; `schema/policy.schema.json` describes it. Lists keep the compiler's order, by id."""
    profile = policy.profile
    return {
        "schema": SCHEMA,
        "release": policy.release,
        "profile": {
            "platform": profile.platform,
            "network": profile.network,
            "topology": profile.topology,
            "features": sorted(profile.features),
        },
        "allow": [_allow(allow) for allow in policy.allows],
        "deny": [_deny(deny) for deny in policy.denies],
        "balance": [_balance(balance) for balance in policy.balances],
        "services": {
            service.id: {"component": service.component, "sensitivity": service.sensitivity}
            for service in policy.services.values()
        },
    }


def _allow(allow: Allow) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": allow.id,
        "service": allow.service,
        "port": allow.port,
        "transport": allow.transport,
        "source": allow.source,
        "target": allow.target,
        "leg": allow.leg,
        "flow_source": allow.flow_source,
        "flow_target": allow.flow_target,
        "via": allow.via,
        "necessity": allow.necessity,
        "phases": list(allow.phases),
        "sources": list(allow.sources),
    }
    if allow.before_system:
        made["before_system"] = True
    return made


def _deny(deny: Deny) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": deny.id,
        "service": deny.service,
        "port": deny.port,
        "transport": deny.transport,
        "holder": deny.holder,
        "reach": deny.reach,
        "sensitivity": deny.sensitivity,
        "phases": list(deny.phases),
        "sources": list(deny.sources),
    }
    if deny.apart:
        made["apart"] = list(deny.apart)
    return made


def _balance(balance: Balance) -> dict[str, Any]:
    health = balance.health
    return {
        "id": balance.id,
        "balancer": balance.balancer,
        "service": balance.service,
        "port": balance.port,
        "transport": balance.transport,
        "layer": balance.layer,
        "members": {phase: list(roles) for phase, roles in balance.members.items()},
        "backup": list(balance.backup),
        "health": None
        if health is None
        else {
            "necessity": health.necessity,
            "kind": health.kind,
            "path": health.path,
            "port": health.port,
            "longest_removal_ms": health.longest_removal,
        },
        "persistence": balance.persistence,
        "audience": balance.audience,
        "sources": list(balance.sources),
    }
