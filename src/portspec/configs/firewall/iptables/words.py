"""The words of one rule: quotes and escapes as iptables-save prints them, negation in both of its places."""

from __future__ import annotations

import re

from portspec.errors import InputError

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
ESCAPE = re.compile(r"\\(.)")


class Fail(Exception):  # noqa: N818
    """Something wrong with a word of a rule; the reader adds file and line. `word` says where on the line."""

    def __init__(self, message: str, word: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.word = word
        self.hint = hint

    def at(self, path: str, line: int, text: str) -> InputError:
        """The error with its place."""
        column = text.find(self.word) + 1 if self.word else 1
        return InputError(self.message, path, line, max(column, 1), self.hint)


def split(text: str) -> list[str]:
    """The words of a rule. Raises Fail for a quote that does not end."""
    if '"' not in text and "'" not in text:
        return text.split()
    found: list[str] = []
    at = 0
    while True:
        match = WORD.search(text, at)
        if match is None:
            return found
        quoted = match[1]
        if quoted is None and match[2].startswith('"'):
            raise Fail("a quote that does not end", match[2])
        found.append(ESCAPE.sub(r"\1", quoted) if quoted is not None else match[2])
        at = match.end()


class Words:
    """A cursor over the words of a rule."""

    __slots__ = ("_at", "_words")

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._words)

    def peek(self) -> str:
        """The next word, empty at the end."""
        return self._words[self._at] if self._at < len(self._words) else ""

    def take(self, after: str) -> str:
        """The next word. Raises Fail when there is none."""
        if self._at >= len(self._words):
            raise Fail(f"{after} needs a value", after)
        self._at += 1
        return self._words[self._at - 1]

    def negated(self) -> bool:
        """Whether a `!` stands here; it is taken."""
        if self.peek() == "!":
            self._at += 1
            return True
        return False
