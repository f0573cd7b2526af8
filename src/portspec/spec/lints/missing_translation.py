"""A zh-TW text that is still English, or an English one that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "missing-translation"

WORDS_OF_A_NAME = 4
"""Names of products may be the same in both languages; sentences may not."""

CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def check(spec: SpecView) -> Iterator[Problem]:
    """Every sentence that was copied, not translated, every one in the wrong language, and every blank one."""
    for fact, english, chinese in spec.texts():
        if not chinese.text.strip() or not english.text.strip():
            blank = chinese if not chinese.text.strip() else english
            yield fact.problem(blank.span, NAME, "blank text")
            continue
        if CHINESE.search(english.text):
            yield fact.problem(english.span, NAME, f"the en text is in Chinese: {english.text}")
        if CHINESE.search(chinese.text) or "。" in chinese.text:
            continue
        if english.text == chinese.text and _is_sentence(english.text):
            yield fact.problem(chinese.span, NAME, f"the zh-TW text is the English one: {english.text}")
        elif english.text != chinese.text and (english.text.endswith(".") or _is_sentence(chinese.text)):
            yield fact.problem(chinese.span, NAME, f"the zh-TW text has no Chinese in it: {chinese.text}")


def _is_sentence(text: str) -> bool:
    return text.endswith(".") or len(text.split()) > WORDS_OF_A_NAME
