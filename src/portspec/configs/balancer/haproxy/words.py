"""Lines of a HAProxy config as words: quotes, escapes, comments, variables (configuration manual, 2.2 and 2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from portspec.configs.balancer.haproxy.templates import refuse_template
from portspec.errors import InputError
from portspec.records import NamedTuple
from portspec.source import SourceText, Span

BLANKS = " \t\r\v\f"
PLAIN = re.compile(rf"[^{BLANKS}]+")
ORDINARY = re.compile(rf"[^{BLANKS}\\\"'#]+")
SPECIAL = re.compile(r"[\\\"'#]")
NOT_PLAIN = re.compile(r"[\\\"'#${%<`]")
"""What a line has that is not plain words: something of the language, or a sign of a template."""
STRANGE_BLANK = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Blanks of Python's that are none of HAProxy's."""
INSIDE = re.compile(r"[^\\\"$]+")
VARIABLE = re.compile(r"\$(?:\{(\.?[A-Za-z_]\w*)(\[\*\])?(?:-([^}]*))?\}|(\.?[A-Za-z_]\w*))")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", " ": " ", '"': '"', "'": "'", "\\": "\\", "#": "#", "$": "$"}
APART = "\0"
"""Stands between the values of a variable that is expanded as words of their own."""
LONGEST_LINE = 1_000_000
MOST_WORDS = 64
"""A line with more words is refused by HAProxy."""


class Word(NamedTuple):
    """One word: its text with quotes taken off, its column, and the variables in it that are not known.

    `address` is the text as an address is read: there HAProxy expands variables outside of quotes too. `defaults` are
    the variables whose default stands in: it does unless the environment has them, which the file does not tell.
    """

    text: str
    column: int
    open_variables: tuple[str, ...] = ()
    address: str = ""
    defaults: tuple[str, ...] = ()


class Line(NamedTuple):
    """One line with content: its number, the texts of its words, the whole of it, and, where it has quotes, escapes,
    comments or variables, its words and the column behind the last one."""

    number: int
    texts: tuple[str, ...]
    whole: str
    lexed: tuple[Word, ...] = ()
    end: int = 0

    def word(self, at: int) -> Word:
        """One of the words; its column only where it is asked for as one of all."""
        return self.lexed[at] if self.lexed else Word(self.texts[at], 1, (), self.texts[at])

    @property
    def words(self) -> tuple[Word, ...]:
        """The words with their columns."""
        return self.lexed or tuple(
            [Word(match[0], match.start() + 1, (), match[0]) for match in PLAIN.finditer(self.whole)]
        )

    @property
    def span(self) -> Span:
        """From the first word to the end of the last."""
        if self.lexed:
            return Span(self.number, self.lexed[0].column, self.number, self.end)
        number, texts, whole, _, _ = self
        last = texts[-1]
        return Span(number, whole.find(texts[0]) + 1, number, whole.rfind(last) + len(last) + 1)


def lines(source: SourceText, variables: Mapping[str, str]) -> Iterator[Line]:
    """The lines with content, one at a time: `variables` may grow in between (`setenv`).

    Raises InputError for a template, a quote that does not end, and a variable or escape that HAProxy refuses.
    """
    # Where no other blanks are than those that HAProxy knows too, the built-in split is right, and the fastest.
    split = str.split if STRANGE_BLANK.search(source.text) is None else PLAIN.findall
    special = NOT_PLAIN.search
    long = len(source.text) > LONGEST_LINE
    for number, text in enumerate(source.text.split("\n"), 1):
        if long and len(text) > LONGEST_LINE:
            raise InputError(f"a line of more than {LONGEST_LINE} characters", source.path, number, LONGEST_LINE + 1)
        found = special(text)
        if found is None:
            if texts := split(text):
                yield Line(number, tuple(texts), text)
            continue
        if found[0] == "#" and number > 1:
            # Before a comment, as long as nothing else comes before it, stand plain words.
            plain = text[: found.start()]
            if texts := split(plain):
                yield Line(number, tuple(texts), plain)
            continue
        refuse_template(source, number, text)
        if SPECIAL.search(text) is None:
            words = [_word(match[0], match.start() + 1, variables) for match in PLAIN.finditer(text)]
            end = len(text.rstrip(BLANKS)) + 1
        else:
            words, end = _Lexer(source, number, text, variables).words()
        if words:
            yield Line(number, tuple([word.text for word in words]), text, tuple(words), end)


