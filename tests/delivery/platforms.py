"""Run the scripts of the three platforms as their runners do: the shell, the environment, the files that they give."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from running import REPOSITORY

PLATFORMS = ("github", "gitlab", "tekton")
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
"""What GitHub's runner calls for `shell: bash`."""
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
PARAMETER = re.compile(r"\$\(([a-z.-]+)\)")


class Done(NamedTuple):
    """What a script left: exit code, streams, and the folder with its reports (None where it has gone)."""

    code: int
    out: str
    err: str
    reports: Path | None
    outputs: dict[str, str]


def document(path: str) -> Any:
    return YAML(typ="safe", pure=True).load((REPOSITORY / path).read_text(encoding="utf-8"))


def scripts() -> dict[str, str]:
    """Every script of the committed files, by a name."""
    steps = document("action.yml")["runs"]["steps"]
    (job,) = document("templates/portspec.yml")["portspec"]["script"]
    (step,) = document("tekton/portspec-check.yaml")["spec"]["steps"]
    return {"github-install": steps[0]["run"], "github": steps[1]["run"], "gitlab": job, "tekton": step["script"]}


def run(platform: str, given: Mapping[str, str], workspace: Path, temporary: Path, path: str) -> Done:
    """Run the checking script with inputs; those that are not given have their defaults. `path` is PATH."""
    temporary.mkdir(exist_ok=True)
    base = {"PATH": path, "LANG": "C.UTF-8", "HOME": str(temporary), "TMPDIR": str(temporary)}
    return {"github": _github, "gitlab": _gitlab, "tekton": _tekton}[platform](given, workspace, temporary, base)


def github_environment(step: Mapping[str, Any], given: Mapping[str, str], action: str = "") -> dict[str, str]:
    """A step's `env`, its expressions evaluated."""
    inputs = {name: one["default"] for name, one in document("action.yml")["inputs"].items()} | dict(given)
    known = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": action}
    return {name: EXPRESSION.sub(lambda found: known[found[1]], value) for name, value in step["env"].items()}


def shell(
    command: list[str], script: str, environment: Mapping[str, str], cwd: Path, into: Path
) -> tuple[int, str, str]:
    into.write_text(script, encoding="utf-8")
    into.chmod(0o755)
    done = subprocess.run(
        [*command, str(into)], cwd=cwd, env=dict(environment), capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def outputs_of(path: Path) -> dict[str, str]:
    """GITHUB_OUTPUT read as the runner reads it: `name=value` lines; what else it takes (`name<<END`) is not written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"[a-z-]+=", line) for line in lines), lines
    return dict(line.split("=", 1) for line in lines)


def _github(given: Mapping[str, str], workspace: Path, temporary: Path, base: dict[str, str]) -> Done:
    step = document("action.yml")["runs"]["steps"][1]
    output, summary = temporary / "output", temporary / "summary"
    for file in (output, summary):
        file.write_text("")
    environment = (
        base
        | {
            "RUNNER_TEMP": str(temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        | github_environment(step, given)
    )
    code, out, err = shell(BASH, step["run"], environment, workspace, temporary / "step.sh")
    made = sorted(temporary.glob("portspec-reports.*"))
    return Done(code, out, err, made[-1] if made else None, outputs_of(output))


def _gitlab(given: Mapping[str, str], workspace: Path, temporary: Path, base: dict[str, str]) -> Done:
    job = document("templates/portspec.yml")["portspec"]
    variables = job["variables"] | {variable(name): value for name, value in given.items()}
    code, out, err = shell(["sh", "-e"], job["script"][0], base | variables, workspace, temporary / "job.sh")
    reports = workspace / "portspec-reports"
    return Done(code, out, err, reports if reports.is_dir() else None, {})


def _tekton(given: Mapping[str, str], workspace: Path, temporary: Path, base: dict[str, str]) -> Done:
    spec = document("tekton/portspec-check.yaml")["spec"]
    reports, result = temporary / "reports", temporary / "exit-code"
    reports.mkdir(exist_ok=True)
    known = {f"params.{one['name']}": one["default"] for one in spec["params"]}
    known |= {f"params.{name}": value for name, value in given.items()}
    known |= {
        "workspaces.source.path": str(workspace),
        "workspaces.reports.path": str(reports),
        "workspaces.reports.bound": "true",
        "results.exit-code.path": str(result),
    }
    (step,) = spec["steps"]
    environment = base | {
        one["name"]: PARAMETER.sub(lambda found: known[found[1]], one["value"]) for one in step["env"]
    }
    code, out, err = shell([], step["script"], environment, workspace, temporary / "script")
    return Done(code, out, err, reports, {"exit-code": result.read_text()} if result.exists() else {})


def variable(name: str) -> str:
    return "PORTSPEC_" + name.upper().replace("-", "_")


def search_path(*first: Path) -> str:
    return os.pathsep.join([*map(str, first), "/usr/bin", "/bin"])
