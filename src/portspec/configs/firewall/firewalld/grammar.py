"""Which elements and attributes firewalld's files have, and where."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.firewalld.elements import Node, stray
from portspec.configs.firewall.firewalld.values import Source, nearest

Attributes = tuple[tuple[str, ...], tuple[str, ...]]
"""The attributes that an element must have, and those that it may have."""

PROSE: Mapping[str, Attributes] = {"short": ((), ()), "description": ((), ())}
PORT: Attributes = (("port", "protocol"), ())
ELEMENT: Mapping[str, Attributes] = {
    "service": (("name",), ()),
    "port": PORT,
    "protocol": (("value",), ()),
    "icmp-block": (("name",), ()),
    "masquerade": ((), ("enabled",)),
    "forward-port": (("port", "protocol"), ("to-port", "to-addr")),
    "source-port": PORT,
}
"""What a zone, a policy and a rich rule may all hold."""
LIMIT: Mapping[str, Attributes] = {"limit": (("value",), ())}
RULE: Mapping[str, Attributes] = {
    **ELEMENT,
    "icmp-type": (("name",), ()),
    "tcp-mss-clamp": ((), ("value",)),
    "source": ((), ("address", "mac", "ipset", "invert", "family")),
    "destination": ((), ("address", "ipset", "invert")),
    "log": ((), ("prefix", "level")),
    "nflog": ((), ("group", "prefix", "queue-size")),
    "audit": ((), ()),
    "accept": ((), ()),
    "reject": ((), ("type",)),
    "drop": ((), ()),
    "mark": (("set",), ()),
}
CHILDREN: Mapping[str, Mapping[str, Attributes]] = {
    "zone": {
        **PROSE,
        **ELEMENT,
        "interface": (("name",), ()),
        "source": ((), ("address", "ipset", "family")),
        "icmp-block-inversion": ((), ()),
        "forward": ((), ()),
        "rule": ((), ("family", "priority")),
    },
    "policy": {
        **PROSE,
        **ELEMENT,
        "ingress-zone": (("name",), ()),
        "egress-zone": (("name",), ()),
        "rule": ((), ("family", "priority")),
    },
    "service": {
        **PROSE,
        "port": PORT,
        "protocol": (("value",), ()),
        "source-port": PORT,
        "module": (("name",), ()),
        "destination": ((), ("ipv4", "ipv6")),
        "include": (("service",), ()),
        "helper": (("name",), ()),
    },
    "ipset": {**PROSE, "option": (("name",), ("value",)), "entry": ((), ())},
    "icmptype": {**PROSE, "destination": ((), ("ipv4", "ipv6"))},
    "helper": {**PROSE, "port": PORT},
}
"""What the root of each kind of file may hold."""
NESTED: Mapping[str, Mapping[str, Attributes]] = {
    "rule": RULE,
    **dict.fromkeys(("log", "nflog", "audit", "accept", "reject", "drop", "mark"), LIMIT),
}
"""What the elements below may hold; the rest holds nothing."""
ROOTS: Mapping[str, Attributes] = {
    "zone": ((), ("name", "immutable", "target", "version")),
    "policy": (("target",), ("version", "priority")),
    "service": ((), ("name", "version")),
    "ipset": (("type",), ("version",)),
    "icmptype": ((), ("name", "version")),
    "helper": (("module",), ("name", "version", "family")),
}
TEXT = ("entry", "short", "description")
"""Elements that hold text."""


def check(source: Source, root: Node, expected: str) -> Node:
    """The root, once every element and attribute below it is one that firewalld knows there. Raises InputError."""
    if root.name != expected:
        source.fail(root.span, f"<{root.name[:40]}> where <{expected}> was expected")
    _attributes(source, root, ROOTS[expected])
    _children(source, root, CHILDREN[expected])
    return root


def _children(source: Source, node: Node, known: Mapping[str, Attributes]) -> None:
    if node.name not in TEXT and stray(node):
        source.fail(node.span, f"<{node.name}> holds text {stray(node)[:40]!r}, which firewalld does not read")
    for child in node.children:
        if child.name not in known:
            hint = nearest(child.name, known) if known else "nothing stands inside it"
            source.fail(child.span, f"<{child.name[:40]}> is no element of <{node.name}>", hint)
        _attributes(source, child, known[child.name])
        # A `service` in a zone is a name and holds nothing; the one that is a file's root holds ports.
        nests = child.name == "rule" or node.name == "rule"
        _children(source, child, NESTED.get(child.name, {}) if nests else {})


def _attributes(source: Source, node: Node, expected: Attributes) -> None:
    required, optional = expected
    for name in required:
        if name not in node.attributes:
            source.fail(node.span, f"<{node.name}>: the attribute {name} is missing")
    for name in node.attributes:
        if name not in required and name not in optional:
            hint = nearest(name, (*required, *optional)) if required or optional else "it has no attributes"
            source.fail(node.span, f"<{node.name}> has no attribute {name[:40]}", hint)
