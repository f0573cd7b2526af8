"""The public API. What `portspec.__all__` names is kept; everything else may change with any version.

Nothing here prints, asks the network or keeps state; whatever cannot be used raises `InputError` with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from portspec.errors import InputError

if TYPE_CHECKING:
    from portspec.checks.finding import Finding
    from portspec.checks.result import ClusterResult
    from portspec.cluster.model import Cluster
    from portspec.configs.balancer.model import Balancer
    from portspec.configs.firewall.model import Ruleset
    from portspec.configs.firewall.trace import Trace
    from portspec.policy.model import Phase, Policy, Profile

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


_TYPES = {
    "Balancer": "portspec.configs.balancer.model",
    "Cluster": "portspec.cluster.model",
    "ClusterResult": "portspec.checks.result",
    "Finding": "portspec.checks.finding",
    "Policy": "portspec.policy.model",
    "Profile": "portspec.policy.model",
    "Ruleset": "portspec.configs.firewall.model",
    "Trace": "portspec.configs.firewall.trace",
}
"""Where the records are; each is imported when it is asked for: the command line calls these functions on every save."""


def __getattr__(name: str) -> object:
    if name in _TYPES:
        from importlib import import_module

        return getattr(import_module(_TYPES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def releases() -> tuple[str, ...]:
    """The releases that the spec knows, oldest first.

    >>> "4.18" in releases()
    True
    """
    from portspec.policy.store import releases as known

    return known()


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
    from portspec.policy.model import Profile
    from portspec.policy.store import policy

    return policy(release, Profile(platform, network, topology, tuple(sorted(features))))


def load_cluster(path: str, *, release: str | None = None, phase: Phase | None = None) -> Cluster:
    """The cluster that a cluster file describes; `release` and `phase` override what it says. Raises InputError.

    >>> cluster = load_cluster("examples/upi-right/portspec.yaml")
    >>> cluster.release, cluster.phase
    ('4.18', 'install')
    """
    from portspec.cluster.load import load_cluster as read_cluster
    from portspec.configs.files import load

    return read_cluster(load(path, path), release, phase)


def read_config(path: str, format: str | None = None) -> Ruleset | Balancer:  # noqa: A002 - the word of the field
    """A packet filter or a load balancer's config; its content tells the format unless it is given. Raises InputError.

    >>> balancer = read_config("examples/upi-right/lb/haproxy.cfg")
    >>> [pool.name for pool in balancer.pools][:1]
    ['api-server-6443']
    """
    from portspec.configs.files import load
    from portspec.configs.registry import read

    return read(load(path, path), format)


def check(
    paths: Sequence[str],
    *,
    release: str | None = None,
    phase: Phase | None = None,
    platform: str | None = None,
    day: str | None = None,
    use_lock: bool = True,
    hygiene: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[ClusterResult]:
    """Check everything under the paths, as `portspec check` does: one result for each cluster, in their order.

    `release`, `phase` and `platform` override or stand in for a cluster file. `day` (an ISO date, today without it) decides
    about support and ignores that end. `use_lock`: a portspec.lock beside a cluster file decides. `hygiene` looks for rules
    that cover each other in filters of any size. Up to `jobs` clusters are checked at a time, in processes of their own, with
    the same results; `progress` is told after each how many are done, of how many. Raises InputError when an input cannot be
    read, or there is nothing to check.

    >>> (result,) = check(["examples/upi-broken"], day="2026-11-01")
    >>> "PS304" in {finding.code for finding in result.findings}
    True
    """
    import time

    from portspec.checks.fleet import Request, check_all

    request = Request(release, phase, platform, day or time.strftime("%Y-%m-%d"), use_lock, hygiene)
    return check_all(paths, request, jobs, progress)


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
    from portspec.configs.firewall.trace import trace as follow

    return follow(ruleset, asked, "")
