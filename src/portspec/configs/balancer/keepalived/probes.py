"""The checkers of a real server: how it is probed, and when it is out.

A checker asks every `delay_loop`. When an answer is bad it asks again, `retry` times with `delay_before_retry` between, and
then the server is out; one good answer brings it back. Every checker must find it good. Each of several URLs is asked in its
turn, one in every `delay_loop`. Defaults: keepalived.conf(5), "Virtual server(s)".
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.balancer.keepalived.blocks import Entry
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import port, whole
from portspec.configs.balancer.keepalived.settings import address_of, inherited_retry, inherited_time, remark_values
from portspec.configs.balancer.keepalived.vocabulary import CHECKERS
from portspec.configs.balancer.model import HealthCheck

Kind = Literal["none", "passive", "tcp", "tls", "http", "https", "other"]

KINDS: dict[str, Kind] = {"HTTP_GET": "http", "SSL_GET": "https", "TCP_CHECK": "tcp"}
TELLING: tuple[Kind, ...] = ("https", "http", "tls", "tcp", "other")
"""Kinds of probes, those first that tell the most about a server."""
CONNECTING = frozenset({"HTTP_GET", "SSL_GET", "TCP_CHECK", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK"})
"""Checkers that need a port."""
DELAY_LOOP = 60_000
CONNECT_TIMEOUT = 5_000
RETRIES = {"DNS_CHECK": 3, "MISC_CHECK": 0}
RETRY_DELAYS = {"HTTP_GET": 3_000, "SSL_GET": 3_000}
EXPECTED = "200-299"


class Probes(NamedTuple):
    """How a real server is probed: the check that tells the most, and the line of one that can never succeed."""

    check: HealthCheck
    hopeless: Entry | None


def probes(server: Entry, virtual: Entry, server_port: int, notes: Notes) -> Probes:
    """The checkers of a real server. `server_port` 0: none is written."""
    found: list[HealthCheck] = []
    hopeless: Entry | None = None
    for entry in server.entries:
        if entry.name not in CHECKERS:
            continue
        remark_values(entry, notes, checker=True)
        check = _checked(entry, server, virtual, notes)
        if check is None:
            continue
        if not server_port and check.port is None and entry.name in CONNECTING:
            hopeless = hopeless or entry
            notes.remark("ignored", "probe-port", entry.span, checker=entry.name)
        found.append(check)
    if not found:
        return Probes(HealthCheck("none", rise=1), hopeless)
    best = min(found, key=lambda check: TELLING.index(check.kind))
    rivals = {(check.path, check.port, check.address) for check in found if check.kind == best.kind}
    if len(rivals) > 1 and best.span is not None:
        notes.remark("unknown", "several-checkers", best.span, checked=f"{best.kind} {best.path}".strip())
    return Probes(best, hopeless)


def _checked(entry: Entry, server: Entry, virtual: Entry, notes: Notes) -> HealthCheck | None:
    """What one checker does; None for one that keepalived leaves out."""
    kind = KINDS.get(entry.name, "other")
    places = (entry, server, virtual)
    urls = _urls(entry, notes) if kind in ("http", "https") else []
    if kind in ("http", "https") and not urls:
        # The program is killed by a fault of its own when it gets to the server's next block.
        notes.remark("refused", "no-url", entry.span, checker=entry.name)
        return None
    if entry.name == "MISC_CHECK" and entry.last("misc_path") is None:
        notes.remark("ignored", "no-script", entry.span)
        return None
    interval = inherited_time("delay_loop", places) or DELAY_LOOP
    retries = inherited_retry(places)
    if retries is None:
        retries = RETRIES.get(entry.name, 1)
    again = inherited_time("delay_before_retry", places)
    if again is None:
        again = interval if entry.name == "DNS_CHECK" else RETRY_DELAYS.get(entry.name, 1_000)
    if len(urls) > 1:
        notes.remark("unknown", "several-urls", entry.span, path=_path(urls[0]), count=str(len(urls)))
    return HealthCheck(
        kind,
        interval=interval * max(len(urls), 1),
        timeout=_timeout(entry, places),
        fall=retries + 1,
        rise=1,
        path=_path(urls[0]) if urls else "",
        method="GET" if urls else "",
        expect=_expected(urls[0]) if urls else "",
        port=_connect_port(entry),
        span=entry.span,
        fast_interval=again if retries and again != interval * max(len(urls), 1) else None,
        address=_connect_address(entry),
    )


def _timeout(entry: Entry, places: tuple[Entry, ...]) -> int | None:
    if entry.name in ("BFD_CHECK", "FILE_CHECK"):
        return None
    if entry.name == "MISC_CHECK":
        written = entry.last("misc_timeout")
        seconds = whole(written.words[0], 1, 86_400) if written is not None and written.words else None
        return seconds * 1000 if seconds is not None else None
    return inherited_time("connect_timeout", places) or CONNECT_TIMEOUT


def _connect_port(entry: Entry) -> int | None:
    numbers = [port(setting.words[0]) for setting in entry.entries if setting.name == "connect_port" and setting.words]
    return next((number for number in reversed(numbers) if number is not None), None)


def _connect_address(entry: Entry) -> int | None:
    found = [address_of(setting) for setting in entry.entries if setting.name == "connect_ip"]
    return next((address for address in reversed(found) if address is not None), None)


def _urls(entry: Entry, notes: Notes) -> list[Entry]:
    found: list[Entry] = []
    for url in entry.entries:
        if url.name != "url":
            continue
        remark_values(url, notes, checker=True)
        path = url.last("path")
        if path is None:
            notes.remark("ignored", "no-path", url.span)
        elif path.words:
            found.append(url)
        for codes in url.entries:
            if codes.name == "status_code" and any(not _is_code(word) for word in codes.words):
                notes.remark("ignored", "value", codes.span, keyword="status_code", value=" ".join(codes.words))
    return found


def _path(url: Entry) -> str:
    path = url.last("path")
    return path.words[0] if path is not None and path.words else ""


def _is_code(text: str) -> bool:
    low, _, high = text.partition("-")
    first, last = whole(low, 100, 599), whole(high or low, 100, 599)
    return first is not None and last is not None and first <= last


def _expected(url: Entry) -> str:
    words: list[str] = []
    codes = [
        word for setting in url.entries if setting.name == "status_code" for word in setting.words if _is_code(word)
    ]
    words.append(f"status {','.join(codes) or EXPECTED}")
    for name in ("digest", "regex"):
        setting = url.last(name)
        if setting is not None and setting.words:
            words.append(f"{name} {setting.words[0]}")
    return " ".join(words)
