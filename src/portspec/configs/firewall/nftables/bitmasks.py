"""Fields that are sets of bits: TCP flags and the connection state. What a comparison accepts, as values; and TCP flags
that are accepted, as conditions of the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

from portspec.configs.firewall.model import TcpFlagsCondition
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.names import FLAGS, STATES
from portspec.configs.firewall.nftables.values import Field, Wrong

NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,10}")

ALL_FLAGS = frozenset(range(256))
ALL_STATES = frozenset(STATES.values())

COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip

_NAMES: Mapping[str, tuple[Mapping[str, int], int, str]] = {
    "flags": (FLAGS, 0xFF, "flag"),
    "state": (STATES, 0xFFFFFFFF, "state"),
}


def domain(field: Field) -> frozenset[int]:
    """Every value that the field of a packet may have."""
    return ALL_FLAGS if field.kind == "flags" else ALL_STATES


def bits(field: Field, words: Iterable[Token]) -> int:
    """The sum of some flags or states: `syn,ack`, `(fin | syn)`, `0x12`. Raises Wrong."""
    known, last, what = _NAMES[field.kind]
    total = 0
    for word in words:
        text = word.text.lower()
        if (word.kind == "symbol" and text in "(),|") or text == "or":
            continue
        number = known.get(text, -1)
        if number < 0 and NUMBER.fullmatch(text):
            number = int(text, 16 if text.startswith("0x") else 10)
        if not 0 <= number <= last:
            raise Wrong(word, f"{field.text}: {word.text!r} is no {what}", f"known: {', '.join(known)}")
        total |= number
    return total


def accepted(field: Field, operator: str, mask: int | None, value: int) -> frozenset[int]:
    """The values that a comparison holds for. `operator` empty: none is written, which asks for any of the bits, or
    behind a mask for just these; `!` asks for none of them."""
    if operator == "" and mask is None:
        return frozenset(found for found in domain(field) if found & value)
    if operator == "!":
        bits_looked_at = value if mask is None else value & mask
        return frozenset(found for found in domain(field) if not found & bits_looked_at)
    holds = COMPARED[operator or "=="]
    return frozenset(found for found in domain(field) if holds(found if mask is None else found & mask, value))


def listed(field: Field, operator: str, mask: int | None, values: frozenset[int]) -> frozenset[int]:
    """The values that are, masked, among those of a set; or, with `!=`, are not."""
    inside = frozenset(found for found in domain(field) if (found if mask is None else found & mask) in values)
    return domain(field) - inside if operator == "!=" else inside


@lru_cache(maxsize=1024)
def flag_conditions(values: frozenset[int]) -> list[tuple[TcpFlagsCondition, ...]]:
    """TCP flags that are accepted, as conditions: one of the tuples holds, each of them whole."""
    chosen = sum(1 << value for value in values)
    inside, outside = _cubes(chosen), _cubes(_EVERY & ~chosen)
    if len(inside) > 1 and len(outside) <= len(inside) + 4:
        return [tuple(TcpFlagsCondition(mask, value, negated=True) for mask, value in outside)]
    return [(TcpFlagsCondition(mask, value),) if mask else () for mask, value in inside]


_EVERY = (1 << 256) - 1
_WITH = tuple(sum(1 << value for value in range(256) if value >> at & 1) for at in range(8))
"""By flag, the values of a byte that have it. A set of such values is a number with one bit for each."""


def _cubes(values: int) -> list[tuple[int, int]]:
    """A set of values of a byte as (mask, value) pairs that have none in common."""
    if not values:
        return []
    mask = common = 0
    smallest, split = 256, 0
    for at, with_flag in enumerate(_WITH):
        there = values & with_flag
        if there in (0, values):
            mask |= 1 << at
            common |= 1 << at if there else 0
            continue
        fewer = min(there.bit_count(), (values ^ there).bit_count())
        if fewer < smallest:
            smallest, split = fewer, with_flag
    if values.bit_count() == 256 >> mask.bit_count():
        return [(mask, common)]
    return _cubes(values & split) + _cubes(values & ~split)
