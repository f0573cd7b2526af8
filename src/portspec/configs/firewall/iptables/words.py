"""The words of one rule: quotes and escapes as iptables-restore takes them, negation in both of its places."""

from __future__ import annotations

import re

from portspec.errors import InputError

WORD = re.compile(r'(?=\S)([^\s"]*+)(?:"((?:[^"\\]|\\.)*+)("?))?')
"""A quote may begin inside a word, and its end ends the word: `a"b c"d` is `ab c` and `d`."""

ESCAPE = re.compile(r"\\(.)")


class Fail(Exception):  # noqa: N818
    """Something wrong with a word of a rule; the reader adds file and line. `word` says where on the line."""

    def __init__(self, message: str, word: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.word = word
        self.hint = hint
        self.left = 0

    def among(self, words: Words, start: int) -> Fail:
        """The same, the word being one of those taken from `start` on: the place of another that is alike is not its."""
        self.left = words.left_from(self.word, start)
        return self

    def at(self, path: str, line: int, text: str) -> InputError:
        """The error with its place."""
        return InputError(self.message, path, line, self._column(text), self.hint)

    def _column(self, text: str) -> int:
        if self.left:
            places = [match.span() for match in WORD.finditer(text)]
            if self.left <= len(places):
                start, end = places[-self.left]
                inside = text.find(self.word, start, end)
                if inside >= 0:
                    return inside + 1
        return max(text.find(self.word) + 1 if self.word else 1, 1)


def split(text: str) -> list[str]:
    """The words of a rule. Raises Fail for a quote that does not end."""
    if '"' not in text:
        return text.split()
    found: list[str] = []
    for match in WORD.finditer(text):
        before, quoted, end = match.groups()
        if quoted is not None and not end:
            raise Fail("a quote that does not end", match[0])
        found.append(before + ESCAPE.sub(r"\1", quoted) if quoted else before)
    return found


class Words:
    """A cursor over the words of a rule."""

    __slots__ = ("_at", "_words")

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._words)

    @property
    def place(self) -> int:
        """How many words are taken."""
        return self._at

    def peek(self, ahead: int = 0) -> str:
        """The next word, or one behind it; empty past the end."""
        at = self._at + ahead
        return self._words[at] if at < len(self._words) else ""

    def take(self, after: str) -> str:
        """The next word. Raises Fail when there is none."""
        if self._at >= len(self._words):
            raise Fail(f"{after} needs a value", after)
        self._at += 1
        return self._words[self._at - 1]

    def take_option(self) -> str:
        """The next word as an option; of `--option=value` the value stays."""
        option = self.take("!")
        if option.startswith("--") and "=" in option:
            option, _, value = option.partition("=")
            self._at -= 1
            self._words[self._at] = value
        return option

    def negated(self) -> bool:
        """Whether a `!` stands here; it is taken."""
        if self.peek() == "!":
            self._at += 1
            return True
        return False

    def left_from(self, word: str, start: int) -> int:
        """How many words there are from the first at or behind `start` that holds a text; 0 when none of those taken
        does."""
        for at in range(start, self._at):
            if word and word in self._words[at]:
                return len(self._words) - at
        return 0


def completed(text: str) -> str:
    """An IPv4 network whose last parts are left out, as in `10/8` and `172.16/12`: they are 0."""
    head, slash, mask = text.partition("/")
    dots = head.count(".")
    if dots < 3 and head.replace(".", "").isdigit():
        return head + ".0" * (3 - dots) + slash + mask
    return text
