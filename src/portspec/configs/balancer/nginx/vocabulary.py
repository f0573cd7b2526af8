"""The directives that are known, by the block that they may stand in (nginx.org, module references of 1.22)."""

from __future__ import annotations

MAIN = frozenset({
    "daemon", "debug_points", "env", "error_log", "include", "load_module", "lock_file", "master_process", "pcre_jit",
    "pid", "ssl_engine", "thread_pool", "timer_resolution", "user", "worker_cpu_affinity", "worker_priority",
    "worker_processes", "worker_rlimit_core", "worker_rlimit_nofile", "worker_shutdown_timeout", "working_directory",
    "events", "stream", "http", "mail",
})  # fmt: skip

STREAM_ANYWHERE = frozenset({
    "access_log", "error_log", "include", "log_format", "open_log_file_cache", "preread_buffer_size", "preread_timeout",
    "proxy_bind", "proxy_buffer_size", "proxy_connect_timeout", "proxy_download_rate", "proxy_next_upstream",
    "proxy_next_upstream_timeout", "proxy_next_upstream_tries", "proxy_protocol", "proxy_protocol_timeout",
    "proxy_requests", "proxy_responses", "proxy_half_close", "proxy_session_drop", "proxy_socket_keepalive",
    "proxy_ssl", "proxy_ssl_certificate", "proxy_ssl_certificate_key", "proxy_ssl_ciphers", "proxy_ssl_conf_command",
    "proxy_ssl_crl", "proxy_ssl_name", "proxy_ssl_password_file", "proxy_ssl_protocols", "proxy_ssl_server_name",
    "proxy_ssl_session_reuse", "proxy_ssl_trusted_certificate", "proxy_ssl_verify", "proxy_ssl_verify_depth",
    "proxy_timeout", "proxy_upload_rate", "resolver", "resolver_timeout", "ssl_alpn", "ssl_certificate",
    "ssl_certificate_key", "ssl_ciphers", "ssl_client_certificate", "ssl_conf_command", "ssl_crl", "ssl_dhparam",
    "ssl_ecdh_curve", "ssl_handshake_timeout", "ssl_password_file", "ssl_prefer_server_ciphers", "ssl_preread",
    "ssl_protocols", "ssl_session_cache", "ssl_session_ticket_key", "ssl_session_tickets", "ssl_session_timeout",
    "ssl_trusted_certificate", "ssl_verify_client", "ssl_verify_depth", "tcp_nodelay", "variables_hash_bucket_size",
    "variables_hash_max_size", "allow", "deny", "limit_conn", "limit_conn_dry_run", "limit_conn_log_level",
    "set_real_ip_from",
})  # fmt: skip

STREAM = STREAM_ANYWHERE | frozenset({
    "geo", "geoip_city", "geoip_country", "geoip_org", "js_import", "js_path", "js_set", "limit_conn_zone", "map",
    "map_hash_bucket_size", "map_hash_max_size", "server", "split_clients", "upstream", "js_include",
})  # fmt: skip

STREAM_SERVER = STREAM_ANYWHERE | frozenset(
    {"listen", "proxy_pass", "return", "set", "js_access", "js_filter", "js_preread"}
)

UPSTREAM = frozenset({"hash", "include", "least_conn", "random", "server", "zone"})

PLUS_UPSTREAM = frozenset({"least_time", "state", "resolver", "resolver_timeout", "ntlm", "sticky", "queue"})
PLUS_SERVER = frozenset({"health_check", "health_check_timeout", "status_zone", "zone_sync", "zone_sync_server"})
PLUS_STREAM = frozenset({"match", "keyval", "keyval_zone", "status_zone", "health_check_timeout"})
"""What only the commercial NGINX Plus takes; the open source program refuses it."""

LISTEN_FLAGS = frozenset({
    "udp", "ssl", "proxy_protocol", "bind", "reuseport", "deferred", "default_server", "http2", "spdy", "quic", "default",
})  # fmt: skip
LISTEN_VALUES = frozenset({
    "backlog", "rcvbuf", "sndbuf", "ipv6only", "so_keepalive", "fastopen", "setfib", "accept_filter",
})  # fmt: skip

SERVER_FLAGS = frozenset({"backup", "down", "resolve", "drain"})
PLUS_OF_SERVER = frozenset({"slow_start", "route", "service", "resolve", "drain"})
"""Parameters of a server that only NGINX Plus takes."""
