"""Numbers that differ between the two languages of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "digits"

NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def check(spec: SpecView) -> Iterator[Problem]:
    """Every sentence whose translation has other numbers."""
    for fact, english, chinese in spec.texts():
        theirs, ours = sorted(NUMBER.findall(english.text)), sorted(NUMBER.findall(chinese.text))
        if theirs != ours:
            message = f"numbers differ: en has {_listed(theirs)}, zh-TW has {_listed(ours)}"
            yield fact.problem(chinese.span, NAME, message)


def _listed(numbers: list[str]) -> str:
    return ", ".join(numbers) or "none"
