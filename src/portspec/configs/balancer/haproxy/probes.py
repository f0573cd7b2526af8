"""What a pool's health checks send (configuration manual, `option httpchk`, `http-check`, `option tcp-check`)."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.haproxy.words import Line
from portspec.records import NamedTuple

CHECK_OPTIONS = frozenset({
    "httpchk", "tcp-check", "ssl-hello-chk", "smtpchk", "mysql-check", "pgsql-check", "ldap-check", "redis-check",
    "spop-check", "external-check",
})  # fmt: skip
"""Options that choose the kind of probe; the last one wins."""


class Probe(NamedTuple):
    """What a probe sends: the kind without TLS and the request.

    `tls`: None when the server line decides, else what the connect rule says. `port`: of the connect rule.
    """

    kind: str
    method: str = ""
    path: str = ""
    expect: str = ""
    tls: bool | None = None
    port: int | None = None


class Starts(NamedTuple):
    """Where, in the lines of a proxy, those begin that make up its script of http-check and tcp-check rules.

    A section with a rule or the option of its own starts a script afresh; nothing of an inherited one is left then but
    the kind of the probe.
    """

    http: int = 0
    tcp: int = 0

    def below(self, above: int, own: Sequence[Line]) -> Starts:
        """The same with the lines of a section after `above` inherited ones."""
        http = any(line.texts[0] == "http-check" or line.texts[:2] == ("option", "httpchk") for line in own)
        tcp = any(line.texts[0] == "tcp-check" or line.texts[:2] == ("option", "tcp-check") for line in own)
        return Starts(above if http else self.http, above if tcp else self.tcp)


def probe(lines: Sequence[Line], starts: Starts) -> Probe:
    """The probe of a pool whose lines, inherited ones first, are given."""
    kind = ""
    for line in lines:
        if line.texts[0] == "option" and line.texts[1:2] and line.texts[1] in CHECK_OPTIONS:
            kind = line.texts[1]
    if kind == "httpchk":
        return _http(lines[starts.http :])
    if kind == "tcp-check":
        return _tcp([line for line in lines[starts.tcp :] if line.texts[0] == "tcp-check"])
    if kind == "ssl-hello-chk":
        return Probe("tls", tls=False)
    return Probe("other" if kind else "tcp")


def unused_rules(lines: Sequence[Line], own: Sequence[Line]) -> tuple[Line, str] | None:
    """The first of the own lines that is a rule of a kind of check that is not chosen, with the option it lacks.

    The one that counts is the last option; rules of the other kind are ignored, with a warning where they are own.
    """
    options = {line.texts[1] for line in lines if line.texts[0] == "option" and len(line.texts) > 1}
    for rule, option in (("http-check", "httpchk"), ("tcp-check", "tcp-check")):
        if option not in options:
            for line in own:
                if line.texts[0] == rule and line.texts[1:2] not in (("disable-on-404",), ("send-state",)):
                    return line, option
    return None


def _http(lines: Sequence[Line]) -> Probe:
    method = path = expect = ""
    connects: list[Line] = []
    asks = False
    for line in lines:
        texts = line.texts
        if texts[:2] == ("option", "httpchk"):
            asks = True
            method, path = ("OPTIONS", "/") if len(texts) < 4 else (texts[2], texts[3])
            path = texts[2] if len(texts) == 3 else path
        elif texts[:2] == ("http-check", "send"):
            asks = True
            method = value_of(texts, "meth") or method
            path = value_of(texts, "uri") or value_of(texts, "uri-lf") or path
        elif texts[:2] == ("http-check", "expect"):
            expect = " ".join(texts[2:])
        elif texts[:2] == ("http-check", "connect"):
            connects.append(line)
    if not asks or len(connects) > 1:
        # A script that only expects asks for nothing; one that connects again asks several things.
        return Probe("other")
    tls, port = _connect(connects[0]) if connects else (None, None)
    return Probe("http", method or "OPTIONS", path or "/", expect, tls, port)


def _tcp(rules: Sequence[Line]) -> Probe:
    connects = [line for line in rules if line.texts[1:2] == ("connect",)]
    more = any(line.texts[1:2] not in (("connect",), ("comment",)) for line in rules)
    tls, port = _connect(connects[0]) if connects else (None, None)
    return Probe("other" if more or len(connects) > 1 else "tcp", tls=tls, port=port)


def _connect(rule: Line) -> tuple[bool | None, int | None]:
    port = value_of(rule.texts, "port")
    tls = True if "ssl" in rule.texts else None if "default" in rule.texts else False
    return tls, int(port) if port.isascii() and port.isdigit() and len(port) < 6 else None


def value_of(texts: Sequence[str], name: str) -> str:
    """The word behind a name; empty when there is none."""
    return texts[texts.index(name) + 1] if name in texts[:-1] else ""
