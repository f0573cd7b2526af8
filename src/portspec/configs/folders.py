"""A config that is a folder of files: one text with a line for each line of theirs, and the way back to file and line."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from portspec.configs.files import LARGEST, load
from portspec.errors import InputError
from portspec.source import SourceText, Span

OBJECTS = ("helpers", "icmptypes", "ipsets", "policies", "services", "zones")
"""The folders that firewalld looks into, for files that end in `.xml`."""
SINGLE = ("direct.xml", "firewalld.conf", "lockdown-whitelist.xml")
"""The files beside them."""
LISTED = ".cfg"
"""What HAProxy reads of a folder: files that end so, in the order of their names."""
BESIDE = "conf.d"
"""The folder that packages of HAProxy read after their own file: `-f haproxy.cfg -f conf.d`."""
MOST_FILES = 2000
DEEPEST = 2
"""`zones/NAME/PART.xml`: the parts of a zone may lie in a folder of its name."""
TRAEFIK = ("traefik.yml", "traefik.yaml", "traefik.toml")
"""The file that makes a folder one of Traefik's; its file provider reads others, as deep."""


class FolderText(SourceText):
    """Several files as one text. A line of the whole stands for one line of one part: see `place`.

    The path of a part that no file of the user's holds starts with `(`.
    """

    __slots__ = ("firsts", "parts")

    def __init__(self, path: str, parts: Sequence[SourceText]) -> None:
        texts = [part.text if part.text.endswith("\n") else part.text + "\n" for part in parts]
        super().__init__(path, "".join(texts))
        self.parts = tuple(parts)
        self.firsts: list[int] = []
        line = 1
        for text in texts:
            self.firsts.append(line)
            line += text.count("\n")

    def place(self, line: int) -> tuple[SourceText, int]:
        """The part that a line of the whole belongs to, and the line's number there."""
        at = bisect_right(self.firsts, line) - 1
        return self.parts[at], line - self.firsts[at] + 1


class JoinedText(FolderText):
    """Files that a cluster file says are one config: the program is given them together, in this order."""

    __slots__ = ()


def place(source: SourceText, line: int) -> tuple[str, int]:
    """Path and line as a person knows them, of a line of a source. A part without a file gives its path in brackets."""
    if not isinstance(source, FolderText) or line < 1:
        return source.path, line
    part, number = source.place(line)
    return part.path, number


def in_part(source: SourceText, span: Span) -> tuple[str, Span | None]:
    """As `place`, for a span that a report points at: one that no file of the user's holds is the config as a whole."""
    if not isinstance(source, FolderText):
        return source.path, span
    part, line = source.place(span.line)
    if part.path.startswith("("):
        return source.path, None
    end = line + span.end_line - span.line if span.end_line else 0
    return part.path, span._replace(line=line, end_line=end)


def is_config_folder(path: str) -> bool:
    """Whether a folder is a config as a whole: one laid out as /etc/firewalld or /etc/traefik is."""
    if any(os.path.isfile(os.path.join(path, name)) for name in ("firewalld.conf", *TRAEFIK)):
        return True
    return any(_has_files(os.path.join(path, name)) for name in ("zones", "policies"))


def _has_files(path: str) -> bool:
    try:
        names = os.listdir(path)
    except OSError:
        return False
    return any(name.endswith(".xml") or os.path.isdir(os.path.join(path, name)) for name in names)


def is_list_of_files(path: str) -> bool:
    """Whether a folder is a config when a cluster file names it as one: HAProxy is given it with `-f`."""
    return not is_config_folder(path) and next(_listed_files(path, path), None) is not None


