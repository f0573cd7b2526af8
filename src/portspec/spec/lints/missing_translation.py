"""A zh-TW text that is still the English sentence."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "missing-translation"

WORDS_OF_A_NAME = 4
"""Names of products may be the same in both languages; sentences may not."""


def check(spec: SpecView) -> Iterator[Problem]:
    """Every sentence that was copied, not translated, and every blank one."""
    for fact, english, chinese in spec.texts():
        if not chinese.text.strip() or not english.text.strip():
            blank = chinese if not chinese.text.strip() else english
            yield fact.problem(blank.span, NAME, "blank text")
        elif english.text == chinese.text and (
            english.text.endswith(".") or len(english.text.split()) > WORDS_OF_A_NAME
        ):
            yield fact.problem(chinese.span, NAME, f"the zh-TW text is the English one: {english.text}")
