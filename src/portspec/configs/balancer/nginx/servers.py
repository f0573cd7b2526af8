"""The `stream` block: servers as frontends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.configs.balancer.model import Frontend, Gate, Idle, Route
from portspec.configs.balancer.nginx.admission import gates
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.endpoints import Endpoint, Unfit, checked, endpoint, shown
from portspec.configs.balancer.nginx.grammar import Grammar
from portspec.configs.balancer.nginx.listeners import Heard, Listening
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.pools import Pools, Way
from portspec.configs.balancer.nginx.probes import PROBE_TIMEOUT, probe
from portspec.configs.balancer.nginx.routing import KEPT, Case, Situation, UntoldError, Values, unset
from portspec.configs.balancer.nginx.upstreams import upstream
from portspec.configs.balancer.nginx.variables import NAME, NO_NAME, Meaning, Setting, read_geo, read_map, read_split
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

PROXY_TIMEOUT = 600_000
"""Ten minutes (ngx_stream_proxy_module, `proxy_timeout`)."""
WITH_VARIABLES = frozenset({
    "access_log", "limit_conn_zone", "log_format", "proxy_bind", "proxy_download_rate", "proxy_pass", "proxy_ssl_name",
    "proxy_upload_rate", "return", "set",
})  # fmt: skip
"""Directives of stream whose arguments may be made of variables; the variable of `set` is there by then."""
MOST_ROUTES = 100_000


class Settings(NamedTuple):
    """What decides about the connections of a server. What it does not say itself the block around it says."""

    proxy_protocol: bool = False
    proxy_ssl: bool = False
    ssl_preread: bool = False
    timeout: Idle = Idle("proxy_timeout", PROXY_TIMEOUT, None)
    transparent: bool = False
    certificate: bool = False
    gates: tuple[Gate, ...] = ()

    def within(self, block: Sequence[Directive], notes: Notes) -> Settings:
        """The settings of a block inside of one with these."""
        found = self
        for line in block:
            name = line.name
            on = line.texts[:1] != () and line.texts[0].lower() == "on"
            if name == "proxy_protocol":
                found = found._replace(proxy_protocol=on)
            elif name == "proxy_ssl":
                found = found._replace(proxy_ssl=on)
            elif name == "ssl_preread":
                found = found._replace(ssl_preread=on)
            elif name == "proxy_timeout":
                time = milliseconds(line.texts[0]) or 0
                # A time of 0 cuts a connection at once.
                found = found._replace(timeout=Idle(name, max(time, 1), line.span))
            elif name == "proxy_bind":
                if line.texts[1:] not in ((), ("transparent",)):
                    notes.refused(line.at(line.words[1]), "parameter", text=line.texts[1], name=name)
                found = found._replace(transparent=line.texts[1:] == ("transparent",))
            elif name == "ssl_certificate":
                found = found._replace(certificate=True)
        if any(line.name in ("allow", "deny") for line in block):
            found = found._replace(gates=gates(block, notes))
        return found


class Stream:
    """Reads a `stream` block."""

    def __init__(self, notes: Notes, grammar: Grammar, listening: Listening, pools: Pools) -> None:
        self.notes = notes
        self.grammar = grammar
        self.listening = listening
        self.pools = pools
        self.meanings: dict[str, Meaning] = {}
        self.matches: dict[str, Directive] = {}
        self.probe_timeout: Directive | None = None
        self.lines: dict[str, Span] = {}
        self.routes = 0

    def frontends(self, block: Sequence[Directive]) -> Iterator[Frontend]:
        """The servers of the block."""
        self.matches = {line.texts[0]: line for line in block if line.name == "match" and len(line.words) == 1}
        self.probe_timeout = next((line for line in block if line.name == "health_check_timeout"), None)
        lines = self.grammar.fitting("stream", block)
        outer = Settings().within(lines, self.notes)
        for line in lines:
            if line.name == "upstream":
                self.upstream(line)
            elif line.name in ("map", "geo", "split_clients"):
                reading = {"map": read_map, "geo": read_geo, "split_clients": read_split}[line.name]
                found = reading(line, self.notes)
                if found is not None:
                    self.meanings[found[0]] = found[1]
        self.variables(block)
        for line in lines:
            if line.name == "server":
                yield self.server(line, outer)

    def variables(self, block: Sequence[Directive]) -> None:
        """Refuse variables that nobody sets; those of `set` are there for all servers."""
        if self.grammar.foreign:
            return
        everywhere = [one for line in block if line.name == "server" for one in line.block or ()]
        known = {*self.meanings, *(one.texts[0][1:] for one in everywhere if one.name == "set" and one.words)}
        known |= {line.texts[0][1:] for line in block if line.name.startswith("js_") and line.words}
        for one in everywhere:
            if one.name == "set" and len(one.words) == 2 and NAME.match(one.texts[0]) is None:
                self.notes.refused(one.span, "no-variable", text=one.texts[0])
        asked: list[tuple[Directive, tuple[str, ...]]] = []
        for line in block:
            if line.name == "map":
                asked.append((line, line.texts[:1]))
                asked += ((one, one.texts) for one in line.block or () if one.name != "include")
            elif line.name in ("split_clients", "geo"):
                asked.append((line, line.texts[:-1]))
            elif line.name == "upstream":
                asked += ((one, one.texts[:1]) for one in line.block or () if one.name == "hash")
        asked += (
            (one, one.texts[1:] if one.name == "log_format" else one.texts)
            for one in (*block, *everywhere)
            if one.name in WITH_VARIABLES
        )
        for line, texts in asked:
            for text in texts:
                if NO_NAME.search(text):
                    self.notes.refused(line.span, "variable-name", text=text)
                elif missing := unset(text, known):
                    self.notes.refused(line.span, "variable-unknown", name=missing)

    def upstream(self, directive: Directive) -> None:
        """Take in an upstream."""
        name = directive.texts[0]
        if name.lower() in self.lines:
            line = str(self.lines[name.lower()].line)
            self.notes.refused(directive.span, "duplicate-upstream", name=name, line=line)
            return
        self.lines[name.lower()] = directive.span
        block = self.grammar.fitting("upstream", directive.block or ())
        self.pools.declare(upstream(directive, block, self.notes, http=False))

    def server(self, directive: Directive, outer: Settings) -> Frontend:
        """A server as a frontend."""
        lines = self.grammar.fitting("server", directive.block or ())
        settings = outer.within(lines, self.notes)
        virtual = any(line.name == "server_name" for line in directive.block or ())
        heard = self.listening.of([line for line in lines if line.name == "listen"], http=False, virtual=virtual)
        if not any(line.name == "listen" for line in directive.block or ()):
            self.notes.refused(directive.span, "no-listen")
        for line in lines:
            if line.name == "listen" and "ssl" in line.texts[1:] and not settings.certificate:
                self.notes.refused(line.span, "no-certificate")
        name = frontend_name(heard, directive)
        routes = tuple(self.handled(directive, lines, settings, heard, name))
        self.routes += len(routes)
        if self.routes > MOST_ROUTES:
            raise directive.place.source.error(f"more than {MOST_ROUTES} ways to upstreams", directive.start)
        idle = (settings.timeout,)
        return Frontend(
            name, "tcp", heard.listeners, routes, directive.span, unread=heard.unread, idle=idle, gates=settings.gates
        )

    def handled(
        self, directive: Directive, lines: Sequence[Directive], settings: Settings, heard: Heard, name: str
    ) -> Iterator[Route]:
        """Where the server sends connections. Of `proxy_pass` and `return` the last one counts."""
        handlers = [line for line in lines if line.name in ("proxy_pass", "return")]
        others = any(line.name in ("proxy_pass", "return", "pass") for line in directive.block or ())
        if not handlers:
            if not others and any(line.name == "listen" for line in directive.block or ()):
                self.notes.refused(directive.span, "no-handler")
            return
        for other in handlers[:-1]:
            self.notes.ignored(other.span, "return-wins", line=str(handlers[-1].span.line))
        line = next((one for one in handlers if one.name == "proxy_pass"), None)
        if line is None:
            return
        check = next((one for one in directive.block or () if one.name == "health_check"), None)
        waits = next((one for one in directive.block or () if one.name == "health_check_timeout"), self.probe_timeout)
        timeout = PROBE_TIMEOUT if waits is None else milliseconds("".join(waits.texts[:1])) or PROBE_TIMEOUT
        probed = None if check is None else probe(check, self.matches, timeout, tls=settings.proxy_ssl)
        way = Way(
            send_proxy=settings.proxy_protocol,
            tls=settings.proxy_ssl,
            transparent=settings.transparent,
            idle=(settings.timeout,),
            probe=probed,
        )
        for case in self.cases(line, lines, settings, heard):
            route = self.route(line, case, way, name)
            if route is not None and line is handlers[-1]:
                yield route

    def cases(self, line: Directive, lines: Sequence[Directive], settings: Settings, heard: Heard) -> list[Case]:
        """What `proxy_pass` comes to."""
        text = line.texts[0]
        if "$" not in text:
            return [Case(text)]
        meanings: dict[str, Meaning] = dict(self.meanings)
        for one in lines:
            if one.name == "set":
                meanings[one.texts[0].removeprefix("$")] = Setting(one.texts[1])
        tls = any(one.tls for one in heard.listeners)
        try:
            return Values(meanings, Situation(settings.ssl_preread, tls), self.notes).cases(text)
        except UntoldError:
            return [Case(text)]

    def route(self, line: Directive, case: Case, way: Way, server: str) -> Route | None:
        """The route of a case; None for an address that is none. A value that is empty ends the connection."""
        span = case.span or line.span
        text = case.text
        alternatives = (case.terms,)
        if not text:
            return Route("", case.asked, span, alternatives)
        kept = text.removesuffix(f":{KEPT}")
        if kept != text and (found := _told(kept, with_port=False)) is not None and not found.socket:
            return Route(self.pools.at(found, None, way, server, span), case.asked, span, alternatives)
        if "$" in text:
            self.notes.unknown(span, "dynamic-upstream", target=text)
            return Route(text, case.asked, span, alternatives)
        pool = self.pools.named(text, "tcp")
        if pool is not None:
            return Route(self.pools.used_as(pool, way, server), case.asked, span, alternatives)
        found = checked(text, span, self.notes) if "$" not in line.texts[0] else _told(text)
        if found is None and "$" in line.texts[0]:
            self.notes.unknown(span, "no-such-target", text=text)
            return Route("", case.asked, span, alternatives)
        if found is None:
            return None
        if found.socket:
            self.notes.unknown(span, "socket")
            return None
        if found.first is None:
            self.notes.refused(span, "no-such-upstream", text=text)
            return None
        pool = self.pools.named(found.host, "tcp") if "$" not in line.texts[0] else None
        if pool is not None:
            self.notes.refused(span, "upstream-with-port", name=found.host, port=str(found.first))
            return Route(self.pools.used_as(pool, way, server), case.asked, span, alternatives)
        return Route(self.pools.at(found, None, way, server, span), case.asked, span, alternatives)


def _told(text: str, *, with_port: bool = True) -> Endpoint | None:
    """The endpoint that a variable comes to, if it is one."""
    try:
        found = endpoint(text)
    except Unfit:
        return None
    return found if found.socket or (found.first is not None) == with_port else None


def frontend_name(heard: Heard, directive: Directive) -> str:
    """What a server is called: by what it listens on first."""
    if not heard.listeners:
        return f"line {directive.span.line}"
    return shown(heard.listeners[0].address_text, heard.listeners[0].first_port)
