"""Releases as the spec writes them (`4.18`), compared as numbers: 4.9 comes before 4.10."""

from __future__ import annotations

UNKNOWN = "unknown"
"""The typed value for what no source tells. As `added` it means: at least as far back as the spec goes."""

Key = tuple[int, ...]


def release_key(release: str) -> Key:
    """The sorting key of a release; `unknown` sorts before all. Raises ValueError."""
    if release == UNKNOWN:
        return ()
    return tuple(int(part) for part in release.split("."))


def covers(added: str | None, removed: str | None, release: str) -> bool:
    """Whether a range holds a release: `added` is inclusive, `removed` exclusive, None is open."""
    key = release_key(release)
    if added is not None and release_key(added) > key:
        return False
    return removed is None or key < release_key(removed)
