"""The summary of a step in GitHub Actions: Markdown that the job's page shows."""

from __future__ import annotations

import os
from collections.abc import Sequence

from portspec.checks.result import ClusterResult
from portspec.report.as_markdown import fitted
from portspec.report.setting import Setting

MOST_BYTES = 1024 * 1024
"""Of the summary of one step; a longer one is refused as a whole (docs.github.com, workflow commands)."""
LEAST_BYTES = 8_192
"""Below this nothing that helps would fit."""


def append(results: Sequence[ClusterResult], setting: Setting, path: str) -> None:
    """Add the report behind what other commands of the step wrote there. Raises OSError."""
    before = os.path.getsize(path) if os.path.exists(path) else 0
    room = MOST_BYTES - before - 1
    if room < LEAST_BYTES:
        return
    text = fitted(results, setting, room, lambda part: len(part.encode("utf-8", "backslashreplace")))
    with open(path, "ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))
