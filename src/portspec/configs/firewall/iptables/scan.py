"""The lines of a file as columns, taken apart by one regular expression.

The expression knows the forms that iptables-save prints most. What it does not know stays together in a line's rest or,
when the line is no rule of a known form at all, is kept whole: it decides how fast a line is read, never what the line
means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress, count, islice
from operator import itemgetter, ne

from portspec.configs.firewall.address_columns import ends, without_masks
from portspec.configs.firewall.halves import in_halves
from portspec.configs.firewall.iptables.lines import Gathered, Lines
from portspec.records import NamedTuple

# A leading zero means octal to iptables, and no list holds more than 15 ports: what is not in this form is in the rest.
PORTS = r"[1-9][0-9,]{0,95}"
LINE = (
    # Nothing is given back for another try: what does not fit at once is no form that is known here. The mask of a host
    # says nothing, and behind most addresses stands this one.
    r"^(?:-A (\S++)(?: -s ([^\s/]++)(?:/BITS(?!\S))?+(?:/(\S++))?+)?+(?: -d (\S++))?+"
    r"((?: -p (?:tcp|udp))?+"
    r"(?: -[iop] \S++| -m (?:conntrack --ctstate [A-Z,]++|state --state [A-Z,]++|tcp|udp|sctp|multiport))*+"
    rf"(?: --dports?+(?= {PORTS} ))?+)"
    r"(?:(?<=--dport|-dports) ([0-9,]++))?+"
    r'(?: -m comment --comment "[^"\\\n]*+")?+'
    r"( .*+)|(.*+))$"
)
COMMENT = re.compile(r' -m comment --comment (?:"(?:[^"\\]|\\.)*"|[^" ][^" ]*)(?= |$)')
DPORT = re.compile(rf"^(.*? --dports?) ({PORTS})( .*)$")

MOST_PORT = 65535
TOO_HIGH = "65536"

MOST_PORTS = 15
"""What one multiport match may list (iptables-extensions(8))."""

LARGE = 1_000_000
"""Texts of so many characters are read in two halves at a time."""

PART = 100_000
"""Characters that are read at a time: what is made of them on the way stays in the processor's cache."""


