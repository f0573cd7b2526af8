"""Where `proxy_pass` sends which connections."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from portspec.configs.balancer.model import Term
from portspec.configs.balancer.nginx.names import Leaf, of_expression, question
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.variables import (
    UNTOLD,
    Block,
    Entry,
    Map,
    Meaning,
    Setting,
    asked,
    is_known,
    leaf,
    pieces,
)
from portspec.source import Span

MOST_CASES = 20_000
MOST_DEEP = 16
KEPT = "$server_port"
"""A port that is the one that the client connected to."""


class Case(NamedTuple):
    """What a value comes to where all of the terms hold and no earlier case does. `asked` says it in the words of the
    config; `span` is the line that gives the value."""

    text: str
    terms: tuple[Term, ...] = ()
    asked: str = ""
    span: Span | None = None


class UntoldError(Exception):
    """A value that depends on what is not modelled, or comes to too much."""


class TooManyError(UntoldError):
    """So many cases that they are not worked out."""


class Situation(NamedTuple):
    """What a server knows of its connections: whether it reads the name that a client asks for, and whether it ends TLS."""

    preread: bool
    tls: bool


class Values:
    """Works out values for the connections of one server."""

    def __init__(self, meanings: Mapping[str, Meaning], situation: Situation, notes: Notes) -> None:
        self.meanings = meanings
        self.situation = situation
        self.notes = notes
        self.left = MOST_CASES

    def cases(self, text: str, depth: int = 0) -> list[Case]:
        """What a value comes to, in the order in which cases are tried. Raises UntoldError."""
        if depth > MOST_DEEP:
            raise TooManyError
        options = [self.of_variable(part, depth) if named else [Case(part)] for part, named in pieces(text)]
        count = 1
        for option in options:
            count *= len(option)
        self.left -= count
        if self.left < 0:
            raise TooManyError
        return [_joined(combination) for combination in product(*options)]

    def of_variable(self, name: str, depth: int) -> list[Case]:
        """What a variable comes to."""
        if depth > MOST_DEEP:
            raise TooManyError
        meaning = self.meanings.get(name)
        if isinstance(meaning, Setting):
            return self.cases(meaning.value, depth + 1)
        if isinstance(meaning, Block):
            found = [Case(value, (term,), f"${name} {value}", span) for term, value, span in meaning.entries]
            return [*found, Case(meaning.default, span=meaning.span)]
        if isinstance(meaning, Map):
            return list(self.of_map(meaning, depth))
        kind = leaf(name)
        if kind == "port":
            return [Case(KEPT)]
        if kind == "name" and not self.told(name):
            return [Case("")]
        raise UntoldError

    def told(self, name: str) -> bool:
        """Whether a variable for the server name ever has a value."""
        return self.situation.preread if name == "ssl_preread_server_name" else self.situation.tls

    def of_map(self, meaning: Map, depth: int) -> Iterator[Case]:
        """What a map comes to: its entries as cases."""
        parts = [self.part(part, named=named, depth=depth) for part, named in pieces(meaning.source)]
        open_parts = [part for part in parts if not isinstance(part, list)]
        if not open_parts:
            for case in [
                _joined(combination) for combination in product(*(part for part in parts if isinstance(part, list)))
            ]:
                yield from self.looked_up(meaning, case, depth)
            return
        leaves: list[tuple[Leaf | str, str]] = []
        for part in parts:
            if not isinstance(part, list):
                leaves.append(part)
            elif len(part) == 1:
                leaves.append(("text", part[0].text))
            else:
                raise UntoldError  # a map of a map beside other variables
        for entry in meaning.entries:
            terms, words = self.questions(leaves, meaning, entry)
            for case in self.of_entry(entry, depth):
                yield Case(case.text, (*terms, *case.terms), _and(words, case.asked), case.span or entry.span)
        if all(entry.key is not None for entry in meaning.entries):
            yield Case("")

    def of_entry(self, entry: Entry, depth: int) -> list[Case]:
        """What the value of an entry comes to; one that is not told is left as it is written."""
        try:
            return self.cases(entry.value, depth + 1)
        except TooManyError:
            raise
        except UntoldError:
            return [Case(entry.value)]

    def part(self, text: str, *, named: bool, depth: int) -> list[Case] | tuple[Leaf, str]:
        """A part of the source of a map: what it comes to, or what only the connection tells."""
        if not named:
            return [Case(text)]
        if text in self.meanings:
            return self.of_variable(text, depth + 1)
        kind = leaf(text)
        if kind == "name" and not self.told(text):
            return [Case("")]
        return kind, text

    def looked_up(self, meaning: Map, case: Case, depth: int) -> Iterator[Case]:
        """The entries of a map for a source that is known."""
        text = case.text.lower()
        for entry in meaning.entries:
            fits = entry.key is None or entry.key.lower() == text
            terms: tuple[Term, ...] = ()
            if entry.open and entry.key is not None:
                if not entry.key.startswith("~"):
                    fits = _fits(entry.key.lower(), text)
                elif text or not of_expression(entry.key):
                    fits, terms = True, (UNTOLD,)
                    self.notes.unknown(entry.span, "expression", pattern=entry.key)
            if fits:
                for inner in self.of_entry(entry, depth):
                    yield Case(
                        inner.text, (*case.terms, *terms, *inner.terms), _and(case.asked, inner.asked),
                        inner.span or entry.span,
                    )  # fmt: skip
                if not terms:
                    return
        yield Case("", case.terms, case.asked)

    def questions(self, leaves: list[tuple[Leaf | str, str]], meaning: Map, entry: Entry) -> tuple[list[Term], str]:
        """What an entry of a map asks of a connection, as terms and in words."""
        if entry.key is None:
            return [], ""
        words = f"{meaning.source} {entry.key}"
        if len(leaves) == 1:
            kind = leaves[0][0]
            term = question(kind, entry.key, is_open=entry.open)  # type: ignore[arg-type]
            if (term.kind == "server-name" and not term.names) or (term.kind == "other" and entry.key):
                self.notes.unknown(entry.span, "expression", pattern=entry.key)
            return [term], words
        terms = asked(leaves, entry) if all(kind != "other" for kind, _ in leaves) else None  # type: ignore[arg-type]
        if terms is None:
            self.notes.unknown(entry.span, "expression", pattern=entry.key)
        return [UNTOLD] if terms is None else terms, words


def unset(text: str, meanings: Container[str]) -> str:
    """The first variable of a value that nginx does not know; empty when it knows them all."""
    return next((name for name, named in pieces(text) if named and name not in meanings and not is_known(name)), "")


def _joined(combination: tuple[Case, ...]) -> Case:
    if len(combination) == 1:
        return combination[0]
    terms = tuple(term for case in combination for term in case.terms)
    words = " and ".join(case.asked for case in combination if case.asked)
    spans = [case.span for case in combination if case.span is not None]
    return Case("".join(case.text for case in combination), terms, words, spans[0] if spans else None)


def _and(first: str, second: str) -> str:
    return f"{first} and {second}" if first and second else first or second


def _fits(key: str, text: str) -> bool:
    if key.endswith(".*"):
        return text.startswith(key[:-1])
    return text.endswith(key.removeprefix("*")) or (key.startswith(".") and text == key[1:])
