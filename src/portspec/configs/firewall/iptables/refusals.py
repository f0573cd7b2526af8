"""Inputs that look like iptables but are something else, told so that the user knows what to give instead."""

from __future__ import annotations

import re

from portspec.errors import InputError
from portspec.source import SourceText

LONGEST_LINE = 65_536
LISTING = re.compile(r"^Chain \S+ \((?:policy|\d+ references)", re.MULTILINE)
TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{\w|\$\(|\$[A-Za-z_]")
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|^#[^\n]*', re.MULTILINE)


def refuse_other_inputs(source: SourceText) -> None:
    """Raise InputError for a listing, a template, or a line that no iptables-save prints."""
    text = source.text
    if text.find("*") < 0 or LISTING.search(text, 0, 100_000):
        listing = LISTING.search(text)
        if listing is not None:
            line, column = source.position(listing.start())
            raise InputError(
                "this is a listing (iptables -L), which leaves out interfaces and more",
                source.path,
                line,
                column,
                "give the output of iptables-save",
            )
    if "{" in text or "<" in text or "$" in text:
        blanked = QUOTED.sub(lambda match: " " * len(match[0]), text)
        template = TEMPLATE.search(blanked)
        if template is not None:
            line, column = source.position(template.start())
            raise InputError(
                f"this is a template ({template[0]}…), not what iptables-restore reads",
                source.path,
                line,
                column,
                "render it first, then check the result",
            )
    if _has_long_line(text):
        number = next(at for at, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST_LINE)
        raise InputError(f"a line of more than {LONGEST_LINE} characters", source.path, number, LONGEST_LINE + 1)


def _has_long_line(text: str) -> bool:
    # A line that is too long fills at least one of these stretches whole; most texts have a line end at each one's
    # beginning.
    half = LONGEST_LINE // 2
    if all(text.find("\n", at, at + half) >= 0 for at in range(0, len(text) - half, half)):
        return False
    return max(map(len, text.split("\n"))) > LONGEST_LINE
