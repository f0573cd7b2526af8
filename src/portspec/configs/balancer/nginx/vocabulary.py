"""The directives of each block with what they take: the core, stream and mail-free modules of nginx 1.22.

`tests/configs/balancer/nginx/test_nginx_vocabulary.py` asks the real nginx about every row.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

MANY = 1_000


class Form(NamedTuple):
    """What a directive takes: `least` to `most` arguments, a block, a value of a kind. `once`: nginx refuses it twice."""

    least: int = 1
    most: int = 1
    once: bool = True
    block: bool = False
    kind: Literal["text", "switch", "time", "seconds", "number", "size"] = "text"


def _forms(names: str, form: Form) -> dict[str, Form]:
    return dict.fromkeys(names.split(), form)


ONE, AGAIN, SWITCH, TIME = Form(), Form(once=False), Form(kind="switch"), Form(kind="time")
NUMBER, SIZE = Form(kind="number"), Form(kind="size")
BLOCK = Form(0, 0, block=True)

MAIN = {
    **_forms("daemon master_process pcre_jit", SWITCH),
    **_forms("debug_points lock_file pid ssl_engine worker_processes worker_rlimit_core working_directory", ONE),
    **_forms("timer_resolution worker_shutdown_timeout", TIME),
    **_forms("worker_rlimit_nofile", NUMBER),
    **_forms("worker_priority", ONE),
    **_forms("env include load_module", AGAIN),
    "error_log": Form(1, MANY, once=False),
    "thread_pool": Form(2, 3, once=False),
    "user": Form(1, 2),
    "worker_cpu_affinity": Form(1, MANY),
    **_forms("events stream http mail", BLOCK),
}

EVENTS = {
    **_forms("accept_mutex multi_accept", SWITCH),
    **_forms("accept_mutex_delay", TIME),
    **_forms("epoll_events worker_aio_requests worker_connections", NUMBER),
    **_forms("debug_connection include", AGAIN),
    "use": ONE,
}

EITHER = {
    **_forms(
        "limit_conn_dry_run proxy_half_close proxy_next_upstream proxy_protocol proxy_socket_keepalive proxy_ssl"
        " proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify ssl_prefer_server_ciphers ssl_preread"
        " ssl_session_tickets tcp_nodelay",
        SWITCH,
    ),
    **_forms(
        "preread_timeout proxy_connect_timeout proxy_next_upstream_timeout proxy_protocol_timeout proxy_timeout"
        " resolver_timeout ssl_handshake_timeout",
        TIME,
    ),
    "ssl_session_timeout": Form(kind="seconds"),
    **_forms(
        "proxy_next_upstream_tries proxy_requests proxy_responses proxy_ssl_verify_depth ssl_verify_depth", NUMBER
    ),
    **_forms(
        "preread_buffer_size proxy_buffer_size proxy_downstream_buffer proxy_upstream_buffer",
        SIZE,
    ),
    **_forms(
        "limit_conn_log_level proxy_download_rate proxy_upload_rate proxy_ssl_certificate proxy_ssl_certificate_key"
        " proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_name proxy_ssl_trusted_certificate ssl_ciphers"
        " ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve ssl_trusted_certificate ssl_verify_client",
        ONE,
    ),
    **_forms(
        "allow deny include proxy_ssl_password_file set_real_ip_from ssl_certificate ssl_certificate_key"
        " ssl_password_file ssl_session_ticket_key",
        AGAIN,
    ),
    **_forms("proxy_ssl_conf_command ssl_conf_command limit_conn", Form(2, 2, once=False)),
    **_forms("access_log error_log proxy_ssl_protocols ssl_protocols", Form(1, MANY, once=False)),
    **_forms("resolver ssl_alpn", Form(1, MANY)),
    "open_log_file_cache": Form(1, 4),
    "proxy_bind": Form(1, 2),
    "ssl_session_cache": Form(1, 2, once=False),
}

STREAM = {
    **EITHER,
    **_forms("map_hash_bucket_size map_hash_max_size variables_hash_bucket_size variables_hash_max_size", NUMBER),
    "geo": Form(1, 2, once=False, block=True),
    "limit_conn_zone": Form(2, 2, once=False),
    "log_format": Form(2, MANY, once=False),
    "map": Form(2, 2, once=False, block=True),
    "server": Form(0, 0, once=False, block=True),
    "split_clients": Form(2, 2, once=False, block=True),
    "upstream": Form(1, 1, once=False, block=True),
}

SERVER = {
    **EITHER,
    "listen": Form(1, MANY, once=False),
    **_forms("proxy_pass return", ONE),
    "set": Form(2, 2, once=False),
}

UPSTREAM = {
    "hash": Form(1, 2, once=False),
    "include": AGAIN,
    "least_conn": Form(0, 0, once=False),
    "random": Form(0, 2, once=False),
    "server": Form(1, MANY, once=False),
    "zone": Form(1, 2, once=False),
}

FORMS = {"nginx.conf": MAIN, "events": EVENTS, "stream": STREAM, "server": SERVER, "upstream": UPSTREAM}

HTTP_UPSTREAM = frozenset({
    *UPSTREAM, "ip_hash", "keepalive", "keepalive_requests", "keepalive_time", "keepalive_timeout",
})  # fmt: skip

OF_HTTP = frozenset({
    "add_header", "client_max_body_size", "gzip", "if", "index", "ip_hash", "keepalive", "keepalive_timeout", "location",
    "proxy_http_version", "proxy_read_timeout", "proxy_send_timeout", "proxy_set_header", "rewrite", "root", "sendfile",
    "server_tokens", "tcp_nopush", "try_files",
})  # fmt: skip
"""Directives of http that people write into stream."""

NEWER = {
    "pass": "1.25.5",
    "server_name": "1.25.5",
    "server_names_hash_bucket_size": "1.25.5",
    "server_names_hash_max_size": "1.25.5",
    "ssl_ocsp": "1.27.2",
    "ssl_ocsp_cache": "1.27.2",
    "ssl_ocsp_responder": "1.27.2",
    "ssl_reject_handshake": "1.25.5",
    "ssl_stapling": "1.27.2",
    "ssl_stapling_file": "1.27.2",
    "ssl_stapling_responder": "1.27.2",
    "ssl_stapling_verify": "1.27.2",
}
"""Directives of stream with the release that brought them; older ones refuse them."""
DECIDING = frozenset({"pass", "server_name"})
"""Of those, what decides where a connection goes."""

PLUS = frozenset({
    "health_check", "health_check_timeout", "keyval", "keyval_zone", "least_time", "match", "mqtt", "mqtt_preread", "queue",
    "state", "status_zone", "sticky", "zone_sync", "zone_sync_server",
})  # fmt: skip
"""What only the commercial NGINX Plus takes; the open source program refuses it."""

OTHER_MODULES = ("js_", "geoip_", "geoip2", "lua_", "otel_", "variables_set")
SCRIPTS = ("js_preread", "js_access", "js_filter")
"""Directives that run code for each connection; those of Lua end with `_by_lua`, `_by_lua_block` or `_by_lua_file`."""

LISTEN_FLAGS = frozenset({"udp", "ssl", "proxy_protocol", "bind", "reuseport"})
LISTEN_VALUES = frozenset({"backlog", "rcvbuf", "sndbuf", "ipv6only", "so_keepalive", "fastopen"})
HTTP_LISTEN_FLAGS = LISTEN_FLAGS | {"default_server", "default", "deferred", "http2", "quic", "spdy"}
HTTP_LISTEN_VALUES = LISTEN_VALUES | {"setfib", "accept_filter"}
NEWER_LISTEN = {
    "accept_filter": "1.25.5",
    "default_server": "1.25.5",
    "deferred": "1.25.5",
    "multipath": "1.29.7",
    "setfib": "1.25.5",
}

SERVER_FLAGS = frozenset({"backup", "down"})
SERVER_NUMBERS = {"weight": 1, "max_conns": 0, "max_fails": 0}
"""Parameters of a server that are numbers, with the least that they may be."""
NEWER_OF_SERVER = {"resolve": "1.27.3", "service": "1.27.3"}
PLUS_OF_SERVER = frozenset({"drain", "route", "slow_start"})
