"""What was measured, in a small file: the picture on the page of evidence is drawn from it."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

UNIT = "seconds of wall time, whole processes in turn; `least` is the fastest run"


class Measured(NamedTuple):
    """Pairs of runs over a file of so many rules: the medians and the fastest, and the median of the ratios."""

    shape: str
    rules: int
    pairs: int
    ours: float
    theirs: float
    ours_least: float
    theirs_least: float
    ratio: float


def of_pairs(shape: str, rules: int, pairs: Sequence[tuple[float, float]]) -> Measured:
    """What is kept of some pairs."""
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    return Measured(
        shape,
        rules,
        len(pairs),
        ours=round(statistics.median(ours), 4),
        theirs=round(statistics.median(theirs), 4),
        ours_least=round(min(ours), 4),
        theirs_least=round(min(theirs), 4),
        ratio=round(statistics.median(our / their for our, their in pairs), 3),
    )


def keep(file: Path, peer: str, asked: Sequence[str], measured: Sequence[Measured]) -> None:
    """Write what was measured, and with what, as JSON. `asked` is the command that tells the peer's version."""
    told = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()
    content = {
        "unit": UNIT,
        "command": " ".join((".venv/bin/python", *sys.argv)),
        "ours": "portspec check",
        "theirs": peer,
        "with": {
            "ours": f"portspec {version('portspec')}",
            "theirs": told,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release().split('-')[0]}",
            "processors": os.cpu_count(),
        },
        "measured": [one._asdict() for one in measured],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
