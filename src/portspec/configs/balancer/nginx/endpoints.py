"""Addresses of `listen`, `server` and `proxy_pass` (`ngx_parse_url`)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from portspec.configs.balancer.nginx.notes import Notes
from portspec.packets.addresses import is_v6, parse_address, parse_network
from portspec.source import Span

HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})\Z")
PORTS = re.compile(r"0*(\d{1,5})(?:-0*(\d{1,5}))?\Z", re.ASCII)
OCTETS = re.compile(r"\d+\.\d+\.\d+\.\d+\Z", re.ASCII)
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


def checked(text: str, span: Span, notes: Notes, *, listening: bool = False) -> Endpoint | None:
    """The endpoint of a word; None with a remark where it is none."""
    try:
        return endpoint(text, listening=listening)
    except Unfit as error:
        notes.refused(span, str(error), text=text)
        return None


def endpoint(text: str, *, listening: bool = False) -> Endpoint:
    """The endpoint of a word. Listening, a bare number is a port of every IPv4 address. Raises Unfit."""
    if "$" in text:
        raise Unfit("variable")
    if text.lower().startswith("unix:"):
        if not text[5:]:
            raise Unfit("url")
        return Endpoint(text, None, "any", None, None, socket=True)
    if listening and PORTS.match(text):
        return Endpoint("*", None, "ip4", *_ports(text))
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and rest[0] != ":") or ":" not in host:
            raise Unfit("url")
        colon, ports = rest[:1], rest[1:]
    else:
        host, colon, ports = text.partition(":")
    first, last = _ports(ports) if colon else (None, None)
    if "-" in ports and not listening:
        raise Unfit("port")  # only a listener has a range
    if text.startswith("[") or OCTETS.match(host):
        try:
            address = parse_address(host if ":" in host else _plain(host))
        except ValueError:
            raise Unfit("url") from None
        family: Literal["ip4", "ip6"] = "ip6" if is_v6(address) else "ip4"
        everywhere = address == parse_address("::" if family == "ip6" else "0.0.0.0")  # noqa: S104
        if everywhere:
            return Endpoint("::" if family == "ip6" else "0.0.0.0", None, family, first, last)  # noqa: S104
        return Endpoint(host, address, family, first, last)
    if host == "*" and listening:
        return Endpoint(host, None, "ip4", first, last)
    if HOST.match(host) is None or host.replace(".", "").isdigit():
        raise Unfit("url")
    return Endpoint(host, None, "any", first, last)


def network(text: str) -> tuple[int, int] | None:
    """The first and last address of one that is written with the length of its prefix, or alone (`ngx_ptocidr`)."""
    host, slash, length = text.partition("/")
    if slash and not (length.isascii() and length.isdigit()):
        return None
    try:
        return parse_network(f"{host if ':' in host else _plain(host)}{slash}{length}")
    except ValueError:
        return None


def _plain(host: str) -> str:
    """An IPv4 address without leading zeros, which nginx takes for nothing."""
    return ".".join(part.lstrip("0") or part[:1] for part in host.split("."))


def shown(host: str, port: int | None) -> str:
    """An address with its port as people write it."""
    text = f"[{host}]" if ":" in host and not host.lower().startswith("unix:") else host
    return text if port is None else f"{text}:{port}"


def _ports(text: str) -> tuple[int, int]:
    match = PORTS.match(text)
    if match is None:
        raise Unfit("port")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= 65535:
        raise Unfit("port")
    return first, last
