"""The addresses of the roles: parsed, then settled where the ranges of two roles overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from portspec.cluster.nodes import Reader, suggestion
from portspec.cluster.vocabulary import BALANCER_ROLES, NODE_ROLES, ROLE_ALIASES, ROLES
from portspec.packets.addresses import V4_LAST, V6_BASE, format_addresses, parse_address, parse_addresses
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.records import NamedTuple
from portspec.source import Span
from portspec.yamlsource import Entry, Node

MAPPED_FIRST = V6_BASE + (0xFFFF << 32)
MAPPED_LAST = MAPPED_FIRST + V4_LAST
"""The ends of ::ffff:0:0/96."""


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
    for role, addresses in settled.items():
        if not addresses:
            first = items[role][0]
            reader.fail(
                first.span,
                f"role {role}: no address is left, other roles name all of {format_addresses(first.addresses)} more "
                "specifically",
                "give it addresses of its own, or leave the role out",
            )
    return settled


def _items(reader: Reader, role: str, node: Node) -> list[Item]:
    found = []
    for part in reader.sequence(node, f"role {role}", single=True):
        text = reader.text(part, f"role {role}")
        try:
            found.append(Item(parse_addresses(text), part.span))
        except ValueError as error:
            whole = "" if text in str(error) else f" (in {text!r})"
            reader.fail(
                part.span,
                f"role {role}: {error}{whole}",
                "expected an address (192.0.2.1), a prefix (192.0.2.0/24) or a range (192.0.2.1-192.0.2.9)",
            )
        _refuse_host_bits(reader, role, text, found[-1])
        refuse_mapped(reader, f"role {role}", text, found[-1].addresses, part.span)
    if not found:
        reader.fail(node.span, f"role {role}: no addresses", "give at least one, or leave the role out")
    return found


def _refuse_host_bits(reader: Reader, role: str, text: str, item: Item) -> None:
    """192.0.2.7/24 is how `ip address` prints one machine, and how nftables names 256: nobody can tell which is meant."""
    head, slash, _ = text.partition("/")
    if slash and "-" not in text and parse_address(head) != item.addresses.first:
        network = format_addresses(item.addresses)
        reader.fail(
            item.span, f"role {role}: {text} has host bits set", f"write {head} or {network}, whichever is meant"
        )


def refuse_mapped(reader: Reader, what: str, text: str, addresses: IntervalSet, span: Span) -> None:
    """::ffff:192.0.2.1 is how programs show an IPv4 peer on an IPv6 socket; no packet carries it."""
    if addresses.first >= MAPPED_FIRST and addresses.spans[-1][1] <= MAPPED_LAST:
        reader.fail(span, f"{what}: {text} is an IPv4-mapped address", "write the IPv4 address")


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
    """The role's addresses less those that another role names more specifically.

    Both are taken from small to large, so that what is more specific than an item is one set that only grows.
    """
    others = sorted(
        (item.addresses.size, item.addresses.spans)
        for other, theirs in items.items()
        if other != role and not shares(role, other, topology)
        for item in theirs
    )
    everything = IntervalSet(span for _, spans in others for span in spans)
    found: list[tuple[int, int]] = []
    taken, smaller = 0, EMPTY
    for item in sorted(items[role], key=lambda item: item.addresses.size):
        rest = item.addresses
        if rest.overlaps(everything):
            end = bisect_left(others, (rest.size,))
            if end > taken:
                smaller = IntervalSet(span for _, spans in others[:end] for span in spans)
                taken = end
            rest = rest - smaller
        found += rest.spans
    return IntervalSet(found)


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
            address = parse_address(text)
        except ValueError as error:
            reader.fail(entry.value.span, f"host {name}: {error}", "expected one address, e.g. 192.0.2.1")
        refuse_mapped(reader, f"host {name}", text, IntervalSet.of(address), entry.value.span)
        if hosts.setdefault(name.lower(), address) != address:
            reader.fail(entry.key_span, f"host {name} is given twice, with two addresses", "names ignore case")
    return hosts
