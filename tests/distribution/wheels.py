"""Build the wheel and the source archive as a packager does, and install them where nothing of the checkout is near.

Nothing is downloaded: hatchling and the run-time dependencies are those of the environment that runs the tests.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Installed(NamedTuple):
    """An environment with the wheel in it: its `portspec` and its `python`."""

    portspec: Path
    python: Path


def build(root: Path, target: str, into: Path) -> Path:
    """Build `wheel` or `sdist` of the project at `root`; the one file that it makes."""
    into.mkdir(parents=True)
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into), cwd=root)
    (made,) = into.iterdir()
    return made


def install(wheel: Path, folder: Path) -> Installed:
    """A new, empty environment with the wheel and exactly what the wheel says it needs."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-compile"]
    run(sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel), cwd=folder)
    (packages,) = folder.glob("lib/python3*/site-packages")
    for name in sorted(_needed(wheel_requirements(packages))):
        for file in distribution(name).files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:  # no scripts, no leftovers
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    return Installed(folder / "bin" / "portspec", python)


def wheel_requirements(packages: Path) -> list[str]:
    """What the installed wheel's own metadata says it needs at run time."""
    (metadata,) = packages.glob("portspec-*.dist-info/METADATA")
    lines = metadata.read_text().partition("\n\n")[0].splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist: ")]


def _needed(requirements: list[str]) -> set[str]:
    """Names of the distributions that requirements lead to, without those of extras or for other Pythons."""
    found: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        match = REQUIREMENT.match(requirement)
        assert match is not None, requirement
        name = re.sub(r"[-_.]+", "-", match[0]).lower()
        if "extra ==" in requirement or name in found or not _is_here(name):
            continue
        found.add(name)
        waiting += distribution(name).requires or []
    return found


def _is_here(name: str) -> bool:
    """False for what is only needed by other versions of Python; what is missing by mistake shows when it is used."""
    from importlib.metadata import PackageNotFoundError

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def run(*command: str, cwd: Path) -> None:
    """Run a program; its output is shown when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
