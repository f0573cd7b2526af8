"""The JSON API is what its schema says, and nothing in it is undescribed; policies carry their own digest."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from built_site import LANGUAGES, checkout, site
from html_reading import read_page
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import REPOSITORY, portspec

from portspec.policy.model import Profile
from portspec.policy.store import newest_release, policy, releases
from portspec.site.api import profiles
from portspec.site.api_validation import Documents, InvalidDocumentError
from portspec.site.edition import edition
from portspec.site.pages.api import KINDS as TOLD

API = "api.schema.json#/$defs/"
KINDS = {
    "index.json": f"{API}index",
    "releases.json": f"{API}releases",
    "*/services.json": f"{API}services",
    "*/flows/*.json": f"{API}flows",
    "*/policies/*.json": "policy.schema.json",
    "differences/*.json": "diff.schema.json",
}
"""Where the documents of each kind are, and what describes them."""


@cache
def registry() -> Registry[Any]:
    folder = REPOSITORY / "schema"
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.schema.json")}
    return Registry[Any]().with_resources((name, Resource.from_contents(found)) for name, found in schemas.items())


def wrong(reference: str, document: Any) -> list[str]:
    validator = Draft202012Validator({"$ref": reference}, registry=registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def api() -> Path:
    return site() / "api" / "v1"


def read(path: str) -> Any:
    return json.loads((api() / path).read_bytes())


def listed() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every profile in the list of releases, with the release."""
    for release in read("releases.json")["releases"]:
        for one in release["profiles"]:
            yield release["id"], one


