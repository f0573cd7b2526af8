"""The compiled files of a checkout's spec, kept by the content of its YAML. The key is made without slow imports,
because every check from a checkout asks for it."""

from __future__ import annotations

import os
from zlib import adler32, crc32

from portspec.errors import InputError

FORMAT = 3
"""Part of the key: counts up when the shape of the compiled files changes."""
COMPILERS = ("__init__.py", "policy", "spec", "yamlfull.py", "yamlnodes.py", "yamlquick.py")
"""What of the package makes the files: a change there makes them anew as well."""


MOST_AT_ONCE = 1 << 18


def checkout_folder(folder: str, cache: str) -> str:
    """The folder with the compiled files of a spec, made when there is none for the YAML as it is.

    Raises InputError when there is no spec, or when it is wrong.
    """
    target = os.path.join(cache, content_key(folder))
    if os.path.isdir(target):
        return target
    from portspec.policy.build import build_into

    return build_into(folder, cache, target)


def content_key(folder: str) -> str:
    """Names, sizes and two checksums of the spec's files, and the age of the code that compiles them."""
    names = _files(folder)
    if "releases.yaml" not in names:
        raise InputError("there is neither a spec folder here nor compiled files in the package", folder)
    first, second, size = crc32(str(FORMAT).encode()), 1, 0
    for name in names:
        content = name.encode() + b"\0" + _content(os.path.join(folder, name))
        first, second, size = crc32(content, first), adler32(content, second), size + len(content)
    return f"{first:08x}{second:08x}{size:x}-{_compiler_age():x}"


def _content(path: str) -> bytes:
    """The bytes of a file. Without a file object: over a hundred files that is most of the time."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        content = part = os.read(handle, MOST_AT_ONCE)
        while len(part) == MOST_AT_ONCE:
            part = os.read(handle, MOST_AT_ONCE)
            content += part
    finally:
        os.close(handle)
    return content


def _files(folder: str) -> list[str]:
    found = []
    for below in ("", "services/"):
        path = os.path.join(folder, below)
        if os.path.isdir(path):
            found += [below + name for name in os.listdir(path) if name.endswith(".yaml")]
    return sorted(found)


def _compiler_age() -> int:
    """When the newest module of the compiler was changed, in nanoseconds."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    newest = 0
    for name in COMPILERS:
        path = os.path.join(package, name)
        for entry in os.scandir(path) if os.path.isdir(path) else ():
            if entry.name.endswith(".py"):
                newest = max(newest, entry.stat().st_mtime_ns)
        newest = max(newest, os.stat(path).st_mtime_ns if os.path.isfile(path) else 0)
    return newest
