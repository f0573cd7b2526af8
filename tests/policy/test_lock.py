"""The form of a lock: it reads back, it is the same everywhere, and whatever is changed in it is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from policy.profiles import PROFILES
from policy.small_spec import SMALL
from referencing import Registry, Resource

from portspec.errors import InputError
from portspec.policy.canonical import digest
from portspec.policy.changes import KINDS
from portspec.policy.lock import Lock, SiteFile, content_digest, lock_text, read_lock
from portspec.policy.sides import snapshot_of
from portspec.policy.store import compiled, lifecycle, policy, stamp
from portspec.policy.support import read_lifecycle
from portspec.source import SourceText

ROOT = Path(__file__).parents[2]


def locked(release: str = "4.18", name: str = "none") -> Lock:
    made = policy(release, PROFILES[name])
    return Lock("portspec.lock", made, lifecycle(release), stamp(release), made.digest, (), ())


def small() -> Lock:
    """A lock of the small spec: what is tested on every line of it stays quick."""
    known = snapshot_of(str(SMALL), "4.18")
    made = compiled(known, PROFILES["none"])
    dates = read_lifecycle(known.release._asdict())
    site = (SiteFile("services/backup.yaml", digest({})),)
    return Lock("portspec.lock", made, dates, digest(""), digest(""), site, ("monitor",))


def read(text: str) -> Lock:
    return read_lock(SourceText("portspec.lock", text))


@pytest.mark.parametrize("name", PROFILES)
def test_a_lock_reads_back(name: str) -> None:
    lock = locked("4.18", name)
    assert read(lock_text(lock)) == lock
    assert lock_text(read(lock_text(lock))) == lock_text(lock)


def test_a_lock_with_services_of_the_site_reads_back() -> None:
    assert read(lock_text(small())) == small()


def test_the_form_is_that_of_the_schema() -> None:
    schemas = {
        name: json.loads((ROOT / "schema" / name).read_text()) for name in ("lock.schema.json", "policy.schema.json")
    }
    registry = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in schemas.items())
    for lock in (small(), locked()):
        content = json.loads(lock_text(lock))
        assert [
            error.message
            for error in Draft202012Validator(schemas["lock.schema.json"], registry=registry).iter_errors(content)
        ] == []
        assert digest(content["policy"]) == content["policy_digest"] == lock.policy.digest


def test_an_obligation_is_a_line() -> None:
    lock = small()
    lines = lock_text(lock).split("\n")
    for record in (record for kind in KINDS for record in lock.policy.document[kind]):
        assert sum(f'"id":"{record["id"]}"' in line for line in lines) == 1
    assert max(map(len, lines)) < 1000


def test_line_ends_of_another_system_do_no_harm() -> None:
    assert read(lock_text(small()).replace("\n", "\r\n")) == small()


def test_whatever_is_changed_is_refused() -> None:
    """A character put in, taken out or made another, anywhere; a line moved, taken out or doubled."""
    text = lock_text(small())
    lines = text.split("\n")
    order = random.Random(7)
    edits = []
    for _ in range(400):
        at = order.randrange(len(text))
        edits += [text[:at] + text[at + 1 :], text[:at] + "0" + text[at:], text[:at] + "~" + text[at + 1 :]]
    for at in range(len(lines) - 1):
        edits += ["\n".join(lines[:at] + lines[at + 1 :]), "\n".join(lines[: at + 1] + lines[at:])]
        edits += ["\n".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])]
    edits += [text + "\n", text + " ", " " + text, json.dumps(json.loads(text)), json.dumps(json.loads(text), indent=2)]
    for edited in edits:
        if edited == text:
            continue
        with pytest.raises(InputError) as caught:
            read(edited)
        assert caught.value.path == "portspec.lock"
        assert caught.value.line >= 1
        assert "portspec pin" in caught.value.hint or "newer portspec" in caught.value.hint


def signed(text: str) -> str:
    """The text of a lock with its last digest made to fit, as somebody would who means harm."""
    import hashlib

    before = text.rpartition('\n"digest":"')[0]
    return f'{before}\n"digest":"sha256:{hashlib.sha256(before.encode()).hexdigest()}"}}\n'


def test_a_policy_that_does_not_fit_its_digest_is_refused() -> None:
    text = lock_text(small()).replace('"necessity":"required"', '"necessity":"optional"')
    with pytest.raises(InputError, match="the policy is not the one that was pinned") as caught:
        read(signed(text))
    line = text.split("\n")[caught.value.line - 1]
    assert line.startswith('"policy_digest":')


BROKEN = {
    "empty object": ("{}", "is no lock of portspec"),
    "a list": ("[1]", "is no lock of portspec"),
    "no JSON": ("lock: 1", "not JSON: "),
    "a conflict marker": ("<<<<<<< HEAD\n" + "{}", "not JSON: "),
    "deep": ("[" * 100_000, "nested too deeply"),
    "a word for a form": ('{"lock":"1"}', "is no lock of portspec"),
    "true for a form": ('{"lock":true}', "is no lock of portspec"),
    "form zero": ('{"lock":0}', "is no lock of portspec"),
    "a later form": ('{"spec_version":"2030.1.0",\n"lock":2,\n"new":[]}\n', "a lock of form 2; this portspec reads up to 1"),
    "nothing but a form": (signed('{"lock":1,\n"digest":"'), "is no lock that portspec wrote"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_lock(name: str) -> None:
    text, told = BROKEN[name]
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.message.startswith(told)
    assert (caught.value.line, caught.value.column) >= (1, 1)


VALUES: list[Any] = [None, [], {}, "x", 1, [1], [{}]]
TAKEN: list[tuple[str, Any]] = [("site", []), ("stamp", "x")]
"""Values that a lock may have there."""


@pytest.mark.parametrize("entry", ["policy", "services", "purposes", "release", "site", "own_services", "stamp"])
def test_a_well_signed_lock_without_a_part(entry: str) -> None:
    """Whoever recomputes the digest gets a clear error too, not a traceback."""
    content = json.loads(lock_text(small()))
    for value in VALUES:
        made = {**content, entry: value}
        if made == content:
            continue
        made.pop("digest")
        entries = ",\n".join(f"{json.dumps(key)}:{json.dumps(item, ensure_ascii=False)}" for key, item in made.items())
        text = signed("{" + entries + ',\n"digest":""}\n')
        try:
            read(text)
        except InputError:
            continue
        assert entry in {"own_services", "stamp", "site"}, f"{entry} = {value!r} was taken"


def test_a_digest_of_content_passes_over_comments_and_layout() -> None:
    one = SourceText("a", "id: backup\nports: [1, 2]\n")
    other = SourceText("b", "# a comment\nports:\n  - 1\n  - 2\nid:   backup # another\n")
    assert content_digest(one) == content_digest(other)
    assert content_digest(one) != content_digest(SourceText("c", "id: backup\nports: [2, 1]\n"))
