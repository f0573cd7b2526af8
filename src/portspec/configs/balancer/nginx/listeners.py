"""`listen` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.configs.balancer.model import Listener
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.endpoints import Endpoint, checked, shown
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.vocabulary import (
    HTTP_LISTEN_FLAGS,
    HTTP_LISTEN_VALUES,
    LISTEN_FLAGS,
    LISTEN_VALUES,
    NEWER_LISTEN,
)
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

NUMBER = re.compile(r"\d{1,9}\Z", re.ASCII)
SIZE = re.compile(r"\d{1,9}[kKmM]?\Z", re.ASCII)
NOT_FOR_UDP = ("ssl", "proxy_protocol", "backlog", "so_keepalive", "fastopen")
HTTP_PORT = 80
BOUND = frozenset({"backlog", "bind", "fastopen", "ipv6only", "rcvbuf", "reuseport", "sndbuf", "so_keepalive"})
"""Options for which nginx binds an address by itself."""
MOST_PORTS = 200_000
"""Ports of all lines together; so many sockets no host opens."""


class Heard(NamedTuple):
    """What a `server` block listens on. `unread`: a line that may listen anywhere."""

    listeners: tuple[Listener, ...]
    unread: Span | None


class Taken(NamedTuple):
    """A socket that a line takes. `alone`: nginx binds it whatever else it binds of the same port; `shared`: the kernel
    lets others bind it that say so too."""

    listener: Listener
    udp: bool
    http: bool
    alone: bool
    shared: bool


class Listening:
    """Reads the `listen` lines of a config, and knows which sockets are taken."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.taken: dict[int, dict[int | str | None, list[Taken]]] = {}
        self.sockets: dict[str, Span] = {}
        self.ports = 0

    def of(self, lines: Sequence[Directive], *, http: bool, virtual: bool = False) -> Heard:
        """The listeners of a server. One that is `virtual` may listen where others do."""
        found: list[Listener] = []
        unread = None
        for line in lines:
            if not line.words:
                continue
            if "$" in line.texts[0]:
                self.notes.refused(line.span, "variable", text=line.texts[0])
                unread = unread or line.span
                continue
            endpoint = checked(line.texts[0], line.span, self.notes, listening=True)
            if endpoint is None:
                continue
            if endpoint.socket:
                self.socket(line, endpoint.host, http=http)
                self.options(line, http=http)
                continue
            if endpoint.first is None and not http:
                self.notes.unknown(line.span, "any-port", text=line.texts[0])
                self.options(line, http=http)
                continue
            listener = self.listener(line, endpoint, http=http, virtual=virtual)
            if listener is not None:
                found.append(listener)
        return Heard(tuple(found), unread)

    def socket(self, line: Directive, path: str, *, http: bool) -> None:
        """Note a socket that is no port."""
        first = self.sockets.setdefault(path, line.span)
        if first != line.span and not http:
            self.notes.refused(line.span, "duplicate-listen", address=path, line=str(first.line))

    def listener(self, line: Directive, endpoint: Endpoint, *, http: bool, virtual: bool) -> Listener | None:
        """The listener of a line; None for UDP."""
        options = self.options(line, http=http)
        udp = "udp" in options or "quic" in options
        family = endpoint.family
        if family == "ip6" and endpoint.address is None and options.get("ipv6only") == "off":
            family = "any"
        first = HTTP_PORT if endpoint.first is None else endpoint.first
        listener = Listener(
            address=endpoint.address,
            address_text=endpoint.host,
            first_port=first,
            last_port=first if endpoint.last is None else endpoint.last,
            tls="ssl" in options,
            accept_proxy="proxy_protocol" in options,
            span=line.span,
            family=family,
        )
        if not virtual:
            self.take(Taken(listener, udp, http, alone=bool(BOUND & set(options)), shared="reuseport" in options))
        return None if udp else listener

    def options(self, line: Directive, *, http: bool) -> dict[str, str]:
        """The options of a line with their values; those that nginx does not take are remarked."""
        found: dict[str, str] = {}
        flags = HTTP_LISTEN_FLAGS if http else LISTEN_FLAGS
        values = HTTP_LISTEN_VALUES if http else LISTEN_VALUES
        for word in line.words[1:]:
            key, sign, value = word.text.partition("=")
            if key in flags if not sign else key in values and _takes(key, value):
                found[key] = value
            elif key in NEWER_LISTEN and not http:
                self.notes.unknown(line.at(word), "newer", what=key, release=NEWER_LISTEN[key])
            else:
                self.notes.refused(line.at(word), "parameter", text=word.text, name="listen")
        for option in NOT_FOR_UDP if "udp" in found and not http else ():
            if option in found:
                self.notes.refused(line.span, "not-for-udp", option=option)
        return found

    def take(self, new: Taken) -> None:
        """Note the sockets of a listener; one that is taken is refused."""
        listener = new.listener
        self.ports += listener.last_port - listener.first_port + 1
        if self.ports > MOST_PORTS:
            return
        for port in range(listener.first_port, listener.last_port + 1):
            other = next((other for other in self.others(port, new) if _clash(other, new)), None)
            if other is not None:
                line = str(other.listener.span.line)
                address = shown(listener.address_text, port)
                if (
                    other.http == new.http
                    and _key(other.listener) == _key(listener)
                    and other.listener.family == listener.family
                ):
                    self.notes.refused(listener.span, "duplicate-listen", address=address, line=line)
                else:
                    self.notes.refused(listener.span, "cannot-bind", address=address, line=line)
                return
            self.taken.setdefault(port, {}).setdefault(_key(listener), []).append(new)

    def others(self, port: int, new: Taken) -> Iterator[Taken]:
        """Sockets of a port that may be the same as a new one."""
        at_port = self.taken.get(port, {})
        yield from at_port.get(None, ())
        if not new.listener.everywhere:
            yield from at_port.get(_key(new.listener), ())
        else:
            for key, found in at_port.items():
                if key is not None:
                    yield from found


