"""What the guides to delivery show is there: inputs, hooks, parameters, commands; the same in both languages."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from delivery.platforms import document
from delivery.test_delivery_files import vendored
from ruamel.yaml import YAML
from running import REPOSITORY, portspec

LANGUAGES = ("en", "zh-TW")
GUIDES = ("pipelines", "offline", "editors")
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
both = pytest.mark.parametrize("lang", LANGUAGES)


def guide(name: str, lang: str) -> str:
    return (REPOSITORY / "docs" / lang / "guides" / f"{name}.md").read_text(encoding="utf-8")


def examples(lang: str) -> dict[str, Any]:
    """The YAML of the guide to pipelines, by what it is for."""
    found = [content for kind, content in BLOCK.findall(guide("pipelines", lang)) if kind == "yaml"]
    return dict(
        zip(("github", "gitlab", "tekton", "pre-commit"), map(YAML(typ="safe", pure=True).load, found), strict=True)
    )


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_show_the_same(name: str) -> None:
    shown = [[re.sub(r" +#.*", "", text) for _, text in BLOCK.findall(guide(name, lang))] for lang in LANGUAGES]
    anchors = [re.findall(r"\{#([a-z-]+)\}", guide(name, lang)) for lang in LANGUAGES]
    assert shown[0] == shown[1]
    assert anchors[0] == anchors[1]


@both
def test_the_workflow_is_one_and_gives_inputs_that_there_are(lang: str) -> None:
    example = examples(lang)["github"]
    schema = json.loads(vendored("github-workflows.json").read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate({"on": "pull_request"} | example)
    action = document("action.yml")
    (step,) = [step for step in example["jobs"]["ports"]["steps"] if step.get("id") == "portspec"]
    assert set(step["with"]) <= set(action["inputs"])
    used = re.findall(r"steps\.portspec\.outputs\.([a-z-]+)", json.dumps(example))
    assert used
    assert set(used) <= set(action["outputs"])


@both
def test_the_job_sets_variables_that_there_are(lang: str) -> None:
    example = examples(lang)["gitlab"]
    assert set(example["portspec"]["variables"]) <= set(document("templates/portspec.yml")["portspec"]["variables"])
    assert all((REPOSITORY / entry["file"]).is_file() for entry in example["include"])


@both
def test_the_pipeline_gives_parameters_that_there_are(lang: str) -> None:
    (example,) = examples(lang)["tekton"]
    task = document("tekton/portspec-check.yaml")
    assert example["taskRef"]["name"] == task["metadata"]["name"]
    assert {one["name"] for one in example["params"]} <= {one["name"] for one in task["spec"]["params"]}
    needed = {one["name"] for one in task["spec"]["workspaces"] if not one.get("optional")}
    assert {one["name"] for one in example["workspaces"]} >= needed


@both
def test_the_hooks_are_ours(lang: str) -> None:
    (repository,) = examples(lang)["pre-commit"]["repos"]
    ids = [hook["id"] for hook in repository["hooks"]]
    assert ids == [hook["id"] for hook in document(".pre-commit-hooks.yaml")]


def test_schema_prints_names_paths_and_the_schemas() -> None:
    names = portspec(["schema"]).out.split()
    assert names == sorted(path.name.removesuffix(".schema.json") for path in (REPOSITORY / "schema").iterdir())
    for name in names:
        path = portspec(["schema", name, "--path"]).out.strip()
        assert os.path.isabs(path)
        assert json.loads(portspec(["schema", name]).out) == json.loads(Path(path).read_text(encoding="utf-8"))
    assert len(portspec(["schema", "--path"]).out.splitlines()) == len(names)


@pytest.mark.parametrize("name", ["clusters", "../cluster", "/etc/passwd", "cluster.schema.json", "\x1b[31m"])
def test_schema_refuses_what_is_none(name: str) -> None:
    done = portspec(["schema", name])
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("no schema has the name ")
    assert "\x1b" not in done.err
