"""The baseline file as `--write-baseline` writes it: for reviews, one entry per line in a stable order."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from portspec.checks.baseline import VERSION, entries
from portspec.checks.result import ClusterResult
from portspec.report.as_json import escaped


def render(results: Sequence[ClusterResult], path: str) -> str:
    """The baseline of what stands, for a file at this path."""
    found = entries((finding for result in results for finding in result.findings), os.path.dirname(path))
    lines = [
        "    "
        + json.dumps(
            {"fingerprint": entry.fingerprint, "code": entry.code, "path": entry.path, "count": entry.times},
            ensure_ascii=False,
        )
        for entry in found
    ]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return escaped(f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n')
