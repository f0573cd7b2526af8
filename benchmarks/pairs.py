"""Paired timing of whole processes: A B A B …, so that a drift of the machine meets both alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from typing import NamedTuple


class Paired(NamedTuple):
    """Medians of wall time in seconds, and the median of the ratios A/B, pair by pair; and the pairs themselves."""

    ours: float
    theirs: float
    ratio: float
    pairs: tuple[tuple[float, float], ...]


def wall(command: Sequence[str], expected: Sequence[int] = (0,), **options: object) -> float:
    """Wall time of one run. Raises RuntimeError when the command ends otherwise than expected, or complains."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload]
    took = time.perf_counter() - start
    # Exit code 1 is what findings give, and what a program gives that breaks down.
    if done.returncode not in expected or done.stderr:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[:300]}")
    return took


def paired(
    ours: Sequence[str], theirs: Sequence[str], runs: int, expected: Sequence[int] = (0, 1), cwd: str | None = None
) -> Paired:
    """Run both in turn, once to warm up and then `runs` times."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    wall(ours, expected, cwd=cwd, env=environment)
    wall(theirs)
    pairs = tuple((wall(ours, expected, cwd=cwd, env=environment), wall(theirs)) for _ in range(runs))
    return Paired(
        statistics.median(our for our, _ in pairs),
        statistics.median(their for _, their in pairs),
        statistics.median(our / their for our, their in pairs),
        pairs,
    )
