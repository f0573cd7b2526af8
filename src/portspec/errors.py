"""Errors that end a run: an input that cannot be used, told so that its writer can mend it."""

from __future__ import annotations


class InputError(Exception):
    """An input that cannot be read or is wrong.

    `path` is as the user wrote it, `line` and `column` count from 1 (0: not known), `message` says what is
    wrong and what was expected, `hint` is one line of help. The command line prints
    `path:line:column: message` and exits with 2.
    """

    def __init__(self, message: str, path: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = self.path
        if place and self.line:
            place += f":{self.line}:{self.column or 1}"
        return f"{place}: {self.message}" if place else self.message


class UnknownNameError(InputError):
    """A name that the spec does not know. `kind` says of what: `release`, `platform`, `network`, `topology`, `feature`."""

    def __init__(self, kind: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, str]]:
        """How it comes back from another process, where one cluster of many is checked."""
        return UnknownNameError, (self.kind, self.message, self.hint)
