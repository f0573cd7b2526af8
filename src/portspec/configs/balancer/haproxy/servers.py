"""Server lines with what default-server lines and the pool's health check give them (configuration manual, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.haproxy.addresses import endpoint
from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import HealthCheck, Member

WITH_VALUE = frozenset({
    "addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn", "ca-file", "check-alpn", "check-proto",
    "check-sni", "ciphers", "ciphersuites", "client-sigalgs", "cookie", "crl-file", "crt", "curves", "downinter",
    "error-limit", "fall", "fastinter", "hash-key", "id", "init-addr", "init-state", "inter", "interface", "log-bufsize",
    "log-proto", "max-reuse", "maxconn", "maxqueue", "minconn", "namespace", "npn", "observe", "on-error",
    "on-marked-down", "on-marked-up", "pool-low-conn", "pool-max-conn", "pool-purge-delay", "port", "proto", "redir",
    "resolve-net", "resolve-opts", "resolve-prefer", "resolvers", "rise", "set-proxy-v2-tlv-fmt", "shard", "sigalgs",
    "slowstart", "sni", "socks4", "source", "ssl-max-ver", "ssl-min-ver", "tcp-md5sig", "tcp-ut", "track", "usesrc",
    "verify", "verifyhost", "weight", "ws", "check-pool-conn-name", "pool-conn-name", "proxy-v2-options", "guid",
})  # fmt: skip
"""Options of a server line that take a value."""

MOST_FROM_TEMPLATE = 10_000


class Probe(NamedTuple):
    """How the pool asks to probe: the kind without TLS, the request, and whether its connection is TLS by itself."""

    kind: str
    method: str = ""
    path: str = ""
    expect: str = ""
    tls: bool = False
    port: int | None = None


class Settings(NamedTuple):
    """Options of a server line, gathered from default-server lines and its own."""

    values: dict[str, str]
    flags: dict[str, bool]

    def copy(self) -> Settings:
        """A copy to add to."""
        return Settings(dict(self.values), dict(self.flags))

    def add(self, words: list[str]) -> None:
        """Take options over; later ones win."""
        at = 0
        while at < len(words):
            word = words[at]
            at += 1
            if word in WITH_VALUE and at < len(words):
                self.values[word] = words[at]
                at += 1
            elif word.startswith("no-"):
                self.flags[word[3:]] = False
            elif word == "enabled":
                self.flags["disabled"] = False
            else:
                self.flags[word] = True

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        text = self.values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def members(line: Line, defaults: Settings, probe: Probe, timeout: int | None) -> Iterator[Member]:
    """The members of a server or server-template line. Raises ValueError for an address that is none."""
    words = line.texts
    template = words[0] == "server-template"
    if len(words) < (4 if template else 3):
        raise ValueError(f"{words[0]} needs a name and an address")
    settings = defaults.copy()
    settings.add(words[4 if template else 3 :])
    address_word = line.words[3 if template else 2]
    names = _template_names(words) if template else [words[1]]
    found = endpoint(address_word.text)
    if found is None:
        return
    port = None if found.relative else found.first_port
    for name in names:
        yield Member(
            name=name,
            host=found.host,
            address=None if address_word.open_variables else found.address,
            port=port,
            backup=settings.flags.get("backup", False),
            disabled=settings.flags.get("disabled", False),
            weight=settings.number("weight", 1),
            send_proxy=any(flag.startswith("send-proxy") and on for flag, on in settings.flags.items()),
            tls=settings.flags.get("ssl", False),
            check=_check(settings, probe, timeout, line),
            span=line.span,
        )


def _template_names(words: list[str]) -> list[str]:
    first, dash, last = words[2].partition("-")
    if not first.isdigit() or (dash and not last.isdigit()) or len(words[2]) > 12:
        raise ValueError(f"{words[2]!r} is no number or range of numbers")
    low, high = (int(first), int(last)) if dash else (1, int(first))
    if high - low >= MOST_FROM_TEMPLATE:
        raise ValueError(f"more than {MOST_FROM_TEMPLATE} servers from one template")
    return [f"{words[1]}{number}" for number in range(low, high + 1)]


def _check(settings: Settings, probe: Probe, timeout: int | None, line: Line) -> HealthCheck:
    if not settings.flags.get("check", False):
        if settings.values.get("track"):
            return HealthCheck("other", span=line.span)
        return HealthCheck("none", span=line.span)
    # Without check-ssl a probe uses TLS only if the traffic does and neither port nor addr leads it elsewhere.
    tls = settings.flags.get("check-ssl")
    if tls is None:
        elsewhere = "port" in settings.values or "addr" in settings.values
        tls = probe.tls or (settings.flags.get("ssl", False) and not elsewhere)
    kind = probe.kind
    if tls:
        kind = {"tcp": "tls", "http": "https"}.get(kind, kind)
    interval = milliseconds(settings.values.get("inter", "")) or 2000
    port = settings.number("port", 0) or probe.port
    return HealthCheck(
        kind=kind,  # type: ignore[arg-type]
        interval=interval,
        timeout=timeout,
        fall=settings.number("fall", 3),
        rise=settings.number("rise", 2),
        path=probe.path,
        method=probe.method,
        expect=probe.expect,
        port=port or None,
        verify=settings.values.get("verify", "required") != "none",
        span=line.span,
    )
