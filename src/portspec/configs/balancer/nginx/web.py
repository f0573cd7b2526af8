"""The `http` block: what it listens on, and the upstreams that its servers name. It takes connections apart, whatever it
does with the requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.model import Frontend, Listener, Route, Term
from portspec.configs.balancer.nginx.endpoints import checked
from portspec.configs.balancer.nginx.listeners import HTTP_PORT, Heard, Listening
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.pools import Pools, Way
from portspec.configs.balancer.nginx.servers import frontend_name
from portspec.configs.balancer.nginx.upstreams import upstream
from portspec.configs.balancer.nginx.vocabulary import HTTP_UPSTREAM
from portspec.configs.balancer.nginx.words import Directive

SCHEMES = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443}
OVER_TLS = frozenset({"https", "grpcs"})
PASSES = frozenset({"proxy_pass", "grpc_pass"})
OF_A_LOCATION = Term("other")


class Web:
    """Reads an `http` block."""

    def __init__(self, notes: Notes, listening: Listening, pools: Pools) -> None:
        self.notes = notes
        self.listening = listening
        self.pools = pools

    def frontends(self, block: Sequence[Directive]) -> Iterator[Frontend]:
        """The servers of the block."""
        for line in block:
            if line.name == "upstream" and line.block is not None and len(line.words) == 1:
                known = [one for one in line.block if one.name in HTTP_UPSTREAM or one.name == "sticky"]
                if not self.pools.declare(upstream(line, known, self.notes, http=True)):
                    first = self.pools.named(line.texts[0], "http")
                    shown = str(first.span.line) if first is not None else ""
                    self.notes.refused(line.span, "duplicate-upstream", name=line.texts[0], line=shown)
        for line in block:
            if line.name == "server" and line.block is not None:
                yield self.server(line, line.block)

    def server(self, directive: Directive, block: Sequence[Directive]) -> Frontend:
        """A server as a frontend."""
        heard = self.listening.of([line for line in block if line.name == "listen"], http=True)
        if not any(line.name == "listen" for line in block):
            every = Listener(
                address=None,
                address_text="*",
                first_port=HTTP_PORT,
                last_port=HTTP_PORT,
                tls=False,
                accept_proxy=False,
                span=directive.span,
                family="ip4",
            )
            heard = Heard((every,), None)
        name = frontend_name(heard, directive)
        span = heard.listeners[0].span if heard.listeners else directive.span
        routes = tuple(self.routes(block, name))
        return Frontend(name, "http", heard.listeners, routes, directive.span, mode_span=span, unread=heard.unread)

    def routes(self, block: Sequence[Directive], server: str) -> Iterator[Route]:
        """The routes of a server: those of single locations first, then that of the rest."""
        found = list(self.passed(block, "", server))
        yield from (route for route in found if route.condition)
        yield from (route for route in found if not route.condition)

    def passed(self, block: Sequence[Directive], where: str, server: str) -> Iterator[Route]:
        for line in block:
            if line.block is not None:
                inner = (
                    where if line.name == "location" and line.texts == ("/",) else f"{line.name} {' '.join(line.texts)}"
                )
                yield from self.passed(line.block, inner.strip(), server)
            elif line.name in PASSES and len(line.words) == 1:
                pool = self.pool(line, server)
                if pool:
                    yield Route(pool, where, line.span, ((OF_A_LOCATION,),) if where else ((),))

    def pool(self, line: Directive, server: str) -> str:
        """The pool that a line passes requests to; empty when it is told only at run time."""
        scheme, sign, rest = line.texts[0].partition("://")
        if not sign or "$" in line.texts[0] or scheme.lower() not in SCHEMES:
            self.notes.unknown(line.span, "dynamic-upstream", target=line.texts[0])
            return ""
        way = Way("http", tls=scheme.lower() in OVER_TLS)
        host = rest.partition("/")[0]
        pool = self.pools.named(host, "http")
        if pool is not None:
            return self.pools.used_as(pool, way, server)
        found = checked(host, line.span, self.notes)
        if found is None:
            return ""
        if found.socket:
            self.notes.unknown(line.span, "socket")
            return ""
        return self.pools.at(found, SCHEMES[scheme.lower()], way, server, line.span)
