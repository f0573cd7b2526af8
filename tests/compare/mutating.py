"""Filters changed by chance, as a pull request changes them: a rule less, two in the other order, another number."""

from __future__ import annotations

import re
from random import Random

from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.source import SourceText

NUMBER = re.compile(r"(?<=dport )\d+|(?<=--dport )\d+|(?<=\.)\d+(?=/| )")


def filter_of(text: str, format_: str, path: str = "filter") -> Ruleset:
    """A filter out of its text."""
    found = read(SourceText(path, text), format_)
    assert isinstance(found, Ruleset)
    return found


def is_rule(line: str) -> bool:
    """Whether a line is one rule that can be taken out or moved without breaking what is around it."""
    stripped = line.strip()
    if stripped.startswith("-A "):
        return True
    verdict = re.search(r"\b(?:accept|drop|reject|return|jump \S+|goto \S+)\b[^{}]*$", stripped) is not None
    return (
        verdict and not stripped.startswith(("type ", "chain ", "table ", "}", "policy")) and "elements" not in stripped
    )


def mutant(text: str, seed: int, changes: int = 5) -> str:
    """The text with a few changes."""
    rng = Random(seed)
    for _ in range(changes):
        text = _changed(text, rng)
    return text


def _changed(text: str, rng: Random) -> str:
    lines = text.split("\n")
    rules = [number for number, line in enumerate(lines) if is_rule(line)]
    if not rules:
        return text
    at = rng.choice(rules)
    kind = rng.choice(("remove", "swap", "number", "number", "double"))
    if kind == "remove":
        del lines[at]
    elif kind == "swap":
        other = rng.choice(rules)
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "double":
        lines.insert(at, lines[rng.choice(rules)])
    else:
        lines[at] = NUMBER.sub(lambda match: str(min(int(match[0]) + rng.choice((1, 2, 7)), 255)), lines[at], count=1)
    return "\n".join(lines)


def read_or_none(text: str, format_: str) -> Ruleset | None:
    """The filter; None where the change broke it."""
    try:
        return filter_of(text, format_)
    except InputError:
        return None
