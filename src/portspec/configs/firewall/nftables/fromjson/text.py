"""The text of a JSON ruleset, taken apart into the elements of its one list."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NoReturn

from portspec.configs.firewall.nftables.fromjson.misfit import Misfit
from portspec.configs.firewall.nftables.fromjson.placed import BLANK, Scanner
from portspec.errors import InputError
from portspec.source import SourceText, Span

HINT = "give the output of `nft -j list ruleset`"
MOST_DEPTH = 40
"""Brackets that may be open at a time; no rule that nft prints comes near it."""


class JsonText(SourceText):
    """A JSON text. Each element of its list has a name, such as `inet filter input, rule 3`: such files are one long
    line, in which line and column alone help nobody."""

    __slots__ = ("_names", "_said", "_starts", "_stops", "failed")

    def __init__(self, source: SourceText) -> None:
        super().__init__(source.path, source.text)
        self._starts: list[int] = []
        self._stops: list[int] = []
        self._names: list[str] = []
        self._said: dict[str, str] = {}
        self.failed: int | None = None
        """Where the last error is."""

    def name(self, start: int, stop: int, name: str) -> None:
        """Give the element between two offsets a name, or a better one."""
        if self._starts and self._starts[-1] == start:
            self._names[-1] = name
            return
        self._starts.append(start)
        self._stops.append(stop)
        self._names.append(name)

    def say(self, name: str, text: str) -> None:
        """What the element of a name is in nft's own language."""
        self._said[name] = text

    def span(self, start: int, end: int) -> Span:
        return super().span(start, end)._replace(within=self._named(start))

    def error(self, message: str, offset: int, hint: str = "") -> InputError:
        self.failed = offset
        name = self._named(offset)
        return super().error(f"{name}: {message}" if name else message, offset, hint)

    def quoted(self, span: Span) -> str:
        return f"{span.within}: {self._said[span.within]}" if span.within in self._said else span.within

    def _named(self, offset: int) -> str:
        at = bisect_right(self._starts, offset)
        return self._names[at - 1] if at and offset < self._stops[at - 1] else ""


def elements(source: JsonText, fine: int | None = None) -> Iterator[tuple[Any, int, int]]:
    """The elements of the list with the offsets of their beginning and end. Raises InputError.

    The values of the element in which the offset `fine` lies know their places; to have them all do so would take
    several times as long.
    """
    text = source.text
    at = _opening(source)
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
    at = _skip(text, at)
    count = 0
    while text[at : at + 1] != "]":
        start = at
        found = _decoded(source, decoder, at)
        if fine is not None and start <= fine < found[1]:
            found = _scanned(source, start)
        count += 1
        source.name(start, found[1], f"element {count}")
        yield found[0], start, found[1]
        at = _skip(text, found[1])
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            if text[at : at + 1] == "]":
                raise source.error("not JSON: a comma before ']'", at)
        elif text[at : at + 1] != "]":
            raise source.error("not JSON: expected ',' or ']'", at, "is the file cut off?" if at >= len(text) else "")
    at = _skip(text, at + 1)
    if text[at : at + 1] != "}":
        raise source.error('not the JSON of nft: expected only "nftables" in it', at, HINT)
    at = _skip(text, at + 1)
    if at < len(text):
        raise source.error("not JSON: something stands behind its end", at)


def _opening(source: JsonText) -> int:
    """Where the list begins in `{"nftables": [`."""
    text = source.text
    at = 0
    for part in ("{", '"nftables"', ":", "["):
        at = _skip(text, at)
        if not text.startswith(part, at):
            raise source.error(f"not the JSON of nft: expected {part}", at, HINT)
        at += len(part)
    return at


def _decoded(source: JsonText, decoder: json.JSONDecoder, at: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(source.text, at)
    except json.JSONDecodeError as error:
        raise source.error(
            f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}", min(error.pos, len(source.text))
        ) from None
    except RecursionError:
        raise source.error(f"nested more than {MOST_DEPTH} deep", at) from None
    except Misfit as error:
        if error.value is None:
            raise source.error(error.message, at) from None
        _scanned(source, at, error)
    except ValueError:
        raise source.error("a number of more digits than any number has here", at) from None
    raise AssertionError


def _scanned(source: JsonText, start: int, known: Misfit | None = None) -> tuple[Any, int]:
    """One element with places; `known` is what is wrong with it."""
    try:
        found = Scanner(source.text).value(start)
    except Misfit as error:
        raise source.error(error.message, place(error, start)[0]) from None
    except (RecursionError, ValueError, IndexError):
        raise source.error(known.message if known else "not JSON that is read here", start) from None
    if known is not None:
        raise source.error(known.message, start)
    return found


def place(error: Misfit, start: int) -> tuple[int, int]:
    """Where a value that does not fit begins and ends; `start` is where its element does."""
    if error.at is not None:
        return error.at, error.at + 1
    return getattr(error.value, "start", start), getattr(error.value, "stop", start + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Misfit(pairs, "a key stands twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise Misfit(None, f"not JSON: {name}")


def _skip(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at
