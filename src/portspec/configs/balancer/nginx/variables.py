"""Variables that `proxy_pass` is written with, and what they come to for which connections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from portspec.configs.balancer.model import Term
from portspec.configs.balancer.nginx.endpoints import network
from portspec.configs.balancer.nginx.names import Leaf, is_hostname, is_open, question, rank
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.words import Directive
from portspec.packets.addresses import ANY_V4
from portspec.packets.intervals import IntervalSet
from portspec.source import Span

VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)", re.ASCII)
NAME = re.compile(r"\$\w+\Z", re.ASCII)
SHARE = re.compile(r"(?:\d{1,3}(?:\.\d{0,2})?%|\*)\Z", re.ASCII)
MAP_SETTINGS = frozenset({"default", "hostnames", "volatile", "include"})
PREFIXES = ("geoip", "js_", "proxy_protocol_tlv_", "ssl_client_")
KNOWN = frozenset({
    "binary_remote_addr", "bytes_received", "bytes_sent", "connection", "hostname", "limit_conn_status", "msec",
    "nginx_version", "pid", "protocol", "proxy_protocol_addr", "proxy_protocol_port", "proxy_protocol_server_addr",
    "proxy_protocol_server_port", "realip_remote_addr", "realip_remote_port", "remote_addr", "remote_port", "server_addr",
    "server_port", "session_time", "ssl_alpn_protocol", "ssl_cipher", "ssl_ciphers", "ssl_curve", "ssl_curves",
    "ssl_preread_alpn_protocols", "ssl_preread_protocol", "ssl_preread_server_name", "ssl_protocol", "ssl_server_name",
    "ssl_session_id", "ssl_session_reused", "status", "time_iso8601", "time_local", "upstream_addr",
    "upstream_bytes_received", "upstream_bytes_sent", "upstream_connect_time", "upstream_first_byte_time",
    "upstream_session_time",
})  # fmt: skip
"""Variables of stream, besides those that begin as `PREFIXES` say."""
NO_NAME = re.compile(r"\$(?!\w|\{\w+\})", re.ASCII)
"""A dollar sign that nginx takes for that of a variable without a name."""


class Entry(NamedTuple):
    """One line of a map. `open`: the key fits more than one value; it is None for the default."""

    key: str | None
    open: bool
    value: str
    span: Span


class Map(NamedTuple):
    """`map SOURCE $NAME { … }`, its entries in the order in which they are tried."""

    source: str
    entries: tuple[Entry, ...]


class Block(NamedTuple):
    """`geo` or `split_clients`: values with what a connection must be for them, tried in order."""

    entries: tuple[tuple[Term, str, Span], ...]
    default: str
    span: Span


class Setting(NamedTuple):
    """`set $NAME VALUE`."""

    value: str


Meaning = Map | Block | Setting
UNTOLD = Term("other")


def read_map(directive: Directive, notes: Notes) -> tuple[str, Map] | None:
    """The variable that a map sets, and the map; None where nginx takes it for none."""
    name = directive.texts[1]
    if NAME.match(name) is None:
        notes.refused(directive.span, "no-variable", text=name)
        return None
    hostnames = False
    entries: list[Entry] = []
    seen: set[str] = set()
    for line in directive.block or ():
        key = line.name
        if key in ("hostnames", "volatile") and not line.words:
            hostnames = hostnames or key == "hostnames"  # for the lines that follow
            continue
        if len(line.words) != 1 or line.block is not None:
            notes.refused(line.span, "map-entry", name="map")
            continue
        if key == "include":
            continue
        if key == "default":
            idents, opened = {"default"}, False
        else:
            key = key[1:] if key.startswith("\\") and key[1:] in MAP_SETTINGS else key
            opened = is_open(key, hostnames=hostnames)
            idents = _idents(key.lower(), opened=opened)
            if (opened and not is_hostname(key)) or (hostnames and not opened and "*" in key):
                notes.refused(line.span, "map-key", text=key)
                continue
        if idents & seen:
            notes.refused(line.span, "map-twice", text=key)
            continue
        seen |= idents
        entries.append(Entry(None if "default" in idents else key, opened, line.texts[0], line.span))
    return name[1:], Map(directive.texts[0], tuple(sorted(entries, key=_order)))


def read_geo(directive: Directive, notes: Notes) -> tuple[str, Block] | None:
    """The variable that a `geo` block sets, and its networks, the narrower ones first."""
    for text in directive.texts:
        if NAME.match(text) is None:
            notes.refused(directive.span, "no-variable", text=text)
            return None
    name = directive.texts[-1]
    of_client = len(directive.words) == 1 or directive.texts[0] == "$remote_addr"
    lines = directive.block or ()
    ranges = bool(lines) and lines[0].name == "ranges" and not lines[0].words
    found: dict[tuple[int, int], tuple[str, Span]] = {}
    default = ""
    for line in lines:
        if ranges and line.name == "ranges" and not line.words:
            continue
        if len(line.words) != 1 or line.block is not None:
            notes.refused(line.span, "map-entry", name="geo")
            continue
        deleted = line.name == "delete"
        text = line.texts[0] if deleted else line.name
        ends = _range(text) if ranges else network(text)
        if line.name == "include":
            continue
        if text == "default" or ends == ANY_V4.spans[0]:
            default = "" if deleted else line.texts[0]
        elif ends is None:
            notes.refused(line.span, "network", text=text)
        else:
            # Of one network the last line counts, and a range inside of another one before that.
            if ranges and any(_crosses(ends, other) or (deleted and other != ends) for other in found):
                notes.unknown(line.span, "expression", pattern=text)
            found.pop(ends, None)
            if not deleted:
                found[ends] = (line.texts[0], line.span)
    order = list(reversed(found)) if ranges else sorted(found, key=lambda ends: ends[1] - ends[0])
    entries = tuple(
        (Term("source", sources=IntervalSet((ends,))) if of_client else UNTOLD, *found[ends]) for ends in order
    )
    return name[1:], Block(entries, default, directive.span)


def read_split(directive: Directive, notes: Notes) -> tuple[str, Block] | None:
    """The variable that a `split_clients` block sets: one of its values, by a hash that is not worked out."""
    name = directive.texts[1]
    if NAME.match(name) is None:
        notes.refused(directive.span, "no-variable", text=name)
        return None
    found: list[tuple[Term, str, Span]] = []
    default = ""
    left = 10_000
    for line in directive.block or ():
        # Words behind the value are passed over.
        if not line.words or line.block is not None or SHARE.match(line.name) is None:
            notes.refused(line.span, "map-entry", name="split_clients")
            continue
        whole, _, part = line.name.rstrip("%").partition(".")
        share = left if line.name == "*" else int(whole) * 100 + int(f"{part:0<2}")
        if line.name != "*" and not 0 < share <= left:
            notes.refused(line.span, "shares")
            continue
        if line.name == "*":
            default = line.texts[0] if left else default
        else:
            found.append((UNTOLD, line.texts[0], line.span))
        left -= share
    return name[1:], Block(tuple(found), default, directive.span)


def pieces(text: str) -> list[tuple[str, bool]]:
    """A value as its parts: text, and names of variables."""
    found: list[tuple[str, bool]] = []
    at = 0
    for match in VARIABLE.finditer(text):
        if match.start() > at:
            found.append((text[at : match.start()], False))
        found.append((match[1] or match[2], True))
        at = match.end()
    if at < len(text):
        found.append((text[at:], False))
    return found


def is_known(name: str) -> bool:
    """Whether nginx has a variable of its own by that name."""
    return name in KNOWN or name.startswith(PREFIXES)


def leaf(name: str) -> Leaf:
    """What a variable tells that only the connection decides about."""
    if name in ("ssl_preread_server_name", "ssl_server_name"):
        return "name"
    return "port" if name == "server_port" else "address" if name == "remote_addr" else "other"


def asked(found: Sequence[tuple[Leaf, str]], entry: Entry) -> list[Term] | None:
    """The questions of an entry of a map whose source is made of several parts: leaves and text, in their order. None
    when the key cannot be taken apart."""
    if entry.open or entry.key is None:
        return None
    forms = {"name": r"([A-Za-z0-9._-]*)", "port": r"(\d+)", "address": r"([0-9A-Fa-f.:]+)"}
    pattern = "".join(forms.get(kind, re.escape(text)) for kind, text in found)
    match = re.fullmatch(pattern, entry.key, re.ASCII | re.IGNORECASE)
    kinds = [kind for kind, _ in found if kind in forms]
    if match is None:
        return [Term("port")]  # no connection comes to this
    return [question(kind, match[number], is_open=False) for number, kind in enumerate(kinds, 1)]


def _idents(key: str, *, opened: bool) -> set[str]:
    """What no other key of a map may be as well: `.x` is `x` and `*.x`."""
    if key.startswith("~"):
        return set()
    if not opened:
        return {f"={key}"}
    return {f"={key[1:]}", f"open *{key}"} if key.startswith(".") else {f"open {key}"}


def _order(entry: Entry) -> tuple[int, tuple[int, int]]:
    if entry.key is None:
        return 2, (0, 0)
    return (1, rank(entry.key)) if entry.open else (0, (0, 0))


def _crosses(new: tuple[int, int], old: tuple[int, int]) -> bool:
    """Whether a range overlaps an earlier one without lying inside: some of these nginx refuses."""
    return new[0] <= old[1] and old[0] <= new[1] and not old[0] <= new[0] <= new[1] <= old[1]


def _range(text: str) -> tuple[int, int] | None:
    """`FIRST-LAST`, as `ranges` asks for: of IPv4 alone."""
    first, _, last = text.partition("-")
    ends = network(first), network(last)
    if "/" in text or ":" in text or ends[0] is None or ends[1] is None:
        return None
    return (ends[0][0], ends[1][0]) if ends[0] <= ends[1] else None
