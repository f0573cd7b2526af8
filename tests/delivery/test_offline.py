"""Without a network: the action's first step and the guide's commands install from a folder of wheels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from delivery.platforms import BASH, document, github_environment, shell
from delivery.wheelhouse import fill
from running import REPOSITORY

NO_NETWORK = {"PIP_INDEX_URL": "http://127.0.0.1:9/none", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
HOSTILE_MODULES = (
    "pip/__init__.py",
    "venv.py",
    "ensurepip.py",
    "portspec/__init__.py",
    "sitecustomize.py",
    "zipfile.py",
)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("wheels") / "wheel house")


def python_first(folder: Path) -> str:
    """A PATH on which python3 is the Python that runs the tests: the wheels are for this one."""
    folder.mkdir()
    base = getattr(sys, "_base_executable", sys.executable)
    (folder / "python3").symlink_to(base)
    return os.pathsep.join([str(folder), "/usr/bin", "/bin"])


def test_the_action_installs_and_checks_in_a_hostile_folder(wheels: Path, tmp_path: Path) -> None:
    workspace, temporary = tmp_path / "workspace", tmp_path / "temporary"
    temporary.mkdir()
    for name in HOSTILE_MODULES:
        module = workspace / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(f"open({str(tmp_path / 'pwned')!r}, 'w')\n")
    (workspace / "portspec.yaml").write_text((REPOSITORY / "examples/upi-right/portspec.yaml").read_text())
    steps = document("action.yml")["runs"]["steps"]
    environment = {"PATH": python_first(tmp_path / "programs"), "HOME": str(tmp_path), "RUNNER_TEMP": str(temporary)}
    environment |= NO_NETWORK | {"GITHUB_OUTPUT": str(temporary / "output"), "GITHUB_WORKSPACE": str(workspace)}
    for step in steps:
        given = {"path": str(REPOSITORY / "examples/upi-broken"), "wheelhouse": str(wheels)}
        variables = environment | github_environment(step, given, "/nowhere")
        code, out, err = shell(BASH, step["run"], variables, workspace, temporary / "step.sh")
        assert code == (1 if step["name"] == "Check" else 0), out + err
    assert (temporary / "output").read_text().startswith("exit-code=1\nsarif=")
    assert not (tmp_path / "pwned").exists()


def test_a_wheelhouse_is_all_that_pip_needs(wheels: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-I", "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(wheels), "portspec"]
    done = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ) | NO_NETWORK, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    schema = subprocess.run(
        [tmp_path / "venv" / "bin" / "portspec", "schema", "cluster", "--path"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert schema.startswith(str(tmp_path))
    assert Path(schema).read_bytes() == (REPOSITORY / "schema" / "cluster.schema.json").read_bytes()


def test_the_image_is_installed_from_a_wheelhouse(wheels: Path, tmp_path: Path) -> None:
    """The RUN line that installs, in folders of our own and with the Python that runs the tests."""
    text = (REPOSITORY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (line,) = [line[4:] for line in text.splitlines() if line.startswith("RUN ") and "-m venv" in line]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "wheelhouse").symlink_to(wheels)
    script = line.replace("/opt/portspec", str(tmp_path / "opt")).replace("/source", str(tmp_path / "source"))
    environment = {"PATH": python_first(tmp_path / "programs"), "HOME": str(tmp_path), "OFFLINE": "1"} | NO_NETWORK
    (tmp_path / "programs" / "python3.12").symlink_to(tmp_path / "programs" / "python3")
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = subprocess.run(
        [tmp_path / "opt" / "bin" / "portspec", "--version"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("portspec ")
    assert not (tmp_path / "opt" / "bin" / "pip").exists()
