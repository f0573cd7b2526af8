"""The files of a base commit, written out into a folder of their own to be read as any others.

Links are not made: one to a file of the same tree becomes that file, any other is left out. Names that would lead out of the
folder are refused. The whole is bounded.
"""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from portspec.compare.git import LINK, REGULAR, Git, TreeFile
from portspec.configs.files import LARGEST
from portspec.errors import InputError

MOST_FILES = 50_000
MOST_BYTES = 256 * 1024 * 1024
"""Of all files together; where a tree has more, its largest files are left out."""
MOST_HOPS = 8
"""Links that lead to each other."""


class Base(NamedTuple):
    """A commit that was written out: the one at which the working tree was branched off from `revision`, `aside` where that
    is not the revision itself, `apart` where no such commit is here and the revision stands in for it.

    `folder` stands for the repository's root; `objects` has the object of every file of the tree by its path; `left_out`
    are files too large to be read.
    """

    folder: str
    root: str
    commit: str
    revision: str
    objects: Mapping[str, str]
    left_out: tuple[str, ...]
    aside: bool = False
    apart: bool = False


@contextmanager
def base_of(root: str, revision: str) -> Iterator[Base]:
    """Write out the files of the commit at which the working tree was branched off from a revision, as a pull request
    means it; they are gone afterwards. Raises InputError."""
    git = Git(root)
    if git.top() != os.path.realpath(root):
        raise InputError("--base needs the root of a git repository", root)
    named = git.commit(revision)
    shared = git.branched_off(named)
    commit = shared or named
    listed = git.tree(commit)
    with tempfile.TemporaryDirectory(prefix="portspec-base-") as made:
        folder = os.path.realpath(made)
        # Marks the root, beyond which no path may lead.
        os.mkdir(os.path.join(folder, ".git"))
        left_out = _write(git, listed, folder)
        objects = {file.path: file.object for file in listed}
        yield Base(folder, root, commit, revision, objects, left_out, commit != named, shared is None)


def _write(git: Git, listed: Sequence[TreeFile], folder: str) -> tuple[str, ...]:
    for file in listed:
        if not _is_safe(file.path):
            raise InputError("--base: this name in the tree would lead out of it", file.path)
    files = [file for file in listed if file.mode in REGULAR]
    if len(files) > MOST_FILES:
        raise InputError(f"--base: the commit has {len(files)} files; at most {MOST_FILES} are read")
    kept, left_out = _within_bounds(files)
    by_path = {file.path: file for file in kept}
    links = [file for file in listed if file.mode == LINK and file.size < 4096]
    targets = {file.path: os.fsdecode(data) for file, data in git.contents(links)} if links else {}
    wanted: dict[str, list[str]] = {}
    for file in kept:
        wanted.setdefault(file.object, []).append(file.path)
    room = MOST_BYTES - sum(file.size for file in kept)
    for link in targets:
        aim = _followed(link, targets)
        if aim in by_path and by_path[aim].size <= room:
            room -= by_path[aim].size
            wanted[by_path[aim].object].append(link)
    once = {file.object: file for file in kept}
    for file, data in git.contents(list(once.values())):
        for path in wanted[file.object]:
            _put(os.path.join(folder, path), data)
    return left_out


def _within_bounds(files: Sequence[TreeFile]) -> tuple[list[TreeFile], tuple[str, ...]]:
    """The files that are read: none larger than a config may be, and of very many bytes the smaller files."""
    kept: list[TreeFile] = []
    left_out: list[str] = []
    total = 0
    for file in sorted(files, key=lambda one: (one.size, one.path)):
        total += file.size
        if file.size > LARGEST or total > MOST_BYTES:
            left_out.append(file.path)
        else:
            kept.append(file)
    return kept, tuple(left_out)


def _is_safe(path: str) -> bool:
    """Whether a path stays within the folder, and out of what marks its root."""
    parts = path.split("/")
    return "\0" not in path and all(part not in ("", ".", "..") and part.lower() != ".git" for part in parts)


def _followed(link: str, targets: Mapping[str, str]) -> str:
    """The path that a link of the tree leads to in the end; empty where it leads out, or round in circles."""
    path = link
    for _ in range(MOST_HOPS):
        if path not in targets:
            return path
        target = targets[path]
        if target.startswith("/"):
            return ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if path.startswith(".."):
            return ""
    return ""


def _put(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(data)
