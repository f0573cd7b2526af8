"""The lock of a cluster: read, held against the cluster file, and beside the present spec. Only clusters with a lock
come here."""

from __future__ import annotations

import os

from portspec.checks.origin import Drift, Origin, base_policy, present_policy
from portspec.cluster.model import Cluster
from portspec.cluster.paths import repository_root
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.policy import store
from portspec.policy.lock import LARGEST, PIN, Lock, SiteFile, content_digest, entry_place, read_lock
from portspec.policy.model import Policy
from portspec.source import SourceText


def pinned(cluster: Cluster, path: str) -> tuple[Policy, Origin]:
    """The policy of a lock. Raises InputError for one that was edited, is stale, or lies outside the repository."""
    source = read_source(cluster, path)
    lock = read_lock(source)
    stale = staleness(cluster, lock, source)
    if stale is not None:
        raise stale
    return lock.policy, Origin(lock.lifecycle, lock, drift(cluster, lock))


def read_source(cluster: Cluster, path: str) -> SourceText:
    """The text of a lock. Raises InputError for a link that leads out of the repository, as for any input."""
    root = repository_root(cluster.folder)
    if not os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep):
        raise InputError("is a link that leads out of the repository", path)
    return load(path, path, LARGEST)


def staleness(cluster: Cluster, lock: Lock, source: SourceText) -> InputError | None:
    """What of the cluster file the lock does not fit; None when it fits."""
    policy, profile = lock.policy, lock.policy.profile
    if policy.release != cluster.release:
        asked = f"{cluster.path} says" if "release" in cluster.spans else "--release says"
        return _stale(source, "release", f"it pins OpenShift {policy.release}, {asked} {cluster.release}")
    for name in profile._fields:
        held, wanted = getattr(profile, name), getattr(cluster.profile, name)
        if held != wanted:
            shown = [" ".join(one) or "none" if isinstance(one, tuple) else one for one in (held, wanted)]
            return _stale(source, "profile", f"it pins {name} {shown[0]}, {cluster.path} says {shown[1]}")
    there = {site.path: site.digest for site in site_files(cluster)}
    held_files = {site.path: site.digest for site in lock.site}
    if there == held_files:
        return None
    changed = sorted(path for path in {*there, *held_files} if there.get(path) != held_files.get(path))
    return _stale(source, "site", f"services of the site have changed since: {', '.join(changed)}")


def _stale(source: SourceText, entry: str, why: str) -> InputError:
    hint = PIN
    if "--release" in why:
        hint = "leave --release out, or use --no-lock to check without the lock"
    return InputError(f"the lock is stale: {why}", source.path, *entry_place(source, entry), hint)


def site_files(cluster: Cluster) -> tuple[SiteFile, ...]:
    """The files with the site's services, by their path from the cluster file's folder, and what they say."""
    return tuple(
        SiteFile(os.path.relpath(path, cluster.folder or ".").replace(os.sep, "/"), content_digest(load(path, path)))
        for path in sorted(cluster.services)
    )


def drift(cluster: Cluster, lock: Lock) -> Drift | None:
    """How the present spec would decide otherwise; None when it would not.

    A lock whose spec and portspec are the present ones and that says something else was not written by `pin`.
    """
    try:
        if store.ready_digest(cluster.release, cluster.profile) == lock.base:
            return None
        same = store.stamp(cluster.release) == lock.stamp
        if same and store.ready_digest(cluster.release, cluster.profile) is None:
            return None  # no common profile: as long as the stamp is the same, it would be compiled to the same
        version = store.spec_version(cluster.release)
        if base_policy(cluster).digest == lock.base:
            return None
        if same:
            raise _forged(lock, version)
    except InputError as error:
        if isinstance(error, _ForgedError):
            raise
        return Drift(_any_version(), None, error.message)
    return _drift(cluster, lock, version)


class _ForgedError(InputError):
    """A lock that says of itself what it is not."""


def _forged(lock: Lock, version: str) -> _ForgedError:
    return _ForgedError(f"the lock does not hold what spec {version} says, which it names", lock.path, 1, 1, PIN)


def _drift(cluster: Cluster, lock: Lock, version: str) -> Drift | None:
    from portspec.policy.changes import obligation_changes

    try:
        present = present_policy(cluster)
    except InputError as error:
        return Drift(version, None, str(error))
    changes = obligation_changes(lock.policy, present)
    return Drift(version, changes) if any(changes) else None


def _any_version() -> str:
    return store.spec_version(store.newest_release())
