"""The spec narrowed to one release: a snapshot, conditions kept.

A snapshot has the shapes of the YAML files. Every fact whose range leaves the release out is gone, and a fact that
nobody verified up to the release says `carried_forward`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portspec.spec.releases import covers, release_key

Record = Mapping[str, Any]

PARTS = ("roles", "profiles", "services", "balancers", "handover", "note", "exclusions", "sources")
"""What a snapshot has of the spec, besides its release."""


def resolve(spec: Record, release: str) -> dict[str, Any]:
    """The snapshot of a release, ready for JSON. `spec` is the plain data of the spec's files (`spec.load`).

    Raises KeyError when the spec does not know the release.
    """
    entry = next((record for record in spec["releases"] if record["id"] == release), None)
    if entry is None:
        raise KeyError(release)
    narrowed = {name: narrow(spec[name], release) for name in PARTS}
    narrowed["services"] = [service for service in narrowed["services"] if service["ports"]]
    return {"spec_version": spec["version"], "release": entry, **narrowed}


def narrow(value: Any, release: str) -> Any:
    """Plain data without the facts that a release does not have."""
    if isinstance(value, Mapping):
        narrowed = {key: narrow(item, release) for key, item in value.items()}
        verified = value.get("verified_through")
        if verified is not None and release_key(verified) < release_key(release):
            narrowed["carried_forward"] = True
        return narrowed
    if isinstance(value, (list, tuple)):
        return [narrow(item, release) for item in value if _present(item, release)]
    return value


def _present(item: Any, release: str) -> bool:
    return not isinstance(item, Mapping) or covers(item.get("added"), item.get("removed"), release)
