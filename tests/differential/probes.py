"""Probes: packets to be sent, as plain values."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.packets.addresses import format_address, is_v6

Path = Literal["input", "forward", "output"]
State = Literal["new", "established", "related", "invalid", "untracked"]

TCP, UDP, ICMP, ICMPV6, SCTP = 6, 17, 1, 58, 132
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Probe(NamedTuple):
    """One packet to send. Addresses are points of `packets.addresses`; `low` is the destination port, or
    `type << 8 | code` for ICMP; `state` is the connection state that the sender provokes first.

    `in_interface` matters for input and forward; on the way out the routes of the testbed decide."""

    path: Path
    source: int
    destination: int
    protocol: int
    low: int = 0
    source_port: int = 40000
    flags: int = SYN
    state: State = "new"
    in_interface: str = "eth0"

    @property
    def v6(self) -> bool:
        """Whether this is an IPv6 packet."""
        return is_v6(self.source)

    def __str__(self) -> str:
        names = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmpv6", SCTP: "sctp"}
        name = names.get(self.protocol, f"protocol {self.protocol}")
        if self.protocol in (ICMP, ICMPV6):
            detail = f"type {self.low >> 8} code {self.low & 255}"
        else:
            detail = f"{self.source_port} -> {self.low}"
        flags = f" flags {self.flags:#04x}" if self.protocol == TCP else ""
        return (
            f"{self.path} {name} {format_address(self.source)} -> {format_address(self.destination)} "
            f"{detail}{flags} {self.state} in {self.in_interface}"
        )
