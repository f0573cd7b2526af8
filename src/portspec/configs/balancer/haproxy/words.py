"""Lines of a HAProxy config as words: quotes, escapes, comments, variables (configuration manual, 2.2 and 2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from portspec.errors import InputError
from portspec.source import SourceText, Span

TEMPLATE = re.compile(r"\{\{|\{%|<%|^cat\s.*<<")
VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?:\[\*\])?\}|\$([A-Za-z_]\w*)")
LONGEST_LINE = 1_000_000


class Word(NamedTuple):
    """One word: its text with quotes taken off, its column, and the variables in it that are not known."""

    text: str
    column: int
    open_variables: tuple[str, ...] = ()


class Line(NamedTuple):
    """One line with content."""

    number: int
    words: tuple[Word, ...]
    end: int

    @property
    def span(self) -> Span:
        """From the first word to the end of the last."""
        return Span(self.number, self.words[0].column, self.number, self.end)

    @property
    def texts(self) -> list[str]:
        """The words' texts."""
        return [word.text for word in self.words]


def lines(source: SourceText, variables: Mapping[str, str]) -> list[Line]:
    """The lines with content. `variables` may grow while lines are read (`setenv` in global).

    Raises InputError for a template and for a quote that does not end.
    """
    found: list[Line] = []
    for number, raw in enumerate(source.text.split("\n"), 1):
        if len(raw) > LONGEST_LINE:
            raise InputError(f"a line of more than {LONGEST_LINE} characters", source.path, number, LONGEST_LINE + 1)
        text = raw.rstrip("\r")
        template = TEMPLATE.search(text) if "{" in text or "<" in text else None
        if template is not None:
            raise InputError(
                f"this is a template ({template[0]}…), not what HAProxy reads",
                source.path,
                number,
                template.start() + 1,
                "render it first, then check the result",
            )
        words, end = _words(source, number, text, variables)
        if words:
            found.append(Line(number, tuple(words), end))
    return found


def _words(source: SourceText, number: int, text: str, variables: Mapping[str, str]) -> tuple[list[Word], int]:
    found: list[Word] = []
    at, length, end = 0, len(text), 1
    while at < length:
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            break
        start = at
        made: list[str] = []
        missing: list[str] = []
        while at < length and text[at] not in " \t#":
            char = text[at]
            if char == "\\" and at + 1 < length:
                made.append(text[at + 1])
                at += 2
            elif char in "'\"":
                close = _closing(text, at)
                if close < 0:
                    raise InputError("a quote that does not end", source.path, number, at + 1)
                inner = text[at + 1 : close]
                made.append(_expand(inner, variables, missing) if char == '"' else inner)
                at = close + 1
            elif char == "$" and (match := VARIABLE.match(text, at)):
                # Outside double quotes HAProxy keeps the dollar sign, but people mean the variable.
                made.append(_expand(match[0], variables, missing))
                at = match.end()
            else:
                made.append(char)
                at += 1
        found.append(Word("".join(made), start + 1, tuple(missing)))
        end = at + 1
    return found, end


def _closing(text: str, at: int) -> int:
    quote = text[at]
    look = at + 1
    while look < len(text):
        if text[look] == "\\" and quote == '"':
            look += 2
            continue
        if text[look] == quote:
            return look
        look += 1
    return -1


def _expand(text: str, variables: Mapping[str, str], missing: list[str]) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name in variables:
            return variables[name]
        missing.append(name)
        return match[0]

    return VARIABLE.sub(replace, text.replace('\\"', '"'))
