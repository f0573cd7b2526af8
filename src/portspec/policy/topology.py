"""What a profile makes of the spec: which conditions hold, which roles exist, and whether a balancer stands between."""

from __future__ import annotations

from collections.abc import Iterable

from portspec.policy.model import Profile
from portspec.spec.model import Condition, Snapshot

USER_MANAGED = "user-managed-balancer"
"""The feature that puts a balancer of the site's own in front of an on-premise platform."""
HOSTED = "hosted-control-planes"
"""The feature of a cluster whose control plane runs in another one, so that workers are all it has."""


def holds(condition: Condition | None, profile: Profile) -> bool:
    """Whether a profile fulfils a condition."""
    if condition is None:
        return True
    for choice, value in (
        (condition.platform, profile.platform),
        (condition.network, profile.network),
        (condition.topology, profile.topology),
    ):
        if choice is not None and not choice.holds(value):
            return False
    return all(feature in profile.features for feature in condition.features) and not any(
        feature in profile.features for feature in condition.without
    )


def has_balancer(snapshot: Snapshot, profile: Profile) -> bool:
    """Whether a balancer of its own stands in front of the API, so that `via` is two hops.

    Not on one node, and not where the virtual addresses sit on the nodes, unless the site runs its own there.
    """
    if profile.topology == "single-node":
        return False
    platform = snapshot.platforms.get(profile.platform)
    if platform is None:
        return True
    return platform.balancer != "none" or USER_MANAGED in profile.features


def exists(snapshot: Snapshot, role: str, profile: Profile) -> bool:
    """Whether a cluster of this profile has such a machine; an id that no role has is taken to."""
    known = snapshot.roles.get(role)
    return known is None or holds(known.condition, profile)


def actual_role(role: str, profile: Profile) -> str:
    """The role that stands for `role` in a topology: who runs the routers, and who does the workers' work."""
    if role not in {"ingress-node", "worker"}:
        return role
    return "worker" if profile.topology == "ha" or HOSTED in profile.features else "control-plane"


def actual_roles(roles: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """`actual_role` over several, without repeats."""
    return tuple(dict.fromkeys(actual_role(role, profile) for role in roles))
