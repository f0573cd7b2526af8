"""What `diff` compares, named in one word: a release, one with its profile, a lock, or a spec elsewhere.

4.18
4.18:baremetal
4.18:platform=baremetal,network=OVNKubernetes,topology=compact,features=ipsec+node-ports
portspec.lock
path/to/spec@4.18:baremetal
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from portspec.errors import InputError
from portspec.policy import store
from portspec.policy.lock import LARGEST, Lock, read_lock
from portspec.policy.model import Policy, Profile
from portspec.source import SourceText
from portspec.spec.model import Snapshot

KEYS = ("platform", "network", "topology", "features")
EXAMPLE = "write 4.18, 4.18:baremetal, 4.18:platform=aws,features=ipsec+node-ports, spec@4.18 or portspec.lock"
LOCK_ENDING = ".lock"

Load = Callable[[str, str, int], SourceText]
"""Reads a file: its path, its name in errors, and how large it may be (`configs.files.load`)."""


class Side(NamedTuple):
    """One side of a comparison. `label` is as it was asked for; `snapshot` is None for a lock, which has no spec."""

    label: str
    policy: Policy
    snapshot: Snapshot | None
    lock: Lock | None


class Asked(NamedTuple):
    """A side's name taken apart. `folder` None: the spec of this portspec; `given`: what it says of the profile."""

    label: str
    folder: str | None
    release: str
    given: dict[str, str]

    def profile(self, base: Profile) -> Profile:
        """The profile that is meant: what the name says, and for the rest `base`."""
        features = base.features
        if "features" in self.given:
            features = tuple(sorted({name for name in self.given["features"].split("+") if name}))
        return Profile(
            self.given.get("platform", base.platform),
            self.given.get("network", base.network),
            self.given.get("topology", base.topology),
            features,
        )


def is_lock(text: str) -> bool:
    """Whether a side's name is a lock's path."""
    return text.endswith(LOCK_ENDING)


def read_side(text: str, base: Profile, load: Load) -> Side:
    """The side that a name stands for; `base` is the profile where the name says nothing. Raises InputError."""
    if is_lock(text):
        lock = read_lock(load(text, text, LARGEST))
        return Side(text, lock.policy, None, lock)
    asked = take_apart(text)
    profile = asked.profile(base)
    if asked.folder is None:
        return Side(text, store.policy(asked.release, profile), store.snapshot(asked.release), None)
    known = snapshot_of(asked.folder, asked.release)
    return Side(text, store.compiled(known, profile), known, None)


def take_apart(text: str) -> Asked:
    """A side's name that is no lock. Raises InputError for what has another form."""
    folder, at, rest = text.rpartition("@")
    release, colon, profile = rest.partition(":")
    if not release or (at and not folder) or (colon and not profile):
        raise InputError(f"{text!r} names nothing to compare", hint=EXAMPLE)
    if not release.replace(".", "").isdigit() and os.path.isdir(release):
        raise InputError(f"{text!r} does not say which release of the spec", hint=f"write {text}@4.18")
    return Asked(text, folder or None, release, _given(text, profile))


def _given(text: str, profile: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, part in enumerate(profile.split(",") if profile else ()):
        key, equals, value = part.partition("=")
        if not equals and number == 0:
            key, value = "platform", part
        if key not in KEYS or not value:
            raise InputError(
                f"{text!r}: {part!r} says nothing of a profile", hint=f"its keys are {', '.join(KEYS)}; {EXAMPLE}"
            )
        if key in given:
            raise InputError(f"{text!r}: {key} is given twice", hint=EXAMPLE)
        given[key] = value
    return given


def snapshot_of(folder: str, release: str) -> Snapshot:
    """One release of the spec in a folder. Raises InputError for a spec that is wrong or lacks the release."""
    from portspec.policy.resolve import resolve
    from portspec.spec.load import assemble, load_spec
    from portspec.spec.read import read_snapshot
    from portspec.spec.validate import check_documents

    documents = load_spec(folder.rstrip("/") or "/")
    for problem in check_documents(documents):
        raise problem
    spec = assemble(documents)
    known = tuple(record["id"] for record in spec["releases"])
    if release not in known:
        raise store.unknown_name("release", release, known)
    return read_snapshot(resolve(spec, release))
