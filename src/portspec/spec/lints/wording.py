"""Simplified characters or mainland terms in a zh-TW text."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "wording"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every forbidden term, with the one that is wanted, and every Simplified character."""
    wanted: dict[str, str] = {}
    simplified: set[str] = set()
    allowed: list[str] = []
    for glossary in spec.roots("glossary"):
        simplified.update((glossary.text("simplified") or "").strip())
        allowed += glossary.names("allowed")
        for entry in glossary.parts("terms"):
            wanted.update(dict.fromkeys(entry.names("forbidden"), entry.text("zh-TW") or ""))
    for fact, _english, chinese in spec.texts():
        text = chinese.text
        for phrase in allowed:
            text = text.replace(phrase, "\n")
        found = [term for term in wanted if term in text]
        for term in found:
            if not any(term != other and term in other for other in found):
                yield fact.problem(chinese.span, NAME, f"{term} in a zh-TW text; write {wanted[term]}")
        left = "".join(char for char in sorted(set(text)) if char in simplified or is_simplified(char))
        if left:
            yield fact.problem(chinese.span, NAME, f"Simplified characters in a zh-TW text: {left}")


def is_simplified(char: str) -> bool:
    """Whether the mainland's character set (GB 2312) has a character that Taiwan's (Big5 with Microsoft's additions)
    has not. The few Simplified forms that are in both are in the glossary."""
    return not char.isascii() and _is_in(char, "gb2312") and not _is_in(char, "cp950")


def _is_in(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
