"""What the nginx reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("words, quotes, escapes, comments", "exact"),
    Construct("nginx.conf, or a file that it includes", "exact", "at its top, into stream or into http"),
    Construct("include", "exact", "files and patterns of the repository; /etc/nginx is the folder of the file"),
    Construct("include of what is not in the repository", "unknown"),
    Construct("modules-enabled, mime.types", "exact", "passed over: they decide about no port and no member"),
    Construct("template", "refused", "render it first"),
    Construct("directive that nginx does not know, or in another place", "refused", "in http, only around servers"),
    Construct("number of arguments, value, directive given twice", "refused"),
    Construct("directive of a module that is loaded and not known here", "unknown"),
    Construct("what only newer releases take", "unknown", "server_name and pass in stream, resolve, …"),
    Construct("what only NGINX Plus takes", "unknown", "health_check and match are read as a probe all the same"),
    # stream
    Construct("server in stream", "exact"),
    Construct("listen", "exact", "addresses, ranges, IPv6 with ipv6only, ssl, proxy_protocol"),
    Construct("listen on a socket, or with udp", "exact", "no TCP port"),
    Construct("listen without a port", "unknown", "the kernel picks one"),
    Construct("listen or server with a variable", "refused", "nginx takes none there; the file is rendered first"),
    Construct("one address listened on twice", "refused"),
    Construct("sockets that cannot be bound beside each other", "refused", "also of http; nginx -t does not notice"),
    Construct("listen with ssl and no ssl_certificate", "refused"),
    Construct("proxy_pass", "exact", "an upstream, an address, or a value made of variables"),
    Construct("map of the TLS server name", "exact", "with ssl_preread or ssl; names, open ends"),
    Construct("expression in a map", "exact", "whole names, and ends of names"),
    Construct("other expression in a map", "unknown", "also a name whose end is open"),
    Construct("map of the port, of the client's address, of another map, of several", "exact"),
    Construct("geo, set", "exact"),
    Construct("split_clients", "exact", "any of its values"),
    Construct("proxy_pass with another variable", "unknown"),
    Construct("value of a map that is no upstream", "unknown", "clients get no answer"),
    Construct("variable that nothing sets", "refused"),
    Construct("proxy_pass to an upstream that is not there", "refused"),
    Construct("proxy_protocol, proxy_ssl, proxy_timeout", "exact", "handed down from stream"),
    Construct("proxy_bind with transparent", "exact", "members see the client's address"),
    Construct("allow, deny", "exact"),
    Construct("js_preread, js_access, js_filter, Lua", "unknown"),
    Construct("return", "exact", "no member answers"),
    Construct("proxy_pass beside return", "exact", "the last one counts"),
    Construct("limit_conn, resolver, log_format, ssl_…", "exact", "decide neither about ports nor about members"),
    # upstream
    Construct("upstream", "exact"),
    Construct("server in an upstream", "exact", "weight, max_fails, fail_timeout, backup, down"),
    Construct("upstream with one server", "exact", "which is never left out"),
    Construct("upstream of backups alone", "refused"),
    Construct("server at a socket", "unknown"),
    Construct("hash, least_conn, random", "exact", "hash ties clients to servers"),
    Construct("backup below hash or random", "refused"),
    # http
    Construct("server in http", "exact", "takes connections apart: layer 7"),
    Construct("proxy_pass, grpc_pass in http", "exact", "upstreams and addresses, by location"),
    Construct("proxy_pass in http with a variable", "unknown"),
)
