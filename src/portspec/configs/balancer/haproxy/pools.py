"""The backend's side of backend and listen sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.gates import STAGES, TURNS_AWAY
from portspec.configs.balancer.haproxy.probes import Probe, probe, unused_rules
from portspec.configs.balancer.haproxy.proxies import Proxy
from portspec.configs.balancer.haproxy.servers import (
    MOST_FROM_TEMPLATES,
    Circle,
    Servers,
    TooManyServersError,
    dispatched,
    is_elsewhere,
)
from portspec.configs.balancer.haproxy.vocabulary import BALANCE
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import EVERY_ADDRESS, Member, Persistence, Pool
from portspec.errors import InputError
from portspec.source import SourceText

STICKY_BALANCE = frozenset({"source", "uri", "url_param", "hdr", "rdp-cookie", "hash"})
NEEDS_HTTP = frozenset({"uri", "url_param", "hdr"})
"""Ways of balancing that read requests; in mode tcp the turn goes round instead."""
WITHOUT_OPTION = {"httpchk": "http-check-without-option", "tcp-check": "tcp-check-without-option"}
CHECKING = ("option", "http-check", "tcp-check", "no", "default")


class Pools:
    """What is alike for the pools of one file: whether certificates of servers are verified where a line does not say
    (`ssl-server-verify`), and the kinds of servers that were met."""

    def __init__(self, source: SourceText, *, verify: bool) -> None:
        self.source = source
        self.verify = verify
        self.servers = Servers()

    def pool(self, proxy: Proxy) -> Pool:
        """The pool that a section makes; what is remarked is added to the proxy's remarks."""
        balance = proxy.last("balance")
        algorithm = balance.texts[1] if balance is not None and len(balance.texts) > 1 else "roundrobin"
        if balance is not None and algorithm != "roundrobin":
            algorithm = _balance(proxy, balance, algorithm)
        found = self.members(proxy)
        if proxy.disabled() is not None:
            found = [member._replace(disabled=True) for member in found]
        mode = proxy.mode
        _remark_rejections(proxy)
        if proxy.section.stray is not None and proxy.section.kind == "backend":
            proxy.refuse(proxy.section.head, Fault("frontend-address"))
        return Pool(
            name=proxy.section.name,
            mode=mode,
            members=tuple(found),
            balance=algorithm,
            persistence=tuple(_persistence(proxy, algorithm, balance)),
            span=proxy.section.head.span,
            idle=tuple(proxy.idle(*(("tunnel", "server") if mode == "tcp" else ("server",)))),
            all_backups=proxy.option("allbackups"),
        )

    def members(self, proxy: Proxy) -> list[Member]:
        if any(keyword in proxy.own for keyword in CHECKING):
            _remark_unused_rules(proxy)
        self.servers.begin(self.circle(proxy), proxy.section.base.by_keyword.get("default-server", ()))
        found: list[Member] = []
        seen: dict[str, Line] = {}
        for line in proxy.section.lines:
            keyword = line.texts[0]
            if keyword == "server" and len(line.texts) > 2:
                member = self.servers.plain(line)
                if member is not None and member.name not in seen:
                    seen[member.name] = line
                    found.append(member)
                    continue
            if keyword in ("server", "server-template"):
                found += self.members_of(proxy, line, seen)
            elif keyword == "default-server":
                proxy.refuse(line, *self.servers.default(line.texts[1:]))
            elif keyword == "dispatch":
                made, faults = dispatched(line)
                proxy.refuse(line, *faults)
                found += made
            elif keyword == "use-server":
                proxy.remark("unknown", "use-server", line)
        if not found and (proxy.option("transparent") or proxy.last("transparent") is not None):
            line = proxy.last("transparent") or proxy.section.head
            proxy.remark("unknown", "transparent-pool", line)
        return found

    def circle(self, proxy: Proxy) -> Circle:
        connect, check = proxy.timeout("connect"), proxy.timeout("check")
        return Circle(
            _probe(proxy),
            connect[0] if connect is not None else None,
            check[0] if check is not None else None,
            self.verify,
        )

    def members_of(self, proxy: Proxy, line: Line, seen: dict[str, Line]) -> list[Member]:
        try:
            found, faults, kind = self.servers.members(line)
        except TooManyServersError:
            message = f"the templates of this file make more than {MOST_FROM_TEMPLATES} servers"
            raise InputError(message, self.source.path, line.number, line.words[2].column) from None
        if faults:
            proxy.refuse(line, *faults)
        for member in found:
            if member.name in seen:
                first = str(seen[member.name].number)
                proxy.refuse(line, Fault("server-twice", name=member.name, line=first))
                break
            seen[member.name] = line
        if kind is not None and kind.cookie and proxy.mode != "http":
            proxy.remark("ignored", "needs-http", line, keyword="cookie")
        if line.lexed or not found or found[0].host in EVERY_ADDRESS:
            _remark_address(proxy, line, found)
        if kind is not None and kind.agent and kind.member.serves:
            proxy.remark("unknown", "agent-check", line)
        return found


