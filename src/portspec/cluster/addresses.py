"""The addresses of the roles: parsed, then settled where the ranges of two roles overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portspec.cluster.nodes import Reader, suggestion
from portspec.cluster.vocabulary import BALANCER_ROLES, NODE_ROLES, ROLE_ALIASES, ROLES
from portspec.packets.addresses import format_addresses, parse_address, parse_addresses
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.source import Span
from portspec.yamlsource import Entry, Node


class Item(NamedTuple):
    """One address, prefix or range of a role, with its place in the file."""

    addresses: IntervalSet
    span: Span


def read_roles(reader: Reader, entries: Mapping[str, Entry], topology: str) -> dict[str, IntervalSet]:
    """The addresses of every role, overlaps settled."""
    items: dict[str, list[Item]] = {}
    for key, entry in entries.items():
        if key not in ROLES and key not in ROLE_ALIASES:
            reader.fail(entry.key_span, f"unknown role {key!r}", suggestion(key, (*ROLES, *ROLE_ALIASES)))
        role = ROLE_ALIASES.get(key, key)
        if role in items:
            reader.fail(entry.key_span, f"role {role!r} is given twice: {key!r} is another name for it")
        items[role] = _items(reader, role, entry.value)
    settled = {role: _settle(role, items, topology) for role in items}
    _refuse_shared(reader, items, settled, topology)
    return settled


def _items(reader: Reader, role: str, node: Node) -> list[Item]:
    found = []
    for part in reader.sequence(node, f"role {role}", single=True):
        text = reader.text(part, f"role {role}")
        try:
            found.append(Item(parse_addresses(text), part.span))
        except ValueError as error:
            reader.fail(
                part.span,
                f"role {role}: {error}",
                "expected an address (192.0.2.1), a prefix (192.0.2.0/24) or a range (192.0.2.1-192.0.2.9)",
            )
    if not found:
        reader.fail(node.span, f"role {role}: no addresses", "give at least one, or leave the role out")
    return found


def shares(one: str, other: str, topology: str) -> bool:
    """Whether two roles may sit on the same address.

    Router pods run on nodes, one balancer may serve both ports, a balancer's address may be a node's own on a
    single node, and compact clusters put roles together.
    """
    pair = {one, other}
    if "ingress-node" in pair and pair & set(NODE_ROLES):
        return True
    if pair <= set(BALANCER_ROLES):
        return True
    if topology == "ha":
        return False
    return pair <= {*NODE_ROLES, *BALANCER_ROLES, "ingress-node"}


def _settle(role: str, items: Mapping[str, Sequence[Item]], topology: str) -> IntervalSet:
    """The role's addresses less those that another role names more specifically."""
    found = EMPTY
    for item in items[role]:
        rest = item.addresses
        for other, theirs in items.items():
            if other == role or shares(role, other, topology):
                continue
            for their in theirs:
                if their.addresses.size < item.addresses.size:
                    rest = rest - their.addresses
        found = found | rest
    return found


def _refuse_shared(
    reader: Reader, items: Mapping[str, Sequence[Item]], settled: Mapping[str, IntervalSet], topology: str
) -> None:
    for index, one in enumerate(NODE_ROLES):
        for other in NODE_ROLES[index + 1 :]:
            if one not in settled or other not in settled or shares(one, other, topology):
                continue
            common = settled[one] & settled[other]
            if not common:
                continue
            later = max(
                (item for role in (one, other) for item in items[role] if item.addresses.overlaps(common)),
                key=lambda item: (item.span.line, item.span.column),
            )
            reader.fail(
                later.span,
                f"{format_addresses(common)} is given to two node roles, {one} and {other}",
                "give each machine one role, or set `topology: compact` or `topology: single-node`",
            )


def read_hosts(reader: Reader, entries: Mapping[str, Entry]) -> dict[str, int]:
    """Host names with their one address each; names are compared in lower case."""
    hosts: dict[str, int] = {}
    for name, entry in entries.items():
        text = reader.text(entry.value, f"host {name}")
        try:
            hosts[name.lower()] = parse_address(text)
        except ValueError as error:
            reader.fail(entry.value.span, f"host {name}: {error}", "expected one address, e.g. 192.0.2.1")
    return hosts
