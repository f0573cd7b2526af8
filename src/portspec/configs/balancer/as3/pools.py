"""Pools of a declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.as3.declared import Declaration, Declared, Place
from portspec.configs.balancer.as3.monitors import Monitors
from portspec.configs.balancer.as3.placed import Node
from portspec.configs.balancer.as3.vocabulary import MEMBER, MINIMUM_ACTIVE, POOL
from portspec.configs.balancer.f5.addresses import address, plain
from portspec.configs.balancer.f5.assembly import Group, Server
from portspec.configs.balancer.model import HealthCheck
from portspec.source import Span

WEIGHTED = ("ratio", "dynamic-ratio", "weighted")
MOST_RATE = 2147483647


class Host(NamedTuple):
    """One machine of an element of `members`."""

    name: str
    text: str
    point: int | None
    span: Span


class Pools:
    """Lowers pools."""

    def __init__(self, declaration: Declaration, monitors: Monitors) -> None:
        self.declaration = declaration
        self.monitors = monitors

    def lowered(self, found: Declared) -> Group:
        read, node = self.declaration, found.node
        read.unknown_properties(node, POOL, "Pool")
        balance = read.text(node, "loadBalancingMode", "round-robin")
        watching = self.monitors.watching(node, found.place)
        span = read.key_span(node)
        if watching is None:
            watching = HealthCheck("none", span=span)
        servers: list[Server] = []
        for element in read.array(node, "members"):
            servers += self.servers(element, found.place, watching, weighted=balance.startswith(WEIGHTED))
        least = read.whole(node, "minimumMembersActive", MINIMUM_ACTIVE)
        return Group(found.place.path, found.place.shown, tuple(servers), balance, least, span)

    def servers(self, node: Node, beside: Place, watching: HealthCheck, *, weighted: bool) -> Iterator[Server]:
        """The members of one element: each address is one."""
        read = self.declaration
        if not isinstance(node.value, dict):
            read.wrong(node, "members", "object")
            return
        read.unknown_properties(node, MEMBER, "Pool_Member")
        if "servicePort" not in node.items:
            span = read.notes.span(node.start, node.start + 1)
            read.notes.remark("refused", "missing", span, property="servicePort", what="Pool_Member")
        own = self.monitors.watching(node, beside)
        ratio = read.whole(node, "ratio", 1, 0, 100)
        disabled = (
            not read.truth(node, "enable", default=True)
            or read.text(node, "adminState", "enable") != "enable"
            # "Value zero prevents use of member".
            or read.whole(node, "rateLimit", -1, -1, MOST_RATE) == 0
        )
        port = read.whole(node, "servicePort", 0)
        priority = read.whole(node, "priorityGroup", 0)
        for host in self.hosts(node):
            yield Server(
                name=host.name,
                host=host.text,
                address=host.point,
                port=port,
                priority=priority,
                weight=max(ratio, 1) if weighted else 1,
                disabled=disabled,
                check=own or watching,
                span=host.span,
            )

    def hosts(self, node: Node) -> Iterator[Host]:
        """The machines of an element."""
        read = self.declaration
        if "bigip" in node.items:
            span = read.span(node.items["bigip"])
            read.notes.remark("unknown", "member-elsewhere", span, name=node.items["bigip"].text)
            return
        way = node.items.get("addressDiscovery")
        kind = "static" if way is None else way.text or "use"
        if kind == "fqdn":
            yield from self.named(node)
        elif kind == "static":
            yield from self.listed(node)
        elif way is not None:
            read.notes.remark("unknown", "discovery", read.span(way), how=kind)

    def named(self, node: Node) -> Iterator[Host]:
        """A machine by its name."""
        read = self.declaration
        name = read.text(node, "hostname")
        if not name:
            span = read.notes.span(node.start, node.start + 1)
            read.notes.remark("refused", "missing", span, property="hostname", what="Pool_Member")
            return
        span = read.span(node.items["hostname"])
        if read.truth(node, "autoPopulate", default=False):
            read.notes.remark("unknown", "autopopulate", span, name=name)
        yield Host(name, name, None, span)

    def listed(self, node: Node) -> Iterator[Host]:
        """Machines by their addresses."""
        read = self.declaration
        for one in read.array(node, "serverAddresses"):
            yield from self.host(one, "")
        for server in read.array(node, "servers"):
            if "address" in server.items:
                yield from self.host(server.items["address"], read.text(server, "name"))
            else:
                span = read.notes.span(server.start, server.start + 1)
                read.notes.remark("refused", "missing", span, property="address", what="servers")

    def host(self, node: Node, name: str) -> Iterator[Host]:
        text = plain(node.text)
        point = address(text)
        span = self.declaration.span(node)
        if point is None:
            self.declaration.notes.remark("refused", "address", span, text=node.text)
        yield Host(name or text, text, point, span)
