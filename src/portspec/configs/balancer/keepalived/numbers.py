"""Numbers and times as keepalived reads them (`read_unsigned`, `read_decimal_unsigned` of its parser)."""

from __future__ import annotations

import re

from portspec.packets.addresses import parse_address

WHOLE = re.compile(r"[ \t]*\+?(\d{1,20})\Z", re.ASCII)
LEADING = re.compile(r"[ \t]*\+?(\d{1,20})", re.ASCII)
SECONDS = re.compile(r"[ \t]*\+?(?:\d{1,20}(?:\.\d{0,6})?|\.\d{1,6})\Z", re.ASCII)
RANGE = re.compile(r"[-/]")
LAST_U32 = (1 << 32) - 1
LAST_INT = (1 << 31) - 1
LONGEST = 18_446_744_073_709
"""Seconds that fit a timer."""
LONGEST_CONNECT = 4294


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number between two; None for anything else."""
    match = WHOLE.match(text)
    if match is None:
        return None
    number = int(match[1])
    return number if low <= number <= high else None


def leading(text: str) -> int:
    """The number that a text begins with, 0 where there is none: what is left of a number that is refused."""
    match = LEADING.match(text)
    return min(int(match[1]), LAST_INT) if match else 0


def milliseconds(text: str, longest: int = LONGEST) -> int | None:
    """A time in milliseconds, written in seconds; None when it is none, or not above zero."""
    if SECONDS.match(text) is None:
        return None
    seconds = float(text)
    return max(round(seconds * 1000), 1) if 0.000001 <= seconds <= longest else None


def port(text: str) -> int | None:
    """A port; None when it is none. 0 is no port either."""
    return whole(text, 1, 65535)


def address(text: str) -> int:
    """The point of an address; what follows a `/` or `-` in it is passed over. Raises ValueError."""
    return parse_address(RANGE.split(text, maxsplit=1)[0])
