"""The real programs accept every config that the examples hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest_programs import require, require_namespaces
from running import REPOSITORY

EXAMPLES = REPOSITORY / "examples"
COMMANDS = {
    ".cfg": ("haproxy", "haproxy", ["-c", "-f"]),
    ".nft": ("nft", "nftables", ["-c", "-f"]),
    ".rules": ("iptables-restore", "iptables", ["--test"]),
}
CONFIGS = sorted(path for path in EXAMPLES.rglob("*") if path.suffix in COMMANDS)


def test_there_are_examples_of_every_kind() -> None:
    assert {path.suffix for path in CONFIGS} == set(COMMANDS)


@pytest.mark.parametrize("path", CONFIGS, ids=[str(path.relative_to(EXAMPLES)) for path in CONFIGS])
def test_the_real_program_accepts_it(path: Path) -> None:
    name, package, arguments = COMMANDS[path.suffix]
    program = require(name, package=package)
    command = [program, *arguments, str(path)]
    if path.suffix != ".cfg":
        require_namespaces()
        command = ["unshare", "-n", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
