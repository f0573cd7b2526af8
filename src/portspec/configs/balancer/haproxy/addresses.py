"""Addresses of bind and server lines (configuration manual, 11)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from portspec.packets.addresses import is_v6, parse_address

PORTS = re.compile(r"(\+|-)?(\d{1,5})(?:-(\d{1,5}))?\Z")
PREFIXES = ("ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@", "quic4@", "quic6@", "udp@", "udp4@", "udp6@")
NOT_TCP = (
    "/",
    "unix@",
    "abns@",
    "abnsz@",
    "fd@",
    "sockpair@",
    "quic4@",
    "quic6@",
    "rhttp@",
    "udp@",
    "udp4@",
    "udp6@",
    "mptcp@",
)


class Endpoint(NamedTuple):
    """An address with ports. `address` None with `wildcard`: every address; without: a name. `port` None: not given;
    `relative`: the port is an offset to the client's."""

    host: str
    address: int | None
    wildcard: bool
    family: Literal["any", "ip4", "ip6"]
    first_port: int | None
    last_port: int | None
    relative: bool


def endpoint(text: str) -> Endpoint | None:
    """The endpoint of a word; None for what is no TCP address (a socket, a file descriptor). Raises ValueError."""
    if text.startswith(NOT_TCP):
        return None
    family: Literal["any", "ip4", "ip6"] = "any"
    for prefix in PREFIXES:
        if text.startswith(prefix):
            text = text[len(prefix) :]
            family = "ip4" if "4" in prefix else "ip6" if "6" in prefix else "any"
            break
    host, ports = _split(text)
    first, last, relative = _ports(ports)
    if host in ("", "*"):
        return Endpoint(host or "*", None, True, family, first, last, relative)
    try:
        address = parse_address(host)
    except ValueError:
        return Endpoint(host, None, False, family, first, last, relative)
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return Endpoint(host, None, True, "ip6" if host == "::" else "ip4", first, last, relative)
    return Endpoint(host, address, False, "ip6" if is_v6(address) else "ip4", first, last, relative)


def _split(text: str) -> tuple[str, str]:
    """Host and ports: the last colon is the port's, unless brackets say otherwise."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, colon, ports = text.rpartition(":")
    if not colon:
        return text, ""
    return host, ports


def _ports(text: str) -> tuple[int | None, int | None, bool]:
    if not text:
        return None, None, False
    match = PORTS.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no port")
    first = int(match[2])
    last = int(match[3]) if match[3] else first
    if first > 65535 or last > 65535 or first > last:
        raise ValueError(f"{text!r} is no port or range of ports")
    return first, last, match[1] is not None
