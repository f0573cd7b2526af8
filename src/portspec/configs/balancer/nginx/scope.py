"""What holds in a block: its own settings, and those it takes over from the blocks around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portspec.configs.balancer.model import Remark
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

PROXY_TIMEOUT = 600_000
"""Ten minutes (ngx_stream_proxy_module, `proxy_timeout`)."""

SWITCHES = ("proxy_protocol", "proxy_ssl", "ssl_preread")


class Settings(NamedTuple):
    """What decides about connections. `turned_away` is the first line that turns clients away."""

    proxy_protocol: bool = False
    proxy_ssl: bool = False
    ssl_preread: bool = False
    timeout: int = PROXY_TIMEOUT
    timeout_span: Span | None = None
    turned_away: Span | None = None
    certificate: bool = False


def settled(outer: Settings, block: Sequence[Directive], remarks: list[Remark]) -> Settings:
    """The settings of a block. What nginx refuses is added to the remarks."""
    found = outer
    seen: set[str] = set()
    for directive in block:
        name, texts = directive.name.text, directive.texts
        if name in SWITCHES or name == "proxy_timeout":
            if name in seen:
                remarks.append(refused(directive.span, "duplicate", name=name))
                continue
            seen.add(name)
            if len(texts) != 1:
                remarks.append(refused(directive.span, "arguments", name=name, expected="1", count=str(len(texts))))
                continue
        if name in SWITCHES:
            if texts[0].lower() not in ("on", "off"):
                remarks.append(refused(directive.span, "switch", name=name, text=texts[0]))
            else:
                found = _switched(found, name, on=texts[0].lower() == "on")
        elif name == "ssl_certificate":
            found = found._replace(certificate=True)
        elif name == "proxy_timeout":
            time = milliseconds(texts[0])
            if time is None:
                remarks.append(refused(directive.span, "time", text=texts[0]))
            else:
                found = found._replace(timeout=time, timeout_span=directive.span)
    if any(directive.name.text in ("allow", "deny") for directive in block):
        # Own lines replace those of the blocks around.
        found = found._replace(turned_away=_turned_away(block))
    return found


def _switched(settings: Settings, name: str, *, on: bool) -> Settings:
    if name == "proxy_protocol":
        return settings._replace(proxy_protocol=on)
    if name == "proxy_ssl":
        return settings._replace(proxy_ssl=on)
    return settings._replace(ssl_preread=on)


def _turned_away(block: Sequence[Directive]) -> Span | None:
    for directive in block:
        if directive.name.text == "allow" and directive.texts == ("all",):
            return None
        if directive.name.text == "deny":
            return directive.span
    return None


def refused(span: Span, key: str, **values: str) -> Remark:
    """A remark about what nginx refuses."""
    return Remark("refused", key, values, span)


def unknown(span: Span, key: str, **values: str) -> Remark:
    """A remark about what is not modelled."""
    return Remark("unknown", key, values, span)
