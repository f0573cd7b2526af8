"""The cluster that examples and tests of checks are placed in: the one of examples/upi-right."""

from __future__ import annotations

from typing import Literal

from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.model import BalancerPlace, Cluster, ConfigEntry, HostPlace, Ignore, Place
from portspec.packets.addresses import parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Profile
from portspec.policy.store import policy
from portspec.source import SourceText

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
) -> ClusterResult:
    """Check one config in the standard cluster."""
    entry = ConfigEntry(path, place_of(placement), config_format, None)
    cluster = Cluster("portspec.yaml", "", release, profile, phase, ROLES, HOSTS, (entry,), ignores)
    return check_cluster(policy(release, profile), cluster, [(entry, SourceText(path, text))], DAY)
