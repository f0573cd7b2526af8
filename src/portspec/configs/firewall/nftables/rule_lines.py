"""Rules of a large file that differ only in addresses, port, counter and comment, read by one regular expression.

The expression knows the forms that `nft list ruleset` prints most, one rule to a line. What it does not know is read
word by word as ever: it decides how fast a line is read, never what the line means.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, compress, count, pairwise
from typing import Any, NamedTuple

from portspec.configs.firewall.address_columns import ends, without_masks
from portspec.configs.firewall.halves import in_halves
from portspec.configs.firewall.nftables.lexer import long_lists

IN_HALVES = 1_000_000
"""Texts of so many are read in two halves at a time."""

PART = 100_000
"""Characters that are read at a time: what is made of them on the way stays in the processor's cache."""

MOST_PORT = 65535
NONE = -1
"""The form of a line that is to be read word by word."""

_NAME = r'(?:"[^"\n\\]*+"|[\w.@*-]++)'
_MATCH = (
    r"(?:ct state [a-z,]++"
    rf"|[io]if(?:name)? (?:!= )?{_NAME}"
    r"|meta l4proto (?:tcp|udp)|ip protocol (?:tcp|udp)|meta nfproto ipv[46]"
    r"|ip [sd]addr (?:!= )?@[\w.-]++"
    r"|tcp flags [a-z]++ / [a-z,]++) "
)
LINE = re.compile(
    # Nothing is given back for another try: what does not fit at once is no form that is known here.
    rf"^(?:[ \t]*+((?:{_MATCH})*+)"
    r"(?:ip saddr ([0-9.]++)(?:/([0-9]++))?+ )?+(?:ip daddr ([0-9./]++) )?+"
    rf"((?:{_MATCH})*+(?:(?:tcp|udp|sctp) dport )?+)"
    r"(?:(?<=dport )(0|[1-9][0-9]{0,5}+)(?= ) )?+"
    rf"((?:(?<=dport )(?:!= )?+(?:\{{ [a-z0-9, -]++ \}}|[a-z0-9-]++|@[\w.-]++) )?+(?:{_MATCH})*+)"
    r"(?:counter (?:packets [0-9]++ bytes [0-9]++ )?+)?+"
    r"(accept|drop|return|continue|(?:jump|goto) [\w.-]++|reject(?: with [a-z0-9 -]++)?+)"
    r'(?: comment "[^"\n\\]*+")?+(?: # handle [0-9]++)?+[ \t]*+'
    r"|(.*+))$",
    re.MULTILINE,
)

Form = tuple[str, bool, bool, str, bool, str, str]
"""What lines have in common: the matches before the addresses, whether there is a source and a destination, what
stands between those and the port, whether there is a port, what follows it, and the verdict."""


class Stretch(NamedTuple):
    """Consecutive lines of known forms, by their indices in the file: from `first` up to `end`."""

    first: int
    end: int


class RuleLines(NamedTuple):
    """The lines of a file in columns, an entry per line.

    `firsts` and `lasts` are the ends of the source addresses, `places` index the ends of destinations (`near`, `far`),
    `ports` are 0 where there is none; `numbers` index `forms`, `NONE` for lines that are read word by word. `starts` are
    the offsets of the lines in the text, and of its end.
    """

    firsts: Sequence[int]
    lasts: Sequence[int]
    places: Sequence[int]
    ports: Sequence[int]
    numbers: Sequence[int]
    near: Sequence[int]
    far: Sequence[int]
    forms: Sequence[Form]
    starts: Sequence[int]

    def stretches(self) -> Iterator[Stretch]:
        """The stretches of lines of known forms, in order."""
        numbers = self.numbers
        first = 0
        for odd in (*compress(count(), map(NONE.__eq__, numbers)), len(numbers)):
            if first < odd:
                yield Stretch(first, odd)
            first = odd + 1

    def text_of(self, text: str, line: int) -> str:
        """The text of a line, without its line end."""
        return text[self.starts[line] : self.starts[line + 1]].rstrip("\r\n")


def rule_lines(text: str) -> RuleLines | None:
    """The lines of a text; None where its rules may go on over several lines."""
    if "\\" in text or "\r" in text:
        return None
    lists = [
        (first, last)
        for start, end in long_lists(text)
        if (first := text.find("\n", start, end) + 1) and (last := text.rfind("\n", start, end) + 1) > first
    ]
    return _complete(text, _columns(text) if not lists else _columns_around(text, lists))


