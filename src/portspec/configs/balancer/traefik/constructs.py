"""What the Traefik reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Files
    Construct("static and dynamic configuration, in YAML or TOML", "exact", "in one file, or in a folder with traefik.yml and the files of its file provider"),
    Construct("dynamic configuration alone", "unknown", "the ports of the entry points"),
    Construct("static configuration alone", "unknown", "the routers"),
    Construct("names in upper and lower case, <<, a list as one text", "exact"),
    Construct("template ({{ … }})", "refused", "render it first"),
    Construct("field that a section does not have", "refused", "in entryPoints and tcp"),
    Construct("value that a field does not take", "refused"),
    Construct("name at the root that is none, or of the other kind of file", "exact", "ignored"),
    Construct("other providers", "unknown"),
    Construct("router or service that another file has already", "exact", "ignored"),
    # Entry points
    Construct("entryPoints: address, asDefault", "exact", "TCP; those of UDP are passed over"),
    Construct("address without a port, two entry points of one address", "refused"),
    Construct("port that is a name", "unknown"),
    Construct("proxyProtocol of an entry point", "exact", "clients need not speak it"),
    Construct("no entry point", "exact", "one named http at :80"),
    Construct("api.insecure", "exact", "the dashboard at :8080, or at the entry point traefik"),
    Construct("respondingTimeouts", "exact", "of HTTP; connections of TCP are not cut"),
    # Routers
    Construct("tcp.routers: entryPoints, rule, priority, service", "exact", "without a priority the longer rule first, HostSNI(`*`) last"),
    Construct("HostSNI, ClientIP, !, &&, ||, ( )", "exact"),
    Construct("HostSNIRegexp, ALPN", "unknown"),
    Construct("rule that cannot be read, matcher of HTTP", "refused"),
    Construct("several values of one matcher", "unknown", "Traefik 3 refuses them"),
    Construct("tls of a router", "exact", "TLS ends there, unless passthrough is true"),
    Construct("HostSNI of a name without tls", "refused"),
    Construct("router without tls beside one with tls", "exact", "not for TLS clients"),
    Construct("ipAllowList, ipWhiteList, inFlightConn", "exact"),
    Construct("middleware, service, entry point that is not there", "refused"),
    Construct("service or middleware of another provider", "unknown"),
    Construct("http.routers, http.services", "exact", "mode http; rules other than Host are left open"),
    Construct("router of HTTP behind one of TCP for everybody", "exact", "ignored"),
    Construct("router to api@internal", "exact", "the dashboard"),
    # Services
    Construct("tcp.services: loadBalancer", "exact", "servers with address and tls; names are looked up in the cluster file"),
    Construct("proxyProtocol, serversTransport", "exact"),
    Construct("healthCheck", "exact", "interval, timeout, port; with send or expect a probe of another kind"),
    Construct("failsThreshold, passesThreshold", "unknown", "known to the newest versions only"),
    Construct("weighted", "exact", "one pool of all servers with the weights of their services"),
    Construct("weighted without a healthCheck over services that have one", "unknown"),
    Construct("weighted with a healthCheck over services that have none", "refused"),
    Construct("service of two kinds, or of none", "refused"),
)  # fmt: skip
