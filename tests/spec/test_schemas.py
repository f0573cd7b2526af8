"""The schemas are schemas, and good enough for an editor: everything says what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portspec.source import SourceText
from portspec.spec.load import KINDS
from portspec.spec.validate import validator
from portspec.yamlsource import load_yaml, plain

ROOT = Path(__file__).parents[2]
OURS = ("common", "cluster", "policy", "service", *KINDS.values())


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", OURS)
def test_is_a_schema_with_title_and_description(name: str) -> None:
    schema = load(name)
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"].endswith(".")


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.mark.parametrize("name", OURS)
def test_records_are_closed(name: str) -> None:
    for record in objects(load(name)):
        assert record["additionalProperties"] is False, sorted(record["properties"])


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/portspec.yaml")), ids=lambda path: path.parent.name)
def test_example_cluster_files_are_valid(path: Path) -> None:
    content = plain(load_yaml(SourceText(str(path), path.read_text(encoding="utf-8"))))
    assert [error.message for error in validator("cluster").iter_errors(content)] == []


def test_every_yaml_of_the_spec_names_its_schema() -> None:
    for path in (ROOT / "spec").glob("**/*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        kind = KINDS.get(path.name, "service")
        up = "../" * (len(path.relative_to(ROOT).parts) - 1)
        assert first == f"# yaml-language-server: $schema={up}schema/{kind}.schema.json", path
