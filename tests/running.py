"""Run the command line as a user does: a process of its own, its output and exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent


class Run(NamedTuple):
    code: int
    out: str
    err: str


def portspec(
    arguments: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 300,
) -> Run:
    """Run `python -m portspec` in a clean environment: English, no colours."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(REPOSITORY / "src"),
        "LANG": "C.UTF-8",
        "HOME": os.environ.get("HOME", "/"),
        **(env or {}),
    }
    done = subprocess.run(
        [sys.executable, "-m", "portspec", *arguments],
        cwd=cwd or REPOSITORY,
        env=environment,
        input=stdin.encode(),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
