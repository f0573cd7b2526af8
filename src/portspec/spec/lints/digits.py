"""Numbers that differ between the two languages of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from portspec.spec.view import Problem, SpecView

NAME = "digits"

NUMBER = re.compile(r"\d+(?:\.\d+)*")


def check(spec: SpecView) -> Iterator[Problem]:
    """Every sentence whose translation has other numbers. Full-width and other forms of a digit count as the digit."""
    for fact, english, chinese in spec.texts():
        theirs, ours = _numbers(english.text), _numbers(chinese.text)
        if theirs != ours:
            message = f"numbers differ: en has {_listed(theirs)}, zh-TW has {_listed(ours)}"
            yield fact.problem(chinese.span, NAME, message)


def _numbers(text: str) -> list[str]:
    return sorted(NUMBER.findall(normalize("NFKC", text)))


def _listed(numbers: list[str]) -> str:
    return ", ".join(numbers) or "none"