def _remark_address(proxy: Proxy, line: Line, found: list[Member]) -> None:
    missing = next((word.open_variables[0] for word in line.words if word.open_variables), "")
    default = next((word.defaults[0] for word in line.words if word.defaults), "")
    if missing:
        proxy.remark("unknown", "server-variable", line, variable=missing)
    elif is_elsewhere(line):
        proxy.remark("unknown", "socket", line)
    elif any(member.host in EVERY_ADDRESS for member in found):
        proxy.remark("unknown", "transparent", line)
    if default:
        proxy.remark("unknown", "default-taken", line, variable=default)


def _probe(proxy: Proxy) -> Probe:
    """The probe of a pool; that of its defaults where no line of its own has to do with it."""
    base = proxy.section.base
    if not any(keyword in proxy.own for keyword in CHECKING):
        if base.probe is None:
            base.probe = probe(base.lines, base.starts)
        return base.probe
    starts = base.starts.below(len(base.lines), proxy.section.lines)
    return probe(base.lines + proxy.section.lines, starts)


def _balance(proxy: Proxy, line: Line, algorithm: str) -> str:
    kind = algorithm.partition("(")[0]
    if kind not in BALANCE:
        proxy.refuse(line, Fault("balance", algorithm=algorithm))
    elif kind in NEEDS_HTTP and proxy.mode != "http":
        proxy.remark("ignored", "needs-http", line, keyword=f"balance {algorithm}")
        return "roundrobin"
    return algorithm


def _persistence(proxy: Proxy, algorithm: str, balance: Line | None) -> Iterator[Persistence]:
    if balance is not None and algorithm.partition("(")[0] in STICKY_BALANCE:
        yield Persistence(f"balance {algorithm}", balance.span)
    for line in proxy.own.get("stick", ()):
        if line.texts[1:2] in (("on",), ("match",)):
            yield Persistence("stick", line.span)
    if proxy.mode == "http":
        for line in proxy.of("cookie"):
            yield Persistence("cookie", line.span)
    else:
        for line in proxy.own.get("cookie", ()):
            proxy.remark("ignored", "needs-http", line, keyword="cookie")
    for line in proxy.of("persist"):
        yield Persistence("persist", line.span)


def _remark_unused_rules(proxy: Proxy) -> None:
    """http-check without option httpchk, tcp-check without option tcp-check: a warning, and they are ignored."""
    found = unused_rules(proxy.section.base.lines + proxy.section.lines, proxy.section.lines)
    if found is not None:
        line, option = found
        proxy.remark("ignored", WITHOUT_OPTION[option], line)


def _remark_rejections(proxy: Proxy) -> None:
    """A backend that turns away clients whom its frontend has let in: whom, depends on what the rules ask."""
    rules: Iterable[Line] = proxy.own.get("tcp-request", ()) if proxy.section.kind == "backend" else ()
    for line in rules:
        if len(line.texts) > 2 and line.texts[1] in STAGES and line.texts[2] in TURNS_AWAY:
            proxy.remark("unknown", "rejection", line)
