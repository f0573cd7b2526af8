"""A report to standard output or into a file, so that nothing half-written is left behind."""

from __future__ import annotations

import os
import sys

from portspec.errors import InputError


def write(content: str | bytes, path: str | None) -> None:
    """Write a report; to a file by way of a second one beside it.

    A link stays, and what it leads to is written; a device or a pipe is written to, not replaced. Raises InputError
    when the file cannot be written.
    """
    if path is None:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        return
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as file:
                file.write(data)
            return
        _replace(target, data)
    except OSError as error:
        raise InputError(f"cannot write the report: {error.strerror}", path) from None


def _replace(target: str, data: bytes) -> None:
    part = f"{target}.{os.getpid()}.part"
    try:
        with open(part, "xb") as file:
            file.write(data)
            if os.path.exists(target):
                os.fchmod(file.fileno(), os.stat(target).st_mode & 0o777)
        os.replace(part, target)
    except OSError as error:
        if not isinstance(error, FileExistsError) and os.path.lexists(part):
            os.unlink(part)
        raise
