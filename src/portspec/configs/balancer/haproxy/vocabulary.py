"""The words of HAProxy 2.4 to 3.2: keywords of sections, options of bind and server lines.

A line that begins with none of them is one that HAProxy refuses. From the configuration manuals (4.1, 5.1, 5.2) and the
program's own list (`haproxy -dKall`), which a test compares with these.
"""

from __future__ import annotations

BOTH_SIDES = frozenset({
    "acl", "bind-process", "capture", "compression", "description", "disabled", "email-alert", "enabled", "errorfile",
    "errorfiles", "errorloc", "errorloc302", "errorloc303", "filter", "force-be-switch", "guid", "http-after-response",
    "http-error", "http-request", "http-response", "id", "log", "log-tag", "mode", "option", "redirect", "stats",
    "stick-table", "tcp-request", "tcp-response", "timeout",
})  # fmt: skip
"""Keywords that frontends and backends take."""

FRONTEND_SIDE = frozenset({
    "backlog", "bind", "clitcpka-cnt", "clitcpka-idle", "clitcpka-intvl", "declare", "default_backend",
    "error-log-format", "log-format", "log-format-sd", "log-steps", "maxconn", "monitor", "monitor-net", "monitor-uri",
    "quic-initial", "rate-limit", "ssl-f-use", "unique-id-format", "unique-id-header", "use_backend",
})  # fmt: skip
"""Keywords that a backend ignores with a warning."""

BACKEND_SIDE = frozenset({
    "balance", "cookie", "default-server", "dispatch", "external-check", "force-persist", "fullconn",
    "hash-balance-factor", "hash-preserve-affinity", "hash-type", "http-check", "http-reuse", "http-send-name-header",
    "ignore-persist", "load-server-state-from-file", "max-keep-alive-queue", "max-session-srv-conns", "persist",
    "retries", "retry-on", "server", "server-state-file-name", "server-template", "source", "srvtcpka-cnt",
    "srvtcpka-idle", "srvtcpka-intvl", "stick", "tcp-check", "transparent", "use-fcgi-app", "use-server",
})  # fmt: skip
"""Keywords that a frontend ignores with a warning, or refuses (`server`, `default-server`)."""

KNOWN = BOTH_SIDES | FRONTEND_SIDE | BACKEND_SIDE | {"no", "default"}

NOT_IN_DEFAULTS = frozenset({
    "bind", "description", "dispatch", "force-persist", "id", "ignore-persist", "monitor-net", "redirect", "server",
    "server-template", "stick", "stick-table", "use_backend", "use-fcgi-app", "use-server",
})  # fmt: skip
"""Keywords that a defaults section refuses."""

REMOVED = {
    "reqadd": "http-request add-header", "reqdel": "http-request del-header", "reqrep": "http-request replace-header",
    "reqirep": "http-request replace-header", "reqdeny": "http-request deny", "reqideny": "http-request deny",
    "rspadd": "http-response add-header", "rspdel": "http-response del-header",
    "rsprep": "http-response replace-header", "rspirep": "http-response replace-header",
    "block": "http-request deny", "redispatch": "option redispatch", "appsession": "stick",
    "clitimeout": "timeout client", "srvtimeout": "timeout server", "contimeout": "timeout connect", "grace": "",
}  # fmt: skip
"""Keywords that were taken out, with what to write instead."""

NOT_IN_GLOBAL = frozenset({
    "acl", "balance", "bind", "cookie", "default-server", "default_backend", "http-check", "http-request", "mode",
    "option", "retries", "server", "server-template", "stick", "tcp-check", "tcp-request", "use-server", "use_backend",
})  # fmt: skip
"""Keywords of proxies that a global section refuses: they stand below the wrong head."""

SECOND_WORDS = {
    "timeout": frozenset({
        "check", "client", "client-fin", "client-hs", "connect", "http-keep-alive", "http-request", "queue", "server",
        "server-fin", "tarpit", "tunnel",
    }),
    "stick": frozenset({"on", "match", "store-request", "store-response", "store"}),
    "tcp-request": frozenset({"connection", "content", "inspect-delay", "session"}),
    "tcp-response": frozenset({"content", "inspect-delay"}),
    "http-check": frozenset({
        "comment", "connect", "disable-on-404", "expect", "send", "send-state", "set-var", "set-var-fmt", "unset-var",
    }),
    "tcp-check": frozenset({
        "comment", "connect", "expect", "send", "send-binary", "send-binary-lf", "send-lf", "set-var", "set-var-fmt",
        "unset-var",
    }),
}  # fmt: skip
"""What stands behind a keyword; brackets with more may follow it."""

