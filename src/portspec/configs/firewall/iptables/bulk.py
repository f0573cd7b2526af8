"""Many address texts as numbers at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import or_, sub
from typing import NamedTuple

from portspec.packets.addresses import V4_LAST, parse_network
from portspec.packets.intervals import IntervalSet


class Ends(NamedTuple):
    """The ends of the addresses of each text. `bad` are texts that are no address or prefix of the family; their ends
    mean nothing."""

    firsts: list[int]
    lasts: list[int]
    bad: frozenset[str]


def ends(texts: Sequence[str], universe: IntervalSet) -> Ends:
    """Read addresses and prefixes of the family of `universe`; an empty text stands for all of it."""
    if not any(texts):
        return Ends([universe.first] * len(texts), [universe.spans[-1][1]] * len(texts), frozenset())
    found = _many_v4(texts) if universe.first == 0 else None
    return found or _one_by_one(texts, universe)


def _many_v4(texts: Sequence[str]) -> Ends | None:
    """None when a text is anything but an IPv4 address or prefix."""
    from socket import AF_INET, inet_pton
    from struct import unpack

    hosts, _, masks = zip(*[text.partition("/") for text in texts], strict=True)
    sizes = {"": 0}
    for mask in set(masks):
        if mask.isascii() and mask.isdigit() and len(mask) <= 2 and int(mask) <= 32:
            sizes[mask] = V4_LAST >> int(mask)
        elif mask:
            return None
    try:
        packed = b"".join(map(inet_pton, repeat(AF_INET), [host or "127.0.0.1" for host in hosts]))
    except (OSError, ValueError):
        return None
    numbers = unpack(f">{len(texts)}I", packed)
    if not any(sizes.values()) and all(hosts):
        alone = list(numbers)
        return Ends(alone, alone, frozenset())
    # An empty text took some address; all bits set in its reach make it the whole family.
    reach = [sizes[mask] if host else V4_LAST for host, mask in zip(hosts, masks, strict=True)]
    lasts = list(map(or_, numbers, reach))
    return Ends(list(map(sub, lasts, reach)), lasts, frozenset())


def _one_by_one(texts: Sequence[str], universe: IntervalSet) -> Ends:
    spans = {"": (universe.first, universe.spans[-1][1])}
    bad = set()
    for text in set(texts) - {""}:
        try:
            spans[text] = parse_network(text)
        except ValueError:
            spans[text] = -1, -1
        if spans[text][0] not in universe:
            bad.add(text)
    found = [spans[text] for text in texts]
    return Ends([first for first, _ in found], [last for _, last in found], frozenset(bad))
