"""The lock: a compiled policy kept beside the cluster file, so that its answer stays the same whatever spec comes later.

A lock is JSON in one fixed form, an obligation a line, so that a review sees what changed. Its last entry is the
digest of the text before it: a lock that was edited is refused. `schema/lock.schema.json` describes it, and
docs/adr/0008-policy-compatibility.md says what is promised.

The digests are no signature. They protect against a hand that slips, a merge that mixed two locks, a file that was cut
off. They do not protect against somebody who edits a lock and computes them anew: against that stand the review of the
lock, and `pin --check`, which compiles the policy again and refuses a lock that names the present version of the spec
and says otherwise. A lock that names another version cannot be held against a spec that is not there; `pin --check`
then says in how many obligations the two differ.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from portspec.errors import InputError
from portspec.policy.canonical import canonical, digest
from portspec.policy.model import Policy
from portspec.policy.record import read_policy
from portspec.policy.support import Lifecycle, read_lifecycle
from portspec.source import SourceText

LOCK_FILE = "portspec.lock"
FORMAT = 1
"""Counts up when the form of the lock changes; every earlier one stays readable."""
LARGEST = 16 * 1024 * 1024
END = '\n"digest":"'
"""How the last entry begins."""
DEPTHS = {"policy": 2, "services": 1, "purposes": 1, "site": 1}
"""How many levels of an entry are broken into lines."""
PIN = "portspec pin writes it anew"


class SiteFile(NamedTuple):
    """A file with services of the site: its path from the lock's folder, and the digest of what it says."""

    path: str
    digest: str


class Lock(NamedTuple):
    """A pinned policy. `base` is its digest without the site's own services, `own` are their ids; `stamp` identifies the
    spec's release and the portspec that compiled it (`policy.store.stamp`)."""

    path: str
    policy: Policy
    lifecycle: Lifecycle
    stamp: str
    base: str
    site: tuple[SiteFile, ...]
    own: tuple[str, ...]


def lock_text(lock: Lock) -> str:
    """The lock's file: the same text for the same lock, whichever portspec or machine writes it."""
    policy = lock.policy
    said: dict[bytes, list[str]] = {}
    for allow in policy.allows:
        said.setdefault(canonical(dict(allow.purpose)), []).append(allow.id)
    sentences = {canonical(dict(allow.purpose)): dict(allow.purpose) for allow in policy.allows}
    content: dict[str, Any] = {
        "lock": FORMAT,
        "spec_version": policy.spec_version,
        "stamp": lock.stamp,
        "release": {"id": policy.release, **lock.lifecycle.as_json()},
        "base_digest": lock.base,
        "site": [site._asdict() for site in lock.site],
        "own_services": sorted(lock.own),
        "policy": policy.document,
        "policy_digest": policy.digest,
        "services": {
            service.id: {
                "title": dict(service.title),
                "component": service.component,
                "sensitivity": service.sensitivity,
            }
            for service in policy.services.values()
        },
        "purposes": [{"text": sentences[key], "of": sorted(ids)} for key, ids in sorted(said.items())],
    }
    entries = [f'"{name}":{_lines(value, DEPTHS.get(name, 0))}' for name, value in content.items()]
    text = "{" + ",\n".join(entries) + ","
    return f'{text}{END}{_sum(text)}"}}\n'


def read_lock(source: SourceText) -> Lock:
    """The lock of a file. Raises InputError for what is no lock, is one of a newer portspec, or was changed by hand."""
    import json

    text = source.text.replace("\r\n", "\n")
    try:
        content = json.loads(text)
    except RecursionError:
        raise InputError("nested too deeply", source.path, 1, 1, PIN) from None
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise InputError(f"not JSON: {getattr(error, 'msg', error)}", source.path, line, column, PIN) from None
    written = content.get("lock") if isinstance(content, dict) else None
    if not isinstance(written, int) or isinstance(written, bool) or written < 1:
        raise InputError("is no lock of portspec", source.path, 1, 1, PIN)
    if written > FORMAT:
        raise InputError(
            f"a lock of form {written}; this portspec reads up to {FORMAT}",
            source.path,
            *_place(text, "lock"),
            "it was written by a newer portspec: use that one, or pin again with this one",
        )
    before, _, after = text.rpartition(END)
    if not before or after != f'{_sum(before)}"}}\n':
        _changed(source.path, text, "digest", "the lock was changed after it was written")
    try:
        if _document_sum(content["policy"]) != content["policy_digest"]:
            _changed(source.path, text, "policy_digest", "the policy is not the one that was pinned")
        return _lock(source.path, content)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise InputError("is no lock that portspec wrote", source.path, 1, 1, PIN) from None


def _lock(path: str, content: Any) -> Lock:
    purposes = {name: entry["text"] for entry in content["purposes"] for name in entry["of"]}
    release = content["release"]
    policy = read_policy(
        content["policy"], content["spec_version"], content["policy_digest"], purposes, content["services"]
    )
    own, words = content["own_services"], [content["stamp"], content["base_digest"], policy.spec_version]
    site = tuple(SiteFile(entry["path"], entry["digest"]) for entry in content["site"])
    words += [*own, *(word for one in site for word in one)]
    fits = release["id"] == policy.release and set(policy.services) == set(policy.document["services"])
    if not fits or not isinstance(own, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(path)
    if not own and content["base_digest"] != policy.digest:
        raise ValueError(path)
    return Lock(path, policy, read_lifecycle(release), content["stamp"], content["base_digest"], site, tuple(own))


def _changed(path: str, text: str, entry: str, message: str) -> None:
    raise InputError(f"{message}: its digest does not fit", path, *_place(text, entry), PIN)


def entry_place(source: SourceText, entry: str) -> tuple[int, int]:
    """(line, column) of an entry of a lock; its beginning when it has none."""
    return _place(source.text, entry)


def _place(text: str, entry: str) -> tuple[int, int]:
    at = max(text.find(f'\n"{entry}":'), 0)
    return text.count("\n", 0, at + 1) + 1, 1


def content_digest(source: SourceText) -> str:
    """The digest of what a YAML file says, its comments and layout left out. Raises InputError for what is no YAML."""
    from portspec.yamlsource import load_yaml, plain

    content = plain(load_yaml(source))
    try:
        return digest(content)
    except TypeError:  # a float, which no service has
        return "unknown"


def _lines(value: Any, depth: int) -> str:
    """Canonical JSON, the first levels broken into lines."""
    if not depth or not value or not isinstance(value, dict | list | tuple):
        return canonical(value).decode()
    if isinstance(value, dict):
        entries = [f"{canonical(key).decode()}:{_lines(value[key], depth - 1)}" for key in sorted(value)]
        return "{\n" + ",\n".join(entries) + "\n}"
    return "[\n" + ",\n".join(_lines(item, depth - 1) for item in value) + "\n]"


def _sum(text: str) -> str:
    """The digest of a text. The interpreter's own SHA-256 where it has one: hashlib loads OpenSSL first, which takes
    longer than reading the lock."""
    from importlib import import_module

    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            found: str = import_module(name).sha256(text.encode()).hexdigest()
        except ImportError:
            continue
        return f"sha256:{found}"
    raise AssertionError("a Python without SHA-256")


def _document_sum(document: Any) -> str:
    """The digest of a document whose strings are composed already, as those of a lock are."""
    import json

    return _sum(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
