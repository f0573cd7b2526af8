"""Addresses of `listen`, `server` and `proxy_pass` (`ngx_parse_url`)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from portspec.packets.addresses import is_v6, parse_address

HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?\Z")
EVERYWHERE = {"*": "ip4", "0.0.0.0": "ip4", "::": "ip6"}  # noqa: S104


class Endpoint(NamedTuple):
    """A host with ports. `address` None: every address of the family where the host is one of those, else a name.
    `first` None: no port is given. `socket`: no TCP port at all."""

    host: str
    address: int | None
    family: Literal["any", "ip4", "ip6"]
    first: int | None
    last: int | None
    socket: bool = False


class Unfit(ValueError):  # noqa: N818
    """What is no address: the key of a remark."""


def endpoint(text: str, *, listening: bool = False) -> Endpoint:
    """The endpoint of a word. Listening, a bare number is a port of every IPv4 address. Raises Unfit."""
    if text.startswith("unix:"):
        return Endpoint(text, None, "any", None, None, socket=True)
    if listening and PORTS.match(text):
        return Endpoint("*", None, "ip4", *_ports(text))
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and rest[0] != ":"):
            raise Unfit("url")
        ports = rest[1:]
    else:
        host, colon, ports = text.partition(":")
        if colon and ":" in ports:
            raise Unfit("url")
    first, last = _ports(ports) if ports else (None, None)
    if first != last and not listening:
        raise Unfit("port")  # only a listener has a range
    if text.startswith("[") or host.replace(".", "").isdigit():
        try:
            address = parse_address(host)
        except ValueError:
            raise Unfit("url") from None
        family: Literal["ip4", "ip6"] = "ip6" if is_v6(address) else "ip4"
        return Endpoint(host, None if host in EVERYWHERE else address, family, first, last)
    if host == "*" and listening:
        return Endpoint(host, None, "ip4", first, last)
    if HOST.match(host) is None:
        raise Unfit("url")
    return Endpoint(host, None, "any", first, last)


def _ports(text: str) -> tuple[int, int]:
    match = PORTS.match(text)
    if match is None:
        raise Unfit("port")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= 65535:
        raise Unfit("port")
    return first, last
