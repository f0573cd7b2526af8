"""The cluster that the examples of the checks are about, and what is found when one of them is checked in it.

It is the cluster of `examples/upi-right`. An example about a cluster file, a lock or a baseline has that file's name as its
format; a right filter stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portspec.checks.api import Example
from portspec.checks.origin import LOCK_FILE, NOWHERE, Drift, Origin
from portspec.checks.result import ClusterResult
from portspec.cluster.model import BalancerPlace, BetweenPlace, Cluster, ConfigEntry, HostPlace, Place
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Phase, Profile
from portspec.source import SourceText

RELEASE = "4.18"
DAY = "2026-11-23"
"""A day on which the release is supported; an example does not change with the calendar."""
CLUSTER_FILE = "portspec.yaml"
BASELINE_FILE = "portspec-baseline.json"
RIGHT = "firewall.nft"
"""The path of the right filter."""
ADDRESSES = {
    "bootstrap": "192.168.22.200",
    "control-plane": "192.168.22.201-192.168.22.203",
    "worker": "192.168.22.211-192.168.22.213",
    "api-balancer": "192.168.22.10",
    "ingress-balancer": "192.168.22.10",
    "admin": "10.1.0.0/16",
}


def check_example(example: Example) -> ClusterResult:
    """What a check of the example finds. Its config is named as its format, so that the place tells what it is."""
    if example.format == CLUSTER_FILE:
        return _of_release_and_pin(example, *_release(example))
    if example.format == LOCK_FILE:
        return _of_release_and_pin(example, RELEASE, _drifted(example))
    if example.format == BASELINE_FILE:
        from portspec.checks.baseline import accept, read_baseline

        baseline = read_baseline(SourceText(BASELINE_FILE, example.text))
        return accept([_right(example, RELEASE, NOWHERE)], baseline)[0]
    configs = [example] if example.beside is None else [example, example.beside]
    entries = [
        (ConfigEntry(one.format, place_of(one.placement), one.format, None), SourceText(one.format, one.text))
        for one in configs
    ]
    return _check(entries, example.phase, RELEASE, NOWHERE)


def roles() -> Mapping[str, IntervalSet]:
    """The addresses of the cluster's roles; clients are whoever else there is."""
    from portspec.packets.addresses import parse_addresses

    found = {role: parse_addresses(text) for role, text in ADDRESSES.items()}
    others = parse_addresses("0.0.0.0/0")
    for addresses in found.values():
        others = others - addresses
    return {**found, "client": others}


def hosts() -> Mapping[str, int]:
    """The names of the cluster's control plane."""
    first = roles()["control-plane"].first
    return {f"ocp-master-{number}.lab.example": first + number for number in range(3)}


def place_of(placement: str) -> Place:
    """`balancer`, `balancer api`, `edge` (between the outside and the balancers) or `host ROLE`."""
    word, _, role = placement.partition(" ")
    if word == "edge":
        return BetweenPlace(("admin", "client"), ("api-balancer", "ingress-balancer"))
    if word == "balancer":
        return BalancerPlace((role,)) if role else BalancerPlace(("api", "ingress"))
    return HostPlace(role, roles()[role])


def _check(
    entries: Sequence[tuple[ConfigEntry, SourceText]], phase: Phase, release: str, origin: Origin
) -> ClusterResult:
    from portspec.checks.run import check_cluster
    from portspec.policy.store import policy

    given, profile = roles(), Profile()
    configs = tuple(entry for entry, _ in entries)
    cluster = Cluster(CLUSTER_FILE, "", release, profile, phase, given, hosts(), configs, ())
    compiled = policy(release, profile) if origin.lock is None else origin.lock.policy
    return check_cluster(compiled, cluster, entries, DAY, origin=origin)


def _right(example: Example, release: str, origin: Origin) -> ClusterResult:
    from portspec.checks.filter_example import CONTROL_PLANE

    entry = ConfigEntry(RIGHT, place_of("host control-plane"), "nftables", None)
    return _check([(entry, SourceText(RIGHT, CONTROL_PLANE))], example.phase, release, origin)


def _of_release_and_pin(example: Example, release: str, origin: Origin) -> ClusterResult:
    """What is found beside the config: other releases ask other things of it."""
    result = _right(example, release, origin)
    return result._replace(findings=tuple(one for one in result.findings if one.code.startswith("PS5")))


def _release(example: Example) -> tuple[str, Origin]:
    from portspec.policy.store import lifecycle
    from portspec.yamlsource import load_yaml, plain

    release = str(plain(load_yaml(SourceText(CLUSTER_FILE, example.text)))["release"])
    return release, Origin(lifecycle(release))


def _drifted(example: Example) -> Origin:
    """The origin of a cluster with a lock in which one obligation is as the example's line says."""
    import json

    from portspec.policy.changes import obligation_changes
    from portspec.policy.compile import finish
    from portspec.policy.lock import Lock
    from portspec.policy.store import lifecycle, policy

    said = json.loads("".join(line for line in example.text.splitlines() if not line.startswith("#")))
    profile = Profile()
    present = policy(RELEASE, profile)
    allows = tuple(one._replace(necessity=said["necessity"]) if one.id == said["id"] else one for one in present.allows)
    held = finish(RELEASE, "2025.6.0", profile, allows, present.denies, present.balances, dict(present.services))
    lock = Lock(LOCK_FILE, held, lifecycle(RELEASE), "", held.digest, (), ())
    changes = obligation_changes(held, present)
    return Origin(lock.lifecycle, lock, Drift(present.spec_version, changes) if any(changes) else None)
