"""Where the policy of a check comes from: the spec of this portspec, or the lock beside the cluster file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from portspec.errors import InputError, UnknownNameError
from portspec.policy.model import Policy
from portspec.records import NamedTuple

if TYPE_CHECKING:
    from portspec.cluster.model import Cluster
    from portspec.policy.changes import ObligationChanges
    from portspec.policy.lock import Lock
    from portspec.policy.support import Lifecycle

LOCK_FILE = "portspec.lock"


class Drift(NamedTuple):
    """How the present spec would decide otherwise than a lock. `changes` None: it cannot decide at all, and `reason`
    says why."""

    spec_version: str
    changes: ObligationChanges | None
    reason: str = ""


class Origin(NamedTuple):
    """What belongs to a policy beside its obligations: the release's dates, its lock, and how the present spec differs.

    None: not known.
    """

    lifecycle: Lifecycle | None = None
    lock: Lock | None = None
    drift: Drift | None = None


NOWHERE = Origin()


def lock_path(cluster: Cluster) -> str:
    """The lock of a cluster file, there or not."""
    return f"{cluster.folder}/{LOCK_FILE}" if cluster.folder else LOCK_FILE


def policy_of(cluster: Cluster, *, use_lock: bool = True) -> tuple[Policy, Origin]:
    """The policy that a cluster is checked against: that of its lock, or else of the present spec.

    Raises InputError for a lock that was edited or does not fit the cluster file, and for a release or profile that
    the spec does not know.
    """
    path = lock_path(cluster)
    if use_lock and os.path.lexists(path):
        from portspec.checks.pinned import pinned

        return pinned(cluster, path)
    from portspec.policy.store import lifecycle

    return present_policy(cluster), Origin(lifecycle(cluster.release))


def present_policy(cluster: Cluster) -> Policy:
    """The policy of the present spec with the site's services; an error about the release or the profile points at
    where the cluster file says it."""
    compiled = base_policy(cluster)
    if cluster.services:
        from portspec.policy.services import with_services

        compiled = with_services(compiled, cluster.services)
    return compiled


def base_policy(cluster: Cluster) -> Policy:
    """The policy of the present spec without the site's services."""
    from portspec.policy.store import policy

    try:
        return policy(cluster.release, cluster.profile)
    except UnknownNameError as error:
        span = cluster.spans.get(error.kind)
        if span is None:
            raise
        raise InputError(error.message, cluster.path, span.line, span.column, error.hint) from None
