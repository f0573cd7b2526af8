"""Small mistakes made in a filter's text: a rule left out, a network widened, a verdict turned round, a port shifted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

VERDICTS = {"accept": "drop", "drop": "accept", "ACCEPT": "DROP", "DROP": "ACCEPT", "REJECT": "ACCEPT"}
VERDICT = re.compile(r"\b(?:accept|drop|ACCEPT|DROP|REJECT)\b(?! \[)")
POLICY = re.compile(r"^:\w+ (ACCEPT|DROP)")
ADDRESS = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+\.)(\d+)(?:/(\d+))?(?![\d.])")
PORT = re.compile(r"(?<![\d.:/])\d{2,5}(?![\d./]|.*priority)")
RULE = re.compile(r"^\s*(-A |ip |tcp |udp |ct |iifname |meta )")
PLAIN = re.compile(r'comment (--comment )?"[^"]*"')


class Mutant(NamedTuple):
    """A text with one mistake, in words."""

    what: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a filter's text."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        code = line.split("#")[0] if not line.startswith(":") else line
        for what, changed in _changes(PLAIN.sub(lambda match: " " * len(match[0]), code), line):
            kept = [changed] if changed is not None else []
            yield Mutant(f"{at + 1}: {what}", "\n".join((*lines[:at], *kept, *lines[at + 1 :])))


def _changes(code: str, line: str) -> Iterator[tuple[str, str | None]]:
    if RULE.match(code):
        yield "left out", None
    for match in (*VERDICT.finditer(code), *POLICY.finditer(code)):
        start, end = match.span(1) if match.re is POLICY else match.span()
        yield f"{line[start:end]} turned round", line[:start] + VERDICTS[line[start:end]] + line[end:]
    for match in ADDRESS.finditer(code):
        for what, new in _addresses(match):
            yield f"{match[0]} {what}", line[: match.start()] + new + line[match.end() :]
    if RULE.match(code) or "elements" in code:
        for match in PORT.finditer(ADDRESS.sub(lambda found: "." * len(found[0]), code)):
            for step in (-1, 1):
                yield (
                    f"port {match[0]} shifted",
                    line[: match.start()] + str(int(match[0]) + step) + line[match.end() :],
                )


def _addresses(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    head, last, length = match[1], int(match[2]), match[3]
    if length is not None and length != "32":
        yield "widened", f"{match[0].partition('/')[0]}/{int(length) - 1}"
        yield "narrowed", f"{match[0].partition('/')[0]}/{int(length) + 1}"
        yield "for everybody", "0.0.0.0/0"
        return
    for step in (-1, 1, 3):
        yield f"moved by {step}", f"{head}{last + step}" + ("/32" if length else "")
    yield "widened", f"{head}{last}/29"
