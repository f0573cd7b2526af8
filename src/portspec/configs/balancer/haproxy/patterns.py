"""Files of patterns and maps that ACLs and converters name: inside the repository, and nowhere else."""

from __future__ import annotations

import os

MOST_PATTERNS = 100_000


class UnreadError(Exception):
    """A file that is not there, lies outside the repository, or is too long."""


class PatternFiles:
    """The files beside a config. Paths start from its folder; HAProxy takes them from where it is started, which in a
    repository is that folder or an absolute path of the host."""

    def __init__(self, path: str) -> None:
        self.folder = path if os.path.isdir(path) else os.path.dirname(path)
        self.known: dict[str, tuple[tuple[str, str], ...]] = {}

    def entries(self, name: str) -> tuple[tuple[str, str], ...]:
        """The lines of a file as (pattern, what follows it). Raises UnreadError."""
        if name not in self.known:
            self.known[name] = self.read(name)
        return self.known[name]

    def read(self, name: str) -> tuple[tuple[str, str], ...]:
        from portspec.configs.files import load
        from portspec.configs.repository import OutsideError, real_path
        from portspec.errors import InputError

        if "\0" in name or "$" in name or name.partition("@")[0] in ("virt", "opt", "file"):
            raise UnreadError
        try:
            real = real_path(self.folder, name)
            if not os.path.isfile(real):
                raise UnreadError
            text = load(real, name).text
        except (OutsideError, OSError, InputError):
            raise UnreadError from None
        found: list[tuple[str, str]] = []
        for line in text.split("\n"):
            stripped = line.strip(" \t\r")
            if not stripped or stripped.startswith("#"):
                continue
            key, *rest = stripped.split(None, 1)
            found.append((key, rest[0] if rest else ""))
            if len(found) > MOST_PATTERNS:
                raise UnreadError
        return tuple(found)
