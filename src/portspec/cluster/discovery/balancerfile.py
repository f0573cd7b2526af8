"""What a load balancer's config says: the addresses that it listens on are the balancer's, its members' names tell roles."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.discovery.said import Said, role_of_name
from portspec.configs.balancer.model import Balancer
from portspec.packets.addresses import format_address

LISTENERS = {6443: "api-balancer", 22623: "api-balancer", 80: "ingress-balancer", 443: "ingress-balancer"}


def read_balancer(balancer: Balancer) -> list[Said]:
    """Everything that the config says; what listens on every address says nothing about which one it is."""
    return list(dict.fromkeys(_said(balancer)))


def _said(balancer: Balancer) -> Iterator[Said]:
    path = balancer.source.path
    for frontend in balancer.frontends:
        for listener in frontend.listeners:
            for port, role in LISTENERS.items():
                if listener.first_port <= port <= listener.last_port and listener.address is not None:
                    yield Said("role", role, format_address(listener.address), path, listener.span.line)
    for pool in balancer.pools:
        for member in pool.members:
            told = role_of_name(member.name) or role_of_name(member.host)
            if told is None or member.address is None:
                continue
            address = format_address(member.address)
            yield Said("role", told, address, path, member.span.line, sure=False)
            yield Said("host", member.name, address, path, member.span.line)
