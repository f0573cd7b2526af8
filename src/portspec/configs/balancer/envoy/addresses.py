"""Addresses of listeners and endpoints (api-v3/config/core/v3/address.proto)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.balancer.envoy.fields import Message
from portspec.configs.balancer.envoy.vocabulary import ADDRESS, CIDR, PROTOCOLS, SOCKET_ADDRESS
from portspec.configs.balancer.model import EVERY_ADDRESS, Listener
from portspec.packets.addresses import parse_address, parse_network
from portspec.packets.intervals import IntervalSet
from portspec.source import Span


class Socket(NamedTuple):
    """A socket address. `address` None: every address, or a name. `port` None: none is given as a number; `named`: as a name.

    `both`: an address of IPv6 that takes connections of IPv4 as well.
    """

    host: str
    address: int | None
    port: int | None
    udp: bool
    both: bool
    named: bool
    span: Span

    @property
    def everywhere(self) -> bool:
        """Whether it is every address."""
        return self.host in EVERY_ADDRESS

    def listener(self, *, tls: bool = False, accept_proxy: bool = False) -> Listener:
        """The listener at it."""
        family: Literal["any", "ip4", "ip6"] = "ip6" if ":" in self.host else "ip4"
        if self.host == "::" and self.both:
            family = "any"
        port = self.port or 0
        return Listener(self.address, self.host, port, port, tls, accept_proxy, self.span, family)


def socket_of(holder: Message, name: str = "address") -> Socket | None:
    """The socket address of a field; None for what is none: a pipe, an internal listener, nothing."""
    address = holder.message(name, ADDRESS)
    if "socket_address" not in address:
        if not address.entries:
            holder.notes.remark("refused", "missing", holder.span, field="socket_address")
        return None
    found = address.message("socket_address", SOCKET_ADDRESS)
    host = found.text("address")
    if not host:
        holder.notes.remark("refused", "missing", found.span, field="address")
        return None
    port: int | None = None
    if "port_value" in found:
        port = found.whole("port_value", 0, 65535)
    elif "named_port" not in found:
        holder.notes.remark("refused", "missing", found.span, field="port_value")
    point: int | None
    try:
        point = parse_address(host)
    except ValueError:
        point = None
    if host in EVERY_ADDRESS:
        point = None
    udp = found.choice("protocol", PROTOCOLS) == "UDP"
    return Socket(host, point, port, udp, found.truth("ipv4_compat"), "named_port" in found, holder.value_span(name))


def ranges(holder: Message, name: str) -> IntervalSet:
    """The addresses of a list of prefixes. One without a length has length 0."""
    found: list[tuple[int, int]] = []
    for prefix in holder.messages(name, CIDR):
        first_last = network(prefix)
        if first_last is not None:
            found.append(first_last)
    return IntervalSet(found)


def network(prefix: Message) -> tuple[int, int] | None:
    """The first and last address of one prefix; None for what is none, which is remarked."""
    text = prefix.text("address_prefix")
    length = prefix.whole("prefix_len", 0, 128)
    try:
        return parse_network(f"{text}/{length}")
    except ValueError:
        prefix.notes.remark("refused", "prefix", prefix.span, text=f"{text}/{length}")
        return None
