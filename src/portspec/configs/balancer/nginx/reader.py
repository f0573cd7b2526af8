"""An nginx config as a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portspec.configs.balancer.model import Balancer, Frontend, HealthCheck, Idle, Listener, Member, Pool, Remark, Route
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.listeners import listening
from portspec.configs.balancer.nginx.routes import Map, read_map, routes
from portspec.configs.balancer.nginx.scope import Settings, refused, settled, unknown
from portspec.configs.balancer.nginx.upstreams import checked, upstream
from portspec.configs.balancer.nginx.vocabulary import MAIN, PLUS_SERVER, PLUS_STREAM, STREAM, STREAM_SERVER
from portspec.configs.balancer.nginx.words import Directive, directives
from portspec.source import SourceText, Span

BLOCKS = frozenset({"events", "stream", "http", "mail", "server", "upstream", "map", "geo", "split_clients", "match"})
SCRIPTS = frozenset({"js_preread", "js_access", "js_filter", "content_by_lua_block", "preread_by_lua_block"})


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column.

    A file that nginx.conf includes into its `stream` block is read as one.
    """
    found = directives(source)
    reader = _Reader(source)
    names = {directive.name.text for directive in found}
    if names & {"stream", "http", "events"} or not names & {"server", "upstream", "map"}:
        reader.main(found)
    else:
        reader.stream(found)
    reader.remarks.sort(key=lambda remark: (remark.span.line, remark.span.column))
    return Balancer("nginx", source, tuple(reader.frontends), tuple(reader.pools), tuple(reader.remarks))


