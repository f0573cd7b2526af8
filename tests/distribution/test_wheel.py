"""What is published: the wheel has what the program needs and nothing else, and works far from the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from distribution.wheels import Installed, build, install
from running import REPOSITORY, Run, portspec

import portspec as package

EXAMPLES = ("upi-broken", "upi-right")
CLUSTER = """\
release: &release "4.18"
phase: running
roles: {control-plane: 192.168.22.201, admin: 10.1.0.0/16}
services: [ports/*.yaml]
configs:
  - {path: fw.nft, at: {host: control-plane}}
ignore:
  - {code: PS001, reason: the other roles are not of interest here}
"""
FILTER = "table inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n }\n}\n"
SERVICE = """\
id: backup-agent
title: {en: Backup agent, zh-TW: 備份代理程式}
component: backup
sensitivity: high
ports:
  - port: 9102
    transport: tcp
    reach: site
    purpose: {en: The backup server fetches data., zh-TW: 備份伺服器取得資料。}
    held_by: [{role: control-plane}]
    flows: [{from: admin, necessity: required, sources: [runbook]}]
    added: "4.1"
    sources: [runbook]
"""
ABSOLUTE = re.compile(rb"(?<![A-Za-z0-9.*])/(?:home|root|tmp|work|Users|builds?)/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(REPOSITORY, "wheel", tmp_path_factory.mktemp("built") / "wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("environment") / "venv")


def run(installed: Installed, *arguments: str, cwd: Path) -> Run:
    """The installed console script, with nothing in the environment that could lead to the checkout."""
    done = subprocess.run(
        [str(installed.portspec), *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def test_the_wheel_has_the_program_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        absolute = [name for name in names if ABSOLUTE.search(archive.read(name))]
    tops = {name.split("/")[0] for name in names}
    assert tops == {"portspec", f"portspec-{package.__version__}.dist-info"}
    assert absolute == [], "a path of the machine that built it"
    sources = {str(path.relative_to(REPOSITORY / "src")) for path in (REPOSITORY / "src").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == sources
    assert "portspec/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    wrong = [name for name in names if "test" in Path(name).parts[1] or name.endswith((".pyc", ".yaml", ".part"))]
    assert wrong == []
    schemas = {path.name for path in (REPOSITORY / "schema").iterdir()}
    assert {Path(name).name for name in names if name.startswith("portspec/_schema/")} == schemas


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = build(REPOSITORY, "wheel", tmp_path / "again")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build(REPOSITORY, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (root,) = (tmp_path / "unpacked").iterdir()
    assert build(root, "wheel", tmp_path / "wheel").read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_check_gives_the_report_of_the_checkout(installed: Installed, tmp_path: Path, example: str, form: str) -> None:
    shutil.copytree(REPOSITORY / "examples" / example, tmp_path / example)
    here = portspec(["check", example, "--format", form], cwd=REPOSITORY / "examples")
    assert run(installed, "check", example, "--format", form, cwd=tmp_path) == here
    assert [path.name for path in tmp_path.iterdir()] == [example], "nothing is left behind"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["ports"],
        ["ports", "--release", "4.12", "--role", "worker", "--format", "json"],
        ["show", "22623", "--lang", "zh-TW"],
        ["show", "etcd"],
        ["diagram", "handover"],
        ["explain"],
        ["explain", "PS304", "--lang", "zh-TW"],
    ],
    ids=" ".join,
)
def test_commands_answer_as_in_the_checkout(installed: Installed, tmp_path: Path, arguments: list[str]) -> None:
    """The folder is empty: no spec/ and no schema/ beside the program."""
    assert run(installed, *arguments, cwd=tmp_path) == portspec(arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_for_the_whole_yaml_reader_and_own_services(installed: Installed, tmp_path: Path) -> None:
    """Anchors need ruamel.yaml, services of one's own need jsonschema: what the wheel says it needs is enough."""
    (tmp_path / "ports").mkdir()
    (tmp_path / "ports" / "agent.yaml").write_text(SERVICE)
    (tmp_path / "fw.nft").write_text(FILTER)
    (tmp_path / "portspec.yaml").write_text(CLUSTER)
    done = run(installed, "check", cwd=tmp_path)
    assert done == portspec(["check"], cwd=tmp_path)
    assert done.err == ""
    assert "backup-agent" in run(installed, "check", "--format", "json", cwd=tmp_path).out


def test_lint_asks_for_the_checkout(installed: Installed, tmp_path: Path) -> None:
    done = run(installed, "lint", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("spec: there is no such folder")


def test_build_makes_what_it_can_without_the_checkout(installed: Installed, tmp_path: Path) -> None:
    done = run(installed, "build", cwd=tmp_path)
    assert done.code == 0
    assert done.err.startswith("dist/site: not built: the site is made from a checkout")
    assert {path.name for path in (tmp_path / "dist").iterdir()} == {
        "api",
        "diagrams",
        "policies",
        "schema",
        ".portspec-build",
    }
