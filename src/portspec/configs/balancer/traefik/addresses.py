"""Addresses of entry points and servers: `host:port`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from portspec.configs.balancer.model import EVERY_ADDRESS, Listener
from portspec.packets.addresses import is_v6, parse_address
from portspec.source import Span


class Endpoint(NamedTuple):
    """A host with a port; an empty host is every address."""

    host: str
    address: int | None
    port: int

    def listener(self, span: Span, *, tls: bool) -> Listener:
        """The listener at it. Go listens for IPv4 and IPv6 wherever every address is asked for."""
        family: Literal["any", "ip4", "ip6"] = "any"
        if self.address is not None:
            family = "ip6" if is_v6(self.address) else "ip4"
        everywhere = self.host in ("", *EVERY_ADDRESS)
        return Listener(
            None if everywhere else self.address,
            "*" if everywhere else self.host,
            self.port,
            self.port,
            tls,
            False,
            span,
            "any" if everywhere else family,
        )


def endpoint(text: str) -> Endpoint | None:
    """The endpoint of a text; None where it has no port, or more than is read."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%]*)\]|([^:\[\]\s/]*)):(\d{1,5})", text)
    if found is None or int(found[3]) > 65535:
        return None
    host = found[1] if found[1] is not None else found[2]
    try:
        return Endpoint(host, parse_address(host), int(found[3]))
    except ValueError:
        return Endpoint(host, None, int(found[3]))
