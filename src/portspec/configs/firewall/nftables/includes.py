"""The files that `include "…"` names."""

from __future__ import annotations

import os
import re
from typing import Protocol

from portspec.configs.files import load
from portspec.configs.repository import MOST_MATCHES, OutsideError, matches, real_path
from portspec.records import NamedTuple
from portspec.source import SourceText

WILDCARDS = frozenset("*?[")
WILDCARD = re.compile(r"[*?\[]")
MOST_DEEP = 15
"""How many files may include each other, as nft counts them."""
MOST_FILES = 1_000
MOST_TEXT = 64 * 1024 * 1024
"""Characters of all included files."""
MOST_REPEATED = 1_000_000
"""Characters of files that are included again."""


class NotIncludedError(Exception):
    """A file that cannot be included; whoever reads the statement adds its place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Found(NamedTuple):
    """A file to include; `key` tells it from every other one."""

    key: str
    source: SourceText


class Files(Protocol):
    """Where included files come from. `root` is the key of the file that is read itself."""

    root: str

    def named(self, path: str) -> list[Found]:
        """The files that a path names, in the order in which nft reads them. Raises NotIncludedError, and InputError
        for a file that is no text."""


class BesideFile:
    """Files on the disk: relative to the folder of the file that is read, and in its repository only.

    nft looks for `./x` from where it is started and for `x` in its include path, to which newer releases add the folder
    of the file: that folder is the one of these that a repository has.
    """

    def __init__(self, path: str) -> None:
        self.folder = os.path.dirname(path)
        self.root = os.path.realpath(path)

    def named(self, path: str) -> list[Found]:
        if "\0" in path or "\\" in path:
            raise NotIncludedError(f"include: {path!r} is no path that is read here")
        if not WILDCARDS.intersection(path):
            return [self._one(path)]
        # What a pattern fits elsewhere would depend on the host that checks.
        self._real(os.path.dirname(WILDCARD.split(path, maxsplit=1)[0]) or ".", path)
        names = matches(self.folder, path)
        if len(names) > MOST_MATCHES:
            raise NotIncludedError(f"include: {path!r} names {len(names)} files; at most {MOST_MATCHES} are read")
        return [self._one(name) for name in names]

    def _one(self, name: str) -> Found:
        real = self._real(name, name)
        if not os.path.exists(real):
            raise NotIncludedError(f"include: file not found: {name!r}", "paths start from the folder of this file")
        if os.path.isdir(real):
            raise NotIncludedError(
                f"include: {name!r} is a folder, of which nft reads nothing", f"write {name.rstrip('/')}/*.nft"
            )
        shown = os.path.normpath(os.path.join(self.folder, name)).replace(os.sep, "/")
        # An empty file includes nothing; as a config of its own it is refused.
        empty = os.path.isfile(real) and not os.stat(real).st_size
        return Found(real, SourceText(shown, "") if empty else load(real, shown))

    def _real(self, name: str, shown: str) -> str:
        try:
            return real_path(self.folder, name)
        except OutsideError:
            raise NotIncludedError(
                f"include: {shown!r} is outside the repository", "a check reads files of the repository only"
            ) from None


class NoFiles:
    """Nothing can be included."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.root = ""

    def named(self, path: str) -> list[Found]:
        raise NotIncludedError(f"include: {path!r}: {self.reason}")
