"""Where `proxy_pass` sends a connection: to an upstream, an address, or what a map makes of the connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portspec.configs.balancer.model import Remark, Route, Term
from portspec.configs.balancer.nginx.scope import unknown
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

SERVER_NAME = ("$ssl_preread_server_name", "$ssl_server_name")
PORT = "$server_port"
MOST_ENTRIES = 20_000


class Entry(NamedTuple):
    """One line of a map: what the value must be, None for the default, and what the map then is."""

    key: str | None
    value: str
    span: Span


class Map(NamedTuple):
    """`map SOURCE $NAME { … }`. `hostnames`: keys may be names with an open end."""

    source: str
    entries: tuple[Entry, ...]
    hostnames: bool
    span: Span


def read_map(directive: Directive, remarks: list[Remark]) -> tuple[str, Map] | None:
    """The variable that a map sets, and the map; None where it is not written as one."""
    if len(directive.words) != 2 or not directive.texts[1].startswith("$"):
        return None
    entries: list[Entry] = []
    hostnames = False
    for line in directive.block or ():
        name = line.name.text
        if name == "hostnames" and not line.words:
            hostnames = True
        elif name == "volatile" and not line.words:
            continue
        elif name == "include":
            remarks.append(unknown(line.span, "include", path=" ".join(line.texts)))
        elif len(line.words) == 1:
            entries.append(Entry(None if name == "default" else name.removeprefix("\\"), line.texts[0], line.span))
    return directive.texts[1], Map(directive.texts[0], tuple(entries[:MOST_ENTRIES]), hostnames, directive.span)


def routes(target: str, span: Span, maps: Mapping[str, Map], remarks: list[Remark], *, preread: bool) -> list[Route]:
    """The routes of a `proxy_pass`, in the order in which they are tried. A pool may be an address (see the
    reader), or a variable, which no pool is named."""
    if "$" not in target:
        return [Route(target, "", span)]
    found = maps.get(target)
    if found is None:
        remarks.append(unknown(span, "dynamic-upstream", target=target))
        return [Route(target, "", span)]
    exact = [entry for entry in found.entries if entry.key is not None and not _is_open(entry.key, found)]
    open_ended = [entry for entry in found.entries if entry.key is not None and _is_open(entry.key, found)]
    # ngx_http_map_find: exact names first, then the longest open ends, then expressions in their order.
    open_ended.sort(
        key=lambda entry: (str(entry.key).startswith("~"), -len(str(entry.key)) * (str(entry.key)[0] != "~"))
    )
    made: list[Route] = []
    named = found.source in SERVER_NAME
    for entry in (*exact, *open_ended):
        if named and not preread and found.source == SERVER_NAME[0]:
            continue  # without ssl_preread the name is empty
        term = _term(str(entry.key), found.source)
        if "$" in entry.value:
            remarks.append(unknown(entry.span, "dynamic-upstream", target=entry.value))
        if entry.value:
            made.append(Route(entry.value, f"{found.source} {entry.key}", entry.span, ((term,),)))
    made += (Route(entry.value, "", entry.span) for entry in found.entries if entry.key is None and entry.value)
    return made


def _is_open(key: str, found: Map) -> bool:
    return key.startswith("~") or (found.hostnames and (key.startswith(("*.", ".")) or key.endswith(".*")))


def _term(key: str, source: str) -> Term:
    if source in SERVER_NAME and not key.startswith("~"):
        return Term("server-name", names=frozenset({key.lower().removeprefix("*")}))
    if source == PORT and key.isascii() and key.isdigit() and len(key) <= 5:
        return Term("port", ports=((int(key), int(key)),))
    return Term("server-name") if source in SERVER_NAME else Term("other")
