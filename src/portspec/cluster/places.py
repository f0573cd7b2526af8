"""`at:` of a config: where it is enforced."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.cluster.addresses import refuse_mapped
from portspec.cluster.model import BalancerPlace, BetweenPlace, HostPlace, Place
from portspec.cluster.nodes import Reader, kind, suggestion
from portspec.cluster.vocabulary import BALANCERS, PLACE_KEYS, ROLE_ALIASES, ROLES
from portspec.packets.addresses import parse_address
from portspec.packets.intervals import IntervalSet
from portspec.source import Span
from portspec.yamlsource import MappingNode, Node, ScalarNode

EXPECTED = (
    "expected `balancer`, {host: ROLE or ADDRESS}, {between: [[ROLE, …], [ROLE, …]]} or {balancer: api or ingress}"
)


def read_place(reader: Reader, node: Node, roles: Mapping[str, IntervalSet]) -> Place:
    """The place that a node describes. A role that it names must have addresses."""
    if isinstance(node, ScalarNode):
        if node.text == "balancer":
            return BalancerPlace(BALANCERS)
        reader.fail(node.span, f"at: {node.text!r} is no place", EXPECTED)
    if not isinstance(node, MappingNode):
        reader.fail(node.span, f"at: found {kind(node)}", EXPECTED)
    entries = reader.record(node, "at", PLACE_KEYS)
    if len(entries) != 1:
        reader.fail(node.span, "at: expected exactly one key", EXPECTED)
    ((key, entry),) = entries.items()
    if key == "balancer":
        return BalancerPlace((reader.word(entry.value, "balancer", BALANCERS),))
    if key == "host":
        return _host(reader, entry.value, roles)
    sides = reader.sequence(entry.value, "between")
    if len(sides) != 2:
        reader.fail(entry.value.span, f"between: expected two lists of roles, found {len(sides)}", EXPECTED)
    near, far = (_side(reader, side, roles) for side in sides)
    both = set(near) & set(far)
    if both:
        reader.fail(entry.value.span, f"between: {', '.join(sorted(both))} stands on both sides")
    return BetweenPlace(near, far)


def _host(reader: Reader, node: Node, roles: Mapping[str, IntervalSet]) -> HostPlace:
    text = reader.text(node, "host")
    role = ROLE_ALIASES.get(text, text)
    if role in ROLES:
        return HostPlace(role, _addresses(reader, role, node.span, roles))
    try:
        addresses = IntervalSet.of(parse_address(text))
    except ValueError:
        reader.fail(node.span, f"host: {text!r} is neither a role nor an address", suggestion(text, ROLES))
    refuse_mapped(reader, "host", text, addresses, node.span)
    return HostPlace("", addresses)


def _side(reader: Reader, node: Node, roles: Mapping[str, IntervalSet]) -> tuple[str, ...]:
    found = []
    for item in reader.sequence(node, "between", single=True):
        text = reader.text(item, "between")
        role = ROLE_ALIASES.get(text, text)
        if role not in ROLES:
            reader.fail(item.span, f"between: unknown role {text!r}", suggestion(text, ROLES))
        _addresses(reader, role, item.span, roles)
        found.append(role)
    if not found:
        reader.fail(node.span, "between: a side without roles", EXPECTED)
    return tuple(found)


def _addresses(reader: Reader, role: str, span: Span, roles: Mapping[str, IntervalSet]) -> IntervalSet:
    addresses = roles.get(role)
    if addresses is None:
        reader.fail(span, f"role {role} has no addresses", f"add `{role}:` under `roles:`")
    return addresses
