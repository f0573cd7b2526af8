"""Addresses of bind and server lines (configuration manual, 11)."""

from __future__ import annotations

import re
from typing import Literal

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.packets.addresses import is_v6, parse_address
from portspec.records import NamedTuple

PORTS = re.compile(r"([+-])?(\d{1,5})(?:-(\d{1,5}))?\Z")
PREFIXES = ("ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@", "mptcp@", "mptcp4@", "mptcp6@")
SOCKETS = ("/", "unix@", "uxst@", "uxdg@", "abns@", "abnsz@", "sockpair@", "rhttp@", "@")
DATAGRAMS = ("quic4@", "quic6@", "udp@", "udp4@", "udp6@", "quic+ipv4@", "quic+ipv6@")
HOST = re.compile(r"[A-Za-z0-9_.-]+\Z")
FILE_DESCRIPTORS = "fd@"


class Endpoint(NamedTuple):
    """An address with ports. `address` None with `wildcard`: every address; without: a name. `first_port` None: not
    given, and then `offset` is what is added to the port that the client connected to."""

    host: str
    address: int | None
    wildcard: bool
    family: Literal["any", "ip4", "ip6"]
    first_port: int | None
    last_port: int | None
    offset: int = 0


def is_socket(text: str) -> bool:
    """Whether an address is no TCP port at all: a socket of the file system, or a datagram."""
    return text.startswith(SOCKETS) or text.startswith(DATAGRAMS)


def endpoint(text: str, *, open_host: bool = False) -> Endpoint:
    """The endpoint of a word that is no socket; with `open_host` the host may hold a variable that is not known.

    Raises Fault for what HAProxy refuses.
    """
    family: Literal["any", "ip4", "ip6"] = "any"
    for prefix in PREFIXES:
        if text.startswith(prefix):
            text = text[len(prefix) :]
            family = "ip4" if "4" in prefix else "ip6" if "6" in prefix else "any"
            break
    host, ports = _split(text)
    first, last, offset = _ports(ports)
    if host in ("", "*"):
        # Every address of IPv4; those of IPv6 are `::`.
        return Endpoint("*", None, True, "ip6" if family == "ip6" else "ip4", first, last, offset)
    try:
        address = parse_address(host)
    except ValueError:
        if open_host and "$" in host:
            return Endpoint(host, None, False, family, first, last, offset)
        if HOST.match(host) is None or host.replace(".", "").isdigit():
            raise Fault("address-or-name", text=host) from None
        return Endpoint(host, None, False, family, first, last, offset)
    found: Literal["ip4", "ip6"] = "ip6" if is_v6(address) else "ip4"
    if family not in ("any", found):
        raise Fault("address-family", text=host, family="IPv4" if family == "ip4" else "IPv6")
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return Endpoint(host, None, True, found, first, last, offset)
    return Endpoint(host, address, False, found, first, last, offset)


def _split(text: str) -> tuple[str, str]:
    """Host and ports: the last colon is the port's, unless brackets say otherwise."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise Fault("address", text=text)
        return host, rest[1:]
    host, colon, ports = text.rpartition(":")
    if not colon:
        return text, ""
    return host, ports


def _ports(text: str) -> tuple[int | None, int | None, int]:
    if not text:
        return None, None, 0
    match = PORTS.match(text)
    if match is None:
        raise Fault("port", text=text)
    first = int(match[2])
    last = int(match[3]) if match[3] else first
    if first > 65535 or last > 65535 or first > last:
        raise Fault("port-range", text=text)
    if match[1]:
        return None, None, -first if match[1] == "-" else first
    return first, last, 0
