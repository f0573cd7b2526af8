"""The static API: files below `api/v1/`, made for the site and for `portspec build`.

Documents of its own are described by `schema/api.schema.json`, policies and differences by their schemas. Nothing is
written that those schemas refuse (`site.api_validation`). The same spec gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from portspec.policy.canonical import canonical
from portspec.policy.comparison import compare_sides
from portspec.policy.flows import flows
from portspec.policy.live import listeners
from portspec.policy.model import Policy, Profile
from portspec.policy.sides import Side
from portspec.policy.store import policy, snapshot_document
from portspec.report.commatrix import as_commatrix
from portspec.report.diff import document as diff_document
from portspec.report.flows import as_csv
from portspec.site.api_validation import Documents
from portspec.site.edition import Edition
from portspec.site.upgrades import Pair, pairs
from portspec.spec.model import Snapshot
from portspec.spec.validate import schema_folder

VERSION = 1
ROOT = f"api/v{VERSION}"
"""The folder of the API in the site."""
SCHEMAS = "schema"
"""The folder of the schemas, in the API and at the top of the site: some `$id`s are names, which lead from one schema to
the next in either place, and some are whole addresses with this path."""
SMALL = ("compact", "single-node")
SMALL_ON = ("none", "baremetal")
"""Platforms of which the small topologies have documents too; every platform has those of the large one."""


class Named(NamedTuple):
    """A profile that has documents, and its name in their paths."""

    name: str
    profile: Profile


def profiles(snapshot: Snapshot) -> list[Named]:
    """The profiles of a release that have documents, in the spec's order of platforms."""
    found = []
    for platform in snapshot.platforms:
        found.append(Named(platform, Profile(platform)))
        if platform in SMALL_ON:
            found += [
                Named(f"{platform}-{topology}", Profile(platform, topology=topology))
                for topology in SMALL
                if topology in snapshot.topologies
            ]
    return found


_made: list[tuple[Edition, dict[str, bytes]]] = []
"""The files of the edition that was asked for last: the site and `portspec build` both want them."""


def files(edition: Edition) -> Mapping[str, bytes]:
    """Every file of the API by its path below `api/v1/`. Raises InvalidDocumentError for what a schema refuses."""
    if not _made or _made[0][0] is not edition:
        _made[:] = [(edition, dict(_files(edition, Documents())))]
    return _made[0][1]


def write(edition: Edition, folder: Path) -> None:
    """Write the API below a folder. Raises InvalidDocumentError and OSError."""
    for name, content in files(edition).items():
        path = folder / ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_schemas(folder: Path) -> None:
    """Write the schemas where their whole addresses say. Raises OSError."""
    (folder / SCHEMAS).mkdir(parents=True, exist_ok=True)
    for path in _schemas():
        (folder / SCHEMAS / path.name).write_bytes(path.read_bytes())


def _schemas() -> list[Path]:
    return sorted(Path(schema_folder()).glob("*.schema.json"))


def _files(edition: Edition, documents: Documents) -> Iterator[tuple[str, bytes]]:
    yield "index.json", _text(documents.checked("api.schema.json#/$defs/index", _index(edition)))
    yield "releases.json", _text(documents.checked("api.schema.json#/$defs/releases", _releases(edition)))
    for release, snapshot in edition.snapshots.items():
        services = _services(release)
        yield f"{release}/services.json", _text(documents.checked("api.schema.json#/$defs/services", services))
        for named in profiles(snapshot):
            yield from _profile_files(snapshot, named, documents)
    for pair in pairs(edition):
        difference = diff_document(compare_sides(_side(edition, pair.before), _side(edition, pair.after)))
        yield _difference(pair), _text(documents.checked("diff.schema.json", difference))
    for path in _schemas():
        yield f"{SCHEMAS}/{path.name}", path.read_bytes()


def _profile_files(snapshot: Snapshot, named: Named, documents: Documents) -> Iterator[tuple[str, bytes]]:
    paths, profile, release = _paths(snapshot, named), named.profile, snapshot.release.id
    found = flows(snapshot, profile)
    document = {
        "version": VERSION,
        "release": release,
        "profile": _profile(profile),
        "flows": [record.as_json() for record in found],
    }
    yield paths["flows"], _text(documents.checked("api.schema.json#/$defs/flows", document))
    yield paths["csv"], as_csv(found).encode()
    yield paths["matrix"], as_commatrix(listeners(snapshot, profile)).encode()
    compiled = _policy(snapshot, named)
    # No line end: the file's SHA-256 is the policy's digest.
    yield paths["policy"], canonical(documents.checked("policy.schema.json", compiled.document))
    digest = compiled.digest.removeprefix("sha256:")
    yield paths["sha256"], f"{digest}  {Path(paths['policy']).name}\n".encode()


def _text(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n").encode()


def _index(edition: Edition) -> dict[str, Any]:
    return {
        "version": VERSION,
        "spec_version": edition.newest.spec_version,
        "newest": edition.newest.release.id,
        "releases": "releases.json",
        "differences": [
            {"before": pair.before, "after": pair.after, "extended": pair.extended, "path": _difference(pair)}
            for pair in pairs(edition)
        ],
        "schemas": [f"{SCHEMAS}/{path.name}" for path in _schemas()],
    }


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
                "services": f"{name}/services.json",
                "profiles": [
                    {
                        "name": named.name,
                        "profile": _profile(named.profile),
                        **_paths(snapshot, named),
                        "digest": _policy(snapshot, named).digest,
                    }
                    for named in profiles(snapshot)
                ],
            }
            for name, snapshot in edition.snapshots.items()
        ],
    }


def _paths(snapshot: Snapshot, named: Named) -> dict[str, str]:
    release, name = snapshot.release.id, named.name
    return {
        "flows": f"{release}/flows/{name}.json",
        "csv": f"{release}/flows/{name}.csv",
        "matrix": f"{release}/matrix/{name}.csv",
        "policy": f"{release}/policies/{name}.json",
        "sha256": f"{release}/policies/{name}.json.sha256",
    }


def _difference(pair: Pair) -> str:
    return f"differences/{pair.name}.json"


def _policy(snapshot: Snapshot, named: Named) -> Policy:
    return policy(snapshot.release.id, named.profile)


def _side(edition: Edition, release: str) -> Side:
    return Side(release, policy(release, Profile()), edition.snapshots[release], None)


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": list(profile.features),
    }


def _services(release: str) -> dict[str, Any]:
    """The services of a release as the spec has them, conditions kept."""
    return {"version": VERSION, "release": release, "services": _written(snapshot_document(release)["services"])}


def _written(value: Any) -> Any:
    """What stands in the spec, without what a snapshot adds to it."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items() if key != "carried_forward"}
    return [_written(item) for item in value] if isinstance(value, list) else value
