"""What the nginx reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("words, quotes, escapes, comments", "exact"),
    Construct("nginx.conf, or a file that it includes into stream", "exact"),
    Construct("include", "unknown", "what it brings in; modules-enabled decides nothing"),
    Construct("template", "refused", "render it first"),
    Construct("directive that nginx does not know, or in another place", "refused"),
    Construct("what only NGINX Plus takes", "unknown", "health_check is read as a probe all the same"),
    # stream
    Construct("server in stream", "exact"),
    Construct(
        "listen", "exact", "addresses, ranges, IPv6 with ipv6only, ssl, proxy_protocol; sockets and udp are passed over"
    ),
    Construct("listen on a variable", "unknown"),
    Construct("one address listened on twice", "refused"),
    Construct("listen with ssl and no ssl_certificate", "refused"),
    Construct("proxy_pass", "exact", "an upstream, or an address"),
    Construct("proxy_pass with a map of the TLS server name", "exact", "with ssl_preread; names, open ends"),
    Construct("proxy_pass with a map of the port", "exact"),
    Construct("proxy_pass with another variable", "unknown"),
    Construct("proxy_protocol, proxy_ssl, proxy_timeout", "exact", "handed down from stream"),
    Construct("allow, deny", "unknown", "whom it turns away"),
    Construct("js_preread, js_access, js_filter", "unknown"),
    Construct("return", "exact", "no member answers"),
    # upstream
    Construct("upstream", "exact"),
    Construct("server in an upstream", "exact", "weight, max_fails, fail_timeout, backup, down"),
    Construct("upstream with one server", "exact", "which is never left out"),
    Construct("server at a socket", "unknown"),
    Construct("hash, least_conn, random", "exact", "hash ties clients to servers"),
    Construct("backup with hash or random", "refused"),
    # http
    Construct("server in http", "exact", "takes connections apart: layer 7"),
)
