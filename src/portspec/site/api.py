"""The JSON API: files by their path, described by `schema/api.schema.json`."""

from __future__ import annotations

from typing import Any

from portspec.policy.flows import flows
from portspec.policy.model import Profile
from portspec.policy.store import snapshot_document
from portspec.site.edition import Edition

VERSION = 1


def documents(edition: Edition) -> dict[str, Any]:
    """Every document of the API by its path under `api/`."""
    found: dict[str, Any] = {"releases.json": _releases(edition)}
    for release in edition.releases:
        found[f"{release}/flows.json"] = _flows(edition, release)
        found[f"{release}/services.json"] = _services(release)
    return found


def _releases(edition: Edition) -> dict[str, Any]:
    return {
        "version": VERSION,
        "newest": edition.newest.release.id,
        "releases": [
            {
                "id": name,
                "kubernetes": snapshot.release.kubernetes,
                "released": snapshot.release.released,
                "support_ends": snapshot.release.support_ends,
                "extended_ends": snapshot.release.extended_ends,
                "preview": snapshot.release.preview,
                "network": snapshot.release.network,
                "policy": f"policies/{name}.json",
                "flows": f"api/{name}/flows.json",
                "services": f"api/{name}/services.json",
            }
            for name, snapshot in edition.snapshots.items()
        ],
    }


def _flows(edition: Edition, release: str) -> dict[str, Any]:
    """The flows of the default profile."""
    profile = Profile()
    return {
        "version": VERSION,
        "release": release,
        "profile": {
            "platform": profile.platform,
            "network": profile.network,
            "topology": profile.topology,
            "features": list(profile.features),
        },
        "flows": [record.as_json() for record in flows(edition.snapshots[release], profile)],
    }


def _services(release: str) -> dict[str, Any]:
    """The services of a release as the spec has them, conditions kept."""
    return {"version": VERSION, "release": release, "services": _written(snapshot_document(release)["services"])}


def _written(value: Any) -> Any:
    """What stands in the spec, without what a snapshot adds to it."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items() if key != "carried_forward"}
    return [_written(item) for item in value] if isinstance(value, list) else value
