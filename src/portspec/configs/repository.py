"""Files that a config names: inside its repository and nowhere else."""

from __future__ import annotations

import os

MOST_MATCHES = 1_000


class OutsideError(Exception):
    """A file that is not read because it lies, or leads, outside the repository."""


def repository_root(folder: str) -> str:
    """The nearest folder upwards that holds `.git`; without one, the folder itself. A real path."""
    here = start = os.path.realpath(folder or ".")
    while True:
        if os.path.exists(os.path.join(here, ".git")):
            return here
        parent = os.path.dirname(here)
        if parent == here:
            return start
        here = parent


def real_path(folder: str, name: str) -> str:
    """The real path of a file, named from a folder. Raises OutsideError when it is not in the folder's repository.

    Links are followed before the question is asked, so that a link cannot lead out.
    """
    root = repository_root(folder)
    real = os.path.realpath(os.path.join(folder, name))
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        raise OutsideError
    return real


def matches(folder: str, pattern: str) -> list[str]:
    """The files, named from a folder, that a pattern with wildcards fits: in order, without folders or hidden ones."""
    import glob

    found = sorted(glob.iglob(pattern, root_dir=folder or "."))
    return [name for name in found if not os.path.isdir(os.path.join(folder, name))]
