"""Many address and port texts as numbers at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from portspec.packets.addresses import V4_LAST, parse_network
from portspec.packets.intervals import IntervalSet

MANY = 100
"""Fewer texts are read one by one: what reads many at once has to be imported first."""

WHOLE = "0.0.0.0/0"
MOST_PORT = 65535
TOO_HIGH = "65536"

MOST_PORTS = 15
"""What one multiport match may list (iptables-extensions(8))."""


class Ends(NamedTuple):
    """The ends of the addresses of each text. `bad` are texts that are no address or prefix of the family; their ends
    mean nothing."""

    firsts: list[int]
    lasts: list[int]
    bad: frozenset[str]


def ends(texts: Sequence[str | None], universe: IntervalSet) -> Ends:
    """Read addresses and prefixes of the family of `universe`; None stands for all of it."""
    if not any(texts):
        return Ends([universe.first] * len(texts), [universe.spans[-1][1]] * len(texts), frozenset())
    found = _many_v4(texts) if universe.first == 0 and len(texts) >= MANY else None
    return found or _one_by_one(texts, universe)


def _many_v4(texts: Sequence[str | None]) -> Ends | None:
    """None when a text is anything but an IPv4 address or prefix."""
    from socket import AF_INET, inet_pton
    from struct import unpack

    hosts = [WHOLE if text is None else text[:-3] if text[-3:] == "/32" else text for text in texts]
    sizes: dict[str, int] = {}
    prefixes: list[tuple[int, int]] = []
    for at in [at for at, host in enumerate(hosts) if "/" in host]:
        hosts[at], _, mask = hosts[at].partition("/")
        if mask not in sizes:
            if not (mask.isascii() and mask.isdigit() and len(mask) <= 2 and int(mask) <= 32):
                return None
            sizes[mask] = V4_LAST >> int(mask)
        prefixes.append((at, sizes[mask]))
    try:
        packed = b"".join(map(inet_pton, repeat(AF_INET), hosts))
    except (OSError, ValueError):
        return None
    firsts = list(unpack(f">{len(hosts)}I", packed))
    lasts = firsts.copy() if prefixes else firsts
    for at, size in prefixes:
        lasts[at] |= size
        firsts[at] = lasts[at] - size
    return Ends(firsts, lasts, frozenset())


def _one_by_one(texts: Sequence[str | None], universe: IntervalSet) -> Ends:
    spans: dict[str | None, tuple[int, int]] = {None: (universe.first, universe.spans[-1][1])}
    bad = set()
    for text in {text for text in texts if text is not None}:
        try:
            spans[text] = parse_network(text)
        except ValueError:
            spans[text] = -1, -1
        if spans[text][0] not in universe:
            bad.add(text)
    found = [spans[text] for text in texts]
    return Ends([first for first, _ in found], [last for _, last in found], frozenset(bad))


class Ports(NamedTuple):
    """Port texts as numbers: `first` has each text's only or first one, 0 for None; `more` those of a list behind its
    first, by the text's index. `bad` are the indices of texts that are no ports; their numbers mean nothing."""

    first: list[int]
    more: dict[int, tuple[int, ...]]
    bad: list[int]


def port_values(texts: Sequence[str | None]) -> Ports:
    """Read texts of digits and commas."""
    plain = [text or "0" for text in texts]
    more: dict[int, tuple[int, ...]] = {}
    bad: list[int] = []
    for at in [at for at, text in enumerate(plain) if "," in text]:
        parts = plain[at].split(",")
        if len(parts) <= MOST_PORTS and all(part and part[0] != "0" for part in parts):
            numbers = tuple(map(int, parts))
            if len(set(numbers)) < len(numbers):
                numbers = tuple(dict.fromkeys(numbers))
            plain[at] = parts[0] if max(numbers) <= MOST_PORT else TOO_HIGH
            if len(numbers) > 1:
                more[at] = numbers[1:]
        else:
            plain[at] = TOO_HIGH
    first = list(map(int, plain))
    if max(first, default=0) > MOST_PORT:
        bad = [at for at, port in enumerate(first) if port > MOST_PORT]
        for at in bad:
            first[at] = 0
    return Ports(first, more, bad)
