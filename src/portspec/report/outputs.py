"""The files that a check's reports go to: `--output FILE`, any number of times.

Whether they can be written is tried before the work begins, so that it is not lost.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import NamedTuple

from portspec.errors import InputError
from portspec.report.formats import FORMATS, of_file


class Output(NamedTuple):
    """One file with its format."""

    format: str
    path: str


def outputs(given: Sequence[str], otherwise: str) -> list[Output]:
    """What the options ask for: `FORMAT=FILE`, or a file whose ending tells the format, else the format `otherwise`.

    Raises InputError for a file that is given twice.
    """
    found: list[Output] = []
    for text in given:
        name, equals, path = text.partition("=")
        if equals and name in FORMATS:
            if not path:
                raise InputError(f"--output {text}: no file given", hint="write FORMAT=FILE")
            found.append(Output(name, path))
        else:
            found.append(Output(of_file(text, otherwise), text))
    real = [os.path.realpath(output.path) for output in found]
    for number, output in enumerate(found):
        if real[number] in real[:number]:
            raise InputError("is named for two reports", output.path, hint="give each --output a file of its own")
    return found


def try_to_write(paths: Sequence[str]) -> None:
    """Fail now where a report could not be written later. Raises InputError; nothing is left behind."""
    for path in paths:
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target):
            continue  # a pipe or a device: to open it would be to use it
        part = f"{target}.{os.getpid()}.part"
        try:
            if os.path.isdir(target) or path.endswith("/"):
                raise IsADirectoryError(21, os.strerror(21))
            with open(part, "xb"):
                pass
            os.unlink(part)
        except OSError as error:
            raise InputError(f"cannot write the report: {error.strerror}", path) from None


def keep_inputs(paths: Sequence[str], inputs: Collection[str]) -> None:
    """Refuse a report that would take the place of a file that was checked. Raises InputError."""
    real = {os.path.realpath(path) for path in inputs}
    for path in paths:
        if os.path.realpath(path) in real:
            raise InputError("is a file that is checked; the report would take its place", path)
