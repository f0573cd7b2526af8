"""The neutral model of a packet filter: what every reader produces and every evaluator consumes.

A rule is a union of boxes (the part that the algebra of `packets/` can decide), a tuple of conditions (facts
about a packet that are not in its box: connection state, interface, source port, …; all must hold) and a
verdict. Unknown constructs are `Unknown` conditions: never dropped, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple
from portspec.source import SourceText, Span

Hook = Literal["ingress", "prerouting", "input", "forward", "output", "postrouting"]
Action = Literal["accept", "drop", "reject", "jump", "goto", "return", "continue", "unknown"]


class StateCondition(NamedTuple):
    """The connection state is one of `states` (`new`, `established`, `related`, `invalid`, `untracked`)."""

    states: frozenset[str]


class InterfaceCondition(NamedTuple):
    """The packet's interface has (or, negated, has not) one of `names`; a trailing `*` matches any ending."""

    side: Literal["in", "out"]
    names: frozenset[str]
    negated: bool = False


class SourcePortCondition(NamedTuple):
    """The source port is in `ports` (plain numbers 0..65535, negation already worked in)."""

    ports: IntervalSet


class TcpFlagsCondition(NamedTuple):
    """`flags & mask == value` (or !=). Bits: fin 1, syn 2, rst 4, psh 8, ack 16, urg 32, ece 64, cwr 128."""

    mask: int
    value: int
    negated: bool = False


class MarkCondition(NamedTuple):
    """The packet mark, masked, is (or is not) `value`."""

    value: int
    mask: int = 0xFFFFFFFF
    negated: bool = False


class Unknown(NamedTuple):
    """Something that the reader does not model: it may match or not. `reason` quotes it for the report."""

    reason: str


NO_FIRST_PACKET = MarkCondition(1, mask=0)
"""Holds for no packet that is asked about: what matches fragments behind the first, or packets with IPv6 extension headers. Such
a rule is not one that never matches."""

Condition = StateCondition | InterfaceCondition | SourcePortCondition | TcpFlagsCondition | MarkCondition | Unknown


class Rule(NamedTuple):
    """One rule. It matches when the packet lies in one of `boxes` and every condition holds.

    `action` `continue` is a rule without effect on the verdict (counter, log). `unknown` is a target that may
    end the packet either way (queue to user space, an unread extension). `target` is the chain of a jump or
    goto, or the name of the unknown target.
    """

    boxes: tuple[Box, ...]
    conditions: tuple[Condition, ...]
    action: Action
    target: str
    span: Span


class Chain(NamedTuple):
    """A chain; a base chain has a hook, a priority and a policy.

    `rules` may be lazy: a sequence that makes its `Rule` objects on demand. `kind` is nftables' chain type
    (`filter`, `nat`, `route`); iptables' nat table gives `nat`. `universe` is what the table's family sees:
    ip4 only, ip6 only, or both.
    """

    name: str
    table: str
    rules: Sequence[Rule]
    span: Span
    hook: Hook | None = None
    priority: int = 0
    policy: Literal["accept", "drop"] = "accept"
    kind: str = "filter"
    universe: IntervalSet | None = None


class Note(NamedTuple):
    """Something the reader noticed and that a person should know, e.g. a set that is never filled here."""

    message_key: str
    values: Mapping[str, str]
    span: Span


class Ruleset(NamedTuple):
    """A packet filter: chains keyed by (table, name). `table` is `family name` for nftables (`inet filter`) and
    the table's name (`filter`) for iptables."""

    format: str
    source: SourceText
    chains: Mapping[tuple[str, str], Chain]
    notes: tuple[Note, ...] = ()

    def base_chains(self, hook: Hook) -> list[Chain]:
        """The base chains of a hook in the order in which the kernel runs them."""
        found = [chain for chain in self.chains.values() if chain.hook == hook]
        return sorted(found, key=lambda chain: chain.priority)
