"""Real git repositories for a test: a base commit, and a change on top of it in the working tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from conftest_programs import require
from running import REPOSITORY, Run, portspec

COMMIT = re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b(?=[)）])")


def git(folder: Path, *words: str, stdin: bytes = b"") -> str:
    """Run git in a repository, knowing nothing of the machine's own settings."""
    program = require("git", package="git")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()},
    }
    done = subprocess.run(
        [program, "-C", str(folder), *words], input=stdin, capture_output=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="surrogateescape").strip()


PERSON = {"NAME": "A Reviewer", "EMAIL": "reviewer@example.org", "DATE": "2026-01-01T00:00:00Z"}


def repository(folder: Path, example: str = "upi-right", at: str = "cluster") -> Path:
    """A repository with an example committed as its base."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    shutil.copytree(REPOSITORY / "examples" / example, folder / at)
    commit(folder)
    return folder


def commit(folder: Path, message: str = "base") -> str:
    """Commit everything; the commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def edit(path: Path, old: str, new: str, count: int = -1) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path}: {old!r}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def check(folder: Path, *words: str, env: dict[str, str] | None = None) -> Run:
    """`portspec check --base HEAD` there."""
    return portspec(["check", "--base", "HEAD", "--day", "2026-06-01", *words], cwd=folder, env=env)


def steady(text: str) -> str:
    """A report without what differs from run to run: the ids of commits."""
    return COMMIT.sub("COMMIT", text)