def _word(
    text: str,
    column: int,
    variables: Mapping[str, str],
    missing: tuple[str, ...] = (),
    defaults: tuple[str, ...] = (),
) -> Word:
    if "$" not in text:
        return Word(text, column, missing, text, defaults)
    found = dict.fromkeys(missing)

    def replace(match: re.Match[str]) -> str:
        name = match[1] or match[4]
        if name in variables:
            return variables[name]
        found[name] = None
        return match[0]

    address = VARIABLE.sub(replace, text)
    return Word(text, column, tuple(found), address, defaults)


class _Lexer:
    """Reads one line that has quotes, escapes or a comment."""

    def __init__(self, source: SourceText, number: int, text: str, variables: Mapping[str, str]) -> None:
        self.source = source
        self.number = number
        self.text = text
        self.variables = variables
        self.at = 0
        self.made: list[str] = []
        self.missing: list[str] = []
        self.defaults: list[str] = []

    def fail(self, message: str, at: int) -> NoReturn:
        raise InputError(message, self.source.path, self.number, at + 1)

    def words(self) -> tuple[list[Word], int]:
        """The words, and the column behind the last."""
        text, length = self.text, len(self.text)
        found: list[Word] = []
        end = 1
        while self.at < length:
            if text[self.at] in BLANKS:
                self.at += 1
                continue
            if text[self.at] == "#":
                break
            start = self.at
            self.made, self.missing, self.defaults = [], [], []
            while self.at < length and text[self.at] not in BLANKS and text[self.at] != "#":
                self.piece()
            missing, defaults = tuple(self.missing), tuple(self.defaults)
            parts = "".join(self.made).split(APART)
            found += [_word(part, start + 1, self.variables, missing, defaults) for part in parts]
            end = self.at + 1
        return found, end

    def piece(self) -> None:
        """One stretch of a word: ordinary characters, an escape, or something in quotes."""
        char = self.text[self.at]
        if char == "\\":
            self.escape()
        elif char == "'":
            close = self.text.find("'", self.at + 1)
            if close < 0:
                self.fail("a quote that does not end", self.at)
            self.made.append(self.text[self.at + 1 : close])
            self.at = close + 1
        elif char == '"':
            self.quoted()
        else:
            match = ORDINARY.match(self.text, self.at)
            assert match is not None
            self.made.append(match[0])
            self.at = match.end()

    def escape(self) -> None:
        """A backslash outside of quotes or in double quotes; before any other character it stands for itself."""
        following = self.text[self.at + 1 : self.at + 2]
        if following == "x":
            digits = self.text[self.at + 2 : self.at + 4]
            if re.fullmatch(r"[0-9A-Fa-f]{2}", digits) is None:
                self.fail("\\x wants two hexadecimal digits", self.at)
            self.made.append(chr(int(digits, 16)))
            self.at += 4
        elif following in ESCAPES and following:
            self.made.append(ESCAPES[following])
            self.at += 2
        else:
            self.made.append("\\")
            self.at += 1

    def quoted(self) -> None:
        """What stands in double quotes: escapes and variables count."""
        start = self.at
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\":
                self.escape()
            elif char == "$":
                self.variable()
            else:
                match = INSIDE.match(self.text, self.at)
                assert match is not None
                self.made.append(match[0])
                self.at = match.end()
        self.fail("a quote that does not end", start)

    def variable(self) -> None:
        match = VARIABLE.match(self.text, self.at)
        if match is None:
            self.fail("a dollar sign in double quotes must be followed by the name of a variable", self.at)
        name = match[1] or match[4]
        value = str(self.number) if name == ".LINE" else self.variables.get(name)
        self.at = match.end()
        if value is not None:
            self.made.append(APART.join(value.split()) if match[2] else value)
        elif match[3] is not None:
            self.defaults.append(name)
            self.made.append(APART.join(match[3].split()) if match[2] else match[3])
        else:
            self.missing.append(name)
            self.made.append(match[0])
