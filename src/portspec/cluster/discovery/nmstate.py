"""The static addresses of a host in nmstate's form, as install-config.yaml and agent-config.yaml carry it.

`interfaces[].ipv4.address[].ip` and the same below `ipv6`, `dns-resolver.config.server[]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.discovery.said import address_of
from portspec.yamlsource import MappingNode, Node, ScalarNode, SequenceNode

LINK_LOCAL = ("fe80:", "169.254.")
"""What no other network reaches."""


def child(node: Node | None, *keys: str) -> Node | None:
    """The node below a mapping by its keys; None when one of them is not there."""
    for key in keys:
        if not isinstance(node, MappingNode) or key not in node.entries:
            return None
        node = node.entries[key].value
    return node


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; none of anything else."""
    return node.items if isinstance(node, SequenceNode) else ()


def text(node: Node | None) -> str:
    """The text of a scalar; empty for anything else."""
    return node.text.strip() if isinstance(node, ScalarNode) and node.value is not None else ""


def static_addresses(config: Node | None) -> Iterator[tuple[str, int]]:
    """(address, line) of every static address of an interface that is up to hold it."""
    for interface in items(child(config, "interfaces")):
        if text(child(interface, "state")) in ("down", "absent"):
            continue
        for family in ("ipv4", "ipv6"):
            part = child(interface, family)
            if text(child(part, "enabled")) == "false":
                continue
            for one in items(child(part, "address")):
                node = child(one, "ip")
                address = address_of(text(node))
                if node is not None and address is not None and not address.lower().startswith(LINK_LOCAL):
                    yield address, node.span.line


def name_servers(config: Node | None) -> Iterator[tuple[str, int]]:
    """(address, line) of every DNS server."""
    for node in items(child(config, "dns-resolver", "config", "server")):
        address = address_of(text(node))
        if address is not None:
            yield address, node.span.line