def _columns_around(text: str, lists: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The columns of a text's lines. No rule stands in the lines of a list: only what is around them is read."""
    starts, ends_ = [0, *(end for _, end in lists)], [*(first for first, _ in lists), None]
    between = [text[start:end] for start, end in zip(starts, ends_, strict=True)]
    found = _columns("".join(between))
    gaps = [text.count("\n", start, end) for start, end in lists]
    cuts = [0, *accumulate(WIDTH * piece.count("\n") for piece in between[:-1]), None]
    for name in PER_LINE:
        nothing = b"\xff" if name == "numbers" else b"\0"
        parts = [found[name][start:end] for start, end in pairwise(cuts)]
        found[name] = b"".join(
            chain.from_iterable(zip(parts, (nothing * WIDTH * gap for gap in (*gaps, 0)), strict=True))
        )
    return found


def _columns(text: str) -> dict[str, Any]:
    """The columns of a text's lines, as `_read` gives them."""
    middle = text.find("\n", len(text) // 2) if len(text) >= IN_HALVES else -1
    if middle < 0:
        return _read(text, 0, len(text))
    first, second = in_halves(lambda start, end: _read(text, start, end), (0, middle), (middle + 1, len(text)))
    return _joined(first, second)


PER_LINE = ("firsts", "lasts", "places", "ports", "numbers")
WIDTH = 4
"""Bytes of a number in a column."""
COLUMNS = (*PER_LINE, "near", "far")


def _read(text: str, start: int, end: int) -> dict[str, Any]:
    """Some lines of a text, as plain data: a column is the bytes of its numbers."""
    reader = _Reader()
    while True:
        cut = text.find("\n", start + PART, end)
        reader.read(text[start : cut if cut >= 0 else end])
        if cut < 0:
            columns = {name: getattr(reader, name).tobytes() for name in COLUMNS}
            return {**columns, "forms": list(reader.forms)}
        start = cut + 1


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The second part behind the first; its places and numbers count on from those of the first."""
    near, forms = len(first["near"]) // WIDTH, len(first["forms"])
    places = array("I", map(near.__add__, array("I", second["places"])))
    numbers = array("i", map([*range(forms, forms + len(second["forms"])), NONE].__getitem__, _ints(second["numbers"])))
    moved = {**second, "places": places.tobytes(), "numbers": numbers.tobytes()}
    return {name: first[name] + moved[name] for name in first}


def _ints(column: bytes) -> Any:
    return array("i", column)


def _complete(text: str, found: dict[str, Any]) -> RuleLines:
    unsigned = {name: array("I", found[name]) for name in COLUMNS if name != "numbers"}
    lengths = map(len, text.split("\n"))
    # The line end counts as well; behind the last line stands none.
    starts = [0, *accumulate(length + 1 for length in lengths)]
    return RuleLines(
        numbers=_ints(found["numbers"]), forms=[tuple(form) for form in found["forms"]], starts=starts, **unsigned
    )


class _Numbers(dict[Any, int]):
    """Numbers from 0 on, given to keys as they come."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


class _Reader:
    """Reads the lines of a text part by part."""

    def __init__(self) -> None:
        self.firsts, self.lasts, self.places, self.ports = array("I"), array("I"), array("I"), array("I")
        self.near, self.far = array("I"), array("I")
        self.numbers = array("i")
        self.forms: _Numbers = _Numbers()
        self._places: dict[str | None, int] = {}
        self._bad: set[str | None] = set()

    def read(self, text: str) -> None:
        # One flat list, where findall would make a tuple for every line; before each line's groups stands its line feed.
        flat = LINE.split(text)
        step = LINE.groups + 1
        leads, sources, masks, destinations, heads, ports, middles, verdicts, _ = (
            flat[group::step] for group in range(1, step)
        )
        odd = [at for at, verdict in enumerate(verdicts) if verdict is None] if None in verdicts else []
        read = ends(sources, masks, v6=False)
        self.firsts.extend(read.firsts)
        self.lasts.extend(read.lasts)
        odd += read.bad
        odd += self._destinations(destinations)
        odd += self._ports(ports)
        has_source, has_destination, has_port = (map(_is_there, column) for column in (sources, destinations, ports))
        keys = zip(leads, has_source, has_destination, heads, has_port, middles, verdicts, strict=True)
        start = len(self.numbers)
        if odd:
            known = set(odd)
            self.numbers.extend(NONE if at in known else self.forms[key] for at, key in enumerate(keys))
        else:
            self.numbers.extend(map(self.forms.__getitem__, keys))
        assert len(self.numbers) == len(self.firsts) == start + len(verdicts)

    def _destinations(self, texts: Sequence[str | None]) -> list[int]:
        """Read a column; the indices of what does not fit are returned."""
        places = self._places
        fresh = [text for text in dict.fromkeys(texts) if text not in places]
        if fresh:
            read = ends(*without_masks(fresh, v6=False), v6=False)
            places.update(zip(fresh, count(len(places)), strict=False))
            self.near.extend(read.firsts)
            self.far.extend(read.lasts)
            self._bad.update(fresh[at] for at in read.bad)
        self.places.extend(map(places.__getitem__, texts))
        bad = self._bad
        return [at for at, text in enumerate(texts) if text in bad] if bad else []

    def _ports(self, texts: Sequence[str | None]) -> list[int]:
        numbers = list(map(int, [text or 0 for text in texts] if None in texts else texts))  # type: ignore[arg-type]
        bad = [at for at, port in enumerate(numbers) if port > MOST_PORT] if max(numbers) > MOST_PORT else []
        for at in bad:
            numbers[at] = 0
        self.ports.extend(numbers)
        return bad


def _is_there(text: str | None) -> bool:
    return text is not None
