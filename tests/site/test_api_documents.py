"""The JSON that a build writes is what its schemas describe, and the policies carry their digest."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

import pytest
from built_site import checkout
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import REPOSITORY

from portspec.policy.model import Profile
from portspec.policy.store import policy, releases

KINDS = {"releases": ["releases.json"], **{kind: [f"*/{kind}.json"] for kind in ("flows", "services")}}


@cache
def registry() -> Registry[Any]:
    folder = REPOSITORY / "schema"
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.schema.json")}
    return Registry[Any]().with_resources((name, Resource.from_contents(found)) for name, found in schemas.items())


def wrong(reference: str, document: Any) -> list[str]:
    validator = Draft202012Validator({"$ref": reference}, registry=registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_the_schema_is_one_and_describes_itself() -> None:
    schema = json.loads((REPOSITORY / "schema" / "api.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        assert definition["additionalProperties"] is False, name
        assert definition["description"].startswith("api/")


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_what_the_schema_describes(kind: str) -> None:
    (pattern,) = KINDS[kind]
    paths = sorted((checkout() / "dist" / "api").glob(pattern))
    assert len(paths) == (1 if kind == "releases" else len(releases()))
    for path in paths:
        document = json.loads(path.read_bytes())
        assert wrong(f"api.schema.json#/$defs/{kind}", document) == []
        document["newcomer"] = 1
        assert wrong(f"api.schema.json#/$defs/{kind}", document) != []


def test_no_document_of_the_api_is_left_out() -> None:
    api = checkout() / "dist" / "api"
    described = {path for patterns in KINDS.values() for pattern in patterns for path in api.glob(pattern)}
    assert {path for path in api.rglob("*") if path.is_file()} == described


def test_paths_in_the_list_of_releases_lead_somewhere() -> None:
    listed = json.loads((checkout() / "dist" / "api" / "releases.json").read_bytes())["releases"]
    assert tuple(one["id"] for one in listed) == releases()
    for one in listed:
        for name in ("policy", "flows", "services"):
            assert (checkout() / "dist" / one[name]).is_file()


@pytest.mark.parametrize("release", releases())
def test_a_policy_is_valid_and_its_digest_is_the_hash_of_its_file(release: str) -> None:
    content = (checkout() / "dist" / "policies" / f"{release}.json").read_bytes()
    assert wrong("policy.schema.json", json.loads(content)) == []
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == policy(release, Profile()).digest
