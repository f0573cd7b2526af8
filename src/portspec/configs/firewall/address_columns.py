"""Many address texts as numbers at once."""

from __future__ import annotations

import sys
from array import array
from collections.abc import MutableSequence, Sequence
from itertools import compress, repeat

from portspec.packets.addresses import ANY_V4, ANY_V6, V4_LAST, parse_network
from portspec.records import NamedTuple

MANY = 100
"""Fewer texts are read one by one: what reads many at once has to be imported first."""

WHOLE = "0.0.0.0"  # noqa: S104 # nothing is bound to it


class Ends(NamedTuple):
    """The ends of the addresses of each text: machine words of IPv4, plain numbers of IPv6. `bad` are the indices of
    texts that are no address or prefix of the family; their ends mean nothing."""

    firsts: MutableSequence[int]
    lasts: MutableSequence[int]
    bad: list[int]


def without_masks(texts: Sequence[str | None], *, v6: bool) -> tuple[list[str | None], list[str | None]]:
    """What stands before the slash of each text, and what behind it but for a host's."""
    host = "/128" if v6 else "/32"
    length = len(host)
    heads = [text[:-length] if text is not None and text[-length:] == host else text for text in texts]
    masks: list[str | None] = [None] * len(heads)
    for at, head in enumerate(heads):
        if head is not None and "/" in head:
            heads[at], _, masks[at] = head.partition("/")
    return heads, masks


def ends(texts: Sequence[str | None], masks: Sequence[str | None], *, v6: bool) -> Ends:
    """Read addresses, with their masks or prefix lengths; None stands for all of the family."""
    if not any(texts):
        first, last = (ANY_V6 if v6 else ANY_V4).spans[0]
        return Ends(_column([first] * len(texts), v6=v6), _column([last] * len(texts), v6=v6), [])
    found = None if v6 or len(texts) < MANY else _many_v4(texts, masks)
    return found or _one_by_one(texts, masks, v6=v6)


def _many_v4(texts: Sequence[str | None], masks: Sequence[str | None]) -> Ends | None:
    """None when a text is anything but an IPv4 address, or a mask no prefix length."""
    # The module socket takes longer to import than all else that is needed to read a file.
    from _socket import AF_INET, inet_pton

    bare: Sequence[int] = ()
    hosts = texts
    if None in texts:
        bare = [at for at, text in enumerate(texts) if text is None]
        hosts = [text or WHOLE for text in texts]
    try:
        packed = b"".join(map(inet_pton, repeat(AF_INET), hosts))  # type: ignore[arg-type]
    except (OSError, ValueError):
        return None
    firsts = array("I", packed)
    if sys.byteorder == "little":
        firsts.byteswap()
    lasts = firsts[:]
    for at in bare:
        lasts[at] = V4_LAST
    if any(masks):
        sizes: dict[str, int] = {}
        for at in compress(range(len(masks)), masks):
            mask = str(masks[at])
            size = sizes.get(mask)
            if size is None:
                if not (mask.isascii() and mask.isdigit() and len(mask) <= 2 and int(mask) <= 32):
                    return None
                size = sizes[mask] = V4_LAST >> int(mask)
            lasts[at] |= size
            firsts[at] = lasts[at] - size
    return Ends(firsts, lasts, [])


def _one_by_one(texts: Sequence[str | None], masks: Sequence[str | None], *, v6: bool) -> Ends:
    universe = ANY_V6 if v6 else ANY_V4
    whole = universe.spans[0]
    read: dict[tuple[str | None, str | None], tuple[int, int] | None] = {(None, None): whole}
    spans: list[tuple[int, int]] = []
    bad: list[int] = []
    for at, key in enumerate(zip(texts, masks, strict=True)):
        if key not in read:
            text, mask = key
            try:
                span = parse_network(str(text) if mask is None else f"{text}/{mask}")
                read[key] = span if span[0] in universe else None
            except ValueError:
                read[key] = None
        found = read[key]
        if found is None:
            bad.append(at)
        spans.append(found or whole)
    firsts, lasts = zip(*spans, strict=True)
    return Ends(_column(firsts, v6=v6), _column(lasts, v6=v6), bad)


def _column(numbers: Sequence[int], *, v6: bool) -> MutableSequence[int]:
    return list(numbers) if v6 else array("I", numbers)
