"""Zones, policies, services and the rest, from their XML."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.firewalld import rich, values
from portspec.configs.firewall.firewalld.elements import Node, parse
from portspec.configs.firewall.firewalld.grammar import check
from portspec.configs.firewall.firewalld.records import (
    Address,
    Element,
    Family,
    IpSet,
    PolicyObject,
    Ports,
    RichRule,
    Service,
    Settings,
    Word,
    Zone,
)
from portspec.configs.firewall.firewalld.values import Source, nearest
from portspec.source import Span

ZONE_TARGETS = {
    "ACCEPT": "ACCEPT",
    "DROP": "DROP",
    "%%REJECT%%": "REJECT",
    "default": "default",
    "{chain}_{zone}": "default",
}
"""What a zone's file calls its target, and our word."""
POLICY_TARGETS = ("ACCEPT", "REJECT", "DROP", "CONTINUE")
DEFAULT_PRIORITY = -1
SET_TYPES = (
    "hash:ip", "hash:ip,port", "hash:ip,port,ip", "hash:ip,port,net", "hash:ip,mark", "hash:net", "hash:net,net",
    "hash:net,port", "hash:net,port,net", "hash:net,iface", "hash:mac",
)  # fmt: skip
SET_OPTIONS = ("family", "timeout", "hashsize", "maxelem")
LONGEST_ZONE = 17
LONGEST_POLICY = 18
"""Characters of a name: it becomes part of a chain's name."""
FORBIDDEN = " /!*"
"""Characters that no interface's name has."""


def zone(source: Source, name: str) -> Zone:
    """The zone of one file."""
    root = check(source, parse(source), "zone")
    target = root.attributes.get("target", "default") or "default"
    if target not in ZONE_TARGETS:
        source.fail(root.span, f"unknown target {target[:40]!r}", "known: default, ACCEPT, DROP, %%REJECT%%")
    return Zone(
        name=_name(source, name, root, LONGEST_ZONE),
        target=ZONE_TARGETS[target],
        interfaces=tuple(interface(source, node.attributes["name"], node.span) for node in _named(root, "interface")),
        sources=tuple(_source(source, node) for node in _named(root, "source")),
        settings=settings(source, root),
        forward=_where(root, "forward"),
        inversion=_where(root, "icmp-block-inversion"),
        span=root.span,
    )


def policy(source: Source, name: str) -> PolicyObject:
    """The policy of one file."""
    root = check(source, parse(source), "policy")
    target = root.attributes["target"]
    if target not in POLICY_TARGETS:
        source.fail(root.span, f"unknown target {target[:40]!r}", f"known: {', '.join(POLICY_TARGETS)}")
    priority = DEFAULT_PRIORITY
    if "priority" in root.attributes:
        priority = values.number(source, "priority", root.attributes["priority"], root.span)
    if priority == 0:
        source.fail(root.span, "priority 0 is reserved for the zones", "give it another one; without one it is -1")
    return PolicyObject(
        name=_name(source, name, root, LONGEST_POLICY),
        target=target,
        priority=priority,
        ingress=tuple(Word(node.attributes["name"], node.span) for node in _named(root, "ingress-zone")),
        egress=tuple(Word(node.attributes["name"], node.span) for node in _named(root, "egress-zone")),
        settings=settings(source, root),
        span=root.span,
    )


def settings(source: Source, root: Node) -> Settings:
    """What a zone or a policy opens, blocks and forwards."""
    return Settings(
        services=tuple(Word(node.attributes["name"], node.span) for node in _named(root, "service")),
        ports=tuple(_ports(source, node) for node in _named(root, "port")),
        forward_ports=tuple(forward_port(source, node.attributes, node.span) for node in _named(root, "forward-port")),
        source_ports=tuple(_ports(source, node) for node in _named(root, "source-port")),
        icmp_blocks=tuple(Word(node.attributes["name"], node.span) for node in _named(root, "icmp-block")),
        rules=tuple(_rule(source, node) for node in _named(root, "rule")),
        protocols=tuple(_protocol(source, node) for node in _named(root, "protocol")),
        masquerade=_where(root, "masquerade"),
    )


def service(source: Source, name: str) -> Service:
    """The service of one file."""
    root = check(source, parse(source), "service")
    destinations: dict[Family, str] = {}
    for node in _named(root, "destination"):
        for family in _families(node):
            text = node.attributes[family]
            if values.family_of(text) != family:
                source.fail(node.span, f"{text[:60]!r} is no {family} address")
            destinations.setdefault(family, text)
    ports = [node for node in _named(root, "port") if node.attributes["port"]]
    bare = [node for node in _named(root, "port") if not node.attributes["port"]]
    return Service(
        name=name,
        ports=tuple(_ports(source, node) for node in ports),
        source_ports=tuple(_ports(source, node) for node in _named(root, "source-port")),
        protocols=tuple(
            [_protocol(source, node) for node in _named(root, "protocol")]
            + [Word(values.protocol(source, node.attributes["protocol"], node.span), node.span) for node in bare]
        ),
        destinations=tuple(destinations.items()),
        includes=tuple(Word(node.attributes["service"], node.span) for node in _named(root, "include")),
    )


