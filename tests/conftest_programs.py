"""Real programs that tests compare with: found, or the test skips with the name of the Debian package."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("PORTSPEC_REQUIRE_PROGRAMS") == "1"
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def absent(message: str, *, required: bool = REQUIRED) -> NoReturn:
    """Skip the calling test, or fail it when programs are required."""
    if required:
        pytest.fail(message)
    pytest.skip(message)


def require(program: str, *, package: str) -> str:
    """The path of a program; without it the calling test skips, or fails when programs are required."""
    path = shutil.which(program, path=SEARCH_PATH)
    if path is not None:
        return path
    message = f"{program} is not here: install the Debian package {package}"
    absent(message)


def require_module(name: str) -> None:
    """A Python package that development installs; without it the calling test skips, or fails when programs are required."""
    if importlib.util.find_spec(name) is not None:
        return
    message = f"{name} is not here: install the Python package {name}"
    absent(message)


def require_namespaces() -> None:
    """Network namespaces, which need root; without them the calling test skips, or fails when required."""
    reason = ""
    if os.geteuid() != 0:
        reason = "network namespaces need root"
    else:
        import subprocess

        made = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
        if made.returncode != 0:
            reason = "unshare -n is refused here (package util-linux, CAP_SYS_ADMIN)"
    if not reason:
        return
    absent(reason)
