"""The words that the search's cutter is to leave whole: those of the glossary, and those of this field beside them.

Only words that are found again by their parts: the search looks for words that begin as the reader typed, so a word
that ends with another, or holds one, would hide it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from portspec.policy.store import CHECKOUT
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

GLOSSARY = Path(CHECKOUT, "spec", "glossary.yaml")
OWN = Path(__file__).with_name("terms.txt")
"""Words that the glossary has no need of: nobody writes them otherwise."""
SHORTEST = 2
"""Characters of what somebody looks for."""


def terms() -> tuple[str, ...]:
    """The words, each once."""
    glossary = plain(load_yaml(SourceText(str(GLOSSARY), GLOSSARY.read_text(encoding="utf-8"))))
    own = OWN.read_text(encoding="utf-8").split()
    return atomic([*(term["zh-TW"] for term in glossary["terms"]), *own])


def atomic(words: Iterable[str]) -> tuple[str, ...]:
    """Those that hide no other: none stands within them, and where one begins them, little is left behind it."""
    known = dict.fromkeys(word for word in words if len(word) >= SHORTEST)
    return tuple(word for word in known if not any(_hides(word, other) for other in known))


def _hides(word: str, other: str) -> bool:
    if other == word or other not in word:
        return False
    return not word.startswith(other) or len(word) - len(other) >= SHORTEST