def load_folder(path: str, shown: str, largest: int = LARGEST) -> FolderText:
    """Read the files of a folder laid out as /etc/firewalld is, or one that HAProxy reads.

    Raises InputError for a link that leads out of the folder, for too many files or bytes, and for whatever `load` does.
    """
    parts: list[SourceText] = []
    left = largest
    root = os.path.realpath(path)
    for name in _files(path, shown):
        file, file_shown = os.path.join(path, name), f"{shown.rstrip('/')}/{name}"
        if not os.path.realpath(file).startswith(root.rstrip(os.sep) + os.sep):
            raise InputError("is a link that leads out of the folder", file_shown)
        if len(parts) == MOST_FILES:
            raise InputError(f"has more than {MOST_FILES} files", shown)
        # HAProxy takes an empty file for what it is.
        empty = name.endswith(LISTED) and not os.path.getsize(file)
        part = SourceText(file_shown, "") if empty else load(file, file_shown, left)
        left -= len(part.text)
        parts.append(part)
    if not parts:
        raise InputError("no file that is read lies in this folder", shown)
    return FolderText(shown, parts)


def join(first: SourceText, beside: Sequence[SourceText]) -> JoinedText:
    """Several files, or folders of them, as one config that goes by the first one's path."""
    parts: list[SourceText] = []
    for source in (first, *beside):
        parts += source.parts if isinstance(source, FolderText) else [source]
    return JoinedText(first.path, parts)


def _files(path: str, shown: str) -> Iterator[str]:
    """The files that are read of a folder, by what it is the folder of."""
    first = next((name for name in TRAEFIK if os.path.isfile(os.path.join(path, name))), None)
    if first is not None:
        return _provided(path, first, 0, shown)
    return _names(path, shown) if is_config_folder(path) else _listed_files(path, shown)


def _listed_files(path: str, shown: str) -> Iterator[str]:
    """The files that HAProxy reads of a folder, and those of `conf.d` in it after them."""
    for name in _listed(path, shown):
        if name.endswith(LISTED) and not name.startswith(".") and os.path.isfile(os.path.join(path, name)):
            yield name
    beside = os.path.join(path, BESIDE)
    if os.path.isdir(beside) and os.path.basename(os.path.normpath(path)) != BESIDE:
        for name in _listed_files(beside, f"{shown}/{BESIDE}"):
            yield f"{BESIDE}/{name}"


def _names(path: str, shown: str) -> Iterator[str]:
    """The files that firewalld reads there, in a stable order. An XML file where it reads none is an error."""
    names = _listed(path, shown)
    for name in names:
        if name in SINGLE:
            yield name
        elif name.endswith(".xml"):
            hint = f"it reads XML files below {', '.join(OBJECTS)}"
            raise InputError("firewalld reads no such file here", f"{shown.rstrip('/')}/{name}", hint=hint)
    for name in OBJECTS:
        if name in names and os.path.isdir(os.path.join(path, name)):
            yield from _objects(path, name, 1, shown)


def _provided(path: str, first: str, depth: int, shown: str) -> Iterator[str]:
    """The static file of Traefik and whatever its file provider may read, in a stable order."""
    if not depth:
        yield first
    for name in _listed(path, shown):
        if name.startswith((".", "portspec.")) or (not depth and name in TRAEFIK):
            continue
        inner = os.path.join(path, name)
        if os.path.isdir(inner) and depth < DEEPEST:
            yield from (f"{name}/{below}" for below in _provided(inner, "", depth + 1, f"{shown.rstrip('/')}/{name}"))
        elif name.endswith((".yml", ".yaml", ".toml")) and os.path.isfile(inner) and os.path.getsize(inner):
            yield name


def _listed(path: str, shown: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        raise InputError(str(error.strerror), shown) from None


def _objects(path: str, folder: str, depth: int, shown: str) -> Iterator[str]:
    for name in _listed(os.path.join(path, folder), f"{shown.rstrip('/')}/{folder}"):
        inner = f"{folder}/{name}"
        if name.endswith(".xml"):
            yield inner
        elif depth < DEEPEST and folder == "zones" and os.path.isdir(os.path.join(path, inner)):
            yield from _objects(path, inner, depth + 1, shown)
