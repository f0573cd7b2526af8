"""The public API. What `portspec.__all__` names is kept; everything else may change with any version.

Nothing here prints, asks the network or keeps state; whatever cannot be used raises `InputError` with its place.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from portspec.checks.finding import Finding
from portspec.checks.fleet import Request, check_all
from portspec.checks.result import ClusterResult
from portspec.cluster.load import load_cluster as _load_cluster
from portspec.cluster.model import Cluster
from portspec.configs.balancer.model import Balancer
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.trace import Trace
from portspec.configs.firewall.trace import trace as _trace
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.policy.model import Phase, Policy, Profile
from portspec.policy.store import policy
from portspec.policy.store import releases as _releases

__all__ = [
    "Balancer",
    "Cluster",
    "ClusterResult",
    "Finding",
    "InputError",
    "Policy",
    "Profile",
    "Ruleset",
    "Trace",
    "check",
    "load_cluster",
    "load_policy",
    "read_config",
    "releases",
    "trace",
]


def releases() -> tuple[str, ...]:
    """The releases that the spec knows, oldest first.

    >>> "4.18" in releases()
    True
    """
    return _releases()


def load_policy(
    release: str,
    *,
    platform: str = "none",
    network: str = "OVNKubernetes",
    topology: str = "ha",
    features: Sequence[str] = (),
) -> Policy:
    """The policy of a release for a profile. Raises InputError for a name that the spec does not know.

    >>> load_policy("4.18").release
    '4.18'
    >>> load_policy("4.99")
    Traceback (most recent call last):
        ...
    portspec.errors.UnknownNameError: unknown release '4.99'; ...
    """
    return policy(release, Profile(platform, network, topology, tuple(sorted(features))))


def load_cluster(path: str, *, release: str | None = None, phase: Phase | None = None) -> Cluster:
    """The cluster that a cluster file describes; `release` and `phase` override what it says. Raises InputError.

    >>> cluster = load_cluster("examples/upi-right/portspec.yaml")
    >>> cluster.release, cluster.phase
    ('4.18', 'install')
    """
    return _load_cluster(load(path, path), release, phase)


def read_config(path: str, format: str | None = None) -> Ruleset | Balancer:  # noqa: A002 - the word of the field
    """A packet filter or a load balancer's config; its content tells the format unless it is given. Raises InputError.

    >>> balancer = read_config("examples/upi-right/lb/haproxy.cfg")
    >>> [pool.name for pool in balancer.pools][:1]
    ['api-server-6443']
    """
    return read(load(path, path), format)


def check(
    paths: Sequence[str],
    *,
    release: str | None = None,
    phase: Phase | None = None,
    platform: str | None = None,
    day: str | None = None,
    use_lock: bool = True,
    jobs: int = 1,
) -> list[ClusterResult]:
    """Check everything under the paths, as `portspec check` does: one result for each cluster, in their order.

    `day` (an ISO date, today without it) decides about support and ignores that end. Raises InputError when an input
    cannot be read, or there is nothing to check.

    >>> (result,) = check(["examples/upi-broken"], day="2026-11-01")
    >>> "PS304" in {finding.code for finding in result.findings}
    True
    """
    request = Request(release, phase, platform, day or time.strftime("%Y-%m-%d"), use_lock)
    return check_all(paths, request, jobs)


def trace(
    ruleset: Ruleset, source: str, destination: str, *, transport: str = "tcp", port: int | None = None, **more: object
) -> Trace:
    """What a packet filter does with one packet; `more` is what else a packet of `portspec trace --packets` may say,
    such as `state` or `in_interface`. Raises InputError for a packet that cannot be.

    >>> master = read_config("examples/upi-right/firewall/master.nft")
    >>> trace(master, "192.168.22.211", "192.168.22.201", port=2379).answer()["verdict"]
    'drop'
    """
    asked = {"source": source, "destination": destination, "transport": transport, "port": port, **more}
    return _trace(ruleset, asked, "")
