"""Paths as the platforms want them: from the repository's root, and as URI references."""

from __future__ import annotations

import os

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult

UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""What a path of a URI holds as it is (RFC 3986, 2.3), with the slash that parts it."""

SCHEME = "file"


def in_repository(path: str, folder: str) -> str:
    """A path named from the working folder, as it is named from the repository's root."""
    if os.path.isabs(path) or not folder:
        return path
    return os.path.normpath(f"{folder}/{path}").replace(os.sep, "/")


def path_of(finding: Finding, result: ClusterResult) -> str:
    """The file that a platform shows a finding at: one about no file is about the cluster file, or the first config."""
    return finding.path or result.cluster.path or next((file.path for file in result.files), "")


def uri(path: str) -> str:
    """A path as a relative reference, or as a file URI when it is absolute; every other byte is percent-encoded."""
    encoded = "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in os.fsencode(path))
    return f"{SCHEME}://{encoded}" if path.startswith("/") else encoded


def fingerprint(finding: Finding, path: str) -> str:
    """The finding's fingerprint with its file named in another way, so that it does not hang on the working folder."""
    return finding.fingerprint if path == finding.path else finding._replace(path=path).fingerprint


def working_folder() -> str:
    """The working folder as seen from the root of its repository; empty when it is the root, or in none."""
    from portspec.configs.repository import repository_root

    here = os.path.realpath(".")
    shown = os.path.relpath(here, repository_root(here)).replace(os.sep, "/")
    return "" if shown == "." else shown
