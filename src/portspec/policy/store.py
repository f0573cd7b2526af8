"""Where policies come from: files inside the wheel, or the spec of a checkout, compiled on demand.

The policies of the common profiles are compiled beforehand, so that a check opens two small files; for any other
profile the release's snapshot is compiled now. Nothing here parses YAML when the files are there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from portspec.errors import UnknownNameError
from portspec.policy.model import Policy, Profile
from portspec.policy.record import read_policy
from portspec.policy.support import Lifecycle, read_lifecycle

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
"""In a release's folder: its dates, which body and digest each common profile has, and the texts that all share."""
SNAPSHOT = "snapshot.json"
"""In a release's folder: the spec narrowed to it."""

_snapshots: dict[str, Snapshot] = {}
_policies: dict[tuple[str, Profile], Policy] = {}
_indexes: dict[str, Any] = {}
_folders: list[str] = []


def forget() -> None:
    """Read everything anew at the next call: a server of the site runs on while the spec is edited."""
    _snapshots.clear()
    _policies.clear()
    _indexes.clear()
    _folders.clear()


def source() -> str:
    """Identifies the spec as it is now: that of the wheel, or the content of the checkout's. Raises InputError without one."""
    if os.path.isdir(SHIPPED):
        return SHIPPED
    from portspec.policy.cache import content_key

    return content_key(os.path.join(CHECKOUT, "spec"))


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
        found = _policies[key] = _ready(release, profile) or compiled(snapshot(release), profile)
    return found


def by_name() -> Callable[[Policy], str | tuple[Any, ...]]:
    """How pickle writes a policy in a copy of this process: one that this process has by now, by its name."""
    here = dict(_policies)

    def reduced(one: Policy) -> str | tuple[Any, ...]:
        key = one.release, one.profile
        return (policy, key) if here.get(key) is one else one.__reduce_ex__(4)

    return reduced


def lifecycle(release: str) -> Lifecycle:
    """The dates of a release. Raises InputError for a release that the spec does not know."""
    return read_lifecycle(_index(release)["release"])


def spec_version(release: str) -> str:
    """The version of the spec that knows the release. Raises InputError for one that it does not know."""
    return str(_index(release)["spec_version"])


def stamp(release: str) -> str:
    """Identifies what the spec says of a release, sentences included, and the portspec that compiles it.

    Raises InputError for a release that the spec does not know.
    """
    return str(_index(release)["stamp"])


def ready_digest(release: str, profile: Profile) -> str | None:
    """The digest of a policy that was compiled beforehand, without reading the policy; None for any other.

    Raises InputError for a release that the spec does not know.
    """
    entry = None if profile.features else _index(release)["profiles"].get(profile_key(profile))
    return None if entry is None else str(entry["digest"])


def profile_key(profile: Profile) -> str:
    """How the index names a profile without features."""
    return f"{profile.platform}/{profile.network}/{profile.topology}"


def _ready(release: str, profile: Profile) -> Policy | None:
    """The policy as it was compiled beforehand; None for a profile that was not."""
    index = _index(release)
    entry = None if profile.features else index["profiles"].get(profile_key(profile))
    if entry is None:
        return None
    body = _load(os.path.join(_release_folder(release), entry["body"]))
    shown = {
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": [],
    }
    document = {**body["document"], "profile": shown}
    return read_policy(document, index["spec_version"], entry["digest"], body["purposes"], index["services"])


def compiled(known: Snapshot, profile: Profile) -> Policy:
    """The policy of a snapshot, compiled now. Raises InputError for a profile that the release does not have."""
    from portspec.policy.compile import compile_policy

    release = known.release.id
    for name, value, values in (
        ("platform", profile.platform, known.platforms),
        ("network", profile.network, known.networks),
        ("topology", profile.topology, known.topologies),
        *(("feature", feature, known.features) for feature in profile.features),
    ):
        if value not in values:
            raise unknown_name(name, value, tuple(values), release)
    return compile_policy(known, profile)


def _index(release: str) -> Any:
    found = _indexes.get(release)
    if found is None:
        found = _indexes[release] = _load(os.path.join(_release_folder(release), POLICIES))
    return found


def _release_folder(release: str) -> str:
    folder = os.path.join(_folder(), release)
    is_release = release.isascii() and release.replace(".", "").isdigit()
    if not is_release or not os.path.isfile(os.path.join(folder, SNAPSHOT)):
        raise unknown_name("release", release, releases())
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


def unknown_name(name: str, value: str, known: tuple[str, ...], release: str = "") -> UnknownNameError:
    """The error about a name that the spec does not know, with the nearest one that it does."""
    from difflib import get_close_matches

    # A YAML that was written anew without the quotes says 4.2 for 4.20.
    near = [f"{value}0"] if name == "release" and f"{value}0" in known else get_close_matches(value, known, 1)
    within = f" in {release}" if release else ""
    return UnknownNameError(
        name,
        f"unknown {name} {value!r}{within}; known: {', '.join(known)}",
        hint=f"did you mean {near[0]}?" if near else "",
    )
