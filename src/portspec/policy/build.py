"""The files that `policy.store` reads, made of the spec's YAML: for the wheel, and for a checkout."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from portspec import __version__
from portspec.errors import InputError
from portspec.policy.canonical import canonical, digest
from portspec.policy.compile import compile_policy
from portspec.policy.model import Policy, Profile
from portspec.policy.resolve import resolve
from portspec.policy.store import POLICIES, RELEASES, SNAPSHOT, profile_key
from portspec.policy.support import read_lifecycle
from portspec.spec.load import assemble, load_spec
from portspec.spec.model import Snapshot
from portspec.spec.read import read_snapshot
from portspec.spec.releases import UNKNOWN, release_key

STALE_AFTER = 3600
"""Seconds after which the files of an earlier state of the spec are removed."""
USUAL_NETWORK = "OVNKubernetes"
"""Policies are compiled beforehand for this plugin, on every platform and topology."""


def compiled_files(spec: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files. `spec` is plain data (`spec.load.assemble`)."""
    names = sorted((record["id"] for record in spec["releases"]), key=release_key)
    out = [record["id"] for record in spec["releases"] if record["released"] != UNKNOWN]
    yield RELEASES, canonical({"releases": names, "newest": max(out, key=release_key)})
    for name in names:
        document = resolve(spec, name)
        yield f"{name}/{SNAPSHOT}", canonical(document)
        stamp = digest([__version__, document])
        for file, content in _policy_files(read_snapshot(document), stamp, document["release"]):
            yield f"{name}/{file}", content


def _policy_files(known: Snapshot, stamp: str, release: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The policies of the common profiles: an index, and each distinct body once."""
    bodies: dict[bytes, str] = {}
    profiles: dict[str, dict[str, str]] = {}
    services: dict[str, Any] = {}
    for platform in known.platforms:
        for topology in known.topologies:
            made = compile_policy(known, Profile(platform, USUAL_NETWORK, topology))
            body = canonical(_body(made))
            if body not in bodies:
                bodies[body] = f"policy-{len(bodies) + 1}.json"
                yield bodies[body], body
            profiles[profile_key(made.profile)] = {"body": bodies[body], "digest": made.digest}
            services = {
                service.id: {
                    "title": dict(service.title),
                    "component": service.component,
                    "sensitivity": service.sensitivity,
                }
                for service in made.services.values()
            }
    index = {
        "spec_version": known.spec_version,
        "stamp": stamp,
        "release": read_lifecycle(release).as_json(),
        "profiles": profiles,
        "services": services,
    }
    yield POLICIES, canonical(index)


def _body(made: Policy) -> dict[str, Any]:
    """What profiles may share: the document without the profile, and the sentences."""
    document = {key: value for key, value in made.document.items() if key != "profile"}
    return {"document": document, "purposes": {allow.id: dict(allow.purpose) for allow in made.allows}}


def write_files(folder: str, target: str) -> None:
    """Validate a spec folder and write its files. Raises InputError for the first thing that is wrong."""
    from portspec.spec.validate import check_documents

    documents = load_spec(folder)
    problems = check_documents(documents)
    if problems:
        raise problems[0]
    for name, content in compiled_files(assemble(documents)):
        path = os.path.join(target, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(content)


def build_into(folder: str, cache: str, target: str) -> str:
    """Make the files of a spec at `target`, a folder in `cache`, in one step; the folder where they are.

    A cache that cannot be written to is no error: the files then last as long as the program.
    """
    try:
        os.makedirs(cache, exist_ok=True)
        made = tempfile.mkdtemp(prefix=".making-", dir=cache)
    except OSError:
        return _for_this_run(folder)
    try:
        write_files(folder, made)
        os.rename(made, target)
    except OSError:  # another run was first, with the same files
        shutil.rmtree(made, ignore_errors=True)
    except InputError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    _drop_stale(cache, target)
    return target if os.path.isdir(target) else _for_this_run(folder)


@functools.cache
def _for_this_run(folder: str) -> str:
    """The files in a temporary folder that goes when the program ends."""
    made = tempfile.mkdtemp(prefix="portspec-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    write_files(folder, made)
    return made


def _drop_stale(cache: str, target: str) -> None:
    """Remove what earlier states of the spec left, once no running program can still be reading it."""
    for entry in os.scandir(cache):
        if entry.path != target and time.time() - entry.stat().st_mtime > STALE_AFTER:
            shutil.rmtree(entry.path, ignore_errors=True)
