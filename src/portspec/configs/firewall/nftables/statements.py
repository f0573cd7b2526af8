"""The statements of a file, one after the other, with variables replaced by their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn, cast

from portspec.configs.firewall.nftables.includes import (
    MOST_DEEP,
    MOST_FILES,
    MOST_REPEATED,
    MOST_TEXT,
    BesideFile,
    Files,
    Found,
    NotIncludedError,
)
from portspec.configs.firewall.nftables.layers import Layers
from portspec.configs.firewall.nftables.lexer import Token, tokens
from portspec.configs.firewall.nftables.texts import Words
from portspec.source import SourceText

if TYPE_CHECKING:
    from portspec.configs.firewall.nftables.rule_lines import RuleLines

MOST_EXPANDED = 2_000_000
"""Words that variables may expand to in one file."""


NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9_./\\-]*")


class NoRuleHereError(Exception):
    """A line that was taken for a rule stands where none can begin: the file is to be read word by word."""


class Statements:
    """A cursor over the words of a file, from its first to its last."""

    def __init__(
        self, source: SourceText, files: Files | None = None, lines: RuleLines | None = None, *, bulk: bool = True
    ) -> None:
        self.source = source
        self.files = files
        self.lines = lines
        self.bulk = bulk
        """Whether long lists of addresses are one word each."""
        self.words = tokens(source, self.lines, bulk=bulk)
        self.at = 0
        self.scopes: list[dict[str, Words]] = [{}]
        """Variables of the file, of the table that is read, and of its chain: each is known to the end of its block."""
        self.expanded = 0
        self.included: dict[str, list[Token]] = {}
        """The words of the files that were included, by what tells those apart."""
        self.sizes = [0, 0]
        """Characters of included files, and of those that were included again."""

    def has_lists(self) -> bool:
        """Whether a long list of addresses was read as one word."""
        return any(word.kind == "list" for words in (self.words, *self.included.values()) for word in words)

    def fail(self, word: Token, message: str, hint: str = "") -> NoReturn:
        raise self.source.error(message, word.start, hint)

    def next(self, expected: str) -> Token:
        word = self.words[self.at]
        if word.kind == "end" and not word.text:
            self.fail(word, f"the file ends here; expected {expected}")
        if word.kind == "stretch":
            raise NoRuleHereError
        self.at += 1
        return word

    def name(self, expected: str) -> Token:
        word = self.next(expected)
        if word.kind not in ("word", "string"):
            self.fail(word, f"expected {expected}, found {shown(word)}")
        if word.text.startswith("$"):
            value = self.expand([word])
            if len(value) != 1:
                self.fail(word, f"expected {expected}; {word.text} holds more than one word")
            return value[0]
        if NAME.fullmatch(word.text) is None:
            self.fail(word, f"expected {expected}, found {shown(word)}")
        return word

    def nothing_more(self, expected: str) -> None:
        """Read the end of a statement that must be here."""
        words = self.statement()
        if words:
            self.fail(words[0], f"expected {expected} or the end of the line, found {shown(words[0])}")

    def symbol(self, text: str) -> Token:
        word = self.next(f"'{text}'")
        if word.text != text or word.kind == "string":
            self.fail(word, f"expected '{text}', found {shown(word)}")
        return word

    def blanks(self) -> None:
        while self.words[self.at].kind == "end" and self.words[self.at].text:
            self.at += 1

    def statement(self) -> Words:
        """The words up to the end of the statement; line ends inside braces do not count."""
        found: Words = []
        depth = 0
        while True:
            word = self.words[self.at]
            if word.kind == "end" and not word.text:
                if depth:
                    self.fail(word, "the file ends inside braces; expected '}'")
                return self.expand(found)
            if word.kind == "stretch":
                raise NoRuleHereError
            if word.kind == "end" and depth == 0:
                self.at += 1
                return self.expand(found)
            if word.kind == "symbol":
                if word.text == "{":
                    if not depth and found and found[-1].kind == "word" and found[-1].text in ("jump", "goto"):
                        found.append(self.inline(word))
                        continue
                    depth += 1
                elif word.text == "}":
                    if depth == 0:
                        return self.expand(found)
                    depth -= 1
            self.at += 1
            if word.kind != "end":
                found.append(word)

    def inline(self, brace: Token) -> Token:
        """Read the rules in the braces behind `jump` or `goto`; the name of the chain that they make."""
        self.fail(brace, f"expected a value, found {shown(brace)}")

    def expand(self, words: Words) -> Words:
        """Words with the variables replaced by their values, which stand at the variable's place."""
        if not any(word.kind == "word" and word.text.startswith("$") for word in words):
            return words
        found: Words = []
        for word in words:
            if word.kind != "word" or not word.text.startswith("$"):
                found.append(word)
                continue
            value = next((scope[name] for scope in reversed(self.scopes) if (name := word.text[1:]) in scope), None)
            if value is None:
                known = ", ".join(f"${name}" for scope in self.scopes for name in scope)
                self.fail(word, f"variable {word.text} is not defined", f"defined: {known}" if known else "")
            self.expanded += len(value)
            if self.expanded > MOST_EXPANDED:
                self.fail(word, f"variables expand to more than {MOST_EXPANDED} words")
            found += [Token(part.kind, part.text, word.start, word.stop) for part in value]
        return found

    def define(self, word: Token) -> None:
        name = self.next("a name")
        if name.kind != "word":
            self.fail(name, f"expected a name, found {shown(name)}")
        self.symbol("=")
        value = self.statement()
        if not value:
            self.fail(name, f"{word.text} {name.text} gives no value")
        if word.text == "define" and any(name.text in scope for scope in self.scopes):
            self.fail(name, f"variable ${name.text} is defined already", "write redefine")
        self.scopes[-1][name.text] = value

    def include(self, word: Token) -> None:
        """Put the words of the files that `include "…"` names in its place, as nft reads them."""
        name = self.next("a path in quotes")
        if name.kind != "string":
            self.fail(name, f"expected a path in quotes, found {shown(name)}")
        self.nothing_more("a semicolon")
        layers = self.source if isinstance(self.source, Layers) else Layers(self.source)
        self.source = layers
        above = layers.above(word.start)
        found: list[Token] = []
        try:
            files = self.files = self.files or BesideFile(layers.path)
            for file in files.named(name.text):
                found += self._words_of(file, word, (files.root, *above))
        except NotIncludedError as error:
            self.fail(name, error.message, error.hint)
        self.words[self.at : self.at] = found

    def _words_of(self, file: Found, word: Token, above: tuple[str, ...]) -> list[Token]:
        if file.key in above:
            raise NotIncludedError(f"include: {file.source.path} includes itself")
        if len(above) > MOST_DEEP:
            raise NotIncludedError(f"include: files include each other more than {MOST_DEEP} deep")
        again = file.key in self.included
        self.sizes[again] += len(file.source.text) + 1
        if self.sizes[0] > MOST_TEXT or self.sizes[1] > MOST_REPEATED or len(self.included) > MOST_FILES:
            raise NotIncludedError("include: more text than is read of included files")
        if not again:
            self.included[file.key] = tokens(file.source, bulk=self.bulk)[:-1]
        words = self.included[file.key]
        base = cast(Layers, self.source).add(file.source, word.start, (*above[1:], file.key))
        if words and words[-1].kind != "end" and words[-1].text not in ("{", "}"):
            raise NotIncludedError(
                f"include: {file.source.path} has no line end behind its last word",
                "nft takes what follows for the same line: end the file with a line end",
            )
        return [Token(each.kind, each.text, each.start + base, each.stop + base) for each in words]

    def undefine(self, word: Token) -> None:
        del word
        self.scopes[-1].pop(self.next("a name").text, None)
        self.statement()

    def variable(self) -> bool:
        """Read `define`, `redefine` or `undefine`, if one stands here."""
        word = self.words[self.at]
        if word.kind != "word" or word.text not in ("define", "redefine", "undefine"):
            return False
        self.at += 1
        (self.undefine if word.text == "undefine" else self.define)(word)
        return True


def shown(word: Token) -> str:
    """A word as messages name it."""
    if word.kind == "end":
        return {"\n": "the end of the line", ";": "';'"}.get(word.text, "the end of the file")
    return repr(word.text)
