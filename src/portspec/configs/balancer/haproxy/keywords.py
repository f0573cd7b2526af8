"""Keywords of proxy sections: a line that begins with none of them is one that HAProxy refuses."""

from __future__ import annotations

from portspec.configs.balancer.haproxy.sections import PROXIES, Section
from portspec.configs.balancer.model import Remark

KNOWN = frozenset({
    "acl", "backlog", "balance", "bind", "capture", "clitcpka-cnt", "clitcpka-idle", "clitcpka-intvl", "compression",
    "cookie", "crt", "declare", "default-server", "default_backend", "description", "disabled", "dispatch",
    "email-alert", "enabled", "errorfile", "errorfiles", "errorloc", "errorloc302", "errorloc303", "error-log-format",
    "external-check", "filter", "force-persist", "force-be-switch", "fullconn", "guid", "hash-balance-factor",
    "hash-preserve-affinity", "hash-type", "http-after-response", "http-check", "http-error", "http-request",
    "http-response", "http-reuse", "http-send-name-header", "id", "ignore-persist", "load-server-state-from-file",
    "log", "log-format", "log-format-sd", "log-steps", "log-tag", "max-keep-alive-queue", "max-session-srv-conns",
    "maxconn", "mode", "monitor", "monitor-uri", "monitor-net", "no", "option", "persist", "quic-initial",
    "rate-limit", "redirect", "retries", "retry-on", "server", "server-state-file-name", "server-template", "source",
    "srvtcpka-cnt", "srvtcpka-idle", "srvtcpka-intvl", "stats", "stick", "stick-table", "tcp-check", "tcp-request",
    "tcp-response", "timeout", "transparent", "unique-id-format", "unique-id-header", "use-fcgi-app", "use-server",
    "use_backend", "grace", "cliexp", "srvexp", "clitimeout", "srvtimeout", "contimeout",
})  # fmt: skip
"""Proxy keywords of HAProxy 2.4 to 3.2 (configuration manual, 4.1), removed ones that still give a warning included."""

REMOVED = {
    "reqadd": "http-request", "reqdel": "http-request", "reqrep": "http-request", "reqirep": "http-request",
    "reqdeny": "http-request", "rspadd": "http-response", "rspdel": "http-response", "rsprep": "http-response",
    "block": "http-request deny", "redispatch": "option redispatch", "bind-process": "nothing",
    "appsession": "stick", "clitimeout": "timeout client", "srvtimeout": "timeout server",
    "contimeout": "timeout connect",
}  # fmt: skip
"""Keywords that were taken out, with what to write instead."""

CONDITIONALS = frozenset({".if", ".elif", ".else", ".endif"})
MESSAGES = frozenset({".diag", ".notice", ".warning", ".alert"})


def refused_lines(section: Section) -> list[Remark]:
    """Lines of a proxy section that HAProxy does not know, or that it reads under a condition."""
    if section.kind not in PROXIES:
        return []
    found: list[Remark] = []
    for line in section.lines:
        keyword = line.texts[0]
        if keyword in CONDITIONALS:
            message = f"{keyword}: whether the lines up to .endif count is not worked out"
            found.append(Remark("unknown", "conditional", message, line.span))
        elif keyword in REMOVED:
            message = f"{keyword!r} was removed; write {REMOVED[keyword]!r}"
            found.append(Remark("refused", "removed-keyword", message, line.span))
        elif keyword not in KNOWN and keyword not in MESSAGES:
            found.append(
                Remark(
                    "refused", "unknown-keyword", f"{keyword!r} is no keyword of a {section.kind} section", line.span
                )
            )
    return found
