"""Upstreams as pools: their servers, how one is chosen, and when one is left out."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.model import HealthCheck, Member, Persistence, Pool
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.endpoints import Endpoint, checked
from portspec.configs.balancer.nginx.grammar import SIZE
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.probes import FAIL_TIMEOUT, MAX_FAILS, passive
from portspec.configs.balancer.nginx.vocabulary import (
    NEWER_OF_SERVER,
    PLUS_OF_SERVER,
    SERVER_FLAGS,
    SERVER_NUMBERS,
)
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

WITHOUT_BACKUP = frozenset({"hash", "ip_hash", "random"})
METHODS = frozenset({"least_conn", *WITHOUT_BACKUP})
HTTP_PORT = 80


def upstream(directive: Directive, block: Sequence[Directive], notes: Notes, *, http: bool) -> Pool:
    """The pool of an `upstream` block. `block` holds those of its directives that nginx takes."""
    members: list[Member] = []
    balance, tie, chosen = "round-robin", None, None
    for line in block:
        name = line.name
        if name == "server":
            members += _servers(line, notes, balance, http=http)
        elif name in METHODS:
            # A method that is given again takes the place of the first one.
            if chosen is not None:
                notes.ignored(chosen, "method-redefined", method=name, line=str(line.span.line))
            balance, tie, chosen = name, None, line.span
            if name in ("hash", "ip_hash"):
                tie = Persistence(" ".join((name, *line.texts)), line.span)
            _method(line, notes)
        elif name == "sticky":
            tie = Persistence(" ".join((name, *line.texts[:1])), line.span)
        elif name == "zone" and len(line.words) == 1:
            notes.refused(line.span, "zone-size", name=line.texts[0])
        elif name == "zone" and SIZE.match(line.texts[1]) is None:
            notes.refused(line.span, "size", name=name, text=line.texts[1])
    lines = [line for line in block if line.name == "server"]
    if not any("backup" not in line.texts[1:] for line in lines):
        notes.refused(directive.span, "no-servers", name=directive.texts[0])
    if len(members) == 1 and len(lines) == 1 and members[0].address is not None:
        # ngx_stream_upstream_round_robin.c: a single peer is tried whatever has happened.
        members = [alone(members[0])]
    persistence = () if tie is None else (tie,)
    return Pool(directive.texts[0], "http" if http else "tcp", tuple(members), balance, persistence, directive.span)


def alone(member: Member) -> Member:
    """A member that is never left out."""
    return member._replace(check=HealthCheck("none", span=member.span))


def proxied(endpoint: Endpoint, span: Span, port: int | None = None) -> Member:
    """The member of an address that stands by itself."""
    return Member(
        name=endpoint.host,
        host=endpoint.host,
        address=endpoint.address,
        port=port if endpoint.first is None else endpoint.first,
        backup=False,
        disabled=False,
        weight=1,
        send_proxy=False,
        tls=False,
        check=HealthCheck("none", span=span),
        span=span,
    )


def _servers(line: Directive, notes: Notes, balance: str, *, http: bool) -> list[Member]:
    if not line.words:
        return []
    span = line.span
    options = _options(line, notes)
    host = line.texts[0]
    found = checked(host, span, notes)
    if "backup" in options and balance in WITHOUT_BACKUP:
        notes.refused(span, "hash-and-backup", method=balance)
    if found is None:
        if "$" not in host:
            return []
        # The file is made into one that nginx takes; who the member is, it does not tell.
        found = Endpoint(host, None, "any", None, None)
    elif found.socket:
        notes.unknown(span, "socket")
    elif found.first is None and not http:
        notes.refused(span, "no-port", text=host)
        return []
    pause = milliseconds(options.get("fail_timeout", ""), whole_seconds=True)
    check = passive(int(options.get("max_fails", MAX_FAILS)), FAIL_TIMEOUT if pause is None else pause, span)
    made = proxied(found, span, HTTP_PORT if http else None)
    return [
        made._replace(
            backup="backup" in options,
            disabled="down" in options,
            weight=int(options.get("weight", "1")),
            check=check,
        )
    ]


def _method(line: Directive, notes: Notes) -> None:
    """What a method of balancing is given besides."""
    texts = line.texts
    if line.name == "hash" and len(texts) == 2 and texts[1] != "consistent":
        notes.refused(line.at(line.words[1]), "parameter", text=texts[1], name="hash")
    elif line.name == "random" and texts and texts[0] != "two":
        notes.refused(line.at(line.words[0]), "parameter", text=texts[0], name="random")
    elif line.name == "random" and len(texts) == 2 and texts[1] not in ("least_conn", "least_time=connect"):
        if not texts[1].startswith("least_time"):
            notes.refused(line.at(line.words[1]), "parameter", text=texts[1], name="random")
        else:
            notes.unknown(line.span, "plus", what="least_time")


def _options(line: Directive, notes: Notes) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in line.words[1:]:
        key, sign, value = word.text.partition("=")
        if key in PLUS_OF_SERVER:
            notes.unknown(line.at(word), "plus", what=key)
        elif key in NEWER_OF_SERVER:
            notes.unknown(line.at(word), "newer", what=key, release=NEWER_OF_SERVER[key])
        elif _fits(key, value) if sign else key in SERVER_FLAGS:
            found[key] = value
        else:
            notes.refused(line.at(word), "parameter", text=word.text, name="server")
    return found


def _fits(key: str, value: str) -> bool:
    if key == "fail_timeout":
        return milliseconds(value, whole_seconds=True) is not None
    number = value.isascii() and value.isdigit() and len(value) <= 15
    return key in SERVER_NUMBERS and number and int(value) >= SERVER_NUMBERS[key]
