"""What an upgrade means for the configs of a cluster: checked with the policy of its own release and with another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.checks.origin import Origin, policy_of
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.configs.files import load, load_config
from portspec.errors import InputError
from portspec.policy import store
from portspec.policy.comparison import Comparison, compare_sides
from portspec.policy.model import Policy
from portspec.policy.sides import Side, read_side
from portspec.policy.support import read_lifecycle

NOT_ABOUT_CONFIGS = "PS5"
"""Codes of release and pin: they compare nothing of a config."""
AFTERWARDS = ("PS2", "PS4")
"""Codes of what is open too far or has become useless: before the upgrade the old release may still need it."""


class Upgrade(NamedTuple):
    """The findings under both policies, told apart, and what differs between these.

    `first`: new findings that have to be mended before the upgrade; `later`: new ones about what the new release needs
    no longer; `settled`: findings that the new release does not make; `staying`: those of both.
    """

    before: ClusterResult
    after: ClusterResult
    first: tuple[Finding, ...]
    later: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    staying: tuple[Finding, ...]
    comparison: Comparison


def upgrade(cluster_path: str, target: str, day: str, *, use_lock: bool = True) -> Upgrade:
    """Check the configs of a cluster file before and after an upgrade to `target`, a release or `spec@release`.

    Raises InputError for what cannot be read, for an unknown target, and for one that is a lock.
    """
    source = load(cluster_path, cluster_path)
    cluster = load_cluster(source)
    if not cluster.configs:
        raise InputError("nothing to check: the cluster file names no configs", cluster.path, 1, 1)
    policy, origin = policy_of(cluster, use_lock=use_lock)
    side = read_side(target, cluster.profile, load)
    if side.snapshot is None:
        raise InputError(f"{target}: an upgrade goes to a release, not to a lock", hint="write 4.18 or spec@4.18")
    if side.policy.profile != cluster.profile:
        raise InputError(f"{target}: the cluster file says the profile", hint=f"write {side.policy.release}")
    later = cluster._replace(release=side.policy.release)
    texts = [(entry, load_config(entry.path, entry.beside)) for entry in cluster.configs]
    before = check_cluster(policy, cluster, texts, day, source, origin=origin)
    after = check_cluster(
        _with_own(side, later),
        later,
        texts,
        day,
        source,
        origin=Origin(read_lifecycle(side.snapshot.release._asdict())),
    )
    new, settled, staying = _sorted(before.findings, after.findings)
    known = store.snapshot(cluster.release) if origin.lock is None else None
    return Upgrade(
        before,
        after,
        tuple(one for one in new if not one.code.startswith(AFTERWARDS)),
        tuple(one for one in new if one.code.startswith(AFTERWARDS)),
        tuple(settled),
        tuple(staying),
        compare_sides(Side(cluster.path, _without_own(policy, cluster, origin), known, origin.lock), side),
    )


def _with_own(side: Side, cluster: Cluster) -> Policy:
    if not cluster.services:
        return side.policy
    from portspec.policy.services import with_services

    return with_services(side.policy, cluster.services, side.snapshot)


def _without_own(policy: Policy, cluster: Cluster, origin: Origin) -> Policy:
    """The policy to compare: an upgrade does not change the site's own services. Those of a lock are left out there."""
    if not cluster.services or origin.lock is not None:
        return policy
    return store.policy(cluster.release, cluster.profile)


def _sorted(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """Findings that are new, that are gone, and that stay. One stays when it is the same, or of the same code at the
    same place about the same port: then only its words changed."""
    earlier = [one for one in before if not one.code.startswith(NOT_ABOUT_CONFIGS)]
    later = [one for one in after if not one.code.startswith(NOT_ABOUT_CONFIGS)]
    prints = {one.fingerprint for one in earlier}
    staying = [one for one in later if one.fingerprint in prints]
    kept = {one.fingerprint for one in staying}
    left = [one for one in earlier if one.fingerprint not in kept]
    new: list[Finding] = []
    for one in later:
        if one.fingerprint in kept:
            continue
        twin = next((other for other in left if _about(other) == _about(one)), None)
        if twin is None:
            new.append(one)
        else:
            left.remove(twin)
            staying.append(one)
    return new, left, staying


def _about(finding: Finding) -> tuple[object, ...]:
    values = finding.values
    ends = tuple(values.get(name) for name in ("source", "target", "member", "roles"))
    return finding.code, finding.variant, finding.path, finding.span, finding.service, finding.port, ends
