"""The site as `portspec build` makes it in a clean checkout: once per run, for every test that reads it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from running import REPOSITORY, Run

NEEDED = ("src", "spec", "schema", "docs", "examples", "mkdocs.yml")
LANGUAGES = {"en": "", "zh-TW": "zh-TW/"}
"""Each language with the folder of its pages in the site."""


def clean_checkout(folder: Path) -> Path:
    """A copy of what git has or would take of the working tree, without anything generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *NEEDED],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().rstrip("\0").split("\0"):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, folder / name)
    return folder


def python(checkout: Path, arguments: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run Python in a checkout, on its own copy of the package."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env={**environment(checkout), **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=900,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def environment(checkout: Path) -> dict[str, str]:
    """A plain environment in which the checkout's package comes first."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(checkout / "src"), "LANG": "C.UTF-8", "HOME": "/"}


@cache
def _built() -> tuple[Path, Run]:
    folder = Path(tempfile.mkdtemp(prefix="portspec-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder, python(clean_checkout(folder), ["-m", "portspec", "build"])


def checkout() -> Path:
    """The clean checkout in which the site was built, with everything generated below `dist`."""
    folder, done = _built()
    assert (done.code, done.err) == (0, ""), done
    return folder


def site() -> Path:
    """The folder of the built site."""
    return checkout() / "dist" / "site"


@cache
def pages() -> tuple[str, ...]:
    """The address of every English page below the site's folder; the other language has the same below its own."""
    found = (path.relative_to(site()).as_posix() for path in site().rglob("*.html"))
    return tuple(sorted(name for name in found if not name.startswith(LANGUAGES["zh-TW"]) and name != "404.html"))
