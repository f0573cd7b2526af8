"""Frontends, backends and listen sections, lowered to the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.configs.balancer.haproxy.binds import OPEN_LISTENERS, addressed, bind_line
from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.probes import probe, unused_rules
from portspec.configs.balancer.haproxy.routing import routing
from portspec.configs.balancer.haproxy.sections import Section
from portspec.configs.balancer.haproxy.servers import (
    MOST_FROM_TEMPLATES,
    Circle,
    Settings,
    TooManyServersError,
    dispatched,
    is_elsewhere,
    members,
)
from portspec.configs.balancer.haproxy.vocabulary import BALANCE
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import (
    EVERY_ADDRESS,
    Frontend,
    Listener,
    Member,
    Persistence,
    Pool,
    Remark,
    Route,
    StatsPage,
)
from portspec.errors import InputError
from portspec.source import SourceText, Span

MODES = frozenset({"tcp", "http", "log", "spop"})
STICKY_BALANCE = frozenset({"source", "uri", "url_param", "hdr", "rdp-cookie", "hash"})
STATS_SERVED = frozenset({"enable", "uri", "refresh", "realm", "auth", "admin", "show-legends"})
TURNS_AWAY = frozenset({"reject", "silent-drop", "tarpit"})
WITHOUT_OPTION = {"httpchk": "http-check-without-option", "tcp-check": "tcp-check-without-option"}


class Proxy:
    """One frontend, backend or listen section while it is lowered."""

    def __init__(self, source: SourceText, section: Section, *, verify: bool, room: list[int]) -> None:
        self.source = source
        self.section = section
        self.verify = verify
        self.room = room
        self.lines = section.base.lines + section.lines
        self.own = len(section.base.lines)
        self.by_keyword: dict[str, list[Line]] = {}
        for line in self.lines:
            self.by_keyword.setdefault(line.texts[0], []).append(line)
        self.remarks: list[Remark] = []

    def of(self, keyword: str) -> list[Line]:
        """The lines of a keyword, inherited ones first."""
        return self.by_keyword.get(keyword, [])

    def last(self, keyword: str) -> Line | None:
        """The line of a keyword that counts: the last one, own lines after inherited ones."""
        found = self.of(keyword)
        return found[-1] if found else None

    def own_lines(self, *keywords: str) -> list[Line]:
        """The section's own lines of some keywords, in order."""
        return [line for line in self.section.lines if line.texts[0] in keywords]

    @property
    def mode(self) -> Literal["tcp", "http"]:
        """The mode; `mode` given twice: the last one wins."""
        line = self.last("mode")
        return "http" if line is not None and line.texts[1:2] == ("http",) else "tcp"

    def remark(self, kind: Literal["ignored", "unknown"], key: str, line: Line, **values: str) -> None:
        self.remarks.append(Remark(kind, key, values, line.span))

    def refuse(self, line: Line, *faults: Fault) -> None:
        self.remarks += [fault.at(line.span) for fault in faults]

    def disabled(self) -> Line | None:
        """The `disabled` line that counts, unless a later `enabled` takes it back."""
        switches = sorted(self.of("disabled") + self.of("enabled"), key=lambda line: line.number)
        return switches[-1] if switches and switches[-1].texts[0] == "disabled" else None

    def remark_modes(self) -> None:
        """Words that are no mode."""
        for line in self.own_lines("mode"):
            if line.texts[1:2] == () or line.texts[1] not in MODES:
                self.refuse(line, Fault("mode", mode=" ".join(line.texts[1:2])))

    # The frontend's side

    def frontend(self) -> Frontend:
        mode_line = self.last("mode")
        disabled = self.disabled()
        last = None
        if self.section.kind == "listen":
            last = Route(self.section.name, "", self.section.head.span)
        found = routing(self.section.lines, self.last("default_backend"), last)
        self.remarks += found.remarks
        listeners = tuple(self.listeners())
        self.remark_rejections()
        self.remark_unused_servers()
        return Frontend(
            name=self.section.name,
            mode=self.mode,
            listeners=listeners,
            routes=found.routes,
            span=self.section.head.span,
            mode_span=mode_line.span if mode_line is not None else None,
            disabled=disabled.span if disabled is not None else None,
            unread=self.unread(),
        )

    def listeners(self) -> Iterator[Listener]:
        head = self.section.head
        if self.section.stray is not None:
            self.refuse(head, Fault("frontend-address"))
            yield from self.kept(addressed(head.words[self.section.stray], head, set()))
        for line in self.own_lines("bind"):
            yield from self.kept(bind_line(line))

    def kept(self, found: Iterator[Listener | Remark]) -> Iterator[Listener]:
        for part in found:
            if isinstance(part, Listener):
                yield part
            else:
                self.remarks.append(part)

    def unread(self) -> Span | None:
        """The first line whose listener may be anywhere."""
        return next((remark.span for remark in self.remarks if remark.key in OPEN_LISTENERS), None)

    def remark_rejections(self) -> None:
        """Lines that turn clients away: whom, depends on what they ask."""
        for line in self.own_lines("tcp-request"):
            if line.texts[1:2] != () and len(line.texts) > 2 and line.texts[2] in TURNS_AWAY:
                self.remark("unknown", "rejection", line)

    def remark_unused_servers(self) -> None:
        """A listen section whose default_backend takes precedence over its own servers."""
        if self.section.kind != "listen" or self.last("default_backend") is None:
            return
        for line in self.own_lines("server", "server-template"):
            self.remark("ignored", "unused-servers", line)
            return

    # The pool's side

    def pool(self) -> Pool:
        balance = self.last("balance")
        algorithm = balance.texts[1] if balance is not None and len(balance.texts) > 1 else "roundrobin"
        if balance is not None and algorithm.partition("(")[0] not in BALANCE:
            self.refuse(balance, Fault("balance", algorithm=algorithm))
        found = tuple(self.members())
        if self.disabled() is not None:
            found = tuple(member._replace(disabled=True) for member in found)
        return Pool(
            name=self.section.name,
            mode=self.mode,
            members=found,
            balance=algorithm,
            persistence=tuple(self.persistence(algorithm, balance)),
            span=self.section.head.span,
        )

    def members(self) -> Iterator[Member]:
        self.remark_unused_rules()
        starts = self.section.base.starts.below(self.own, self.section.lines)
        circle = Circle(probe(self.lines, starts), self.check_timeout(), self.verify, self.room)
        settings = Settings({}, {})
        seen: dict[str, Line] = {}
        for at, line in enumerate(self.lines):
            keyword = line.texts[0]
            if keyword == "default-server":
                faults = settings.add(line.texts[1:])
                if at >= self.own:
                    self.refuse(line, *faults)
            elif keyword in ("server", "server-template") and at >= self.own:
                yield from self.members_of(line, settings, circle, seen)
            elif keyword == "dispatch" and at >= self.own:
                yield from self.dispatched(line)
            elif keyword == "use-server" and at >= self.own:
                self.remark("unknown", "use-server", line)

    def members_of(self, line: Line, settings: Settings, circle: Circle, seen: dict[str, Line]) -> Iterator[Member]:
        try:
            found, faults = members(line, settings, circle)
        except TooManyServersError:
            message = f"the templates of this file make more than {MOST_FROM_TEMPLATES} servers"
            raise InputError(message, self.source.path, line.number, line.words[2].column) from None
        self.refuse(line, *faults)
        for member in found:
            if member.name in seen:
                first = str(seen[member.name].number)
                self.refuse(line, Fault("server-twice", name=member.name, line=first))
                break
            seen[member.name] = line
        missing = next((word.open_variables[0] for word in line.words if word.open_variables), "")
        if missing:
            self.remark("unknown", "server-variable", line, variable=missing)
        elif is_elsewhere(line):
            self.remark("unknown", "socket", line)
        elif any(member.host in EVERY_ADDRESS for member in found):
            self.remark("unknown", "transparent", line)
        yield from found

    def dispatched(self, line: Line) -> Iterator[Member]:
        found, faults = dispatched(line)
        self.refuse(line, *faults)
        yield from found

    def check_timeout(self) -> int | None:
        found = [line for line in self.of("timeout") if line.texts[1:2] == ("check",)]
        return milliseconds(found[-1].texts[2]) if found and len(found[-1].texts) > 2 else None

    def persistence(self, algorithm: str, balance: Line | None) -> Iterator[Persistence]:
        if balance is not None and algorithm.partition("(")[0] in STICKY_BALANCE:
            yield Persistence(f"balance {algorithm}", balance.span)
        for line in self.own_lines("stick"):
            if line.texts[1:2] in (("on",), ("match",)):
                yield Persistence("stick", line.span)
        if self.mode == "http":
            for line in self.of("cookie"):
                yield Persistence("cookie", line.span)
        else:
            for line in self.own_lines("cookie"):
                self.remark("ignored", "needs-http", line, keyword="cookie")
        for line in self.of("persist"):
            yield Persistence("persist", line.span)

    def remark_unused_rules(self) -> None:
        """http-check without option httpchk, tcp-check without option tcp-check: a warning, and they are ignored."""
        found = unused_rules(self.lines, self.section.lines)
        if found is not None:
            line, option = found
            self.remark("ignored", WITHOUT_OPTION[option], line)

    # Statistics

    def stats(self) -> Iterator[StatsPage]:
        found = [line for line in self.of("stats") if len(line.texts) > 1]
        own = {id(line) for line in self.own_lines("stats")}
        served = [line for line in found if line.texts[1] in STATS_SERVED and id(line) in own]
        if not served:
            return
        if self.mode != "http":
            self.remark("ignored", "needs-http", served[0], keyword="stats")
            return
        path = next(
            (line.texts[2] for line in found if line.texts[1] == "uri" and len(line.texts) > 2), "/haproxy?stats"
        )
        protected = any(line.texts[1] == "auth" for line in found)
        yield StatsPage(self.section.name, path, served[0].span, protected)
