"""The cluster that examples and tests of checks are placed in: the one of examples/upi-right."""

from __future__ import annotations

from portspec.checks.api import Example
from portspec.checks.examples import BASELINE_FILE, CLUSTER_FILE, DAY, check_example, hosts, place_of, roles
from portspec.checks.origin import LOCK_FILE, NOWHERE, Origin
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.model import Cluster, ConfigEntry, Ignore
from portspec.policy.model import Phase, Profile
from portspec.policy.store import policy
from portspec.source import SourceText

ROLES, HOSTS = roles(), hosts()
STANDARD = Profile()


def check_text(
    text: str,
    placement: str = "balancer",
    *,
    phase: Phase = "install",
    release: str = "4.18",
    profile: Profile = STANDARD,
    ignores: tuple[Ignore, ...] = (),
    config_format: str | None = None,
    path: str = "config",
    origin: Origin = NOWHERE,
    beside: Example | None = None,
) -> ClusterResult:
    """Check one config in the standard cluster; of an example about a cluster file or a lock, a right filter beside it."""
    if config_format in (CLUSTER_FILE, LOCK_FILE, BASELINE_FILE):
        return check_example(Example(config_format, text, placement, phase))
    configs = [(ConfigEntry(path, place_of(placement), config_format, None), SourceText(path, text))]
    if beside is not None:
        other = ConfigEntry(f"{path}-beside", place_of(beside.placement), beside.format, None)
        configs.append((other, SourceText(other.path, beside.text)))
    entries = tuple(entry for entry, _ in configs)
    cluster = Cluster(CLUSTER_FILE, "", release, profile, phase, ROLES, HOSTS, entries, ignores)
    compiled = policy(release, profile) if origin.lock is None else origin.lock.policy
    return check_cluster(compiled, cluster, configs, DAY, origin=origin)
