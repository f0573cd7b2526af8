"""What the HAProxy reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("comments, quotes, escapes", "exact", "CRLF as well"),
    Construct("global", "exact", "ssl-server-verify and what sets variables; the rest decides nothing here"),
    Construct("defaults, named defaults, from", "exact"),
    Construct("frontend, backend, listen", "exact"),
    Construct("resolvers, peers, userlist, cache, log-forward, …", "exact", "passed over: no pool is served there"),
    Construct("setenv, presetenv, unsetenv", "exact"),
    Construct("variable of the environment", "unknown"),
    Construct("variable of the environment with a default", "unknown", "in double quotes; the default is taken"),
    Construct("default of a variable outside of double quotes", "refused", "HAProxy takes it for text"),
    Construct(
        ".if, .elif, .else, .endif", "exact", "numbers, streq, strneq, defined for a variable that the file sets"
    ),
    Construct(".if defined for a variable that the file unsets, strstr", "exact"),
    Construct(".if on a version, a feature or the environment", "unknown", "all branches are read"),
    Construct(".if that does not fit together", "refused"),
    Construct("template or shell script", "refused", "render it first"),
    Construct("last line without a line end", "refused", "the file is cut off; what is there is judged all the same"),
    Construct("keyword or option that HAProxy does not know", "refused", "removed ones as well, with what to write"),
    Construct("section name given twice", "refused"),
    Construct("keyword on the wrong side", "exact", "ignored, as HAProxy does with a warning: bind in a backend, …"),
    # Listeners
    Construct("bind", "exact", "lists, ranges, IPv4 and IPv6, *, host names; ssl, accept-proxy, v6only"),
    Construct("bind to a socket, UDP or QUIC", "exact", "no TCP port"),
    Construct("bind fd@N", "unknown", "whoever starts HAProxy decides about the port"),
    Construct("frontend NAME ADDRESS:PORT", "refused", "removed; the port is read all the same"),
    Construct("mode", "exact", "given twice, the last one wins"),
    Construct("disabled, enabled", "exact"),
    Construct("bind of two frontends to one address", "unknown", "which of them gets a client is a matter of chance"),
    Construct("bind with interface, namespace", "unknown", "who reaches it; read as if everybody did"),
    Construct("tcp-request by source and port", "exact", "accept, reject, silent-drop: who is let in"),
    Construct("tcp-request by anything else", "unknown", "whom it turns away"),
    Construct("expect-proxy", "exact", "without a condition: as accept-proxy"),
    Construct("expect-proxy of some clients", "unknown"),
    Construct("stats", "exact", "where the page is served, and whether it asks for a password"),
    # Routes
    Construct("use_backend, default_backend", "exact", "in their order, with if and unless"),
    Construct("acl on dst_port", "exact", "ranges, operators, negation, AND and OR"),
    Construct("acl on the TLS server name", "exact", "req.ssl_sni, ssl_fc_sni; names, beginnings, ends, parts"),
    Construct(
        "acl on the TLS server name without inspect-delay", "unknown", "who comes first, the name or the decision"
    ),
    Construct("acl on ssl_fc_sni where TLS is not ended", "unknown", "it never holds"),
    Construct("acl on the source", "exact", "addresses and networks; files of the repository"),
    Construct("acl on anything else", "unknown", "dst, hdr, path, nbsrv, regular expressions, files elsewhere, …"),
    Construct(
        "use_backend %[…] by a map that is not in the repository", "unknown", "one that is there is read: map, map_end"
    ),
    Construct("use_backend %[…]", "unknown", "chosen at run time"),
    Construct("route to a backend that is not there", "refused"),
    Construct("frontend in mode http, backend in mode tcp", "refused"),
    # Servers
    Construct("server, default-server", "exact", "addresses, host names, the port of the client, relative ports"),
    Construct("server-template", "exact"),
    Construct("more than 100,000 servers from templates", "refused"),
    Construct("dispatch", "exact"),
    Construct("backup, disabled, weight, ssl, send-proxy", "exact"),
    Construct("server at a socket", "unknown"),
    Construct("server at 0.0.0.0", "unknown", "whatever address the client asked for"),
    Construct("option allbackups", "exact", "without it only the first backup serves"),
    Construct("agent-check", "unknown", "what the agent says; the health check is read"),
    Construct("option transparent", "unknown", "whatever address the client asked for"),
    Construct("use-server", "unknown", "whom it sends to the server"),
    Construct("value that HAProxy does not take", "refused", "weight 257, fall 0, a time, an address, …"),
    # Health checks
    Construct("check", "exact", "inter, fastinter, fall, rise, port, addr, check-ssl, verify, timeout check"),
    Construct("track", "exact"),
    Construct("track that leads nowhere", "refused"),
    Construct("option httpchk, http-check", "exact", "one request with what it expects"),
    Construct("option tcp-check, ssl-hello-chk", "exact", "a connection, a handshake"),
    Construct("several requests, smtpchk, external-check, …", "unknown", "a probe of another kind"),
    Construct("http-check without option httpchk", "exact", "ignored, as HAProxy does with a warning"),
    # What ties clients to servers, and what decides nothing
    Construct("balance, stick, cookie, persist", "exact"),
    Construct(
        "timeout client, timeout server, timeout tunnel", "exact", "the tunnel's holds for both sides in mode tcp"
    ),
    Construct("http-request, log, maxconn, option …", "exact", "decide neither about ports nor about members"),
)
