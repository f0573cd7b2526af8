"""Where policies come from: the snapshots inside the wheel, or the spec of a checkout, compiled on demand.

Nothing here parses YAML when a snapshot is there: a file is opened, decoded as JSON and compiled.
"""

from __future__ import annotations

import os
from typing import Any

from portspec.errors import InputError
from portspec.policy.compile import compile_policy
from portspec.policy.model import Policy, Profile
from portspec.spec.model import Snapshot
from portspec.spec.read import read_snapshot
from portspec.spec.releases import UNKNOWN, release_key

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIPPED = os.path.join(_PACKAGE, "_snapshots")
"""The snapshots of an installed wheel."""
CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))
"""The root of the repository when the package runs from its `src`."""
INDEX = "releases.json"
"""Beside the snapshots: the releases, oldest first, and the newest that is out."""

_snapshots: dict[str, Snapshot] = {}
_policies: dict[tuple[str, Profile], Policy] = {}


def releases() -> tuple[str, ...]:
    """Every release that the spec knows, oldest first."""
    return tuple(_index()["releases"])


def newest_release() -> str:
    """The newest release that is out."""
    return str(_index()["newest"])


def snapshot(release: str) -> Snapshot:
    """The spec of one release. Raises InputError for a release that the spec does not know."""
    found = _snapshots.get(release)
    if found is None:
        found = _snapshots[release] = read_snapshot(snapshot_document(release))
    return found


def policy(release: str, profile: Profile) -> Policy:
    """The policy of a release for a profile. Raises InputError for an unknown release, platform or network plugin."""
    key = (release, profile)
    found = _policies.get(key)
    if found is None:
        known = snapshot(release)
        _check_profile(known, profile)
        found = _policies[key] = compile_policy(known, profile)
    return found


def snapshot_document(release: str) -> dict[str, Any]:
    """The snapshot as JSON. Raises InputError for a release that the spec does not know."""
    import json

    folder = _folder()
    path = os.path.join(folder, f"{release}.json")
    if not _is_release(release) or not os.path.isfile(path):
        raise _unknown("release", release, releases())
    with open(path, encoding="utf-8") as stream:
        document: dict[str, Any] = json.load(stream)
    return document


def _index() -> dict[str, Any]:
    import json

    with open(os.path.join(_folder(), INDEX), encoding="utf-8") as stream:
        index: dict[str, Any] = json.load(stream)
    return index


def _is_release(text: str) -> bool:
    return text.isascii() and text.replace(".", "").isdigit()


def _folder() -> str:
    """The folder of the snapshots, made of the checkout's spec when the package was not installed from a wheel."""
    if os.path.isdir(SHIPPED):
        return SHIPPED
    from portspec.policy.build import built_snapshots

    return built_snapshots(os.path.join(CHECKOUT, "spec"), os.path.join(CHECKOUT, "build", "snapshots"))


def newest_of(entries: list[dict[str, Any]]) -> str:
    """The newest release that has a day of release, out of the records of `releases.yaml`."""
    out = [entry["id"] for entry in entries if entry["released"] != UNKNOWN]
    return str(max(out, key=release_key))


def _check_profile(known: Snapshot, profile: Profile) -> None:
    for name, value, values in (
        ("platform", profile.platform, known.platforms),
        ("network", profile.network, known.networks),
        ("topology", profile.topology, known.topologies),
    ):
        if value not in values:
            raise _unknown(name, value, tuple(values), known.release.id)
    for feature in profile.features:
        if feature not in known.features:
            raise _unknown("feature", feature, tuple(known.features), known.release.id)


def _unknown(name: str, value: str, known: tuple[str, ...], release: str = "") -> InputError:
    from difflib import get_close_matches

    near = get_close_matches(value, known, 1)
    within = f" in {release}" if release else ""
    return InputError(
        f"unknown {name} {value!r}{within}; known: {', '.join(known)}",
        hint=f"did you mean {near[0]}?" if near else "",
    )
