"""Times of an nginx config: `10s`, `1m30s`, `500ms`; a bare number is seconds."""

from __future__ import annotations

import re

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
PART = re.compile(r"(\d{1,9})(ms|s|m|h|d|w)? ?")
LONGEST = 2**31 - 1


def milliseconds(text: str) -> int | None:
    """A time in milliseconds; None when it is no time that nginx takes. Units come from large to small, once each."""
    found, at, last = 0, 0, max(UNITS.values()) + 1
    while at < len(text):
        match = PART.match(text, at) if text.isascii() else None
        if match is None:
            return None
        unit = UNITS[match[2] or "s"]
        if unit >= last:
            return None
        found, at, last = found + int(match[1]) * unit, match.end(), unit
        if match[2] is None and at < len(text):
            return None
    return found if text and found <= LONGEST else None
