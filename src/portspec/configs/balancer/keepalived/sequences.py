"""`~SEQ(…)`, `~SEQx(…)` and `~LST(…)`: a line that stands for several."""

from __future__ import annotations

import re
from collections.abc import Iterator

HEAD = re.compile(r"~(SEQx?|LST)[ \t]*\([ \t]*")
NUMBER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]{1,8}|\d{1,10})\Z", re.ASCII)

Binding = tuple[tuple[str, str], ...]
"""Names with their values for one round."""


def bindings(text: str) -> tuple[str, Iterator[Binding]] | None:
    """The rest of the line and the values of every round; None for what keepalived does not take."""
    match = HEAD.match(text)
    close = _close(text, match.end()) if match is not None else -1
    if match is None or close < 0:
        return None
    inside, rest = text[match.end() : close], text[close + 1 :].lstrip(" \t")
    rounds = _listed(inside) if match[1] == "LST" else _counted(inside, hexadecimal=match[1] == "SEQx")
    return None if rounds is None or not rest else (rest, rounds)


def _close(text: str, at: int) -> int:
    return text.find(")", at)


def _counted(inside: str, *, hexadecimal: bool) -> Iterator[Binding] | None:
    name, *parts = (part.strip(" \t") for part in inside.split(","))
    found = [_number(part) for part in parts]
    if not name or not 1 <= len(found) <= 3 or None in found:
        return None
    numbers = [number for number in found if number is not None]
    end = numbers[-1]
    if len(numbers) == 1:
        start, step = (-1, -1) if end < 0 else (1, 1)
        if end == 0:
            return None
    else:
        start = numbers[0]
        step = numbers[1] if len(numbers) == 3 else 1 if start <= end else -1
    if step == 0 or (start < end and step < 0) or (start > end and step > 0):
        return None
    return (
        ((name, f"{number:x}" if hexadecimal else str(number)),)
        for number in range(start, end + (step > 0) - (step < 0), step)
    )


def _number(text: str) -> int | None:
    match = NUMBER.match(text)
    if match is None:
        return None
    digits = match[2]
    base = 16 if digits[:2].lower() == "0x" else 8 if digits.startswith("0") and set(digits) <= set("01234567") else 10
    return int(digits, base) * (-1 if match[1] == "-" else 1)


def _listed(inside: str) -> Iterator[Binding] | None:
    if inside.startswith("{"):
        groups = [part.partition("}")[0] for part in inside.split("{")[1:]]
        names, *rows = ([word.strip(" \t") for word in group.split(",")] for group in groups)
        if not rows or any(len(row) != len(names) for row in rows):
            return None
        return (tuple(zip(names, row, strict=True)) for row in rows)
    name, *values = (part.strip(" \t") for part in inside.split(","))
    return (((name, value),) for value in values) if name and values else None
