"""Where policies come from: files inside the wheel, or the spec of a checkout, compiled on demand.

The policies of the common profiles are compiled beforehand, so that a check opens two small files; for any other
profile the release's snapshot is compiled now. Nothing here parses YAML when the files are there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from portspec.errors import UnknownNameError
from portspec.policy.model import Policy, Profile
from portspec.policy.record import read_policy

if TYPE_CHECKING:
    from portspec.spec.model import Snapshot

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIPPED = os.path.join(_PACKAGE, "_snapshots")
"""The files of an installed wheel."""
CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))
"""The root of the repository when the package runs from its `src`."""

RELEASES = "releases.json"
"""In the folder of the files: the releases, oldest first, and the newest that is out."""
POLICIES = "policies.json"
"""In a release's folder: which body and digest each common profile has, and the texts that all share."""
SNAPSHOT = "snapshot.json"
"""In a release's folder: the spec narrowed to it."""

_snapshots: dict[str, Snapshot] = {}
_policies: dict[tuple[str, Profile], Policy] = {}
_folders: list[str] = []


def forget() -> None:
    """Read everything anew at the next call: a server of the site runs on while the spec is edited."""
    _snapshots.clear()
    _policies.clear()
    _folders.clear()


def releases() -> tuple[str, ...]:
    """Every release that the spec knows, oldest first."""
    return tuple(_load(os.path.join(_folder(), RELEASES))["releases"])


def newest_release() -> str:
    """The newest release that is out."""
    return str(_load(os.path.join(_folder(), RELEASES))["newest"])


def snapshot(release: str) -> Snapshot:
    """The spec of one release. Raises InputError for a release that the spec does not know."""
    found = _snapshots.get(release)
    if found is None:
        from portspec.spec.read import read_snapshot

        found = _snapshots[release] = read_snapshot(snapshot_document(release))
    return found


def snapshot_document(release: str) -> Any:
    """The spec of one release as plain data. Raises InputError for a release that the spec does not know."""
    return _load(os.path.join(_release_folder(release), SNAPSHOT))


def policy(release: str, profile: Profile) -> Policy:
    """The policy of a release for a profile. Raises InputError for an unknown release, platform or network plugin."""
    key = (release, profile)
    found = _policies.get(key)
    if found is None:
        found = _policies[key] = _ready(release, profile) or _compiled(release, profile)
    return found


def profile_key(profile: Profile) -> str:
    """How the index names a profile without features."""
    return f"{profile.platform}/{profile.network}/{profile.topology}"


def _ready(release: str, profile: Profile) -> Policy | None:
    """The policy as it was compiled beforehand; None for a profile that was not."""
    folder = _release_folder(release)
    index = _load(os.path.join(folder, POLICIES))
    entry = None if profile.features else index["profiles"].get(profile_key(profile))
    if entry is None:
        return None
    body = _load(os.path.join(folder, entry["body"]))
    shown = {
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": [],
    }
    document = {**body["document"], "profile": shown}
    return read_policy(document, index["spec_version"], entry["digest"], body["purposes"], index["services"])


def _compiled(release: str, profile: Profile) -> Policy:
    from portspec.policy.compile import compile_policy

    known = snapshot(release)
    for name, value, values in (
        ("platform", profile.platform, known.platforms),
        ("network", profile.network, known.networks),
        ("topology", profile.topology, known.topologies),
        *(("feature", feature, known.features) for feature in profile.features),
    ):
        if value not in values:
            raise _unknown(name, value, tuple(values), release)
    return compile_policy(known, profile)


def _release_folder(release: str) -> str:
    folder = os.path.join(_folder(), release)
    is_release = release.isascii() and release.replace(".", "").isdigit()
    if not is_release or not os.path.isfile(os.path.join(folder, SNAPSHOT)):
        raise _unknown("release", release, releases())
    return folder


def _folder() -> str:
    """The folder of the files, made of the checkout's spec when the package was not installed from a wheel."""
    if not _folders:
        if os.path.isdir(SHIPPED):
            _folders.append(SHIPPED)
        else:
            from portspec.policy.cache import checkout_folder

            _folders.append(checkout_folder(os.path.join(CHECKOUT, "spec"), os.path.join(CHECKOUT, "build", "spec")))
    return _folders[0]


def _load(path: str) -> Any:
    import json

    with open(path, "rb") as stream:
        return json.loads(stream.read())


def _unknown(name: str, value: str, known: tuple[str, ...], release: str = "") -> UnknownNameError:
    from difflib import get_close_matches

    # A YAML that was written anew without the quotes says 4.2 for 4.20.
    near = [f"{value}0"] if name == "release" and f"{value}0" in known else get_close_matches(value, known, 1)
    within = f" in {release}" if release else ""
    return UnknownNameError(
        name,
        f"unknown {name} {value!r}{within}; known: {', '.join(known)}",
        hint=f"did you mean {near[0]}?" if near else "",
    )
