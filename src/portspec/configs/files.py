"""A file's bytes as text, or a clear word why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

from portspec.errors import InputError
from portspec.source import SourceText

LARGEST = 64 * 1024 * 1024
TRIED: ContextVar[Mapping[str, str]] = ContextVar("tried", default={})  # noqa: B039 - nobody writes into it
"""Texts that stand for files, by their names, while a change of files that others include is tried; else none."""


def load(path: str, shown: str, largest: int = LARGEST) -> SourceText:
    """Read a regular file as UTF-8 (a byte order mark is taken off). `shown` is its name in errors and findings.

    A folder of firewalld's, or of HAProxy's `*.cfg` files, is read as one text of several files. Raises InputError for what
    is missing, no regular file, too large, empty, binary or not UTF-8.
    """
    if shown in TRIED.get():
        return SourceText(shown, TRIED.get()[shown])
    try:
        mode = os.stat(path)
        if stat.S_ISDIR(mode.st_mode):
            from portspec.configs.folders import is_config_folder, is_list_of_files, load_folder

            if not (is_config_folder(path) or is_list_of_files(path)):
                raise InputError("is a directory; expected a file, or a folder such as /etc/firewalld", shown)
            return load_folder(path, shown, largest)
        if not stat.S_ISREG(mode.st_mode):
            raise InputError("is not a regular file", shown)
        if mode.st_size > largest:
            raise InputError(f"has {mode.st_size} bytes; at most {largest} are read", shown)
        with open(path, "rb") as file:
            data = file.read(min(mode.st_size, largest) + 1)
    except OSError as error:
        raise InputError(str(error.strerror), shown) from None
    return SourceText(shown, decode(data, shown))


def decode(data: bytes, shown: str) -> str:
    """The text of a file's bytes. Raises InputError at the first byte that no config has."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the file is UTF-16", shown, 1, 1, "save the file as UTF-8")
    if b"\0" in data:
        line, column = _position(data, data.index(b"\0"))
        raise InputError("a NUL byte: this is no text file", shown, line, column)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _position(data, error.start)
        raise InputError(
            f"byte 0x{data[error.start]:02x} is not UTF-8", shown, line, column, "save the file as UTF-8"
        ) from None
    if not text or text.isspace():
        raise InputError("the file is empty", shown, 1, 1)
    return text


def _position(data: bytes, offset: int) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode(errors="replace")) + 1


def load_config(path: str, beside: Sequence[str] = ()) -> SourceText:
    """A config with the files that its program is given beside it, as one text. Raises InputError as `load` does."""
    first = load(path, path)
    if not beside:
        return first
    from portspec.configs.folders import join

    return join(first, [load(one, one) for one in beside])