def _key(listener: Listener) -> int | str | None:
    """What tells the address of a listener from others; None for every address."""
    if listener.everywhere:
        return None
    return listener.address if listener.address is not None else listener.address_text.lower()


def _clash(one: Taken, other: Taken) -> bool:
    """Whether nginx cannot have both."""
    if one.udp != other.udp or (one.http and other.http):
        return False
    if one.shared and other.shared and (one.http != other.http or _key(one.listener) != _key(other.listener)):
        return False
    first, second = one.listener, other.listener
    if first.everywhere and second.everywhere:
        return first.family == second.family or "any" in (first.family, second.family)
    if not first.everywhere and not second.everywhere:
        return True
    every, single = (one, other) if first.everywhere else (other, one)
    if every.listener.family not in ("any", single.listener.family):
        return False
    # Of one module and family, one socket takes the connections to both; but not where the address has to have its own.
    families = every.listener.address_text == "::", single.listener.family == "ip6"
    return single.alone or one.http != other.http or families[0] != families[1]


def _takes(key: str, value: str) -> bool:
    if key == "ipv6only":
        return value in ("on", "off")
    if key in ("rcvbuf", "sndbuf"):
        return SIZE.match(value) is not None
    if key == "so_keepalive":
        return value in ("on", "off") or _is_keepalive(value)
    if key == "backlog" and not value.strip("0"):
        return False
    return key == "accept_filter" or NUMBER.match(value) is not None


def _is_keepalive(value: str) -> bool:
    """`idle:interval:count`, each of which may be left out; not all of them 0."""
    idle, _, rest = value.partition(":")
    interval, _, count = rest.partition(":")
    times = [milliseconds(text, whole_seconds=True) if text else 0 for text in (idle, interval)]
    if None in times or (count and NUMBER.match(count) is None):
        return False
    return any(times) or bool(count.strip("0"))
