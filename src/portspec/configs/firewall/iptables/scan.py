"""The lines of a file as columns of text, taken apart by one regular expression.

The expression knows the forms that iptables-save prints most. What it does not know stays together in `rests` or, when
the line is no rule of a known form at all, in `odd`: it decides how fast a line is read, never what the line means.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LINE = re.compile(
    r"^(?:-A (\S+)(?: -s (\S+))?(?: -d (\S+))?"
    r"((?: -[iop] \S+| -m (?:conntrack --ctstate [A-Z,]+|state --state [A-Z,]+|tcp|udp|sctp|multiport))*(?: --dports?)?)"
    r"(?: (\d[\d,]*))?"
    r'(?: -m comment --comment "[^"\\\n]*")?'
    r"( .*)|(.*))$",
    re.MULTILINE,
)
COMMENT = re.compile(r' -m comment --comment (?:"(?:[^"\\]|\\.)*"|[^" ]\S*)')
DPORT = re.compile(r"^(.*? --dports?)(?: (\d[\d,]*))((?: .*)?)$")


class Lines(NamedTuple):
    """Columns with an entry per line. A line is a rule of a known form (`chains` names its chain) or `odd`, whole.

    A rule is its `sources` and `destinations`, a head that may end with `--dport`, then `ports`, and the rest; a
    comment before the rest is left out.
    """

    chains: tuple[str, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    heads: tuple[str, ...]
    ports: tuple[str, ...]
    rests: tuple[str, ...]
    odd: tuple[str, ...]

    def cut(self, start: int, end: int) -> Lines:
        """The lines from one index up to another."""
        return Lines(*(column[start:end] for column in self))


def scan(text: str) -> Lines:
    """The lines of a text whose lines end with a line feed alone."""
    return Lines(*zip(*LINE.findall(text), strict=True))


def without_comments(lines: Lines) -> Lines:
    """The same lines without the comments that stand elsewhere, so that rules which differ in them are alike."""
    if not any("--comment" in rest for rest in set(lines.rests)):
        return lines
    heads, ports, rests = list(lines.heads), list(lines.ports), list(lines.rests)
    for at, rest in enumerate(rests):
        if "--comment" not in rest or rest.count('"') > 2:
            continue
        rests[at] = COMMENT.sub("", rest)
        found = None if ports[at] else DPORT.match(heads[at] + rests[at])
        if found is not None:
            heads[at], ports[at], rests[at] = found[1], found[2], found[3]
    return lines._replace(heads=tuple(heads), ports=tuple(ports), rests=tuple(rests))