def test_the_schema_is_one_and_describes_itself() -> None:
    schema = json.loads((REPOSITORY / "schema" / "api.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        assert definition["additionalProperties"] is False, name
        assert definition["description"].startswith("api/v1/") or name == "profile"


@pytest.mark.parametrize("pattern", KINDS)
def test_documents_are_what_the_schema_describes(pattern: str) -> None:
    """By the library as it is, without what makes the build's own validation quick; a few of each kind."""
    paths = sorted(api().glob(pattern))
    for path in (*paths[:2], *paths[2 :: max(1, len(paths) // 6)]):
        document = json.loads(path.read_bytes())
        assert wrong(KINDS[pattern], document) == [], path
        document["newcomer"] = 1
        assert wrong(KINDS[pattern], document) != []


def test_no_document_of_the_api_is_left_out() -> None:
    """Every file is described, and every file is found by following the lists from the index."""
    there = {path.relative_to(api()).as_posix() for path in api().rglob("*") if path.is_file()}
    index = read("index.json")
    followed = {"index.json", index["releases"], *index["schemas"], *(one["path"] for one in index["differences"])}
    followed |= {release["services"] for release in read(index["releases"])["releases"]}
    followed |= {one[name] for _, one in listed() for name in ("flows", "csv", "matrix", "policy", "sha256")}
    assert followed == there
    described = {path.relative_to(api()).as_posix() for pattern in KINDS for path in api().glob(pattern)}
    assert {name for name in there - described if not name.startswith("schema/")} == {
        name for name in there if name.endswith((".csv", ".sha256"))
    }


def test_every_release_and_platform_is_there() -> None:
    index = read("index.json")
    assert index["newest"] == newest_release()
    assert [one["id"] for one in read("releases.json")["releases"]] == list(releases())
    for release, snapshot in edition().snapshots.items():
        named = [one for name, one in listed() if name == release]
        assert {one["profile"]["platform"] for one in named} == set(snapshot.platforms)
        assert {one["profile"]["topology"] for one in named if one["profile"]["platform"] == "none"} == set(
            snapshot.topologies
        )
        assert len({one["name"] for one in named}) == len(named)
    pairs = {(one["before"], one["after"]): one["extended"] for one in index["differences"]}
    assert pairs["4.17", "4.18"] is False
    assert pairs["4.16", "4.18"] is True


def test_schemas_are_at_the_paths_that_their_ids_say() -> None:
    assert {path.name for path in (api() / "schema").iterdir()} == {
        path.name for path in (REPOSITORY / "schema").iterdir()
    }
    for path in (api() / "schema").iterdir():
        content = path.read_bytes()
        named = urlsplit(json.loads(content)["$id"])
        assert (site() / named.path.lstrip("/") if named.netloc else path.parent / named.path).read_bytes() == content
        assert content == (REPOSITORY / "schema" / path.name).read_bytes()
        for reference in re.findall(rb'"\$ref": "([^#"]+)', content):
            assert (api() / "schema" / reference.decode()).is_file(), (path, reference)


SAMPLES = (
    ("4.12", "none"),
    ("4.18", "vsphere"),
    ("4.18", "none-compact"),
    ("4.20", "aws"),
    ("4.22", "baremetal-single-node"),
    ("5.0", "none"),
)


@pytest.mark.parametrize(("release", "name"), SAMPLES)
def test_a_profile_is_what_the_commands_print(release: str, name: str) -> None:
    (one,) = (one for known, one in listed() if (known, one["name"]) == (release, name))
    profile = Profile(**{**one["profile"], "features": tuple(one["profile"]["features"])})
    asked = [
        "ports",
        "--release",
        release,
        "--platform",
        profile.platform,
        "--network",
        profile.network,
        "--topology",
        profile.topology,
    ]
    assert (api() / one["csv"]).read_text(encoding="utf-8") == portspec([*asked, "--format", "csv"]).out
    assert (api() / one["matrix"]).read_text(encoding="utf-8") == portspec([*asked, "--format", "commatrix"]).out
    document = read(one["flows"])
    assert (document["release"], document["profile"]) == (release, one["profile"])
    assert document["flows"] == json.loads(portspec([*asked, "--format", "json"]).out)
    assert one["digest"] == policy(release, profile).digest


def test_a_difference_is_what_the_command_prints() -> None:
    for one in read("index.json")["differences"][::5]:
        told = portspec(["diff", one["before"], one["after"], "--format", "json"])
        assert read(one["path"]) == json.loads(told.out)


def test_a_policy_is_held_against_its_hash() -> None:
    for release in releases():
        folder = api() / release / "policies"
        sums = sorted(path.name for path in folder.glob("*.sha256"))
        assert len(sums) == len(profiles(edition().snapshots[release]))
        done = subprocess.run(["sha256sum", "--check", "--strict", *sums], cwd=folder, capture_output=True, check=False)
        assert (done.returncode, done.stdout.count(b": OK")) == (0, len(sums))
    for release, one in listed():
        digest = hashlib.sha256((api() / one["policy"]).read_bytes()).hexdigest()
        assert one["digest"] == f"sha256:{digest}", release


@pytest.mark.parametrize("release", releases())
def test_the_policy_of_the_usual_profile_is_that_beside_the_site(release: str) -> None:
    content = (checkout() / "dist" / "policies" / f"{release}.json").read_bytes()
    assert content == (api() / release / "policies" / "none.json").read_bytes()
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == policy(release, Profile()).digest


def test_the_site_has_the_api_that_lies_beside_it() -> None:
    beside = checkout() / "dist" / "api" / "v1"
    names = sorted(path.relative_to(beside).as_posix() for path in beside.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(api()).as_posix() for path in api().rglob("*") if path.is_file())
    assert [name for name in names if (beside / name).read_bytes() != (api() / name).read_bytes()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_tells_of_every_kind_of_document(lang: str) -> None:
    page = site() / LANGUAGES[lang] / "reference" / "api.html"
    patterns = [re.compile(re.sub(r"RELEASE|PROFILE|NAME", "[a-z0-9.-]+", re.escape(kind.path)) + "$") for kind in TOLD]
    names = [path.relative_to(api()).as_posix() for path in api().rglob("*") if path.is_file()]
    for name in names:
        assert any(pattern.match(name) for pattern in patterns), name
    text = page.read_text(encoding="utf-8")
    assert all(kind.path in text for kind in TOLD)
    linked = [link for link in read_page(page).links if "/api/v1/" in link]
    assert len(linked) > len(TOLD)
    assert [link for link in linked if not (page.parent / link).is_file()] == []


MUTANTS: list[tuple[str, str, Any, str]] = [
    ("index.json", "index", lambda it: it.update(newest="latest"), "$.newest: 'latest' does not match"),
    (
        "4.18/flows/none.json",
        "flows",
        lambda it: it["flows"][3].update(reach="moon"),
        "$.flows[3].reach: 'moon' is not one of",
    ),
    (
        "4.18/flows/none.json",
        "flows",
        lambda it: it["flows"][7].pop("service"),
        "$.flows[7]: 'service' is a required property",
    ),
    (
        "4.18/services.json",
        "services",
        lambda it: it["services"][2]["ports"][0].update(extra=1),
        "$.services[2].ports[0]: ",
    ),
    (
        "releases.json",
        "releases",
        lambda it: it["releases"][1]["profiles"][0].update(csv="../x"),
        "$.releases[1].profiles[0].csv: ",
    ),
]


@pytest.mark.parametrize(("path", "kind", "spoil", "told"), MUTANTS)
def test_the_build_refuses_what_a_schema_refuses(path: str, kind: str, spoil: Any, told: str) -> None:
    documents, document = Documents(), read(path)
    assert documents.checked(API + kind, document) is document
    spoil(document)
    for _ in range(2):
        with pytest.raises(InvalidDocumentError) as refused:
            documents.checked(API + kind, document)
        assert str(refused.value).startswith(f"{API}{kind}: {told}")
    assert wrong(API + kind, document) != []


def test_what_one_schema_takes_another_may_refuse() -> None:
    documents = Documents()
    flows = read("4.18/flows/none.json")
    documents.checked(f"{API}flows", flows)
    with pytest.raises(InvalidDocumentError, match="policy"):
        documents.checked("policy.schema.json", {**read("4.18/policies/none.json"), "allow": flows["flows"]})
