"""Times of a HAProxy config (configuration manual, 2.5)."""

from __future__ import annotations

import re

UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
DURATION = re.compile(r"(\d{1,12})(us|ms|s|m|h|d)?\Z")
LONGEST = 2**31 - 1


def milliseconds(text: str) -> int | None:
    """A time in milliseconds, which is the unit where none is written; None when it is no time that HAProxy takes."""
    match = DURATION.match(text) if text.isascii() else None
    if match is None:
        return None
    found = int(int(match[1]) * UNITS[match[2] or "ms"])
    return found if found <= LONGEST else None
