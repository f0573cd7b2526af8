"""Making the lock of a cluster file, and saying whether the one that lies there still holds."""

from __future__ import annotations

import os
from typing import NamedTuple

from portspec.checks.origin import Drift, base_policy, lock_path, present_policy
from portspec.checks.pinned import drift, read_source, site_files, staleness
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.policy import store
from portspec.policy.changes import ObligationChanges, obligation_changes
from portspec.policy.lock import PIN, Lock, entry_place, lock_text, read_lock
from portspec.source import SourceText


class Pinned(NamedTuple):
    """A lock that was made. `changes`: how it decides otherwise than the one before; None: there was none to compare
    with. `same`: the file was there with the same text."""

    lock: Lock
    text: str
    changes: ObligationChanges | None
    same: bool


def open_cluster(path: str, release: str | None) -> Cluster:
    """The cluster of a file. Raises InputError when it is for another release than the one that is to be pinned."""
    cluster = load_cluster(load(path, path))
    if release is not None and release != cluster.release:
        span = cluster.spans["release"]
        raise InputError(
            f"this cluster file is for OpenShift {cluster.release}, not {release}",
            cluster.path,
            span.line,
            span.column,
            f'write release: "{release}" first: a lock for another release would be refused as stale',
        )
    return cluster


def make_lock(cluster: Cluster) -> Lock:
    """The lock of a cluster file by the present spec. Raises InputError for what the spec does not know."""
    base, whole = base_policy(cluster), present_policy(cluster)
    own = tuple(sorted(set(whole.services) - set(base.services)))
    release = cluster.release
    return Lock(
        lock_path(cluster), whole, store.lifecycle(release), store.stamp(release), base.digest, site_files(cluster), own
    )


def pin(cluster: Cluster) -> Pinned:
    """The lock to write, and how it differs from the one that lies there, if that can be read at all."""
    lock = make_lock(cluster)
    text = lock_text(lock)
    if not os.path.lexists(lock.path):
        return Pinned(lock, text, None, same=False)
    try:
        source = read_source(cluster, lock.path)
        changes = obligation_changes(read_lock(source).policy, lock.policy)
    except InputError:
        return Pinned(lock, text, None, same=False)
    return Pinned(lock, text, changes, same=source.text == text)


def check_pin(cluster: Cluster) -> tuple[Lock, Drift | None]:
    """The lock beside a cluster file, and how the present spec differs from it.

    Raises InputError when there is none, for one that was edited or is stale, and for one that says of itself that it
    holds what this version of the spec says, and does not.
    """
    path = lock_path(cluster)
    if not os.path.lexists(path):
        raise InputError("there is no lock", path, hint="portspec pin writes it")
    source = read_source(cluster, path)
    lock = read_lock(source)
    stale = staleness(cluster, lock, source)
    if stale is not None:
        raise stale
    differs = drift(cluster, lock)
    if differs is not None and differs.changes is None:
        return lock, differs
    made = make_lock(cluster)
    changes = obligation_changes(lock.policy, made.policy)
    _check_honest(lock, source, made, changes)
    return lock, Drift(made.policy.spec_version, changes) if any(changes) else None


def _check_honest(lock: Lock, source: SourceText, made: Lock, changes: ObligationChanges) -> None:
    """Fail where this very portspec would write the lock in other words, at the first line that differs; and where the
    spec at hand is of the version that the lock names and another policy comes of it.

    The digests of a lock do not tell who computed them. What the named spec says cannot be forged.
    """
    text, wanted = source.text.replace("\r\n", "\n"), lock_text(made)
    if made.stamp == lock.stamp and text != wanted:
        pairs = zip(text.split("\n"), wanted.split("\n"), strict=False)
        line = next((number for number, (found, made_line) in enumerate(pairs, 1) if found != made_line), 1)
        raise InputError(
            "this is not what portspec pin writes from the spec that the lock names", lock.path, line, 1, PIN
        )
    if made.policy.spec_version != lock.policy.spec_version:
        return
    if made.lifecycle != lock.lifecycle or any(changes):
        raise InputError(
            f"the lock names spec {lock.policy.spec_version}, which is the present one and says otherwise",
            lock.path,
            *entry_place(source, "spec_version"),
            PIN,
        )