OPTIONS = frozenset({
    "abortonclose", "accept-invalid-http-request", "accept-invalid-http-response",
    "accept-unsafe-violations-in-http-request", "accept-unsafe-violations-in-http-response", "allbackups",
    "assume-rfc6587-ntf", "checkcache", "clitcpka", "contstats", "disable-h2-upgrade", "dont-parse-log",
    "dontlog-normal", "dontlognull", "external-check", "forwarded", "forwardfor", "h1-case-adjust-bogus-client",
    "h1-case-adjust-bogus-server", "http-buffer-request", "http-drop-request-trailers", "http-drop-response-trailers",
    "http-ignore-probes", "http-keep-alive", "http-no-delay", "http-pretend-keepalive", "http-restrict-req-hdr-names",
    "http-server-close", "http-use-proxy-header", "httpchk", "httpclose", "httplog", "httpslog",
    "idle-close-on-response", "independant-streams", "independent-streams", "ldap-check", "log-health-checks",
    "log-separate-errors", "logasap", "mysql-check", "nolinger", "originalto", "persist", "pgsql-check",
    "prefer-last-server", "redis-check", "redispatch", "smtpchk", "socket-stats", "splice-auto", "splice-request",
    "splice-response", "spop-check", "srvtcpka", "ssl-hello-chk", "tcp-check", "tcp-smart-accept",
    "tcp-smart-connect", "tcpka", "tcplog", "transparent", "use-small-buffers",
})  # fmt: skip

BALANCE = frozenset({
    "roundrobin", "static-rr", "leastconn", "first", "source", "uri", "url_param", "hdr", "random", "rdp-cookie",
    "hash", "log-hash", "log-sticky", "sticky",
})  # fmt: skip

BIND_VALUES = frozenset({
    "accept-netscaler-cip", "alpn", "backlog", "ca-file", "ca-ignore-err", "ca-sign-file", "ca-sign-pass",
    "ca-verify-file", "cc", "ciphers", "ciphersuites", "client-sigalgs", "crl-file", "crt", "crt-ignore-err",
    "crt-list", "curves", "default-crt", "ecdhe", "ech", "expose-fd", "gid", "group", "guid-prefix", "id", "idle-ping",
    "interface", "ktls", "level", "maxconn", "mode", "mss", "name", "namespace", "nbconn", "nice", "npn", "ocsp-update",
    "process", "proto", "quic-cc-algo", "quic-socket", "severity-output", "shards", "sigalgs", "ssl-max-ver",
    "ssl-min-ver", "tcp-md5sig", "tcp-ut", "thread", "tls-ticket-keys", "uid", "user", "verify",
})  # fmt: skip
BIND_FLAGS = frozenset({
    "accept-proxy", "allow-0rtt", "defer-accept", "force-sslv3", "force-strict-sni", "force-tlsv10", "force-tlsv11",
    "force-tlsv12", "force-tlsv13", "generate-certificates", "no-alpn", "no-ca-names", "no-sslv3", "no-strict-sni",
    "no-tls-tickets", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "prefer-client-ciphers", "quic-force-retry",
    "ssl", "strict-sni", "tfo", "tls-tickets", "transparent", "v4v6", "v6only",
})  # fmt: skip

SERVER_VALUES = frozenset({
    "addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn", "ca-file", "cc", "check-alpn",
    "check-pool-conn-name", "check-proto", "check-sni", "ciphers", "ciphersuites", "client-sigalgs", "cookie",
    "crl-file", "crt", "curves", "downinter", "error-limit", "fall", "fastinter", "guid", "hash-key", "healthcheck",
    "id", "idle-ping", "init-addr", "init-state", "inter", "interface", "ktls", "log-bufsize", "log-proto", "max-reuse",
    "maxconn", "maxqueue", "minconn", "namespace", "npn", "observe", "on-error", "on-marked-down", "on-marked-up",
    "pool-conn-name", "pool-low-conn", "pool-max-conn", "pool-purge-delay", "port", "proto", "proxy-v2-options",
    "redir", "resolve-net", "resolve-opts", "resolve-prefer", "resolvers", "rise",
    "set-proxy-v2-tlv-fmt", "shard", "sigalgs", "slowstart", "sni", "socks4", "source", "ssl-max-ver",
    "ssl-min-ver", "tcp-md5sig", "tcp-ut", "track", "usesrc", "verify", "verifyhost", "weight", "ws",
})  # fmt: skip
SERVER_FLAGS = frozenset({
    "agent-check", "allow-0rtt", "backup", "check", "check-reuse-pool", "check-send-proxy", "check-sni-auto",
    "check-ssl", "check-via-socks4", "disabled", "enabled", "force-sslv3", "force-tlsv10", "force-tlsv11",
    "force-tlsv12", "force-tlsv13", "no-agent-check", "no-backup", "no-check", "no-check-reuse-pool",
    "no-check-send-proxy", "no-check-sni-auto", "no-check-ssl", "no-renegotiate", "no-send-proxy", "no-send-proxy-v2",
    "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn", "no-sni-auto", "no-ssl", "no-ssl-reuse", "no-sslv3",
    "no-strict-maxconn", "no-tfo", "no-tls-tickets", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "non-stick",
    "renegotiate", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "sni-auto", "ssl",
    "ssl-reuse", "stick", "strict-maxconn", "tfo", "tls-tickets",
})  # fmt: skip
