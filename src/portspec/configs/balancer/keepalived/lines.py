"""The lines of a config as keepalived's parser gets them: comments, conditions, definitions, sequences and includes.

keepalived.conf(5), "Advanced configuration". Everything here is textual: a definition may hold part of a line, or several
lines, and braces are lines of their own in the end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.keepalived.files import MOST_DEEP, Included, NotIncludedError, included
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.sequences import bindings
from portspec.errors import InputError
from portspec.source import SourceText, Span

BLANK = " \t"
WORD = re.compile(r'"([^"]*)"|([^\s"]+)|(")', re.ASCII)
DEFINITION = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*")
REFERENCE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?: [ \d]*)?\}|([A-Za-z_][A-Za-z0-9_]*)(?=[ \t]|\Z))")
BRACE = re.compile(r'\$\{[A-Za-z_]\w*[ \d]*\}|[{}]|"[^"]*"|"', re.ASCII)
SPECIAL = re.compile(r'[!#"\\]')
INCLUDES = frozenset({"include", "includea", "includeb", "includem", "includer", "includew"})
OF_THE_HOST = frozenset({"_PWD", "_INSTANCE", "_RANDOM"})
UNKNOWN = re.compile(r"\$(_PWD|_INSTANCE|_RANDOM)")
"""Definitions that keepalived makes itself and that a file does not tell."""
LONGEST = 16_384
"""Characters of a line, replaced definitions included; keepalived takes fewer."""
MOST_TEXT = 3 * 1024 * 1024
MOST_GROWTH = 20
"""Characters that definitions, sequences and includes may come to, and how many times as many as the file has."""


class Line(NamedTuple):
    """One line of a block, or a brace. `conditional`: it counts on some hosts only; `variable` is a definition in it
    that only the host knows."""

    words: tuple[str, ...]
    span: Span
    conditional: bool
    variable: str


class Definition:
    """`$NAME=TEXT`. With `several` lines it is replaced only at the end of a line."""

    __slots__ = ("conditional", "several", "texts")

    def __init__(self, text: str, *, several: bool, conditional: bool) -> None:
        self.texts = [text] if text or not several else []
        self.several = several
        self.conditional = conditional


class _Place(NamedTuple):
    """Where a line stands: in which file, and what the report shows of it."""

    source: SourceText
    number: int
    column: int
    span: Span
    above: tuple[str, ...]


class Lines:
    """Reads a file and what it includes, line by line."""

    def __init__(self, source: SourceText, notes: Notes) -> None:
        self.source = source
        self.notes = notes
        self.definitions = {
            name: Definition(text, several=False, conditional=False) for name, text in (("_HASH", "#"), ("_BANG", "!"))
        }
        self._growing: Definition | None = None
        self._left = MOST_TEXT + MOST_GROWTH * len(source.text)

    def read(self) -> Iterator[Line]:
        """Every line in its order. Raises InputError where the text cannot be followed."""
        yield from self._file(self.source, None, (os.path.realpath(self.source.path),))

    def _file(self, source: SourceText, outer: _Place | None, above: tuple[str, ...]) -> Iterator[Line]:
        for number, raw in enumerate(source.text.split("\n"), 1):
            text, closed = without_comment(raw.rstrip("\r"))
            if self._growing is not None:
                self._grow(self._growing, text)
                continue
            if not text:
                continue
            column = len(raw) - len(raw.lstrip(BLANK)) + 1
            if outer is None:
                span = Span(number, column, number, column + len(text))
            else:
                span = outer.span._replace(within=f"{source.path}:{number}")
            place = _Place(source, number, column, span, above)
            if not closed:
                self.notes.remark("ignored", "quote", span)
            yield from self._text(text, place, conditional=False, depth=0)

    def _grow(self, growing: Definition, text: str) -> None:
        """The next line of a definition that has several: they end in a backslash, all but the last one."""
        goes_on = text.endswith("\\")
        text = text.removesuffix("\\").rstrip(BLANK)
        if text:
            growing.texts.append(text)
        if not goes_on:
            self._end()

    def _end(self) -> None:
        if self._growing is not None and not self._growing.texts:
            self._growing.texts, self._growing.several = [""], False
        self._growing = None

    def _text(self, text: str, place: _Place, *, conditional: bool, depth: int) -> Iterator[Line]:
        """What a line comes to."""
        if depth > 64:
            raise self._error("definitions are nested too deep here", place)
        written = text if depth == 0 else ""
        while text:
            self._spend(len(text), place)
            if text[0] == "@":
                conditional = True
                text = text.partition(" ")[2] if "\t" not in text else re.split(r"[ \t]+", text, maxsplit=1)[-1]
                text = text.lstrip(BLANK)
                continue
            found = DEFINITION.match(text)
            if found is not None:
                self._define(found[1], text[found.end() :], conditional=conditional)
                return
            if text.startswith(("~SEQ", "~LST")):
                yield from self._sequence(text, place, conditional, depth)
                return
            if "$" in text:
                replaced, following, conditional = self._replaced(text, place, conditional)
                if following:
                    yield from self._text(replaced, place, conditional=conditional, depth=depth + 1)
                    for more in following:
                        yield from self._text(more, place, conditional=conditional, depth=depth + 1)
                    return
                if replaced != text:
                    text, written = replaced, ""
                    continue
            first = text.split(None, 1)[0] if text.strip() else ""
            if first in INCLUDES and first != text.strip():
                yield from self._include(text[len(first) :].strip(), place)
                return
            left = len(text)
            piece, text = cut(text)
            span = place.span
            if written and not span.within:
                column = place.column + len(written) - left
                span = Span(place.number, column, place.number, column + len(piece))
            for name in undefined(piece):
                self.notes.remark("refused", "undefined", span, name=name)
            words = self._words(piece, span)
            if words:
                host = UNKNOWN.search(piece) if "$" in piece else None
                yield Line(words, span, conditional, host[1] if host is not None else "")

    def _define(self, name: str, value: str, *, conditional: bool) -> None:
        several = value.endswith("\\")
        value = value.removesuffix("\\").rstrip(BLANK) if several else value
        made = Definition(value, several=several, conditional=conditional)
        self.definitions[name] = made
        if several:
            self._growing = made

    def _sequence(self, text: str, place: _Place, conditional: bool, depth: int) -> Iterator[Line]:
        """`~SEQ(NAME, 1, 3) …`, `~LST(NAME, a, b) …`: the rest of the line once for each value."""
        found = bindings(text)
        if found is None:
            self.notes.remark("ignored", "sequence", place.span, text=text[:40])
            return
        rest, rounds = found
        for values in rounds:
            for name, value in values:
                self.definitions[name] = Definition(value, several=False, conditional=False)
            self._spend(len(rest) + 1, place)
            yield from self._text(rest, place, conditional=conditional, depth=depth + 1)

    def _replaced(self, text: str, place: _Place, conditional: bool) -> tuple[str, list[str], bool]:
        """A line with its definitions replaced, the lines that a definition adds behind it, and whether it is
        conditional. What stands in a definition is replaced as well."""
        at = 0
        while (match := REFERENCE.search(text, at)) is not None:
            name = match[1] or match[2]
            definition = self.definitions.get(name)
            if definition is None and match[1] in OF_THE_HOST:
                text = f"{text[: match.start()]}${name}{text[match.end() :]}"
            if definition is None or (definition.several and match.end() < len(text)):
                at = match.start() + 1
                continue
            at = match.start()
            text = text[:at] + (definition.texts[0] if definition.texts else "") + text[match.end() :]
            if len(text) > LONGEST:
                raise self._error(f"a line of more than {LONGEST} characters", place)
            self._spend(len(text), place)
            conditional = conditional or definition.conditional
            if definition.several:
                # A definition that is replaced while it is still being read has nothing behind it yet.
                return text, definition.texts[1:], conditional
            if text[at:].lstrip(BLANK).startswith("~") or text.startswith("@"):
                break
        return text, [], conditional

    def _include(self, name: str, place: _Place) -> Iterator[Line]:
        # To look for files costs more than text does.
        self._spend(1000, place)
        try:
            files = included(place.source.path, name)
        except NotIncludedError as error:
            raise self._error(error.message, place, error.hint) from None
        if not files:
            self.notes.remark("ignored", "include", place.span, name=name)
        for file in files:
            if file.real in place.above or len(place.above) >= MOST_DEEP:
                raise self._error(f"include: {name!r} includes itself", place)
            yield from self._file_of(file, place)

    def _file_of(self, file: Included, place: _Place) -> Iterator[Line]:
        self._spend(len(file.source.text), place)
        yield from self._file(file.source, place, (*place.above, file.real))
        # A definition does not go on in the next file.
        self._end()

    def _words(self, text: str, span: Span) -> tuple[str, ...]:
        found: list[str] = []
        for match in WORD.finditer(text):
            if match[3] is not None:
                self.notes.remark("ignored", "quote", span)
                break
            found.append(match[2] if match[2] is not None else match[1])
        return tuple(found)

    def _spend(self, characters: int, place: _Place) -> None:
        self._left -= characters + 16
        if self._left < 0:
            raise self._error("definitions and sequences come to more text than is read here", place)

    def _error(self, message: str, place: _Place, hint: str = "") -> InputError:
        return InputError(message, place.source.path, place.number, place.column, hint)


def undefined(text: str) -> list[str]:
    """The definitions that a piece of a line asks for outside quotes and that are not there. keepalived takes the braces
    of one for a block, after which nothing fits."""
    if "${" not in text:
        return []
    return [match[0] for match in BRACE.finditer(text) if match[0][0] == "$"]


def cut(text: str) -> tuple[str, str]:
    """The first piece of a line and the rest: a brace is a piece of its own, unless it is quoted or a definition's."""
    if text[0] in "{}":
        return text[0], text[1:].lstrip(BLANK)
    for match in BRACE.finditer(text):
        if match[0] == '"':
            break
        if match[0][0] not in '"$':
            return text[: match.start()].rstrip(BLANK), text[match.start() :]
    return text.rstrip(BLANK), ""


def without_comment(text: str) -> tuple[str, bool]:
    r"""A line without its comment and the blanks around it, and whether every quote in it is closed.

    `\#` and `\!` outside quotes begin no comment. A backslash at the end stays, for a definition of several lines.
    """
    text = text.strip(BLANK)
    if SPECIAL.search(text) is None:
        return text, True
    parts: list[str] = []
    at = start = 0
    quoted = False
    end = len(text)
    goes_on = False
    comment = False
    while (match := SPECIAL.search(text, at)) is not None:
        at = match.end()
        if match[0] == '"':
            quoted = quoted if comment else not quoted
        elif match[0] == "\\":
            if at == len(text):
                goes_on = True
                end = min(end, match.start())
            elif not quoted and not comment and text[at] in "#!":
                parts.append(text[start : match.start()])
                start = at
                at += 1
            else:
                at += 1
        elif not quoted and not comment:
            comment = True
            end = match.start()
    kept = "".join(parts) + text[start:end]
    return kept.rstrip(BLANK) + ("\\" if goes_on else ""), not quoted
