"""The rules of a file, a line of text each: `3 INPUT tcp/22 from 10.0.0.0/8 state new accept`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from portspec.configs.firewall.iptables import read
from portspec.configs.firewall.model import (
    Chain,
    Condition,
    InterfaceCondition,
    MarkCondition,
    Rule,
    SourcePortCondition,
    StateCondition,
    TcpFlagsCondition,
)
from portspec.errors import InputError
from portspec.packets.addresses import ANY_V4, ANY_V6, format_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, NAMES
from portspec.packets.sets import PacketSet
from portspec.source import SourceText, Span


def rules(text: str) -> list[str]:
    """Every rule of every chain, the chains in the order of the file; an input that is refused gives the error."""
    try:
        chains = read(SourceText("file", text)).chains.values()
    except InputError as error:
        return [str(error)]
    return [line for chain in chains for line in of_chain(chain)]


def policies(text: str) -> dict[str, str]:
    """`table CHAIN` → `policy hook priority` of the base chains, `-` for the other ones."""
    return {
        f"{chain.table} {chain.name}": f"{chain.policy} {chain.hook} {chain.priority}" if chain.hook else "-"
        for chain in read(SourceText("file", text)).chains.values()
    }


def of_chain(chain: Chain) -> Iterator[str]:
    """The rules of one chain; what a line became several rows for is one rule again."""
    for (span, conditions, action, target), rows in groupby(chain.rules, _but_boxes):
        boxes = [box for row in rows for box in row.boxes]
        for box in _together(boxes):
            words = [f"{span.line}", chain.name, *_box(box), *map(_condition, conditions), action, target]
            yield " ".join(word for word in words if word)


def _but_boxes(rule: Rule) -> tuple[Span, tuple[Condition, ...], str, str]:
    return rule.span, rule.conditions, rule.action, rule.target


def _together(boxes: list[Box]) -> list[Box]:
    sides = [EMPTY, EMPTY, EMPTY]
    for box in boxes:
        sides = [one | other for one, other in zip(sides, box, strict=True)]
    whole = Box(*sides)
    if all(sides) and PacketSet([whole]) != PacketSet(boxes):
        return boxes
    return [whole]


def _box(box: Box) -> Iterator[str]:
    if box.ports != ANY_PORTS:
        yield ",".join(_ports(box.ports)) or "nothing"
    for word, addresses in (("from", box.sources), ("to", box.destinations)):
        if addresses not in (ANY_V4, ANY_V6):
            yield f"{word} {format_addresses(addresses, most=20).replace(', ', ',') or 'nobody'}"


def _ports(points: IntervalSet) -> Iterator[str]:
    for first, last in points:
        low, high = first >> 16, last >> 16
        if low != high:
            yield f"protocol {low}-{high}"
            continue
        name = NAMES.get(low, str(low))
        first, last = first & 65535, last & 65535  # noqa: PLW2901
        if (first, last) == (0, 65535):
            yield name
        elif low in (1, 58):
            yield f"{name}/{first >> 8}" + ("" if (first & 255, last & 255) == (0, 255) else f".{first & 255}")
        else:
            yield f"{name}/{first}" + (f"-{last}" if last > first else "")


def _condition(condition: Condition) -> str:
    if isinstance(condition, StateCondition):
        return f"state {_list(condition.states)}"
    if isinstance(condition, InterfaceCondition):
        return f"{'not ' if condition.negated else ''}{condition.side} {_list(condition.names)}"
    if isinstance(condition, SourcePortCondition):
        return "sport " + ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in condition.ports)
    if isinstance(condition, TcpFlagsCondition):
        return f"{'not ' if condition.negated else ''}flags {condition.value:#x}/{condition.mask:#x}"
    if isinstance(condition, MarkCondition):
        return f"{'not ' if condition.negated else ''}mark {condition.value:#x}/{condition.mask:#x}"
    return f"unknown({condition.reason})"


def _list(words: Iterable[str]) -> str:
    return ",".join(sorted(words))
