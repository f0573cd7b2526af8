"""When a server is left out: after failures of clients, or after the probes that only NGINX Plus makes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portspec.configs.balancer.model import HealthCheck
from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import Span

MAX_FAILS, FAIL_TIMEOUT = 1, 10_000
"""What holds where a server does not say (ngx_stream_upstream_module, `server`)."""
INTERVAL, PROBE_TIMEOUT = "5s", 5_000
"""The same of a probe (ngx_stream_upstream_hc_module, `health_check`, `health_check_timeout`)."""
REQUEST = re.compile(r"(GET|HEAD|OPTIONS|POST) (/\S*) HTTP/")


def passive(fails: int, pause: int, span: Span) -> HealthCheck:
    """What `max_fails` and `fail_timeout` come to. With a pause of 0 a server is tried again within the same second."""
    if fails == 0 or pause == 0:
        return HealthCheck("none", span=span)
    return HealthCheck("passive", interval=pause, fall=fails, rise=1, span=span)


def probe(line: Directive, matches: Mapping[str, Directive], timeout: int, *, tls: bool) -> HealthCheck | None:
    """The probe of a `health_check` line; None for one over UDP.

    It connects, over TLS where the proxied connections do, and no more than that without a `match` that it names.
    """
    if "udp" in line.texts:
        return None
    values = dict(text.split("=", 1) for text in line.texts if "=" in text)
    port = _number(values.get("port", ""), 0)
    check = HealthCheck(
        "tls" if tls else "tcp",
        interval=milliseconds(values.get("interval", INTERVAL)) or 5_000,
        timeout=timeout,
        fall=_number(values.get("fails", ""), 1),
        rise=_number(values.get("passes", ""), 1),
        port=port if 1 <= port <= 65535 else None,
        span=line.span,
    )
    match = matches.get(values.get("match", ""))
    if match is None:
        return check
    sent = {one.name: " ".join(one.texts) for one in match.block or ()}
    request = REQUEST.match(sent.get("send", ""))
    if request is None:
        return check._replace(kind="other", expect=sent.get("expect", ""))
    return check._replace(
        kind="https" if tls else "http", method=request[1], path=request[2], expect=sent.get("expect", "")
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
