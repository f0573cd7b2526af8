"""`listen` lines."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.model import Listener, Remark
from portspec.configs.balancer.nginx.scope import refused, unknown
from portspec.configs.balancer.nginx.upstreams import checked
from portspec.configs.balancer.nginx.vocabulary import LISTEN_FLAGS, LISTEN_VALUES
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import SourceText, Span


class Listening(NamedTuple):
    """What a block listens on. `unread`: a line that may listen anywhere."""

    listeners: tuple[Listener, ...]
    unread: Span | None


def listening(source: SourceText, block: tuple[Directive, ...], remarks: list[Remark], *, http: bool) -> Listening:
    """The listeners of a `server` block."""
    found: list[Listener] = []
    unread = None
    for line in block:
        if line.name.text != "listen":
            continue
        if not line.words:
            remarks.append(refused(line.span, "arguments", name="listen", expected="1", count="0"))
        elif "$" in line.texts[0]:
            remarks.append(unknown(line.span, "address-variable", variable=line.texts[0]))
            unread = unread or line.span
        else:
            found += _listener(source, line, remarks, http=http)
    return Listening(tuple(found), unread)


def _listener(source: SourceText, line: Directive, remarks: list[Remark], *, http: bool) -> list[Listener]:
    flags: set[str] = set()
    v6only = True
    for word in line.words[1:]:
        key, sign, value = word.text.partition("=")
        if not (key in LISTEN_VALUES if sign else key in LISTEN_FLAGS):
            remarks.append(refused(source.span(word.start, word.stop), "parameter", text=word.text, name="listen"))
        elif sign and key == "ipv6only":
            v6only = value != "off"
        else:
            flags.add(key)
    found = checked(line.texts[0], line.span, remarks, listening=True)
    if found is None or found.socket:
        return []
    if found.first is None and not http:
        remarks.append(refused(line.span, "no-port", text=line.texts[0]))
        return []
    if "udp" in flags or "quic" in flags:
        return []
    family = found.family
    if family == "ip6" and found.address is None and not v6only:
        family = "any"
    first = found.first if found.first is not None else 80
    return [
        Listener(
            address=found.address,
            address_text=found.host,
            first_port=first,
            last_port=found.last if found.last is not None else first,
            tls="ssl" in flags,
            accept_proxy="proxy_protocol" in flags,
            span=line.span,
            family=family,
        )
    ]
