"""Addresses and ports as a BIG-IP writes them.

`10.0.0.1:6443`, `/Common/10.0.0.1:https`, `10.0.0.1%2:6443` (a route domain), `2001:db8::1.6443`, `any:0`, `*:*`; see
https://clouddocs.f5.com/cli/tmsh-reference/latest/modules/ltm/ltm_virtual.html.
"""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.f5.vocabulary import SERVICES
from portspec.packets.addresses import parse_address

ANY = frozenset({"any", "any6", "*", "0.0.0.0", "::", "0.0.0.0/0", "::/0"})  # noqa: S104
MASKS_OF_ALL = frozenset({"any", "any6", "0.0.0.0", "::", "0"})  # noqa: S104
MASKS_OF_ONE = frozenset({"255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "none"})


class Endpoint(NamedTuple):
    """A host with a port. `port` None: a name that is not known, 0: every port."""

    host: str
    port: int | None
    port_text: str


def endpoint(text: str) -> Endpoint:
    """Host and port of a destination or a member, without folders and route domains."""
    if text.startswith("/"):
        text = text.rpartition("/")[2]
    host, port = _split(text)
    return Endpoint(plain(host), port_number(port), port)


def plain(host: str) -> str:
    """A host without its route domain."""
    if "%" not in host:
        return host
    name, _, rest = host.partition("%")
    return name + (f"/{rest.partition('/')[2]}" if "/" in rest else "")


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.lstrip(":.")
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    host, dot, port = text.rpartition(".")
    if dot and (":" in host or host in ("*", "any", "any6")):
        return host, port
    return text, ""


def port_number(text: str) -> int | None:
    """A port by number or name; 0 for every port, None for a name that is not known."""
    if text in SERVICES:
        return SERVICES[text]
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65536:
        return int(text)
    return 0 if not text else None


def address(text: str) -> int | None:
    """The address of a host; None for a name."""
    try:
        return parse_address(text)
    except ValueError:
        return None
