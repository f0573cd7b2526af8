"""The cluster that examples and tests of checks are placed in: the one of examples/upi-right."""

from __future__ import annotations

import json
from typing import Literal

from portspec.checks.api import Example
from portspec.checks.examples import BASELINE_FILE, check_example
from portspec.checks.filter_example import CONTROL_PLANE
from portspec.checks.origin import LOCK_FILE, NOWHERE, Drift, Origin
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.model import BalancerPlace, Cluster, ConfigEntry, HostPlace, Ignore, Place
from portspec.packets.addresses import parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.policy.changes import obligation_changes
from portspec.policy.compile import finish
from portspec.policy.lock import Lock
from portspec.policy.model import Profile
from portspec.policy.store import lifecycle, policy
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

CLUSTER_FILE = "portspec.yaml"

ROLES: dict[str, IntervalSet] = {
    "bootstrap": parse_addresses("192.168.22.200"),
    "control-plane": parse_addresses("192.168.22.201-192.168.22.203"),
    "worker": parse_addresses("192.168.22.211-192.168.22.213"),
    "api-balancer": parse_addresses("192.168.22.10"),
    "ingress-balancer": parse_addresses("192.168.22.10"),
    "admin": parse_addresses("10.1.0.0/16"),
}
ROLES["client"] = (
    parse_addresses("0.0.0.0/0") - parse_addresses("10.1.0.0/16") - parse_addresses("192.168.22.200-192.168.22.203")
)
ROLES["client"] = ROLES["client"] - ROLES["worker"] - ROLES["api-balancer"]
HOSTS = {f"ocp-master-{n}.lab.example": ROLES["control-plane"].first + n for n in range(3)}
STANDARD = Profile()
DAY = "2026-11-23"


def place_of(placement: str) -> Place:
    """`balancer`, or `host ROLE`."""
    word, _, role = placement.partition(" ")
    if word == "balancer":
        return BalancerPlace((role,)) if role else BalancerPlace(("api", "ingress"))
    return HostPlace(role, ROLES[role])


def check_text(
    text: str,
    placement: str = "balancer",
    *,
    phase: Literal["install", "running"] = "install",
    release: str = "4.18",
    profile: Profile = STANDARD,
    ignores: tuple[Ignore, ...] = (),
    config_format: str | None = None,
    path: str = "config",
    origin: Origin = NOWHERE,
) -> ClusterResult:
    """Check one config in the standard cluster; of an example about a cluster file or a lock, a right filter beside it."""
    if config_format == CLUSTER_FILE:
        return _about_the_release(text, phase)
    if config_format == LOCK_FILE:
        return _about_the_lock(text, phase)
    if config_format == BASELINE_FILE:
        return check_example(Example(config_format, text, placement, phase))
    entry = ConfigEntry(path, place_of(placement), config_format, None)
    cluster = Cluster("portspec.yaml", "", release, profile, phase, ROLES, HOSTS, (entry,), ignores)
    compiled = policy(release, profile) if origin.lock is None else origin.lock.policy
    return check_cluster(compiled, cluster, [(entry, SourceText(path, text))], DAY, origin=origin)


def _about_the_release(text: str, phase: Literal["install", "running"]) -> ClusterResult:
    """The right filter in a cluster whose file begins with this text."""
    release = str(plain(load_yaml(SourceText(CLUSTER_FILE, text)))["release"])
    return _of_release_and_pin(phase, release, Origin(lifecycle(release)))


def _about_the_lock(text: str, phase: Literal["install", "running"]) -> ClusterResult:
    """The right filter in a cluster with a lock in which one obligation is as this line of it says."""
    said = json.loads("".join(line for line in text.splitlines() if not line.startswith("#")))
    present = policy("4.18", STANDARD)
    allows = tuple(one._replace(necessity=said["necessity"]) if one.id == said["id"] else one for one in present.allows)
    assert any(one.id == said["id"] for one in present.allows)
    held = finish("4.18", "2025.6.0", STANDARD, allows, present.denies, present.balances, dict(present.services))
    lock = Lock(LOCK_FILE, held, lifecycle("4.18"), "", held.digest, (), ())
    changes = obligation_changes(held, present)
    drift = Drift(present.spec_version, changes) if any(changes) else None
    origin = Origin(lock.lifecycle, lock, drift)
    return _of_release_and_pin(phase, "4.18", origin)


def _of_release_and_pin(phase: Literal["install", "running"], release: str, origin: Origin) -> ClusterResult:
    """What is found beside the config: other releases ask other things of it."""
    result = check_text(CONTROL_PLANE, "host control-plane", phase=phase, release=release, origin=origin)
    return result._replace(findings=tuple(one for one in result.findings if one.code.startswith("PS5")))
