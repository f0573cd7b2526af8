"""The lines of a file as columns, taken apart by one regular expression.

The expression knows the forms that iptables-save prints most. What it does not know stays together in a line's rest or,
when the line is no rule of a known form at all, is kept whole: it decides how fast a line is read, never what the line
means.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress, islice
from operator import ne
from typing import NamedTuple

from portspec.configs.firewall.iptables.bulk import ends, port_values
from portspec.configs.firewall.iptables.halves import in_halves
from portspec.packets.addresses import ANY_V4, ANY_V6

# A leading zero means octal to iptables, and no list holds more than 15 ports: what is not in this form is in the rest.
PORTS = r"[1-9][0-9,]{0,95}"
LINE = re.compile(
    r"^(?:-A (\S+)(?: -s (\S+))?(?: -d (\S+))?"
    r"((?: -[iop] \S+| -m (?:conntrack --ctstate [A-Z,]+|state --state [A-Z,]+|tcp|udp|sctp|multiport))*"
    rf"(?: --dports?(?= {PORTS} ))?)"
    rf"(?:(?<=--dport|-dports) ({PORTS}))?"
    r'(?: -m comment --comment "[^"\\\n]*")?'
    r"( .*)|(.*))$",
    re.MULTILINE,
)
GROUPS = LINE.groups
COMMENT = re.compile(r' -m comment --comment (?:"(?:[^"\\]|\\.)*"|[^" ][^" ]*)(?= |$)')
DPORT = re.compile(rf"^(.*? --dports?) ({PORTS})( .*)$")

LARGE = 1_000_000
"""Texts of so many characters are read in two halves at a time."""

Form = tuple[str, str]
"""What lines have in common that differ only in addresses, port and comment: what stands before the port, ending with
`--dport` or `--dports` where there is one, and what stands behind it."""


class Lines(NamedTuple):
    """Lines as columns with an entry per line.

    `changes` are the lines where the chain is another one than before, the first of all included, and `chains` the
    chains from there on; None: the line is no rule of a known form. `firsts` and `lasts` are the ends of the source
    addresses; `places` index the ends of destinations, `near` and `far`. `ports` are the first or only ports of the
    lines whose form ends with one, `more` gives the others of a list. `numbers` index `forms`; -1: none. The values of
    `misfits` are not what they look like. `odd` are the lines, but empty ones, that are no rules of a known form.
    """

    size: int
    changes: list[int]
    chains: list[str | None]
    firsts: list[int]
    lasts: list[int]
    places: list[int]
    near: list[int]
    far: list[int]
    ports: list[int]
    more: dict[int, tuple[int, ...]]
    forms: list[Form]
    numbers: list[int]
    misfits: list[int]
    odd: list[tuple[int, str]]

    def cut(self, start: int, end: int) -> Lines:
        """The lines from one index up to another."""
        first, last = bisect_right(self.changes, start), bisect_left(self.changes, end)
        return self._replace(
            size=end - start,
            changes=[0, *(at - start for at in self.changes[first:last])] if end > start else [],
            chains=self.chains[first - 1 : last] if end > start else [],
            firsts=self.firsts[start:end],
            lasts=self.lasts[start:end],
            places=self.places[start:end],
            ports=self.ports[start:end],
            more={at - start: ports for at, ports in self.more.items() if start <= at < end},
            numbers=self.numbers[start:end],
            misfits=[at - start for at in self.misfits if start <= at < end],
            odd=[(at - start, line) for at, line in self.odd if start <= at < end],
        )

    def __add__(self, other: Lines) -> Lines:  # type: ignore[override]
        """These lines and then others."""
        size, near, forms = self.size, len(self.near), len(self.forms)
        return Lines(
            size + other.size,
            self.changes + [size + at for at in other.changes],
            self.chains + other.chains,
            self.firsts + other.firsts,
            self.lasts + other.lasts,
            self.places + [near + place for place in other.places],
            self.near + other.near,
            self.far + other.far,
            self.ports + other.ports,
            self.more | {size + at: ports for at, ports in other.more.items()},
            self.forms + other.forms,
            self.numbers + [forms + number if number >= 0 else number for number in other.numbers],
            self.misfits + [size + at for at in other.misfits],
            self.odd + [(size + at, line) for at, line in other.odd],
        )


def scan(text: str, *, v6: bool) -> Lines:
    """The lines of a text whose lines end with a line feed alone."""
    middle = text.find("\n", len(text) // 2) if len(text) >= LARGE else -1
    if middle < 0:
        return _columns(text, v6=v6)
    first, second = in_halves(lambda half: tuple(_columns(half, v6=v6)), text[:middle], text[middle + 1 :])
    return Lines._make(first) + Lines._make(second)


class _Texts(NamedTuple):
    """The columns as texts; what a line does not have is None."""

    chains: Sequence[str | None]
    sources: Sequence[str | None]
    destinations: Sequence[str | None]
    heads: Sequence[str | None]
    ports: Sequence[str | None]
    rests: Sequence[str | None]
    odd: Sequence[str | None]


def _columns(text: str, *, v6: bool) -> Lines:
    # One flat list, where findall would make a tuple for every line; before each line's groups stands its line feed.
    flat = LINE.split(text)
    texts = _sorted_out(_Texts(*(flat[group :: GROUPS + 1] for group in range(1, GROUPS + 1))))
    universe = ANY_V6 if v6 else ANY_V4
    chains = texts.chains
    changes = [0, *compress(range(1, len(chains)), map(ne, chains, islice(chains, 1, None)))]
    firsts, lasts, bad_sources = ends(texts.sources, universe)
    distinct = {text: at for at, text in enumerate(dict.fromkeys(texts.destinations))}
    near, far, bad_destinations = ends(list(distinct), universe)
    ports = port_values(texts.ports)
    # A list where there must be one port.
    misfits = [*ports.bad, *(at for at in ports.more if str(texts.heads[at]).endswith("--dport"))]
    for column, bad in ((texts.sources, bad_sources), (texts.destinations, bad_destinations)):
        if bad:
            misfits += [at for at, text in enumerate(column) if text in bad]
    keys = list(zip(texts.heads, texts.rests, strict=True))
    forms = [(head, rest) for head, rest in dict.fromkeys(keys) if head is not None and rest is not None]
    numbers: dict[tuple[str | None, str | None], int] = {form: at for at, form in enumerate(forms)}
    numbers[None, None] = -1
    return Lines(
        len(chains),
        changes,
        [chains[at] for at in changes],
        firsts,
        lasts,
        list(map(distinct.__getitem__, texts.destinations)) if len(distinct) > 1 else [0] * len(chains),
        near,
        far,
        ports.first,
        ports.more,
        forms,
        list(map(numbers.__getitem__, keys)),
        misfits,
        [(at, line) for at, line in enumerate(texts.odd) if line],
    )


def _sorted_out(texts: _Texts) -> _Texts:
    """The same lines without the comments, and with the ports, that stand elsewhere, so that rules which differ in
    them are alike."""
    if not any("--comment" in rest or "--dport" in rest for rest in set(texts.rests) if rest):
        return texts
    heads, ports, rests = list(texts.heads), list(texts.ports), list(texts.rests)
    for at, rest in enumerate(rests):
        if rest is None or rest.count('"') > 2 or not ("--comment" in rest or "--dport" in rest):
            continue
        rests[at] = COMMENT.sub("", rest)
        found = None if ports[at] else DPORT.match(f"{heads[at]}{rests[at]}")
        if found is not None:
            heads[at], ports[at], rests[at] = found.groups()
    return texts._replace(heads=heads, ports=ports, rests=rests)
