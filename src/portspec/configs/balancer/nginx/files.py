"""The files that `include` names: beside nginx.conf, and inside its repository."""

from __future__ import annotations

import os
import re

from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.words import Directive, Place, directives
from portspec.configs.files import load
from portspec.configs.repository import MOST_MATCHES, OutsideError, matches, real_path
from portspec.source import SourceText

INSTALLED = "/etc/nginx/"
"""Where packages put nginx.conf. A path below it is one beside nginx.conf."""
MOST_DEEP = 15
MOST_FILES = 1_000
MOST_REPEATED = 1_000_000
"""Characters of files that are included again."""
MOST_TEXT = 64 * 1024 * 1024
"""Characters of all included files."""
WILDCARD = re.compile(r"[*?\[]")
DECIDES_NOTHING = re.compile(r"(?:^|/)(?:modules-enabled|mime\.types|fastcgi|uwsgi|scgi|proxy_params)")
"""Files that load modules, or set what HTTP answers with."""


class Includes:
    """Reads a file with those that it includes. Paths start from the folder of the file that was given, also in
    included files."""

    def __init__(self, source: SourceText, notes: Notes) -> None:
        self.source = source
        self.folder = os.path.dirname(source.path)
        self.notes = notes
        self.open = [os.path.realpath(source.path)]
        self.seen: set[str] = set()
        self.files = self.read = self.repeated = 0

    def directives(self) -> tuple[Directive, ...]:
        """The directives of the file, whole. Raises InputError with line and column."""
        return directives(Place(self.source), self.included)

    def included(self, line: Directive, depth: int) -> tuple[Directive, ...] | None:
        """What an `include` stands for; None when it is no path."""
        if len(line.words) != 1 or line.block is not None:
            return None
        name = line.texts[0]
        if DECIDES_NOTHING.search(name):
            return ()
        files = self.named(name)
        if not files:
            self.notes.unknown(line.span, "include", path=name)
            return ()
        # Of an included file's own lines, its reader is told where the first file includes it.
        outer = line.place.included or line.span
        found: list[Directive] = []
        for path in files:
            found += self.of_file(path, line, Place(self.source, outer), depth)
        return tuple(found)

    def of_file(self, path: str, line: Directive, outer: Place, depth: int) -> tuple[Directive, ...]:
        """The directives of an included file."""
        real = os.path.realpath(os.path.join(self.folder, path))
        where = line.place.source
        if real in self.open:
            raise where.error(f"include: {path!r} includes itself", line.start)
        if len(self.open) > MOST_DEEP:
            raise where.error(f"include: files are more than {MOST_DEEP} deep inside each other", line.start)
        shown = os.path.normpath(os.path.join(self.folder, path)).replace(os.sep, "/")
        empty = os.path.isfile(real) and not os.stat(real).st_size
        source = SourceText(shown, "") if empty else load(real, shown)
        self.files += 1
        self.read += len(source.text)
        self.repeated += len(source.text) if real in self.seen else 0
        self.seen.add(real)
        if self.files > MOST_FILES or self.read > MOST_TEXT or self.repeated > MOST_REPEATED:
            raise where.error("include: too much is included", line.start, f"at most {MOST_FILES} files are read")
        self.open.append(real)
        found = directives(outer._replace(source=source), self.included, depth)
        self.open.pop()
        return found

    def named(self, name: str) -> list[str]:
        """The files of a path, named from the folder; none when nothing is there, or outside the repository."""
        if "\0" in name:
            return []
        name = name.removeprefix(INSTALLED)
        wild = WILDCARD.search(name)
        try:
            if wild is None:
                return [name] if os.path.isfile(real_path(self.folder, name)) else []
            # What a pattern fits elsewhere would depend on the host that checks.
            real_path(self.folder, os.path.dirname(name[: wild.start()]) or ".")
            found = matches(self.folder, name)[:MOST_MATCHES]
            for one in found:
                real_path(self.folder, one)
        except OutsideError:
            return []
        return found
