"""The files that `include` names."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from portspec.configs.files import load
from portspec.configs.repository import MOST_MATCHES, OutsideError, matches, real_path
from portspec.source import SourceText

MOST_DEEP = 15
WILDCARD = re.compile(r"[*?\[]")
ALTERNATIVES = re.compile(r"\{([^{}]*)\}")


class NotIncludedError(Exception):
    """A file that is not read; whoever reads the line adds its place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Included(NamedTuple):
    """An included file and its real path."""

    real: str
    source: SourceText


def included(path: str, name: str) -> list[Included]:
    """The files that a line of the file at `path` names, as keepalived's glob() finds them: relative to its folder, with
    wildcards and braces. None when nothing is there. Raises NotIncludedError for what lies outside the repository."""
    if "\0" in name or "\\" in name:
        raise NotIncludedError(f"include: {name!r} is no path that is read here")
    folder = os.path.dirname(path)
    found: list[Included] = []
    for pattern in _expanded(name):
        wild = WILDCARD.search(pattern)
        if wild is not None:
            # What a pattern fits elsewhere would depend on the host that checks.
            _real(folder, os.path.dirname(pattern[: wild.start()]) or ".", name)
            names = matches(folder, pattern)
        else:
            names = [pattern] if os.path.isfile(_real(folder, pattern, name)) else []
        found += [one for each in names if (one := _one(folder, each, name)) is not None]
        if len(found) > MOST_MATCHES:
            raise NotIncludedError(f"include: {name!r} names more than {MOST_MATCHES} files")
    return found


def _expanded(name: str) -> list[str]:
    """`{a,b}.conf` is `a.conf` and `b.conf`."""
    found = [name]
    while any(ALTERNATIVES.search(one) for one in found):
        if len(found) > MOST_MATCHES:
            raise NotIncludedError(f"include: {name!r} names more than {MOST_MATCHES} files")
        more: list[str] = []
        for one in found:
            match = ALTERNATIVES.search(one)
            if match is None:
                more.append(one)
            else:
                more += [one[: match.start()] + part + one[match.end() :] for part in match[1].split(",")]
        found = more
    return found


def _one(folder: str, name: str, shown: str) -> Included | None:
    real = _real(folder, name, shown)
    # keepalived does not read what can be executed.
    if not os.path.isfile(real) or os.stat(real).st_mode & 0o111:
        return None
    path = os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")
    return Included(real, load(real, path) if os.stat(real).st_size else SourceText(path, ""))


def _real(folder: str, name: str, shown: str) -> str:
    try:
        return real_path(folder, name)
    except OutsideError:
        raise NotIncludedError(
            f"include: {shown!r} is outside the repository", "a check reads files of the repository only"
        ) from None
