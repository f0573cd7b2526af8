"""Who is turned away by a network filter RBAC (api-v3/extensions/filters/network/rbac/v3/rbac.proto, config/rbac/v3/rbac.proto)."""

from __future__ import annotations

from itertools import product

from portspec.configs.balancer.envoy.addresses import network
from portspec.configs.balancer.envoy.fields import Message
from portspec.configs.balancer.envoy.vocabulary import (
    ACTIONS,
    CIDR,
    PERMISSION,
    POLICY,
    PORT_RANGE,
    PRINCIPAL,
    RBAC,
    RULES,
)
from portspec.configs.balancer.model import Gate, Term
from portspec.packets.intervals import IntervalSet
from portspec.source import Span
from portspec.yamlsource import MappingNode

Condition = tuple[tuple[Term, ...], ...]
"""An OR of ANDs."""
SOURCES = ("source_ip", "direct_remote_ip", "remote_ip")
SETS = {"and_ids": "ids", "or_ids": "ids", "and_rules": "rules", "or_rules": "rules"}
ALWAYS: Condition = ((),)
MOST_WAYS = 200
MOST_DEPTH = 8


def gates(notes_of: Message, config: object, stage: int) -> tuple[Gate, ...]:
    """The gates of one filter, as one stage."""
    found = Message(notes_of.notes, config if isinstance(config, MappingNode) else None, RBAC, notes_of.span)
    if "matcher" in found:
        found.notes.remark("unknown", "rbac", found.key_span("matcher"), what="matcher")
        return ()
    if "rules" not in found:
        return ()
    rules = found.message("rules", RULES)
    action = rules.choice("action", ACTIONS)
    if action == "LOG":
        return ()
    admits = action == "ALLOW"
    made: list[Gate] = []
    span = found.key_span("rules")
    policies = rules.node_of("policies")
    for entry in policies.entries.values() if isinstance(policies, MappingNode) else ():
        policy = Message(found.notes, entry.value, POLICY, entry.key_span)
        made.append(Gate(admits, entry.key_span, _policy(policy), stage=stage))
    if admits:
        made.append(Gate(False, span, stage=stage))
    return tuple(made)


def _policy(policy: Message) -> Condition:
    """A policy fits where one of its permissions and one of its principals do."""
    principals = _any([_principal(one, 0) for one in policy.messages("principals", PRINCIPAL)])
    permissions = _any([_permission(one, 0) for one in policy.messages("permissions", PERMISSION)])
    both = _all(policy, [permissions, principals])
    if "condition" in policy or "checked_condition" in policy:
        return _all(policy, [both, _other(policy, "condition")])
    return both


def _principal(one: Message, depth: int) -> Condition:
    if "any" in one:
        return ALWAYS
    for name in SOURCES:
        if name in one:
            found = network(one.message(name, CIDR))
            return ((Term("source", sources=IntervalSet([found] if found is not None else [])),),)
    return _combined(one, depth, PRINCIPAL, "not_id")


def _permission(one: Message, depth: int) -> Condition:
    if "any" in one:
        return ALWAYS
    if "destination_port" in one:
        port = one.whole("destination_port", 0, 65535)
        return ((Term("port", ports=((port, port),)),),)
    if "destination_port_range" in one:
        ports = one.message("destination_port_range", PORT_RANGE)
        return ((Term("port", ports=((ports.whole("start", 0, 65536), ports.whole("end", 0, 65536) - 1),)),),)
    return _combined(one, depth, PERMISSION, "not_rule")


def _combined(one: Message, depth: int, known: frozenset[str], negation: str) -> Condition:
    read = _principal if known is PRINCIPAL else _permission
    if depth < MOST_DEPTH:
        for name, items in SETS.items():
            if name in one:
                held = one.message(name, frozenset({items}))
                parts = [read(part, depth + 1) for part in held.messages(items, known)]
                return _all(one, parts) if name.startswith("and") else _any(parts)
        if negation in one:
            inner = read(one.message(negation, known), depth + 1)
            if len(inner) == 1 and len(inner[0]) == 1:
                term = inner[0][0]
                return ((term._replace(negated=not term.negated),),)
    return _other(one, next(iter(one.entries), "{}"))


def _other(one: Message, what: str) -> Condition:
    span: Span = one.key_span(what) if what in one else one.span
    one.notes.remark("unknown", "rbac", span, what=what)
    return ((Term("other"),),)


def _any(parts: list[Condition]) -> Condition:
    return tuple(terms for part in parts for terms in part)


def _all(one: Message, parts: list[Condition]) -> Condition:
    ways = 1
    for part in parts:
        ways *= max(len(part), 1)
    if ways > MOST_WAYS:
        return _other(one, next(iter(one.entries), "{}"))
    return tuple(tuple(term for terms in combination for term in terms) for combination in product(*parts))
