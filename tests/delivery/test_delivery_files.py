"""The committed files are those that the table makes, right by the platforms' schemas, and their scripts are sound."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
from delivery.platforms import document, scripts
from running import REPOSITORY

from portspec.cli import parser_of
from portspec.delivery.files import files
from portspec.delivery.inputs import INPUTS
from portspec.delivery.precommit import HOOKS

SCHEMAS = {"action.yml": "github-actions.json", "templates/portspec.yml": "gitlab-ci.json"}
CONTAINER_KEYWORDS = {"ARG", "FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}


def vendored(name: str) -> Path:
    """A public schema, as the package check-jsonschema carries it."""
    spec = find_spec("check_jsonschema")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "builtin_schemas" / "vendor" / name


@pytest.mark.parametrize("path", sorted(files()))
def test_a_committed_file_is_what_the_table_makes(path: str) -> None:
    file = REPOSITORY / path
    if os.environ.get("PORTSPEC_REFRESH") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(files()[path], encoding="utf-8")
    assert file.read_text(encoding="utf-8") == files()[path], "PORTSPEC_REFRESH=1 pytest tests/delivery writes it anew"


@pytest.mark.parametrize("path", sorted(SCHEMAS))
def test_a_file_is_right_by_the_platforms_schema(path: str) -> None:
    schema = json.loads(vendored(SCHEMAS[path]).read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    validator.validate(document(path))
    broken = document(path)
    broken["runs" if path == "action.yml" else "portspec"] = {"script": 7, "steps": "none"}
    assert not validator.is_valid(broken), "the schema says nothing about this file"


@pytest.mark.parametrize("name", sorted(scripts()))
def test_shellcheck_finds_nothing_in_a_script(name: str, tmp_path: Path) -> None:
    kind = "bash" if name.startswith("github") else "sh"
    shellcheck = Path(sys.executable).parent / "shellcheck"
    (tmp_path / "script").write_text(scripts()[name])
    done = subprocess.run(
        [shellcheck, "--shell", kind, str(tmp_path / "script")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", sorted(scripts()))
def test_no_platform_writes_into_a_script(name: str) -> None:
    assert not re.search(r"\$\{\{|\$\((params|workspaces|results|context|steps|tasks)\.|\$\[\[", scripts()[name])


@pytest.mark.parametrize("one", [one for one in INPUTS if one.option], ids=lambda one: str(one.name))
def test_the_option_of_an_input_is_one_of_check(one: object) -> None:
    known = {name: action for action in parser_of("check")._actions for name in action.option_strings}
    (found,) = [given for given in INPUTS if given is one]
    assert (known[found.option].nargs == 0) == (found.takes == "switch")
    choices = known[found.option].choices
    assert not found.default or choices is None or found.default in choices


def test_an_input_has_its_meaning_in_both_languages() -> None:
    assert all(one.meaning["en"] and one.meaning["zh-TW"] for one in INPUTS)


def test_a_task_has_what_the_cluster_asks_for() -> None:
    task = document("tekton/portspec-check.yaml")
    assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")
    (step,) = task["spec"]["steps"]
    used = set(re.findall(r"\$\(params\.([a-z-]+)\)", json.dumps(task)))
    assert used == {one["name"] for one in task["spec"]["params"]}
    assert step["securityContext"]["runAsNonRoot"] is True
    assert all(isinstance(one["default"], str) for one in task["spec"]["params"])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook.id))
def test_a_hook_is_a_command_of_ours_and_takes_no_names(hook: object) -> None:
    (found,) = [entry for given, entry in zip(HOOKS, document(".pre-commit-hooks.yaml"), strict=True) if given is hook]
    program, command, *options = found["entry"].split()
    assert program == "portspec"
    parser_of(command).parse_args(options)
    assert found["pass_filenames"] is False
    assert found["language"] == "python"


def test_the_containerfile_copies_what_is_there_and_runs_as_nobody_special() -> None:
    text = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", "").splitlines() if line and not line.startswith("#")]
    assert {line.split()[0] for line in lines} == CONTAINER_KEYWORDS
    assert [line.split()[1] for line in lines if line.startswith("USER")] == ["1001"]
    assert lines[-2:] == ['ENTRYPOINT ["portspec"]', 'CMD ["--help"]']
    for line in lines:
        if line.startswith("RUN "):
            subprocess.run(["sh", "-n", "-c", line[4:]], check=True)


def test_the_image_is_made_of_what_the_wheel_is_made_of() -> None:
    """`.containerignore` lets through what the source archive has, and a wheelhouse."""
    lines = (REPOSITORY / ".containerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in lines if line.startswith("!")}
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^\[tool\.hatch\.build\.targets\.sdist\]\ninclude = \[(.*)\]$", project, re.MULTILINE)
    assert let_through == set(re.findall(r'"/([^"]+)"', listed)) | {"pyproject.toml", "wheelhouse"}
