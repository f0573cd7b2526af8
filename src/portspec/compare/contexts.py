"""The circumstances that two filters tell apart: state, source port, interface, TCP flags; one of each kind.

Two filters are equal when they let the same boxes through in every circumstance that their rules ask about. Circumstances
in which every condition of both holds alike are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TypeVar

from portspec.configs.firewall.columns import RuleColumns, Template
from portspec.configs.firewall.context import ACK, EVERY_PORT, PATHS, SYN, Context, holds, seen_by
from portspec.configs.firewall.model import (
    Chain,
    Condition,
    InterfaceCondition,
    Rule,
    Ruleset,
    SourcePortCondition,
    TcpFlagsCondition,
)
from portspec.configs.firewall.source_ports import CLIENT_PORT, MOST_CLASSES
from portspec.packets.intervals import IntervalSet

STATES = ("new", "established", "related")
"""The first packet of a connection, its replies, and the errors about it."""
EVERY_STATE = (*STATES, "invalid", "untracked")
USUAL_FLAGS = {"new": SYN, "established": ACK, "related": SYN, "invalid": ACK, "untracked": SYN}
SOME_INTERFACE = "other0"
"""Stands for every interface that no rule names."""
MOST_CONTEXTS = 600
"""Where rules tell more kinds of circumstances apart, TCP flags are left open, then source ports, then interfaces."""

_Kind = TypeVar("_Kind", bound=Condition)


def contexts(rulesets: Sequence[Ruleset], way: str, states: Sequence[str]) -> list[Context]:
    """One context for each kind of circumstance on a way, the plainest first."""
    asked = list(dict.fromkeys(condition for ruleset in rulesets for condition in conditions(ruleset, way)))
    bases = [chain for ruleset in rulesets for chain in base_chains(ruleset, way)]
    every_flag = "invalid" in states  # else those of an ordinary packet of its state
    for coarseness in range(4):
        ports = _port_classes(asked) if coarseness < 2 else [EVERY_PORT]
        names: list[list[str | None]] = [
            _interfaces(asked, side) if coarseness < 3 else [None] for side in ("in", "out")
        ]
        inside: list[str | None] = [""] if way == "output" else names[0]
        outside: list[str | None] = [""] if way == "input" else names[1]
        found: dict[object, Context] = {}
        for state in states:
            bits: list[int | None] = [USUAL_FLAGS[state]]
            if every_flag:
                bits = [None] if coarseness else _flags(asked, USUAL_FLAGS[state])
            for source_ports, in_name, out_name, flags in product(ports, inside, outside, bits):
                context = Context(state, source_ports, in_name, out_name, flags)
                found.setdefault(_signature(context, way, bases, asked), context)
        if len(found) <= MOST_CONTEXTS:
            break
    return list(found.values())


def source_ports(rulesets: Sequence[Ruleset], way: str) -> list[IntervalSet]:
    """Source ports in classes that the rules of all filters treat alike, that of an ordinary client first."""
    return _port_classes([condition for ruleset in rulesets for condition in conditions(ruleset, way)])


def base_chains(ruleset: Ruleset, way: str) -> list[Chain]:
    """The base chains on a way."""
    return [chain for hook in PATHS[way] for chain in ruleset.base_chains(hook)]  # type: ignore[arg-type]


def conditions(ruleset: Ruleset, way: str) -> Iterator[Condition]:
    """The conditions of every rule that packets on a way may meet; some more than once."""
    return (condition for chain in chains(ruleset, way) for rule in rule_kinds(chain) for condition in rule.conditions)


def chains(ruleset: Ruleset, way: str) -> Iterator[Chain]:
    """The chains that packets on a way may meet."""
    waiting = base_chains(ruleset, way)
    met: set[tuple[str, str]] = set()
    while waiting:
        chain = waiting.pop()
        if (chain.table, chain.name) in met:
            continue
        met.add((chain.table, chain.name))
        yield chain
        for rule in rule_kinds(chain):
            called = ruleset.chains.get((chain.table, rule.target)) if rule.action in ("jump", "goto") else None
            if called is not None:
                waiting.append(called)


def rule_kinds(chain: Chain) -> Iterable[Rule | Template]:
    """The rules of a chain; of one that is kept as columns what they have in common."""
    if isinstance(chain.rules, RuleColumns):
        used = set(chain.rules.numbers)
        return [template for number, template in enumerate(chain.rules.templates) if number in used]
    return chain.rules


def _of(asked: Iterable[Condition], kind: type[_Kind]) -> Iterator[_Kind]:
    return (condition for condition in asked if isinstance(condition, kind))


def _port_classes(asked: Iterable[Condition]) -> list[IntervalSet]:
    classes = [EVERY_PORT]
    for condition in _of(asked, SourcePortCondition):
        classes = [part for one in classes for part in (one & condition.ports, one - condition.ports) if part]
        if len(classes) > MOST_CLASSES:
            return [EVERY_PORT]
    return sorted(classes, key=lambda ports: (CLIENT_PORT not in ports, ports.spans))


def _interfaces(asked: Iterable[Condition], side: str) -> list[str | None]:
    """A name for each way in which the rules can tell interfaces apart; none where they ask for no name.

    `lo` is left out: what a host says to itself is not asked about.
    """
    named = {name for condition in _of(asked, InterfaceCondition) if condition.side == side for name in condition.names}
    named -= {"lo", "*"}
    if not named:
        return [None]
    found: dict[str | None, None] = {_unlike(SOME_INTERFACE, named): None}
    for name in sorted(named):
        found[_unlike(name[:-1], named) if name.endswith("*") else name] = None
    return list(found)


def _unlike(start: str, named: set[str]) -> str:
    """A name that begins so and is none of those, nor fits one of their longer patterns."""
    patterns = [name[:-1] for name in named if name.endswith("*") and len(name) - 1 > len(start)]
    for ending in ("", "0", "1", *(f"x{number}" for number in range(len(named) + 1))):
        name = start + ending
        if name and name not in named and not name.startswith(tuple(patterns)):
            return name
    return start + "~"


def _flags(asked: Iterable[Condition], usual: int) -> list[int | None]:
    """Flags of a TCP packet for each way in which the rules can tell them apart, the usual ones first."""
    told = list(_of(asked, TcpFlagsCondition))
    found: dict[tuple[bool | None, ...], int] = {}
    for bits in (usual, SYN, ACK, *range(256)) if told else (usual,):
        found.setdefault(tuple(holds(condition, Context(tcp_flags=bits)) for condition in told), bits)
    return list(found.values())


def _signature(context: Context, way: str, bases: Iterable[Chain], asked: Sequence[Condition]) -> object:
    """How both filters see a context: contexts that they see alike are one."""
    seen = {seen_by(chain, way, context) for chain in bases}
    told = {one: tuple(holds(condition, one) for condition in asked) for one in seen if one is not None}
    return tuple(
        told.get(one) if one is not None else None for one in (seen_by(chain, way, context) for chain in bases)
    )
