"""The files of fixes, written whole or not at all."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from portspec.checks.fleet import Prepared
from portspec.configs.files import load
from portspec.configs.folders import FolderText
from portspec.configs.repository import OutsideError, real_path
from portspec.errors import InputError
from portspec.source import SourceText


def changed(before: Prepared, after: Prepared) -> Iterator[tuple[SourceText, SourceText]]:
    """The files that differ: as they stand, and as they become."""
    told: set[str] = set()
    pairs = zip(before.configs, after.configs, strict=True)
    for old, new in (pair for (_, one), (_, other) in pairs for pair in _files(one, other)):
        if old.text != new.text and old.path not in told:
            told.add(old.path)
            yield old, new
    known = {one.path: one for one in before.included}
    for new in after.included:
        old = known.get(new.path) or load(new.path, new.path)
        if old.text != new.text:
            yield old, new


def _files(before: SourceText, after: SourceText) -> list[tuple[SourceText, SourceText]]:
    """The files of a config, those of the second one behind those of the first."""
    if isinstance(before, FolderText) and isinstance(after, FolderText):
        return list(zip(before.parts, after.parts, strict=True))
    return [(before, after)]


def diff(old: SourceText, new: SourceText) -> str:
    """What changes, as `patch -p1` and `git apply` take it."""
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{_quoted(old.path)}", f"b/{_quoted(new.path)}")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _lines(source: SourceText) -> list[str]:
    """The lines with their ends; only a line feed ends one, as it does for `patch`."""
    lines = [line + "\n" for line in source.text.split("\n")]
    return lines[:-1] if lines[-1] == "\n" else [*lines[:-1], lines[-1][:-1]]


def _quoted(path: str) -> str:
    """A path in one line."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()


class Change(NamedTuple):
    """A file as it stands and as it becomes, and a folder of the repository that it must lie in."""

    old: SourceText
    new: SourceText
    folder: str


def write_files(changes: Sequence[Change]) -> None:
    """Put the new texts in the place of the old ones: all of them, or none.

    Every new text is written beside its file before the first one takes a place. Raises InputError for what is no
    regular file of the repository, a link, or a file that has changed; every file is then as it was.
    """
    parts: list[str] = []
    placed: list[tuple[str, bytes]] = []
    path = ""
    try:
        for change in changes:
            path = change.old.path
            parts.append(_written_beside(change))
        for change, part in zip(changes, parts, strict=True):
            path = change.old.path
            before = _as_read(change)
            os.replace(part, path)
            placed.append((path, before))
    except (OSError, InputError) as error:
        for there, data in reversed(placed):
            _put_back(there, data)
        if isinstance(error, InputError):
            raise
        raise InputError(f"is not changed, and no other file: {error.strerror}", path) from None
    finally:
        for part in parts:
            if os.path.lexists(part):
                os.unlink(part)


def _written_beside(change: Change) -> str:
    """Write the new text into a file beside the one that it is for, and say its name."""
    path = change.old.path
    try:
        real_path(change.folder, os.path.relpath(path, change.folder or "."))
    except OutsideError:
        raise InputError("is not changed: it lies outside the repository", path) from None
    if os.path.realpath(path) != os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)):
        raise InputError("is not changed: it is a link", path)
    if not os.path.isfile(path):
        raise InputError("is not changed: it is no regular file", path)
    if not os.stat(path).st_mode & 0o222:
        raise InputError("is not changed: it is read-only", path)
    mark, _ = _without_mark(_as_read(change))
    part = f"{path}.{os.getpid()}.part"
    with open(part, "xb") as file:
        try:
            file.write(mark + _encoded(change.new))
            os.fchmod(file.fileno(), os.stat(path).st_mode & 0o777)
        except OSError:
            os.unlink(part)
            raise
    return part


def _as_read(change: Change) -> bytes:
    """What stands in a file. Raises InputError where it is no more what was read."""
    data = _bytes(change.old.path)
    if _without_mark(data)[1] != _encoded(change.old):
        raise InputError("is not changed, and no other file: it is not as it was read", change.old.path)
    return data


def _encoded(source: SourceText) -> bytes:
    return source.text.encode("utf-8", "surrogateescape")


def _put_back(path: str, data: bytes) -> None:
    """The old content in the file that has taken its place; where even that fails, the other files still get theirs."""
    with suppress(OSError), open(path, "wb") as file:
        file.write(data)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _without_mark(data: bytes) -> tuple[bytes, bytes]:
    mark = b"\xef\xbb\xbf"
    return (mark, data[len(mark) :]) if data.startswith(mark) else (b"", data)
