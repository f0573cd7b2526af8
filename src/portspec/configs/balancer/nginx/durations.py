"""Times of an nginx config (`ngx_parse_time`): `10s`, `1m30s`, `500ms`; a bare number is seconds."""

from __future__ import annotations

ORDER = "yMwdhms"
"""Units from large to small: each stands once, before smaller ones."""
SECONDS = {"y": 31_536_000, "M": 2_592_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, " ": 1}
LONGEST = 1 << 62


def milliseconds(text: str, *, whole_seconds: bool = False) -> int | None:
    """A time in milliseconds; None when it is none that nginx takes.

    Where nginx counts in milliseconds it knows no years and months, and where it counts in seconds no milliseconds.
    """
    total = value = at = 0
    step = -1 if whole_seconds else ORDER.index("M")
    valid = False
    while at < len(text):
        letter = text[at]
        at += 1
        if "0" <= letter <= "9":
            value, valid = value * 10 + int(letter), True
            if value > LONGEST:
                return None
            continue
        if letter == "m" and text[at : at + 1] == "s":
            if whole_seconds or step >= len(ORDER):
                return None
            at, step, scale = at + 1, len(ORDER), 1
        elif letter in SECONDS:
            unit = ORDER.find(letter) if letter != " " else ORDER.index("s")
            if step >= unit:
                return None
            step = len(ORDER) + 1 if letter == " " else unit
            scale = SECONDS[letter] * 1000
        else:
            return None
        total, value = total + value * scale, 0
        while text[at : at + 1] == " ":
            at += 1
    total += value * 1000
    return total if valid and total <= LONGEST else None
