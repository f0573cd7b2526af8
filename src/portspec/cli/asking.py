"""Questions on a terminal: the question on standard error, the answer from standard input, asked again until it can be used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from portspec.errors import InputError
from portspec.report.printable import printable

Kept = TypeVar("Kept")


def ask(question: str, usual: str, use: Callable[[str], Kept]) -> Kept:
    """An answer as `use` keeps it; an empty one stands for the usual one. What `use` refuses is told and asked again.

    Raises InputError where the answers end, and KeyboardInterrupt; the next line is then the terminal's own.
    """
    prompt = printable(f"{question} [{usual}]: ")
    try:
        while True:
            print(prompt, end="", file=sys.stderr, flush=True)
            answer = _line() or usual
            try:
                return use(answer)
            except InputError as error:
                print(printable(f"  {error.message}{f'; {error.hint}' if error.hint else ''}"), file=sys.stderr)
    except (KeyboardInterrupt, EOFError) as left:
        print(file=sys.stderr)
        if isinstance(left, EOFError):
            raise InputError("the answers ended early", hint="--yes takes safe values and says which") from None
        raise


def _line() -> str:
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "backslashreplace").strip()
