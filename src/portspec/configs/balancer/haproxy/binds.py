"""Bind lines (configuration manual, 4.2 and 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.configs.balancer.haproxy.addresses import FILE_DESCRIPTORS, Endpoint, endpoint, is_socket
from portspec.configs.balancer.haproxy.vocabulary import BIND_FLAGS, BIND_VALUES
from portspec.configs.balancer.haproxy.words import Line, Word
from portspec.configs.balancer.model import Listener, Remark

Found = Listener | Remark


def bind_line(line: Line) -> Iterator[Found]:
    """The listeners of a bind line, and remarks about what of it is refused or not known."""
    if len(line.words) < 2:
        yield Remark("refused", "bind-address", "bind needs an address and a port", line.span)
        return
    flags: set[str] = set()
    at = 2
    while at < len(line.words):
        option = line.texts[at]
        if option in BIND_VALUES:
            if at + 1 >= len(line.words):
                yield Remark("refused", "bind-option", f"bind option {option!r} needs a value", line.span)
            at += 1
        elif option in BIND_FLAGS:
            flags.add(option)
        else:
            yield _unknown_option(line, line.words[at])
        at += 1
    yield from addressed(line.words[1], line, flags)


def addressed(word: Word, line: Line, flags: set[str]) -> Iterator[Found]:
    """The listeners of an address word: one or more addresses with ports, separated by commas."""
    for part in word.address.split(","):
        if is_socket(part):
            continue
        if part.startswith(FILE_DESCRIPTORS):
            message = f"which port bind {part} listens on is known only to whoever starts HAProxy"
            yield Remark("unknown", "open-listener", message, line.span)
            continue
        name = next((name for name in word.open_variables if name in part), "")
        try:
            found = endpoint(part, open_host=True)
        except ValueError as error:
            # A port that is a variable may be any: nothing can be said about this listener.
            if name:
                yield Remark("unknown", "open-listener", f"bind {part} depends on ${name}", line.span)
            else:
                yield Remark("refused", "bind-address", f"bind {part}: {error}", line.span)
            continue
        if found.first_port is None or not found.last_port:
            yield Remark("refused", "bind-address", f"bind {part}: {_port_fault(found)}", line.span)
            continue
        if name:
            yield Remark("unknown", "variable", f"bind {part} depends on ${name}", line.span)
        yield Listener(
            address=found.address,
            address_text=found.host,
            first_port=found.first_port,
            last_port=found.last_port,
            tls="ssl" in flags,
            accept_proxy="accept-proxy" in flags,
            span=line.span,
            family=_family(found, flags),
        )


def _family(found: Endpoint, flags: set[str]) -> Literal["any", "ip4", "ip6"]:
    """`::` takes IPv4 too, unless v6only says otherwise (or the system, which the file does not tell)."""
    if found.wildcard and found.family == "ip6":
        return "ip6" if "v6only" in flags else "any"
    return found.family


def _port_fault(found: Endpoint) -> str:
    if found.offset:
        return "the port must not be relative"
    return "the port is missing" if found.first_port is None else "port 0 cannot be listened on"


def _unknown_option(line: Line, word: Word) -> Remark:
    if word.open_variables:
        return Remark("unknown", "variable", f"bind option depends on ${word.open_variables[0]}", line.span)
    return Remark("refused", "bind-option", f"{word.text!r} is no option of bind", line.span)
