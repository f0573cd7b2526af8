"""The words of an nginx config, and its directives with their blocks.

The grammar is that of `ngx_conf_read_token`: words between blanks, quotes that end with the same quote, a backslash that
takes the next character, `#` at the beginning of a word, and `${` inside of one. A brace that closes is a character like any
other inside of a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from portspec.source import SourceText, Span

DEEPEST = 64
"""Blocks inside each other; what people write is six deep."""

BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
BARE = re.compile(r"(?:\\.|\$\{*|[^ \t\r\n;{}\\\"'$#])(?:\\.|\$\{*|[^ \t\r\n;{\\$])*", re.DOTALL)
QUOTED = {quote: re.compile(rf"{quote}((?:\\.|[^{quote}\\])*){quote}", re.DOTALL) for quote in "\"'"}
BEHIND_QUOTE = " \t\r\n;{)"
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
LETTERS = {"t": "\t", "r": "\r", "n": "\n"}
TEMPLATE = re.compile(r"\{\{|\{%|<%")


class Place(NamedTuple):
    """Where a directive stands: in a file, and if that is an included one below the line that includes it."""

    source: SourceText
    included: Span | None = None

    def span(self, start: int, stop: int) -> Span:
        """The span of a stretch of the file."""
        if self.included is None:
            return self.source.span(start, stop)
        return self.included._replace(within=f"{self.source.path}:{self.source.position(start)[0]}")


class Word(NamedTuple):
    """A word without its quotes; `start` and `stop` are its offsets in the text."""

    text: str
    start: int
    stop: int


class Directive(NamedTuple):
    """A directive with its arguments; `block` is None for one that ends with a semicolon."""

    name: str
    words: tuple[Word, ...]
    block: tuple[Directive, ...] | None
    place: Place
    start: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The arguments."""
        return tuple(word.text for word in self.words)

    @property
    def span(self) -> Span:
        """Where it stands, without its block."""
        return self.place.span(self.start, self.words[-1].stop if self.words else self.start + max(1, len(self.name)))

    def at(self, word: Word) -> Span:
        """Where one of its arguments stands."""
        return self.place.span(word.start, word.stop)


Expand = Callable[[Directive, int], "tuple[Directive, ...] | None"]
"""What an `include` in a block of some depth stands for; None leaves it as it is."""


def directives(place: Place, expand: Expand, depth: int = 0) -> tuple[Directive, ...]:
    """The directives of a file, included ones in the place of the lines that include them. Raises InputError for what
    nginx cannot take apart."""
    found = TEMPLATE.search(place.source.text)
    if found is not None:
        raise place.source.error(
            f"this is a template ({found[0]}), not a config of nginx", found.start(), "render it first"
        )
    return _Parser(place, expand).block(depth)


class _Parser:
    def __init__(self, place: Place, expand: Expand) -> None:
        self.place = place
        self.text = place.source.text
        self.expand = expand
        self.at = 0

    def fail(self, message: str, at: int, hint: str = "") -> NoReturn:
        raise self.place.source.error(message, at, hint)

    def blanks(self) -> None:
        found = BLANK.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def block(self, depth: int, opened: int = -1) -> tuple[Directive, ...]:
        """Directives up to the end of the file, or of the block that was opened."""
        if depth > DEEPEST:
            self.fail(f"blocks stand more than {DEEPEST} deep inside each other", max(opened, 0))
        found: list[Directive] = []
        while True:
            self.blanks()
            if self.at >= len(self.text):
                if opened >= 0:
                    self.fail("the brace that opens here is never closed", opened)
                return tuple(found)
            mark = self.text[self.at]
            if mark == "}":
                if opened < 0:
                    self.fail("unexpected '}'", self.at)
                self.at += 1
                return tuple(found)
            if mark in ";{":
                self.fail(f"unexpected {mark!r}; expected a directive", self.at)
            one = self.directive(depth)
            expanded = self.expand(one, depth) if one.name == "include" else None
            if expanded is None:
                found.append(one)
            else:
                found += expanded

    def directive(self, depth: int) -> Directive:
        words: list[Word] = []
        while True:
            self.blanks()
            if self.at >= len(self.text):
                self.fail(f"the file ends inside of {words[0].text!r}", words[0].start, "a semicolon that is missing?")
            mark = self.text[self.at]
            if mark == ";":
                self.at += 1
                return self.made(words, None)
            if mark == "}":
                self.fail(f"{words[0].text!r} does not end", words[-1].stop, "expected a semicolon")
            if mark == "{":
                opened = self.at
                self.at += 1
                return self.made(words, self.block(depth + 1, opened))
            words.append(self.word())

    def made(self, words: list[Word], block: tuple[Directive, ...] | None) -> Directive:
        return Directive(words[0].text, tuple(words[1:]), block, self.place, words[0].start)

    def word(self) -> Word:
        start = self.at
        mark = self.text[start]
        if mark in QUOTED:
            match = QUOTED[mark].match(self.text, start)
            if match is None:
                self.fail("the quote that begins here does not end", start)
            self.at = match.end()
            behind = self.text[self.at : self.at + 1]
            if behind and behind not in BEHIND_QUOTE:
                self.fail(f"unexpected {behind!r} behind a quote", self.at)
            return Word(_unescaped(match[1]), start, self.at)
        match = BARE.match(self.text, start)
        if match is None:
            self.fail(f"unexpected {mark!r}", start)
        self.at = match.end()
        return Word(_unescaped(match[0]), start, self.at)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def of(match: re.Match[str]) -> str:
        letter = match[1]
        return LETTERS.get(letter, letter if letter in "\"'\\" else match[0])

    return ESCAPE.sub(of, text)
