"""What is known about a packet beside its box: connection state, source port, interfaces, TCP flags, mark.

A question to a filter is a set of packets and one context. A condition then holds, does not hold, or cannot be
decided from what the context says.
"""

from __future__ import annotations

from portspec.configs.firewall.model import (
    Chain,
    Condition,
    InterfaceCondition,
    MarkCondition,
    SourcePortCondition,
    StateCondition,
    TcpFlagsCondition,
)
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple

SYN = 0x02
ACK = 0x10

EVERY_PORT = IntervalSet.of(0, 65535)

CONNTRACK_PRIORITY = -200
"""Chains of prerouting and output with a lower priority run before the connection is looked up."""

PATHS: dict[str, tuple[str, ...]] = {
    "input": ("ingress", "prerouting", "input"),
    "forward": ("ingress", "prerouting", "forward", "postrouting"),
    "output": ("output", "postrouting"),
}
"""The hooks that a packet passes: to this host, through it, and from it. Any other name stands for that hook alone."""


class Context(NamedTuple):
    """Facts about the packets of one question, all of them alike.

    `source_ports` are the source ports that they may have. An interface is None when its name is not known (it is
    never `lo`: the packets come from another host or go to one) and empty where there is none. `tcp_flags` are those
    of a TCP packet (bits as in `TcpFlagsCondition`), None when not known; so is `mark`, which is 0 on the wire. `assumed`
    says of unknown matches, by their reasons, whether they are taken to be true.
    """

    state: str = "new"
    source_ports: IntervalSet = EVERY_PORT
    in_interface: str | None = None
    out_interface: str | None = None
    tcp_flags: int | None = SYN
    mark: int | None = 0
    assumed: tuple[tuple[str, bool], ...] = ()


def seen_by(chain: Chain, path: str, context: Context) -> Context | None:
    """The context as a base chain sees it on its path; None when the chain is not run for such packets.

    Before connection tracking every packet has the state `invalid`; NAT chains are run for the first packet of a
    connection only, and not for the ICMP errors that are `related` to one; a packet that comes in has no outgoing
    interface yet, one that is sent has no incoming one.
    """
    if chain.kind == "nat" and context.state != "new":
        return None
    if chain.hook in ("ingress", "prerouting", "input"):
        context = context._replace(out_interface="")
    elif chain.hook == "output" or path == "output":
        context = context._replace(in_interface="")
    early = chain.hook == "ingress" or (chain.hook in ("prerouting", "output") and chain.priority < CONNTRACK_PRIORITY)
    return context._replace(state="invalid") if early else context


def holds(condition: Condition, context: Context) -> bool | None:
    """Whether a condition holds for every packet of the context (True), for none (False), or cannot be said (None)."""
    if isinstance(condition, StateCondition):
        return context.state in condition.states
    if isinstance(condition, InterfaceCondition):
        name = context.in_interface if condition.side == "in" else context.out_interface
        return _negated(_named(name, condition.names), condition.negated)
    if isinstance(condition, SourcePortCondition):
        if context.source_ports <= condition.ports:
            return True
        return None if context.source_ports.overlaps(condition.ports) else False
    if isinstance(condition, TcpFlagsCondition):
        if context.tcp_flags is None:
            return None
        return ((context.tcp_flags & condition.mask) == condition.value) != condition.negated
    if isinstance(condition, MarkCondition):
        if context.mark is None and condition.mask:
            return None
        return (((context.mark or 0) & condition.mask) == condition.value) != condition.negated
    return next((true for reason, true in context.assumed if reason == condition.reason), None)


def all_hold(conditions: tuple[Condition, ...], context: Context) -> bool | None:
    """`holds` of a conjunction: False as soon as one condition fails, else None if one cannot be decided."""
    verdict: bool | None = True
    for condition in conditions:
        held = holds(condition, context)
        if held is False:
            return False
        if held is None:
            verdict = None
    return verdict


def _named(name: str | None, names: frozenset[str]) -> bool | None:
    if "*" in names:
        return True
    if name is None:
        return None if names - {"lo"} else False
    return any(name.startswith(known[:-1]) if known.endswith("*") else name == known for known in names)


def _negated(held: bool | None, negated: bool) -> bool | None:
    return held if held is None else held != negated
