"""Bind lines (configuration manual, 4.2 and 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.configs.balancer.haproxy.addresses import FILE_DESCRIPTORS, Endpoint, endpoint, is_socket
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.vocabulary import BIND_FLAGS, BIND_VALUES
from portspec.configs.balancer.haproxy.words import Line, Word
from portspec.configs.balancer.model import Listener, Remark
from portspec.packets.addresses import parse_address
from portspec.source import Span

Found = Listener | Remark
PLACES = frozenset({"interface", "namespace"})
"""Options that narrow who reaches a listener by something of the host."""
OPEN_LISTENERS = frozenset({"inherited-listener", "listener-variable"})
"""Keys of remarks about listeners that may be on any port."""


def bind_line(line: Line) -> Iterator[Found]:
    """The listeners of a bind line, and remarks about what of it is refused or not known."""
    if len(line.texts) < 2:
        yield Fault("bind-incomplete").at(line.span)
        return
    flags: set[str] = set()
    if len(line.texts) == 2 and not line.lexed:
        span = line.span
        simple = [_simple(part, span) for part in _parts(line.texts[1])]
        if None not in simple:
            yield from filter(None, simple)
            return
    at = 2
    while at < len(line.texts):
        option = line.texts[at]
        if option in BIND_VALUES:
            if at + 1 >= len(line.texts):
                yield Fault("bind-option-value", option=option).at(line.span)
            elif option in PLACES:
                yield Remark("unknown", "bind-place", {"option": option}, line.span)
            at += 1
        elif option in BIND_FLAGS:
            flags.add(option)
        else:
            yield _unknown_option(line, line.word(at))
        at += 1
    yield from addressed(line.word(1), line, flags)


def _simple(text: str, span: Span) -> Listener | None:
    """The listener of a line without options at an IPv4 address and a port; None for what is written otherwise."""
    host, colon, ending = text.rpartition(":")
    if not (colon and ending.isascii() and ending.isdigit() and len(ending) <= 5 and 0 < int(ending) <= 65535):
        return None
    port = int(ending)
    if not host or host == "*":
        return Listener(None, "*", port, port, False, False, span, "ip4")
    try:
        address = parse_address(host) if host[:1].isdigit() and ":" not in host else 0
    except ValueError:
        return None
    return Listener(address, host, port, port, False, False, span, "ip4") if address else None


def _parts(text: str) -> list[str]:
    """The addresses of a list; a comma at its end is let pass."""
    return (text.removesuffix(",") or text).split(",")


def addressed(word: Word, line: Line, flags: set[str]) -> Iterator[Found]:
    """The listeners of an address word: one or more addresses with ports, separated by commas."""
    span = line.span
    for part in _parts(word.address):
        if is_socket(part):
            continue
        if part.startswith(FILE_DESCRIPTORS):
            yield Remark("unknown", "inherited-listener", {"address": part}, span)
            continue
        name = next((name for name in word.open_variables if name in part), "")
        if name and f"${{{name}-" in part:
            yield Fault("default-unquoted", variable=name).at(span)
            continue
        try:
            found = endpoint(part, open_host=True)
        except Fault as fault:
            # A port that is a variable may be any: nothing can be said about this listener.
            if name:
                port = part.rpartition(":")[2]
                name = next((name for name in word.open_variables if name in port), name)
                yield Remark("unknown", "listener-variable", {"address": part, "variable": name}, span)
            else:
                yield fault.at(span)
            continue
        if found.first_port is None or not found.last_port:
            yield _port_fault(found, part).at(span)
            continue
        if name:
            yield Remark("unknown", "bind-variable", {"address": part, "variable": name}, span)
        elif word.defaults:
            yield Remark("unknown", "default-taken", {"variable": word.defaults[0]}, span)
        yield Listener(
            address=found.address,
            address_text=found.host,
            first_port=found.first_port,
            last_port=found.last_port,
            tls="ssl" in flags,
            accept_proxy="accept-proxy" in flags,
            span=span,
            family=_family(found, flags),
        )


def _family(found: Endpoint, flags: set[str]) -> Literal["any", "ip4", "ip6"]:
    """`::` takes IPv4 too, unless v6only says otherwise (or the system, which the file does not tell)."""
    if found.wildcard and found.family == "ip6":
        return "ip6" if "v6only" in flags else "any"
    return found.family


def _port_fault(found: Endpoint, address: str) -> Fault:
    if found.offset:
        return Fault("bind-port-relative", address=address)
    return Fault("bind-port-missing" if found.first_port is None else "bind-port-zero", address=address)


def _unknown_option(line: Line, word: Word) -> Remark:
    if word.open_variables:
        return Remark("unknown", "bind-option-variable", {"variable": word.open_variables[0]}, line.span)
    return Fault("bind-option", option=word.text).at(line.span)
