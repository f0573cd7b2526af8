"""Text from an input, made safe to print: configs of a pull request are hostile."""

from __future__ import annotations

import re
from functools import cache

HARMFUL = (
    "[\x00-\x08\x0a-\x1f\x7f-\x9f"  # control characters, escape sequences among them; a tab may stay
    "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # invisible and bidirectional characters
    "\ud800-\udfff\U000e0000-\U000e007f]"  # lone surrogates, tags
)
"""Characters that do more than show."""
COMMANDS = r"##(?=\[|vso\[)|::(?![0-9A-Fa-f]{1,4}(?![0-9A-Za-z-]))(?=[A-Za-z-]+[ :])"
"""How a CI runner recognises a command in a job's output: `::warning …::`, `##[command]`, `##vso[…]`. A group of an
IPv6 address behind `::` is none: no command is a word of four hexadecimal digits."""


def printable(text: str) -> str:
    """The text with control, invisible and bidirectional characters escaped and CI commands broken."""
    # Most texts have neither, and to compile the patterns takes longer than many a check.
    if not text.isprintable():
        text = _pattern(HARMFUL).sub(_escape, text.replace("\t", "    "))
    if "::" in text or "##" in text:
        text = _pattern(COMMANDS).sub(_break, text)
    return text


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 256:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def _break(match: re.Match[str]) -> str:
    return match[0][0] + "\\" + match[0][1]
