"""The words of BIG-IP's config language: tmsh prints, saves and reads the same braces, words and quoted strings.

https://clouddocs.f5.com/cli/tmsh-reference/latest/
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from portspec.errors import InputError
from portspec.source import SourceText

BLANK = re.compile(r"(?:[ \t\r]+|\\\r?\n)+")
TEMPLATE = re.compile(r"\{\{|\{%|<%")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
SINGLE = re.compile(r"'[^']*'")
WORD = re.compile(r"""(?:\$\{[^{}\s]*\}|\$\([^()\n]*\)|\\[^\n]|[^\s{};"\\]|;(?=\S))+|\\""", re.DOTALL)
ESCAPED = re.compile(r'\\(["\\])')
RAW = re.compile(r"\\.|[{}]", re.DOTALL)
SKIPPED = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
VARIABLE = re.compile(r"\$\{?(\w+)")
MOST_EXPANDED = 500
"""Characters of a word with variables; a longer one is left as it is."""
USED = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
COMMANDS = re.compile(r"^(?:#!|[ \t]*(?:\S*/)?tmsh[ \t]|[ \t]*(?:create|modify|delete)[ \t])", re.MULTILINE)


class Word(NamedTuple):
    """A word or a quoted string without its quotes."""

    text: str
    start: int
    stop: int

    @property
    def variable(self) -> str:
        """The first variable of a shell in it; empty when there is none."""
        found = VARIABLE.search(self.text) if "$" in self.text else None
        return found[1] if found else ""


class Token(NamedTuple):
    """What comes next: a word, a brace, the end of a line (or of a command), or of the text."""

    kind: Literal["word", "open", "close", "line", "end"]
    word: Word


class Words:
    """Reads the words of a stretch of a text one by one. `commands`: a script, with the quotes and comments of a shell;
    `variables`: what the script has set so far."""

    def __init__(
        self,
        source: SourceText,
        start: int = 0,
        stop: int | None = None,
        *,
        commands: bool | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.source = source
        self.variables: dict[str, str] = {} if variables is None else variables
        self.text = source.text
        self.at = start
        self.stop = len(self.text) if stop is None else stop
        self.commands = COMMANDS.search(self.text) is not None if commands is None else commands
        self._next: Token | None = None

    def peek(self) -> Token:
        """The next token, which stays the next one."""
        if self._next is None:
            self._next = self._read()
        return self._next

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._next = None
        return token

    def error(self, message: str, at: int, hint: str = "") -> InputError:
        """What is wrong at an offset."""
        return self.source.error(message, min(at, max(len(self.text) - 1, 0)), hint)

    def jump(self, at: int) -> None:
        """Go on at an offset."""
        self._next = None
        self.at = at

    def skip_raw(self, opened: int) -> str:
        """The text between the brace at an offset and its counterpart as Tcl counts them: quotes mean nothing."""
        return self._skip(RAW, opened)

    def skip_block(self, opened: int) -> str:
        """The text between the brace at an offset and its counterpart; braces in quoted strings do not count."""
        return self._skip(SKIPPED, opened)

    def skip_line(self) -> str:
        """The rest of a line, lines that continue it included."""
        start = self._next.word.start if self._next is not None else self.at
        self._next = None
        end = start
        while True:
            end = self.text.find("\n", end, self.stop)
            if end < 0:
                end = self.stop
                break
            if not self.text[start:end].endswith(("\\", "\\\r")):
                break
            end += 1
        self.at = end
        return self.text[start:end]

    def _skip(self, pattern: re.Pattern[str], opened: int) -> str:
        depth = 0
        self._next = None
        for found in pattern.finditer(self.text, opened, self.stop):
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if not depth:
                    self.at = found.end()
                    return self.text[opened + 1 : found.start()]
        raise self.error("the brace that opens here is never closed", opened, "is the file cut off?")

    def _read(self) -> Token:
        text = self.text
        while True:
            begins = not self.at or text[self.at - 1] == "\n"
            blank = BLANK.match(text, self.at, self.stop)
            if blank is not None:
                self.at = blank.end()
            if self.at >= self.stop:
                return Token("end", Word("", self.stop, self.stop))
            if text[self.at] == "#" and (self.commands or begins):
                end = text.find("\n", self.at, self.stop)
                self.at = end if end >= 0 else self.stop
                continue
            return self._token()

    def _token(self) -> Token:
        text, at = self.text, self.at
        first = text[at]
        if first == "\n" or (first == ";" and self.commands):
            self.at = at + 1
            return Token("line", Word(first, at, at + 1))
        if first in "{<":
            template = TEMPLATE.match(text, at, self.stop)
            if template is not None:
                raise self.error(f"this is a template ({template[0]}), not a config of a BIG-IP", at, "render it first")
        if first in "{}":
            self.at = at + 1
            return Token("open" if first == "{" else "close", Word(first, at, at + 1))
        if first == '"' or (first == "'" and self.commands):
            return self._quoted(first)
        found = WORD.match(text, at, self.stop)
        self.at = found.end() if found is not None else at + 1
        return Token("word", Word(self._expanded(text[at : self.at]), at, self.at))

    def _quoted(self, quote: str) -> Token:
        at = self.at
        found = (STRING if quote == '"' else SINGLE).match(self.text, at, self.stop)
        if found is None:
            raise self.error("the quoted string that begins here has no end", at)
        self.at = found.end()
        inner = found[0][1:-1]
        return Token("word", Word(self._expanded(ESCAPED.sub(r"\1", inner)) if quote == '"' else inner, at, self.at))

    def _expanded(self, text: str) -> str:
        """A word with the variables that the script has set; others stay as they are."""
        if "$" not in text or not self.variables or len(text) > MOST_EXPANDED:
            return text
        return USED.sub(lambda found: self.variables.get(found[1] or found[2], found[0]), text)
