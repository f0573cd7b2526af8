"""Transport protocol and port as points on one integer line: `protocol << 16 | port`.

TCP 443 is `6 << 16 | 443`. A protocol without ports has one stretch of the line as well: for ICMP and
ICMPv6 the low 16 bits are `type << 8 | code`, for every other protocol only the whole stretch is used.
So "every packet" is one span, and "any TCP" is another.
"""

from __future__ import annotations

from portspec.packets.intervals import IntervalSet

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ggp": 3, "ipencap": 4, "st": 5, "tcp": 6, "egp": 8, "igp": 9, "pup": 12, "udp": 17, "hmp": 20,
    "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6": 41,
    "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "skip": 57,
    "ipv6-icmp": 58, "icmpv6": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ospf": 89,
    "ax.25": 93, "ipip": 94, "etherip": 97, "encap": 98, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "isis": 124,
    "sctp": 132, "fc": 133, "mobility-header": 135, "ipv6-mh": 135, "mh": 135, "udplite": 136, "mpls-in-ip": 137,
    "manet": 138, "hip": 139, "shim6": 140, "wesp": 141, "rohc": 142, "ethernet": 143,
}  # fmt: skip
"""Protocol numbers by name, as Debian's /etc/protocols has them; `icmpv6`, `mh` and `ipv6-mh` are what filters say."""

NAMES = {1: "icmp", 2: "igmp", 4: "ipencap", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah",
         58: "icmpv6", 112: "vrrp", 132: "sctp", 136: "udplite"}  # fmt: skip

WITH_PORTS = frozenset({6, 17, 33, 132, 136})
"""Protocols whose header starts with source and destination port."""

ANY_PORTS = IntervalSet.of(0, (256 << 16) - 1)
"""Every protocol and every port."""


def protocol_number(name: str) -> int:
    """The number of a protocol given by name or number. Raises ValueError."""
    number = PROTOCOLS.get(name.lower())
    if number is not None:
        return number
    if name.isascii() and name.isdigit() and int(name) <= 255:
        return int(name)
    raise ValueError(f"unknown protocol: {name!r}")


def ports(protocol: int, first: int = 0, last: int = 65535) -> IntervalSet:
    """The part of the line of one protocol: all of it, or ports first..last."""
    return IntervalSet.of(protocol << 16 | first, protocol << 16 | last)


def port_point(transport: str, port: int | None) -> int:
    """The point of a transport by name and its port (0 where it has none)."""
    return protocol_number(transport) << 16 | (port or 0)


def split_point(point: int) -> tuple[str, int | None]:
    """(transport name, port) of a point; the port is None where the protocol has no ports."""
    protocol = point >> 16
    return NAMES.get(protocol, str(protocol)), (point & 65535 if protocol in WITH_PORTS else None)