class _Reader:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.remarks: list[Remark] = []
        self.frontends: list[Frontend] = []
        self.pools: list[Pool] = []
        self.pool_names: dict[str, int] = {}

    def refuse(self, span: Span, key: str, **values: str) -> None:
        self.remarks.append(refused(span, key, **values))

    def main(self, found: tuple[Directive, ...]) -> None:
        if not found:
            raise self.source.error("no directive: expected events, stream or http", 0)
        for directive in found:
            name = directive.name.text
            if name not in MAIN:
                key = "directive-misplaced" if name in STREAM | STREAM_SERVER else "directive-unknown"
                self.refuse(
                    directive.span, key, name=name, **({"block": "nginx.conf"} if key.endswith("placed") else {})
                )
            elif name == "include" and "modules" not in " ".join(directive.texts):
                self.remarks.append(unknown(directive.span, "include", path=" ".join(directive.texts)))
            self.braces(directive)
            if name == "stream":
                self.stream(directive.block or ())
            elif name == "http":
                self.http(directive.block or ())
        if not any(directive.name.text == "events" for directive in found):
            self.refuse(found[0].span, "no-events")

    def braces(self, directive: Directive) -> None:
        name = directive.name.text
        if name in BLOCKS and directive.block is None:
            self.refuse(directive.span, "block", name=name)
        elif name not in BLOCKS and directive.block is not None and name in STREAM | STREAM_SERVER | MAIN:
            self.refuse(directive.span, "no-block-here", name=name)

    # stream

    def stream(self, block: tuple[Directive, ...]) -> None:
        settings = settled(Settings(), block, self.remarks)
        maps: dict[str, Map] = {}
        names: dict[str, Span] = {}
        for directive in block:
            name = directive.name.text
            if name in PLUS_STREAM:
                self.remarks.append(unknown(directive.span, "plus", what=name))
                continue
            if name not in STREAM:
                key = "directive-misplaced" if name in STREAM_SERVER | MAIN else "directive-unknown"
                self.refuse(directive.span, key, name=name, **({"block": "stream"} if key.endswith("placed") else {}))
                continue
            self.braces(directive)
            if name == "include":
                self.remarks.append(unknown(directive.span, "include", path=" ".join(directive.texts)))
            elif name == "map":
                read = read_map(directive, self.remarks)
                if read is None:
                    self.refuse(directive.span, "arguments", name="map", expected="2", count=str(len(directive.words)))
                else:
                    maps[read[0]] = read[1]
            elif name == "upstream":
                self.upstream(directive, names)
        taken: dict[tuple[str, int], int] = {}
        for directive in block:
            if directive.name.text == "server" and directive.block is not None:
                self.server(directive, directive.block, settings, maps, taken)

    def upstream(self, directive: Directive, names: dict[str, Span], *, http: bool = False) -> None:
        if len(directive.words) != 1:
            self.refuse(directive.span, "arguments", name="upstream", expected="1", count=str(len(directive.words)))
            return
        name = directive.texts[0]
        if name in names:
            self.refuse(directive.span, "duplicate-upstream", name=name, line=str(names[name].line))
            return
        names[name] = directive.span
        self.pools.append(upstream(self.source, directive, self.remarks, http=http))

    def server(
        self,
        directive: Directive,
        block: tuple[Directive, ...],
        outer: Settings,
        maps: Mapping[str, Map],
        taken: dict[tuple[str, int], int],
    ) -> None:
        settings = settled(outer, block, self.remarks)
        passed: list[Route] = []
        handled = False
        probed = next((line for line in block if line.name.text == "health_check"), None)
        for line in block:
            name = line.name.text
            if name in PLUS_SERVER:
                self.remarks.append(unknown(line.span, "plus", what=name))
            elif name not in STREAM_SERVER:
                key = "directive-misplaced" if name in STREAM | MAIN else "directive-unknown"
                self.refuse(line.span, key, name=name, **({"block": "server"} if key.endswith("placed") else {}))
            elif name in SCRIPTS:
                self.remarks.append(unknown(line.span, "script", what=name))
            elif name == "include":
                self.remarks.append(unknown(line.span, "include", path=" ".join(line.texts)))
            elif name in ("proxy_pass", "return"):
                if handled:
                    self.refuse(line.span, "duplicate", name=name)
                elif len(line.words) != 1:
                    self.refuse(line.span, "arguments", name=name, expected="1", count=str(len(line.words)))
                elif name == "proxy_pass":
                    passed = routes(line.texts[0], line.span, maps, self.remarks, preread=settings.ssl_preread)
                handled = True
        heard = listening(self.source, block, self.remarks, http=False)
        if not any(line.name.text == "listen" for line in block):
            self.refuse(directive.span, "no-listen")
        elif not handled:
            self.refuse(directive.span, "no-handler")
        if settings.turned_away is not None:
            self.remarks.append(unknown(settings.turned_away, "rejection"))
        for listener in heard.listeners:
            if listener.tls and not settings.certificate:
                self.refuse(listener.span, "no-certificate")
        self.take(heard.listeners, taken)
        idle = (Idle("proxy_timeout", settings.timeout, settings.timeout_span),)
        made = tuple(self.routed(passed, settings, probed, idle))
        first = heard.listeners[0] if heard.listeners else None
        name = f"{first.address_text}:{first.first_port}" if first is not None else f"line {directive.span.line}"
        self.frontends.append(
            Frontend(name, "tcp", heard.listeners, made, directive.span, unread=heard.unread, idle=idle)
        )

    def take(self, listeners: tuple[Listener, ...], taken: dict[tuple[str, int], int]) -> None:
        for listener in listeners:
            for port in {listener.first_port, listener.last_port}:
                key = (listener.address_text, port)
                if key in taken:
                    address = f"{listener.address_text}:{port}"
                    self.refuse(listener.span, "duplicate-listen", address=address, line=str(taken[key]))
                else:
                    taken[key] = listener.span.line

    def routed(
        self, passed: list[Route], settings: Settings, probed: Directive | None, idle: tuple[Idle, ...]
    ) -> Iterator[Route]:
        """The routes with pools of their own: what a server says of its connections holds for its members there."""
        known = {pool.name: pool for pool in self.pools}
        for route in passed:
            pool = known.get(route.pool)
            if "$" in route.pool:
                yield route
                continue
            if pool is None:
                pool = self.of_address(route)
                if pool is None:
                    continue
            members = tuple(
                member._replace(send_proxy=settings.proxy_protocol, tls=settings.proxy_ssl) for member in pool.members
            )
            if probed is not None:
                members = tuple(member._replace(check=_probe(probed)) for member in members)
            changed = pool._replace(members=members, idle=idle)
            yield route._replace(pool=self.add(changed))

    def add(self, pool: Pool) -> str:
        """Put a pool in, under a name of its own where another server has it otherwise."""
        for number, known in enumerate(self.pools):
            if known.name == pool.name and pool.name not in self.pool_names:
                self.pools[number] = pool
                self.pool_names[pool.name] = number
                return pool.name
            if known._replace(name="") == pool._replace(name="") and known.name.split(" ")[0] == pool.name:
                return known.name
        name = pool.name
        while any(known.name == name for known in self.pools):
            name += " "
        self.pools.append(pool._replace(name=name))
        self.pool_names[name] = len(self.pools) - 1
        return name

    def of_address(self, route: Route) -> Pool | None:
        """The pool of `proxy_pass 192.0.2.1:6443`: one server, which is never left out."""
        found = checked(route.pool, route.span, self.remarks)
        if found is None:
            return None
        if found.socket:
            self.remarks.append(unknown(route.span, "socket"))
            return None
        if found.first is None:
            self.refuse(route.span, "no-port", text=route.pool)
            return None
        check = HealthCheck("none", span=route.span)
        member = Member(
            name=found.host,
            host=found.host,
            address=found.address,
            port=found.first,
            backup=False,
            disabled=False,
            weight=1,
            send_proxy=False,
            tls=False,
            check=check,
            span=route.span,
        )
        return Pool(route.pool, "tcp", (member,), "round-robin", (), route.span)

    # http

    def http(self, block: tuple[Directive, ...]) -> None:
        """What the http module listens on: it takes connections apart, whatever it then does with the requests."""
        names: dict[str, Span] = {}
        for directive in block:
            if directive.name.text == "upstream":
                self.upstream(directive, names, http=True)
        known = {pool.name for pool in self.pools if pool.mode == "http"}
        for directive in block:
            if directive.name.text != "server" or directive.block is None:
                continue
            heard = listening(self.source, directive.block, self.remarks, http=True)
            passed = [
                Route(name, "", line.span)
                for line in _everywhere(directive.block)
                if line.name.text == "proxy_pass" and line.words
                if (name := line.texts[0].partition("://")[2].partition("/")[0]) in known
            ]
            first = heard.listeners[0] if heard.listeners else None
            name = f"{first.address_text}:{first.first_port}" if first is not None else f"line {directive.span.line}"
            mode_span = heard.listeners[0].span if heard.listeners else directive.span
            self.frontends.append(
                Frontend(
                    name,
                    "http",
                    heard.listeners,
                    tuple(passed),
                    directive.span,
                    mode_span=mode_span,
                    unread=heard.unread,
                )
            )


def _probe(line: Directive) -> HealthCheck:
    """The probe of NGINX Plus: every five seconds, out after one failure (ngx_stream_upstream_hc_module)."""
    values = dict(word.text.split("=", 1) for word in line.words if "=" in word.text)
    fails = values.get("fails", "1")
    return HealthCheck(
        "other",
        interval=milliseconds(values.get("interval", "5s")) or 5000,
        fall=int(fails) if fails.isascii() and fails.isdigit() and len(fails) < 5 else 1,
        rise=1,
        span=line.span,
    )


def _everywhere(block: tuple[Directive, ...]) -> Iterator[Directive]:
    for directive in block:
        yield directive
        yield from _everywhere(directive.block or ())
