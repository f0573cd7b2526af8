"""Paths that a cluster file names: inside the repository, existing, regular files."""

from __future__ import annotations

import os
import stat

from portspec.cluster.nodes import Reader
from portspec.configs.repository import repository_root
from portspec.source import Span

__all__ = ["expand", "repository_root", "resolve"]

MOST_MATCHES = 1000


def resolve(
    reader: Reader, folder: str, root: str, path: str, span: Span, *, config: bool = False, written: bool = True
) -> str:
    """The path as reports name it. Fails for what is missing (unless not `written` yet), no regular file, or outside the
    repository.

    Links are followed before the question is asked, so that a link cannot lead out. A `config` may be a folder that is
    one as a whole, such as firewalld's.
    """
    if os.path.isabs(path) or "\0" in path:
        reader.fail(span, f"{path!r} is not a relative path", "paths start from the cluster file's folder")
    shown = os.path.normpath(os.path.join(folder, path)).replace(os.sep, "/")
    real = os.path.realpath(shown)
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        reader.fail(span, f"{path!r} is outside the repository", "a check reads files of the repository only")
    try:
        mode = os.stat(real).st_mode
    except OSError as error:
        if not written and isinstance(error, FileNotFoundError):
            return shown
        reader.fail(span, f"{path!r}: {error.strerror}")
    if stat.S_ISDIR(mode):
        if config:
            from portspec.configs.folders import is_config_folder, is_list_of_files

            if is_config_folder(real) or is_list_of_files(real):
                return shown
        reader.fail(span, f"{path!r} is a directory; expected a file")
    if not stat.S_ISREG(mode):
        reader.fail(span, f"{path!r} is not a regular file")
    return shown


def expand(reader: Reader, folder: str, root: str, pattern: str, span: Span) -> list[str]:
    """The files that a pattern such as `ports/*.yaml` names, sorted. A pattern that names none is an error."""
    import glob

    if os.path.isabs(pattern) or "\0" in pattern:
        reader.fail(span, f"{pattern!r} is not a relative path", "paths start from the cluster file's folder")
    names = sorted(glob.glob(pattern, root_dir=folder or "."))
    if not names:
        reader.fail(span, f"{pattern!r} names no file")
    if len(names) > MOST_MATCHES:
        reader.fail(span, f"{pattern!r} names {len(names)} files; at most {MOST_MATCHES} are read")
    return [resolve(reader, folder, root, name, span) for name in names]
