"""The sections of Traefik's configuration that are read here, with their fields, and the defaults that they have.

From https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/ (entry points),
https://doc.traefik.io/traefik/reference/routing-configuration/tcp/ (routers, rules, services) and
https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/. Names are taken in upper and lower case.
A field that a section does not have is refused, with the whole file; at the root unknown names are passed over. Of what
surprises: a router of TCP without `tls` serves TLS clients only while no other router of the entry point has `tls`, of HTTP
neither; a server that is not probed gets clients when it is dead; a weighted service knows of dead ones only with a
`healthCheck` of its own.
"""

from __future__ import annotations


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


STATIC = _of(
    "global serverstransport tcpserverstransport entrypoints providers api metrics ping log accesslog tracing hostresolver"
    " certificatesresolvers experimental core spiffe ocsp pilot hub"
)
DYNAMIC = _of("http tcp udp tls")
ENTRY_POINT = _of(
    "address allowacmebypass reuseport asdefault transport proxyprotocol forwardedheaders http http2 http3 udp observability"
)
PROVIDERS = _of("providersthrottleduration precedence")
"""What is no provider among `providers`."""
FILE = _of("directory watch filename debugloggeneratedtemplate")
TCP = _of("routers services middlewares serverstransports")
ROUTER = _of("entrypoints middlewares service rule rulesyntax priority tls")
ROUTER_TLS = _of("passthrough options certresolver domains")
SERVICE = _of("loadbalancer weighted")
LOAD_BALANCER = _of("proxyprotocol servers serverstransport terminationdelay healthcheck")
SERVER = _of("address tls")
HEALTH_CHECK = _of("port send expect interval unhealthyinterval timeout failsthreshold passesthreshold")
NEWER = ("failsthreshold", "passesthreshold")
"""Fields that the newest versions know alone."""
WEIGHTED = _of("services healthcheck")
WEIGHTED_SERVICE = _of("name weight")
PROXY_PROTOCOL = _of("version")
MIDDLEWARE = _of("inflightconn ipallowlist ipwhitelist")
SOURCE_RANGE = _of("sourcerange ipstrategy rejectstatuscode")
SERVERS_TRANSPORT = _of("dialkeepalive dialtimeout terminationdelay tls proxyprotocol")

INTERVAL = 30_000
TIMEOUT = 5_000
"""Milliseconds, of a `healthCheck`."""
IDLE = 180_000
"""Milliseconds, of a connection that HTTP keeps alive; connections of TCP are not cut."""
DASHBOARD = 8080
"""The port of the entry point `traefik`, where none is written: it serves the API and the dashboard."""
WEB = 80
"""The port of the entry point that there is without any."""
INTERNAL = ("api@internal", "dashboard@internal")
PROTECTING = _of("basicauth digestauth forwardauth ipallowlist ipwhitelist")
