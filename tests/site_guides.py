"""The hand-written guides as tests read them: their blocks, the commands with what they print, and a shell to run them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from running import REPOSITORY

BLOCK = re.compile(r"^ *```(\w+)(?: title=[^\n]*)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
GUIDES = (
    "first-check", "cluster-file", "pin-and-upgrade",
    "upi-bare-metal", "own-services", "add-a-release", "add-a-reader",
    "pipelines", "offline", "editors", "library",
)  # fmt: skip
"""Every guide; a test holds this against the folder."""


class Step(NamedTuple):
    command: str
    shown: list[str]


def guide(name: str, lang: str) -> str:
    return (REPOSITORY / "docs" / lang / "guides" / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str, lang: str, kind: str) -> list[str]:
    return [content for found, content in BLOCK.findall(guide(name, lang)) if found == kind]


def steps(name: str, lang: str) -> list[Step]:
    """The commands of a guide, each with the output that it shows."""
    found: list[Step] = []
    for content in blocks(name, lang, "console"):
        for line in content.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], []))
            else:
                found[-1].shown.append(line)
    return found


def shows(shown: list[str], output: str) -> bool:
    """Whether an output has the shown lines, in order; `…` alone stands for any lines or none."""
    pattern = "".join(r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, output) is not None


def run(command: str, folder: Path, source: Path = REPOSITORY / "src") -> tuple[int, str, str]:
    """A line of a guide in a shell, with `portspec` as that of a source folder."""
    shim = folder / ".bin" / "portspec"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m portspec "$@"\n')
    shim.chmod(0o755)
    environment = {
        "PATH": f"{shim.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(source),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "XDG_CACHE_HOME": str(folder / ".cache"),
    }
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
