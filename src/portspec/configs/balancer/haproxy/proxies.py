"""Frontends, backends and listen sections, lowered to the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.configs.balancer.haproxy.addresses import endpoint
from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.routing import routes
from portspec.configs.balancer.haproxy.sections import Section
from portspec.configs.balancer.haproxy.servers import Probe, Settings, members
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import (
    Frontend,
    Listener,
    Member,
    Persistence,
    Pool,
    Remark,
    StatsPage,
)

STICKY_BALANCE = frozenset({"source", "uri", "url_param", "hdr", "rdp-cookie", "hash"})


OTHER_CHECKS = frozenset({
    "tcp-check", "ssl-hello-chk", "smtpchk", "mysql-check", "pgsql-check", "ldap-check", "redis-check", "spop-check",
    "external-check",
})  # fmt: skip
"""Options that choose another kind of probe than HTTP."""


class Proxy:
    """One frontend, backend or listen section while it is lowered."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.lines = section.inherited()
        self.own = {id(line) for line in section.lines}
        self.remarks: list[Remark] = []

    def last(self, *names: str) -> Line | None:
        """The line of a directive that counts: the last one, own lines after inherited ones."""
        found = None
        for line in self.lines:
            if tuple(line.texts[: len(names)]) == names:
                found = line
        return found

    @property
    def mode(self) -> Literal["tcp", "http"]:
        """The mode; `mode` given twice: the last one wins."""
        line = self.last("mode")
        return "http" if line is not None and line.texts[1:2] == ["http"] else "tcp"

    def remark(self, kind: Literal["refused", "ignored", "unknown"], key: str, message: str, line: Line) -> None:
        self.remarks.append(Remark(kind, key, message, line.span))

    # The frontend's side

    def frontend(self) -> Frontend:
        mode_line = self.last("mode")
        return Frontend(
            name=self.section.name,
            mode=self.mode,
            listeners=tuple(self.listeners()),
            routes=routes(self.section, self.lines),
            span=self.section.head.span,
            mode_span=mode_line.span if mode_line is not None else None,
        )

    def listeners(self) -> Iterator[Listener]:
        head = self.section.head
        if len(head.words) > 2 and head.texts[2] != "from":
            message = "an address behind the name is no longer taken: use bind"
            self.remark("refused", "frontend-address", message, head)
            yield from self.listeners_of(head.words[2].text, head, head.words[2].open_variables)
        for line in self.section.lines:
            if line.texts[0] == "bind" and len(line.words) > 1:
                yield from self.listeners_of(line.words[1].text, line, line.words[1].open_variables)

    def listeners_of(self, text: str, line: Line, missing: tuple[str, ...]) -> Iterator[Listener]:
        options = line.texts[2:]
        for part in text.split(","):
            try:
                found = endpoint(part)
            except ValueError as error:
                if missing:
                    self.remark("unknown", "variable", f"{part}: depends on ${missing[0]}", line)
                else:
                    self.remark("refused", "bind-address", f"bind {part}: {error}", line)
                continue
            if found is None:
                continue
            if found.first_port is None:
                self.remark("refused", "bind-address", f"bind {part}: the port is missing", line)
                continue
            family = found.family
            if found.wildcard and family == "ip6" and "v6only" not in options:
                # :: takes IPv4 as well, unless v6only or the system says otherwise.
                family = "any" if "v4v6" in options else "ip6"
            if missing:
                self.remark("unknown", "variable", f"{part}: depends on ${missing[0]}", line)
            yield Listener(
                address=found.address,
                address_text=found.host,
                first_port=found.first_port,
                last_port=found.last_port or found.first_port,
                tls="ssl" in options,
                accept_proxy="accept-proxy" in options,
                span=line.span,
                family=family,
            )

    # The pool's side

    def pool(self) -> Pool:
        balance = self.last("balance")
        algorithm = balance.texts[1] if balance is not None and len(balance.texts) > 1 else "roundrobin"
        return Pool(
            name=self.section.name,
            mode=self.mode,
            members=tuple(self.members()),
            balance=algorithm,
            persistence=tuple(self.persistence(algorithm, balance)),
            span=self.section.head.span,
        )

    def members(self) -> Iterator[Member]:
        settings = Settings({}, {})
        probe = self.probe()
        timeout = self.duration("timeout", "check")
        seen: dict[str, Line] = {}
        for line in self.lines:
            name = line.texts[0]
            if name == "default-server":
                settings.add(line.texts[1:])
            elif name in ("server", "server-template") and id(line) in self.own:
                try:
                    found = list(members(line, settings, probe, timeout))
                except ValueError as error:
                    self.remark("refused", "server-address", str(error), line)
                    continue
                for member in found:
                    if member.name in seen:
                        message = f"a server named {member.name!r} stands in line {seen[member.name].number} already"
                        self.remark("refused", "server-twice", message, line)
                    seen[member.name] = line
                for word in line.words[1:]:
                    if word.open_variables:
                        message = f"depends on ${word.open_variables[0]}"
                        self.remark("unknown", "variable", message, line)
                        break
                yield from found

    def duration(self, *names: str) -> int | None:
        line = self.last(*names)
        if line is None or len(line.texts) <= len(names):
            return None
        return milliseconds(line.texts[len(names)])

    def persistence(self, algorithm: str, balance: Line | None) -> Iterator[Persistence]:
        if balance is not None and algorithm.partition("(")[0] in STICKY_BALANCE:
            yield Persistence(f"balance {algorithm}", balance.span)
        for line in self.lines:
            texts = line.texts
            if texts[0] == "stick" and texts[1:2] in (["on"], ["match"]):
                yield Persistence("stick", line.span)
            elif texts[0] == "cookie" and self.mode == "http":
                yield Persistence("cookie", line.span)

    # Health checks

    def probe(self) -> Probe:
        """What a probe of this pool sends: the last of the check options wins."""
        kind = ""
        request: list[str] = []
        for line in self.lines:
            texts = line.texts
            no = texts[0] == "no"
            if no:
                texts = texts[1:]
            if texts[:1] != ["option"] or len(texts) < 2:
                continue
            option = texts[1]
            if option == "httpchk":
                kind, request = ("" if no else "http"), texts[2:]
            elif option in OTHER_CHECKS:
                kind = "" if no else option
        if kind == "http":
            return self.http_probe(request)
        self.ignored_http_checks()
        if kind == "tcp-check":
            return self.tcp_probe()
        if kind == "ssl-hello-chk":
            return Probe("tcp", tls=True)
        return Probe("other") if kind else Probe("tcp")

    def http_probe(self, request: list[str]) -> Probe:
        method, path = "OPTIONS", "/"
        if len(request) == 1:
            path = request[0]
        elif len(request) > 1:
            method, path = request[0], request[1]
        expect, tls, port = "", False, None
        for line in self.lines:
            texts = line.texts
            if texts[:2] == ["http-check", "send"]:
                method = _option(texts, "meth") or method
                path = _option(texts, "uri") or path
            elif texts[:2] == ["http-check", "expect"]:
                expect = " ".join(texts[2:])
            elif texts[:2] == ["http-check", "connect"]:
                tls = tls or "ssl" in texts
                text = _option(texts, "port")
                port = int(text) if text.isdigit() and len(text) < 6 else port
        return Probe("http", method, path, expect, tls, port)

    def tcp_probe(self) -> Probe:
        tls, port, more = False, None, False
        for line in self.lines:
            texts = line.texts
            if texts[:1] != ["tcp-check"]:
                continue
            if texts[1:2] == ["connect"]:
                tls = tls or "ssl" in texts
                text = _option(texts, "port")
                port = int(text) if text.isdigit() and len(text) < 6 else port
            elif texts[1:2] and texts[1] not in ("comment",):
                more = True
        return Probe("other" if more else "tcp", tls=tls, port=port)

    def ignored_http_checks(self) -> None:
        """http-check without option httpchk: HAProxy warns and ignores it."""
        for line in self.section.lines:
            if line.texts[0] == "http-check":
                message = "http-check needs option httpchk"
                self.remark("ignored", "http-check-without-httpchk", message, line)
                return

    # Statistics

    def stats(self) -> Iterator[StatsPage]:
        if self.mode != "http":
            return
        found = [line for line in self.lines if line.texts[0] == "stats" and len(line.texts) > 1]
        served = [
            line
            for line in found
            if line.texts[1] in ("enable", "uri", "refresh", "realm", "auth", "admin", "show-legends")
        ]
        if not served:
            return
        path = next(
            (line.texts[2] for line in found if line.texts[1] == "uri" and len(line.texts) > 2), "/haproxy?stats"
        )
        protected = any(line.texts[1] == "auth" for line in found)
        own = next((line for line in served if id(line) in self.own), None)
        if own is not None:
            yield StatsPage(self.section.name, path, own.span, protected)


def _option(texts: list[str], name: str) -> str:
    return texts[texts.index(name) + 1] if name in texts[:-1] else ""
