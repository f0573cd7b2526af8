"""The git program, asked about objects and nothing else.

A pull request is hostile, and so may be what it says about the repository. Nothing is checked out, no hook, filter, text
conversion, external diff, pager or network is used: `ls-tree` and `cat-file` read objects, and that is all.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from portspec.errors import InputError

SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "core.pager=cat", "-c", "core.quotePath=true", "-c", "maintenance.auto=false",
)  # fmt: skip
TIMEOUT = 120
ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_EXTERNAL_DIFF",
)
"""What a hook's environment says of another repository than the one that the files are in."""
MOST_LISTED = 64 * 1024 * 1024
"""Bytes of a listing."""
FETCH = "a shallow clone lacks older commits: fetch the base (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"
REGULAR = ("100644", "100755")
LINK = "120000"


class TreeFile(NamedTuple):
    """A file of a tree: its mode, object and size, and its path from the root, as the file system would name it."""

    mode: str
    object: str
    size: int
    path: str


class Git:
    """One repository. `folder` is its root, a real path."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def commit(self, revision: str) -> str:
        """The id of a commit. Raises InputError for what is no commit here."""
        if revision.startswith("-") or not revision or any(character in revision for character in "\0\n\r"):
            raise InputError(f"--base {revision!r} is not a revision", hint="give a branch, a tag or a commit")
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        text = found.stdout.decode("ascii", "replace").strip()
        if found.returncode == 0 and _is_id(text):
            return text
        self._refuse_foreign(found)
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = FETCH if shallow else "git fetch gets what is not here; a branch of the server is origin/NAME"
        raise InputError(f"--base {revision}: no such commit in this repository", hint=hint)

    def branched_off(self, commit: str) -> str | None:
        """The commit at which what is checked out was branched off from another one (`git merge-base`); None where none is
        here, as in a shallow clone."""
        found = self._run("merge-base", commit, "HEAD")
        text = found.stdout.decode("ascii", "replace").strip()
        return text if found.returncode == 0 and _is_id(text) else None

    def top(self) -> str:
        """The root of the working tree that git sees here. Raises InputError where there is none."""
        found = self._run("rev-parse", "--show-toplevel")
        if found.returncode != 0:
            self._refuse_foreign(found)
            raise InputError(
                "--base needs a git repository, and this is none",
                self.folder,
                hint="run it in a clone; two files are compared by portspec compare OLD NEW",
            )
        return os.path.realpath(os.fsdecode(found.stdout.rstrip(b"\n")))

    def tree(self, commit: str) -> list[TreeFile]:
        """Every file of a commit. Raises InputError."""
        found = self._run("ls-tree", "-r", "-l", "-z", "--full-tree", commit)
        if found.returncode != 0:
            shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
            raise InputError(f"--base: git cannot list {commit}{_said(found)}", hint=FETCH if shallow else "")
        if len(found.stdout) > MOST_LISTED:
            raise InputError(f"--base: {commit} has too many files to list", hint="git ls-tree lists them")
        files = []
        for line in found.stdout.split(b"\0"):
            if line:
                told, _, path = line.partition(b"\t")
                mode, _, name, size = told.decode("ascii").split()
                files.append(TreeFile(mode, name, int(size) if size.isdigit() else 0, os.fsdecode(path)))
        return files

    def contents(self, files: Sequence[TreeFile]) -> Iterator[tuple[TreeFile, bytes]]:
        """The bytes of some files, one after the other. Raises InputError for an object that is not here."""
        try:
            process = subprocess.Popen(
                self._command("cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise _missing(error) from None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for file in files:
                process.stdin.write(file.object.encode("ascii") + b"\n")
                process.stdin.flush()
                yield file, _one(process.stdout, file)
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait()

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                self._command(*words),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InputError(f"--base: git {words[0]} took longer than {TIMEOUT} s", self.folder) from None
        except OSError as error:
            raise _missing(error) from None

    def _command(self, *words: str) -> list[str]:
        return ["git", *SAFE, "-C", self.folder, *words]

    def _refuse_foreign(self, found: subprocess.CompletedProcess[bytes]) -> None:
        if b"dubious ownership" in found.stderr:
            raise InputError(
                "--base: git refuses a repository that belongs to somebody else",
                self.folder,
                hint='git config --global --add safe.directory "$PWD" lets it',
            )


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and set(text) <= set("0123456789abcdef")


def _one(stream: IO[bytes], file: TreeFile) -> bytes:
    header = stream.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        raise InputError("--base: git does not have this file's content", file.path, hint=FETCH)
    data = stream.read(int(header[2]))
    stream.read(1)
    if len(data) != int(header[2]):
        raise InputError("--base: git stopped in the middle of this file", file.path)
    return data


def _environment() -> dict[str, str]:
    """What git is told, without what a caller's environment would have it run."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
    }


def _missing(error: OSError) -> InputError:
    return InputError(f"--base: git cannot be run: {error.strerror}", hint="install git, or run without --base")


def _said(found: subprocess.CompletedProcess[bytes]) -> str:
    lines = found.stderr.decode(errors="replace").strip().splitlines()
    return f": {lines[0][:200]}" if lines else ""
