"""The files of fixes, written whole or not at all."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from portspec.checks.fleet import Prepared
from portspec.configs.repository import OutsideError, real_path
from portspec.errors import InputError
from portspec.source import SourceText


def changed(before: Prepared, after: Prepared) -> Iterator[tuple[SourceText, SourceText]]:
    """The files that differ: as they stand, and as they become."""
    told: set[str] = set()
    for (_, old), (_, new) in zip(before.configs, after.configs, strict=True):
        if old.text != new.text and old.path not in told:
            told.add(old.path)
            yield old, new


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


def write_file(old: SourceText, new: SourceText, folder: str) -> None:
    """Put the new text in the place of the old one.

    Raises InputError for what is no regular file of the repository of `folder`, a link, or a file that has changed.
    """
    path = old.path
    try:
        real_path(folder, os.path.relpath(path, folder or "."))
    except OutsideError:
        raise InputError("is not changed: it lies outside the repository", path) from None
    if os.path.realpath(path) != os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)):
        raise InputError("is not changed: it is a link", path)
    if not os.path.isfile(path):
        raise InputError("is not changed: it is no regular file", path)
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(path, "rb") as file:
            mark, there = _without_mark(file.read())
        if there != old.text.encode("utf-8", "surrogateescape"):
            raise InputError("is not changed: it is not as it was read", path)
        with open(part, "xb") as file:
            file.write(mark + new.text.encode("utf-8", "surrogateescape"))
            os.fchmod(file.fileno(), os.stat(path).st_mode & 0o777)
        os.replace(part, path)
    except OSError as error:
        if not isinstance(error, FileExistsError) and os.path.lexists(part):
            os.unlink(part)
        raise InputError(f"is not changed: {error.strerror}", path) from None


def _without_mark(data: bytes) -> tuple[bytes, bytes]:
    mark = b"\xef\xbb\xbf"
    return (mark, data[len(mark) :]) if data.startswith(mark) else (b"", data)
