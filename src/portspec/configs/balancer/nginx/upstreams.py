"""Upstreams as pools: their servers, how one is chosen, and when one is left out."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.balancer.model import HealthCheck, Member, Persistence, Pool, Remark
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.endpoints import Endpoint, Unfit, endpoint
from portspec.configs.balancer.nginx.scope import refused, unknown
from portspec.configs.balancer.nginx.vocabulary import PLUS_OF_SERVER, PLUS_UPSTREAM, SERVER_FLAGS, UPSTREAM
from portspec.configs.balancer.nginx.words import Directive, Word
from portspec.source import SourceText, Span

MAX_FAILS, FAIL_TIMEOUT = 1, 10_000
"""What holds where a server does not say (ngx_stream_upstream_module, `server`)."""

LEAST = {"weight": 1, "max_conns": 0, "max_fails": 0}
"""Parameters that are numbers, with the least that they may be."""

METHODS = {"least_conn": "least_conn", "random": "random", "hash": "hash", "ip_hash": "ip_hash"}
HTTP_ONLY = frozenset(
    {"ip_hash", "keepalive", "keepalive_requests", "keepalive_time", "keepalive_timeout", "ntlm", "sticky"}
)


def upstream(source: SourceText, directive: Directive, remarks: list[Remark], *, http: bool) -> Pool:
    """The pool of an `upstream` block."""
    members: list[Member] = []
    balance, hashed = "round-robin", None
    for line in directive.block or ():
        name = line.name.text
        if name == "server":
            members += _servers(source, line, remarks, http=http)
        elif name in METHODS and (http or name != "ip_hash"):
            balance = name
            if name in ("hash", "ip_hash"):
                hashed = Persistence(" ".join((name, *line.texts)), line.span)
        elif name in PLUS_UPSTREAM:
            remarks.append(unknown(line.span, "plus", what=name))
        elif name == "include":
            remarks.append(unknown(line.span, "include", path=" ".join(line.texts)))
        elif name not in UPSTREAM and not (http and name in HTTP_ONLY):
            remarks.append(refused(line.span, "directive-unknown", name=name))
    pool = directive.texts[0] if directive.words else ""
    if not any(line.name.text == "server" for line in directive.block or ()):
        remarks.append(refused(directive.span, "no-servers", name=pool))
    if balance in ("hash", "ip_hash", "random"):
        remarks += (refused(member.span, "hash-and-backup", method=balance) for member in members if member.backup)
    if len(members) == 1 and members[0].check.kind == "passive":
        # ngx_stream_upstream_round_robin.c: a single peer is tried whatever has happened.
        members = [members[0]._replace(check=HealthCheck("none", span=members[0].span))]
    persistence = () if hashed is None else (hashed,)
    return Pool(pool, "http" if http else "tcp", tuple(members), balance, persistence, directive.span)


def _servers(source: SourceText, line: Directive, remarks: list[Remark], *, http: bool) -> Iterator[Member]:
    if not line.words:
        remarks.append(refused(line.span, "arguments", name="server", expected="1", count="0"))
        return
    span = line.span
    values, flags = _parameters(source, line.words[1:], remarks)
    host = line.words[0].text
    found: Endpoint | None
    if "$" in host:
        remarks.append(unknown(span, "address-variable", variable=host))
        found = Endpoint(host, None, "any", None, None)
    else:
        found = checked(host, span, remarks)
    if found is None:
        return
    if found.socket:
        remarks.append(unknown(span, "socket"))
    elif found.first is None and not http and "$" not in host:
        remarks.append(refused(span, "no-port", text=host))
        return
    fails, weight = int(values.get("max_fails", MAX_FAILS)), int(values.get("weight", "1"))
    pause = milliseconds(values.get("fail_timeout", "")) or FAIL_TIMEOUT
    check = HealthCheck("passive", interval=pause, fall=fails, rise=1, span=span)
    if fails == 0 or values.get("fail_timeout") == "0":
        check = HealthCheck("none", span=span)
    port = found.first if found.first is not None else (80 if http else None)
    yield Member(
        name=found.host,
        host=found.host,
        address=found.address,
        port=port,
        backup="backup" in flags,
        disabled="down" in flags,
        weight=weight,
        send_proxy=False,
        tls=False,
        check=check,
        span=span,
    )


def checked(text: str, span: Span, remarks: list[Remark], *, listening: bool = False) -> Endpoint | None:
    """The endpoint of a word; None with a remark where it is none."""
    try:
        return endpoint(text, listening=listening)
    except Unfit as error:
        remarks.append(refused(span, str(error), text=text))
        return None


def _parameters(source: SourceText, words: tuple[Word, ...], remarks: list[Remark]) -> tuple[dict[str, str], set[str]]:
    values: dict[str, str] = {}
    flags: set[str] = set()
    for word in words:
        key, sign, value = word.text.partition("=")
        span = source.span(word.start, word.stop)
        if key in PLUS_OF_SERVER:
            remarks.append(unknown(span, "plus", what=key))
        elif not sign and key in SERVER_FLAGS:
            flags.add(key)
        elif sign and _fits(key, value):
            values[key] = value
        else:
            remarks.append(refused(span, "parameter", text=word.text, name="server"))
    return values, flags


def _fits(key: str, value: str) -> bool:
    if key == "fail_timeout":
        return milliseconds(value) is not None
    return key in LEAST and value.isascii() and value.isdigit() and len(value) <= 9 and int(value) >= LEAST[key]
