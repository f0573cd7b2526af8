"""The frontend's side of frontend and listen sections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from portspec.configs.balancer.haproxy.binds import OPEN_LISTENERS, addressed, bind_line
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.gates import (
    TURNS_AWAY,
    Gates,
    takes_proxy_header,
    waits_for_content,
    with_effect,
)
from portspec.configs.balancer.haproxy.patterns import PatternFiles
from portspec.configs.balancer.haproxy.proxies import Proxy
from portspec.configs.balancer.haproxy.questions import Questions
from portspec.configs.balancer.haproxy.routing import Reading, Routing
from portspec.configs.balancer.model import Frontend, Gate, Listener, Remark, Route
from portspec.source import Span


def frontend(proxy: Proxy, backends: Collection[str], files: PatternFiles) -> Frontend:
    """The frontend that a section makes; what is remarked is added to the proxy's remarks."""
    mode_line = proxy.last("mode")
    disabled = proxy.disabled()
    found = tuple(_listeners(proxy))
    _remark_unused_servers(proxy)
    questions = Questions(proxy.own.get("acl", ()), files)
    head = proxy.section.head.span
    return Frontend(
        name=proxy.section.name,
        mode=proxy.mode,
        listeners=found,
        routes=_routes(proxy, found, backends, questions),
        span=head,
        mode_span=mode_line.span if mode_line is not None else None,
        disabled=disabled.span if disabled is not None else None,
        unread=_unread(proxy),
        idle=tuple(proxy.idle("client")),
        gates=_gates(proxy, found, questions),
    )


def _routes(
    proxy: Proxy, found: tuple[Listener, ...], backends: Collection[str], questions: Questions
) -> tuple[Route, ...]:
    last = Route(proxy.section.name, "", proxy.section.head.span) if proxy.section.kind == "listen" else None
    default = proxy.last("default_backend")
    chosen = proxy.own.get("use_backend", ())
    if not chosen and default is None:
        return () if last is None else (last,)
    if not chosen and last is None and default is not None and len(default.texts) > 1:
        return (Route(default.texts[1], "", default.span),)
    tls = {listener.tls for listener in found}
    reading = Reading(
        questions,
        waits=proxy.mode == "http" or waits_for_content(proxy.of("tcp-request"), questions),
        # A listener that is not known may end TLS.
        ends_tls=None if len(tls) != 1 or _unread(proxy) else True in tls,
        backends=backends,
    )
    routing = Routing(chosen, default, last, reading)
    proxy.remarks += routing.remarks
    return tuple(routing.routes)


def _listeners(proxy: Proxy) -> Iterator[Listener]:
    head = proxy.section.head
    if proxy.section.stray is not None:
        proxy.refuse(head, Fault("frontend-address"))
        yield from _kept(proxy, addressed(head.words[proxy.section.stray], head, set()))
    expected = takes_proxy_header(proxy.own.get("tcp-request", ()))
    for line in proxy.own.get("bind", ()):
        for listener in _kept(proxy, bind_line(line)):
            yield listener._replace(accept_proxy=True) if expected else listener


def _kept(proxy: Proxy, found: Iterable[Listener | Remark]) -> Iterator[Listener]:
    for part in found:
        if isinstance(part, Listener):
            yield part
        else:
            proxy.remarks.append(part)


def _unread(proxy: Proxy) -> Span | None:
    """The first line whose listener may be anywhere."""
    return next((remark.span for remark in proxy.remarks if remark.key in OPEN_LISTENERS), None)


def _gates(proxy: Proxy, found: tuple[Listener, ...], questions: Questions) -> tuple[Gate, ...]:
    rules = proxy.own.get("tcp-request", ())
    for line in proxy.inherited.get("tcp-request", ()):
        # Rules of defaults ask ACLs of their own, which are not followed here.
        if len(line.texts) > 2 and line.texts[2] in TURNS_AWAY:
            proxy.remark("unknown", "rejection", line)
    if not rules:
        return ()
    gates = Gates(rules, questions, behind_proxy=any(listener.accept_proxy for listener in found))
    proxy.remarks += gates.remarks
    return with_effect(gates.found)


def _remark_unused_servers(proxy: Proxy) -> None:
    """A listen section whose default_backend takes precedence over its own servers."""
    if proxy.section.kind != "listen" or proxy.last("default_backend") is None:
        return
    for line in proxy.section.lines:
        if line.texts[0] in ("server", "server-template"):
            proxy.remark("ignored", "unused-servers", line)
            return