def ipset(source: Source, name: str) -> IpSet:
    """The set of one file."""
    root = check(source, parse(source), "ipset")
    kind = root.attributes["type"]
    if kind not in SET_TYPES:
        source.fail(root.span, f"unknown type of set {kind[:40]!r}", nearest(kind, SET_TYPES))
    family: Family = "ipv4"
    filled = True
    for node in _named(root, "option"):
        option, value = node.attributes["name"], node.attributes.get("value", "")
        if option not in SET_OPTIONS:
            source.fail(node.span, f"unknown option {option[:40]!r}", nearest(option, SET_OPTIONS))
        if option == "family":
            if value not in ("inet", "inet6") or kind == "hash:mac":
                source.fail(node.span, f"family {value[:40]!r} does not fit", "known: inet, inet6; a hash:mac has none")
            family = "ipv6" if value == "inet6" else "ipv4"
        elif not (value.isascii() and value.isdigit()):
            source.fail(node.span, f"{option}: {value[:40]!r} is no number")
        elif option == "timeout":
            filled = not int(value[:12])
    entries = tuple(Word(node.text.strip(), node.span) for node in _named(root, "entry"))
    if entries and not filled:
        source.fail(
            entries[0].span, "a set with a timeout has no entries in its file", "firewalld would leave them out"
        )
    return IpSet(name, kind, family, entries, filled, root.span)


def icmptype(source: Source) -> tuple[Family, ...]:
    """The families of an ICMP type's file; both where it does not say."""
    root = check(source, parse(source), "icmptype")
    found: dict[Family, None] = {}
    for node in _named(root, "destination"):
        for family in _families(node):
            value = node.attributes[family].lower()
            if value in rich.YES:
                found[family] = None
            elif value not in ("no", "false"):
                source.fail(node.span, f"{family}: {value[:40]!r} is neither yes nor no")
    return tuple(found) or ("ipv4", "ipv6")


def helper(source: Source) -> None:
    """Read a connection tracking helper's file. It decides nothing about a packet by itself."""
    check(source, parse(source), "helper")


def forward_port(source: Source, attributes: Mapping[str, str], span: Span) -> Element:
    """A forward-port outside of a rich rule."""
    ports = values.ports(source, attributes["port"], attributes["protocol"], span)
    to_port, to_address = rich.target(source, attributes, ports.transport, span)
    return Element("forward-port", to_port, ports, to_address, span)


def interface(source: Source, name: str, span: Span) -> Word:
    """An interface's name, checked. A trailing `+` stands for any ending."""
    if not name or len(name) > 16 or any(character in FORBIDDEN for character in name):
        source.fail(span, f"{name[:40]!r} is no name of an interface")
    return Word(name, span)


def _rule(source: Source, node: Node) -> RichRule:
    parts = []
    for child in node.children:
        limits = [inner.attributes["value"] for inner in child.children]
        if len(limits) > 1:
            source.fail(child.children[1].span, "more than one limit")
        parts.append(rich.Part(child.name, dict(child.attributes), limits[0] if limits else None, child.span))
    return rich.rule(source, dict(node.attributes), parts, node.span)


def _named(root: Node, name: str) -> list[Node]:
    return [child for child in root.children if child.name == name]


def _where(root: Node, name: str) -> Span | None:
    found = _named(root, name)
    return found[0].span if found else None


def _families(node: Node) -> list[Family]:
    known: tuple[Family, ...] = ("ipv4", "ipv6")
    return [family for family in known if family in node.attributes]


def _ports(source: Source, node: Node) -> Ports:
    return values.ports(source, node.attributes["port"], node.attributes["protocol"], node.span)


def _protocol(source: Source, node: Node) -> Word:
    return Word(values.protocol(source, node.attributes["value"], node.span), node.span)


def _source(source: Source, node: Node) -> Address:
    address, name = node.attributes.get("address"), node.attributes.get("ipset")
    if (address is None) == (name is None):
        source.fail(node.span, "source: expected exactly one of address and ipset")
    if name is not None:
        return Address("ipset", name, negated=False, span=node.span)
    return values.address(source, address or "", node.span)


def _name(source: Source, name: str, root: Node, longest: int) -> str:
    if not name or not all(character.isalnum() or character in "_-" for character in name):
        source.fail(root.span, f"{name[:60]!r} is no name for firewalld", "letters, digits, _ and - only")
    if len(name) > longest:
        source.fail(root.span, f"the name {name[:60]!r} has {len(name)} characters; firewalld takes {longest}")
    return name