def scan(text: str, *, v6: bool) -> Lines:
    """The lines of a text whose lines end with a line feed alone."""
    line = re.compile(LINE.replace("BITS", "128" if v6 else "32"), re.MULTILINE)
    middle = text.find("\n", len(text) // 2) if len(text) >= LARGE else -1
    if middle < 0:
        return _Scanner(line, 0, v6=v6).read(text, 0, len(text)).complete()

    def parcel(start: int, end: int) -> dict[str, object]:
        return _Scanner(line, text.count("\n", 0, start), v6=v6).read(text, start, end).parcel()

    first, second = in_halves(parcel, (0, middle), (middle + 1, len(text)))
    gathered = Gathered.unpacked(first)
    gathered.extend(Gathered.unpacked(second))
    return gathered.complete()


class _Texts(NamedTuple):
    """The columns of some rows as texts; what a row does not have is None. `masks` are what stands behind the slash of
    the source, but for a host's; of destinations it is left in them."""

    sources: Sequence[str | None]
    masks: Sequence[str | None]
    destinations: Sequence[str | None]
    heads: Sequence[str | None]
    ports: Sequence[str | None]
    rests: Sequence[str | None]


class _FormNumbers(dict[tuple[str | None, str | None], int]):
    """Numbers from 0 on, given to forms as they come; -1 stands for none."""

    def __init__(self) -> None:
        super().__init__({(None, None): -1})

    def __missing__(self, form: tuple[str | None, str | None]) -> int:
        self[form] = number = len(self) - 1
        return number


class _Scanner:
    """Reads the lines of a text part by part. `line` is the expression, `number` the index of the first line."""

    def __init__(self, line: re.Pattern[str], number: int, *, v6: bool) -> None:
        self.gathered = Gathered(number, wide=v6)
        self._line = line
        self._v6 = v6
        self._places: dict[str | None, int] = {}
        self._bad_destinations: set[str | None] = set()
        self._numbers = _FormNumbers()

    def read(self, text: str, start: int, end: int) -> Gathered:
        """Read some lines of a text."""
        while True:
            cut = text.find("\n", start + PART, end)
            self._read(text[start : cut if cut >= 0 else end])
            if cut < 0:
                return self.gathered
            start = cut + 1

    def _read(self, text: str) -> None:
        # One flat list, where findall would make a tuple for every line; before each line's groups stands its line feed.
        flat = self._line.split(text)
        step = self._line.groups + 1
        chains, *columns, odd = (flat[group::step] for group in range(1, step))
        found = self.gathered
        at = found.end
        found.end += len(chains)
        found.changed(at, chains[0])
        if chains.count(chains[0]) < len(chains):
            for line in compress(range(1, len(chains)), map(ne, chains, islice(chains, 1, None))):
                found.changed(at + line, chains[line])
        if any(odd):
            found.odd += [(at + line, words) for line, words in enumerate(odd) if words]
        texts = _sorted_out(_Texts(*columns))
        lines: Sequence[int] = range(at, at + len(chains))
        if "," in "".join(filter(None, texts.ports)):
            texts, lines, misfits = _one_port_each(texts, lines)
            found.misfits += misfits
            found.of_lines(lines)
        elif found.lines:
            found.of_lines(lines)
        for row in (*self._sources(texts), *self._destinations(texts), *self._ports(texts)):
            found.misfits.append(lines[row])
        found.numbers.extend(map(self._numbers.__getitem__, zip(texts.heads, texts.rests, strict=True)))
        found.forms += islice(self._numbers, len(found.forms) + 1, None)  # type: ignore[arg-type] # only none has None

    def _sources(self, texts: _Texts) -> list[int]:
        """Read a column; the rows that do not fit are returned."""
        read = ends(texts.sources, texts.masks, v6=self._v6)
        self.gathered.firsts += read.firsts
        self.gathered.lasts += read.lasts
        return read.bad

    def _destinations(self, texts: _Texts) -> list[int]:
        found, places, bad = self.gathered, self._places, self._bad_destinations
        fresh = [text for text in dict.fromkeys(texts.destinations) if text not in places]
        if fresh:
            read = ends(*without_masks(fresh, v6=self._v6), v6=self._v6)
            places.update(zip(fresh, count(len(places)), strict=False))
            found.near += read.firsts
            found.far += read.lasts
            bad.update(fresh[at] for at in read.bad)
        found.places.extend(map(places.__getitem__, texts.destinations))
        return [row for row, text in enumerate(texts.destinations) if text in bad] if bad else []

    def _ports(self, texts: _Texts) -> list[int]:
        ports = texts.ports
        numbers = list(map(int, [text or 0 for text in ports] if None in ports else ports))  # type: ignore[arg-type]
        bad = []
        if max(numbers) > MOST_PORT:
            bad = [row for row, port in enumerate(numbers) if port > MOST_PORT]
            for row in bad:
                numbers[row] = 0
        self.gathered.ports.extend(numbers)
        return bad


def _one_port_each(texts: _Texts, lines: Sequence[int]) -> tuple[_Texts, Sequence[int], list[int]]:
    """The same lines with a row for each port of a list, the lines of the rows, and the lines that list no ports or
    list them where there must be one."""
    ports = list(texts.ports)
    heads = texts.heads
    several: list[int] = []
    others: list[str] = []
    misfits: list[int] = []
    for at in [at for at, text in enumerate(ports) if text is not None and "," in text]:
        text = str(ports[at])
        first, *more = text.split(",")
        # That no text begins with a 0 is known of the first one.
        wrong = len(more) >= MOST_PORTS or "" in more or ",0" in text
        # Before the ports stands --dport or --dports, or a chain of such a name.
        if wrong or not (heads[at] or "").endswith("s"):
            misfits.append(lines[at])
            first, more = TOO_HIGH, []
        elif first in more or (len(more) > 1 and len(set(more)) < len(more)):
            first, *more = dict.fromkeys((first, *more))
        ports[at] = first
        several += [at] * len(more)
        others += more
    if not several:
        return texts._replace(ports=ports), lines, misfits
    order = sorted([*range(len(ports)), *several])
    of = itemgetter(*order)
    listed = list(of(ports))
    for number, (at, port) in enumerate(zip(several, others, strict=True), 1):
        # Behind the rows of the lines before this one, and those of this line that have been met.
        listed[at + number] = port
    return _Texts(*map(of, texts))._replace(ports=listed), of(lines), misfits


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
