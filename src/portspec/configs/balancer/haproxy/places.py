"""Addresses of servers as most are written: an IPv4 address or a host name, with a port."""

from __future__ import annotations

import re

from portspec.packets.addresses import parse_address

NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(\d{1,5})\Z", re.ASCII)
NO_NETWORK = 256
"""Below this an address is one of 0.0.0.0/24, of which the first stands for whatever the client asked for."""
OCTETS = {str(number): number for number in range(256)}


class Places:
    """Reads the addresses of a file's servers. Networks and ports are few, and looked up rather than read again."""

    def __init__(self) -> None:
        self.networks: dict[str, int] = {}
        self.ports: dict[str, int] = {}

    def usual(self, text: str) -> tuple[str, int | None, int] | None:
        """Host, address and port of a word; None for one that is written otherwise, or that HAProxy refuses."""
        host, _, ending = text.rpartition(":")
        head, _, last = host.rpartition(".")
        network, octet, port = self.networks.get(head), OCTETS.get(last), self.ports.get(ending)
        if network is None or octet is None or port is None:
            return self.looked_at(text, host, ending)
        return host, network + octet, port

    def looked_at(self, text: str, host: str, ending: str) -> tuple[str, int | None, int] | None:
        """The same of a word whose network or port is new."""
        port = int(ending) if ending.isascii() and ending.isdigit() and len(ending) <= 5 else 0
        if not 0 < port <= 65535:
            return None
        self.ports[ending] = port
        if host[:1].isalpha():
            return (host, None, port) if NAMED.match(text) else None
        try:
            address = parse_address(host)
        except ValueError:
            return None
        if ":" in host or not address:
            return None
        if address >= NO_NETWORK:
            self.networks[host.rpartition(".")[0]] = address & ~255
        return host, address, port
