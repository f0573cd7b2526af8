"""Simplified characters or mainland terms in a zh-TW text, by the glossary."""

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
            text = text.replace(phrase, "")
        found = [term for term in wanted if term in text]
        for term in found:
            if not any(term != other and term in other for other in found):
                yield fact.problem(chinese.span, NAME, f"{term} in a zh-TW text; write {wanted[term]}")
        left = "".join(sorted(simplified & set(text)))
        if left:
            yield fact.problem(chinese.span, NAME, f"Simplified characters in a zh-TW text: {left}")
