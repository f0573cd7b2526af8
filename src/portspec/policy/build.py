"""Snapshots made of the spec's YAML: for the wheel, and for a checkout, where they are cached by the files' content."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
import time
from typing import Any

from portspec.errors import InputError
from portspec.policy.canonical import canonical
from portspec.policy.resolve import resolve
from portspec.policy.store import INDEX, newest_of
from portspec.spec.load import KINDS, SERVICES, assemble, load_spec
from portspec.spec.releases import release_key

FORMAT = "1"
"""Part of the cache's key: counts up when the snapshots' shape changes."""
STALE_AFTER = 3600
"""Seconds after which a cached state of another spec is removed."""


def snapshot_files(spec: dict[str, Any]) -> dict[str, bytes]:
    """File names and contents of all snapshots with their index. `spec` is plain data (`spec.load.assemble`)."""
    names = sorted((record["id"] for record in spec["releases"]), key=release_key)
    files = {f"{name}.json": canonical(resolve(spec, name)) for name in names}
    files[INDEX] = canonical({"releases": names, "newest": newest_of(spec["releases"])})
    return files


def write_snapshots(folder: str, target: str) -> None:
    """Validate a spec folder and write its snapshots. Raises InputError for the first thing that is wrong."""
    from portspec.spec.validate import check_documents

    documents = load_spec(folder)
    problems = check_documents(documents)
    if problems:
        raise problems[0]
    os.makedirs(target, exist_ok=True)
    for name, content in snapshot_files(assemble(documents)).items():
        with open(os.path.join(target, name), "wb") as stream:
            stream.write(content)


def built_snapshots(folder: str, cache: str) -> str:
    """The folder with the snapshots of a checkout's spec, made when there is none for the files as they are.

    Raises InputError when there is no spec, or when it is wrong.
    """
    target = os.path.join(cache, _content_key(folder))
    if os.path.isdir(target):
        return target
    try:
        os.makedirs(cache, exist_ok=True)
        made = tempfile.mkdtemp(prefix=".making-", dir=cache)
    except OSError:  # a checkout that cannot be written to
        return _for_this_run(folder)
    try:
        write_snapshots(folder, made)
        os.rename(made, target)
    except OSError:  # another run was first; its files are the same
        shutil.rmtree(made, ignore_errors=True)
    except InputError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    _drop_stale(cache, target)
    return target if os.path.isdir(target) else _for_this_run(folder)


@functools.cache
def _for_this_run(folder: str) -> str:
    """Snapshots in a temporary folder that goes when the program ends."""
    made = tempfile.mkdtemp(prefix="portspec-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    write_snapshots(folder, made)
    return made


def _drop_stale(cache: str, target: str) -> None:
    """Remove what earlier states of the spec left in the cache, once no running program can still be reading it."""
    for entry in os.listdir(cache):
        path = os.path.join(cache, entry)
        if path != target and time.time() - os.stat(path).st_mtime > STALE_AFTER:
            shutil.rmtree(path, ignore_errors=True)


def _content_key(folder: str) -> str:
    """A hash over the names and contents of the spec's files."""
    services = os.path.join(folder, SERVICES)
    if not os.path.isdir(services):
        raise InputError("there is neither a spec folder here nor snapshots in the package", folder)
    found = hashlib.sha256(FORMAT.encode())
    names = [*KINDS, *(f"{SERVICES}/{name}" for name in sorted(os.listdir(services)) if name.endswith(".yaml"))]
    for name in names:
        with open(os.path.join(folder, name), "rb") as stream:
            found.update(name.encode() + b"\0" + stream.read() + b"\0")
    return found.hexdigest()[:16]
