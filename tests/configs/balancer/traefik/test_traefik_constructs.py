"""Every construct that the Traefik reader publishes is proved by a configuration and what comes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from configs.balancer.shown import model_shown, shown

from portspec.configs.balancer.traefik import read
from portspec.configs.balancer.traefik.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct
from portspec.configs.files import load

Proof = tuple[str, tuple[str, ...]]
"""A configuration, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
POINT = 'entryPoints:\n  api: {address: ":6443"}\n'
SERVERS = 'servers: [{address: "192.168.22.201:6443"}]'
ANY = "HostSNI(`*`)"
MEMBER = "  member 192.168.22.201 192.168.22.201 6443"
PASSED = ", tls: {passthrough: true}"
BESIDE = "the second file:\n"
"""Where the text of a second file of the file provider begins."""


def router(rule: str = ANY, more: str = "", name: str = "api", service: str = "api") -> str:
    return f"    {name}: {{entryPoints: [api], rule: '{rule}', service: {service}{more}}}\n"


def service(balancer: str = SERVERS, name: str = "api") -> str:
    return f"    {name}: {{loadBalancer: {{{balancer}}}}}\n"


def tcp(routers: str = "", services: str = "", more: str = "") -> str:
    return f"tcp:\n  routers:\n{routers or router()}  services:\n{services or service()}{more}"


def whole(routers: str = "", services: str = "", more: str = "") -> str:
    return POINT + tcp(routers, services, more)


WEB = 'http:\n  routers:\n    web: {rule: "Host(`a.x`)", service: web%s}\n  services:\n    web: {loadBalancer: {servers: [{url: "http://192.168.22.211/"}]}}\n'
PROOFS: dict[str, Proof] = {
    "static and dynamic configuration, in YAML or TOML": ('[entryPoints.api]\naddress = ":6443"\n[tcp.routers.api]\nrule = "HostSNI(`*`)"\nservice = "api"\n[[tcp.services.api.loadBalancer.servers]]\naddress = "192.168.22.201:6443"\n', (
        "frontend api tcp", "  listen * 6443", "  to api", f"{MEMBER} unchecked")),
    "dynamic configuration alone": (tcp(), ("frontend api tcp unread@3", "unknown entry-points names=api")),
    "static configuration alone": (POINT + "providers: {file: {directory: /etc/traefik/dynamic}}\n", (
        "  to elsewhere if other()", "unknown file-elsewhere path=/etc/traefik/dynamic")),
    "names in upper and lower case, <<, a list as one text": (
        f"x-a: &a {{RULE: '{ANY}'}}\n" + whole("    api: {<<: *a, entrypoints: \"api, api\", Service: api}\n"), ("  to api",)),
    "template ({{ … }})": (whole(router("HostSNI(`{{ env \"X\" }}`)")), ("error 5:47 this is a template ({{), not a configuration of Traefik",)),
    "field that a section does not have": (whole(router(more=", frob: 1")), ("refused field field=frob",)),
    "value that a field does not take": (whole(router(more=", priority: high")), ("refused value field=priority text=high",)),
    "name at the root that is none, or of the other kind of file": (whole(more="tpc: {}\n"), ("ignored root name=tpc",)),
    "other providers": (POINT + "providers: {docker: {}}\n" + tcp(), ("unknown provider name=docker",)),
    "router or service that another file has already": (POINT + "providers: {file: {directory: d}}\n" + BESIDE + tcp() + BESIDE + tcp(), (
        "ignored twice what=router name=api", "ignored twice what=service name=api")),
    "entryPoints: address, asDefault": (
        'entryPoints:\n  a: {address: ":1", asDefault: true}\n  b: {address: ":2"}\n  c: {address: ":3/udp"}\n' + tcp(f"    r: {{rule: '{ANY}', service: api}}\n"), (
            "frontend a tcp", "  to api", "frontend b http@3")),
    "address without a port, two entry points of one address": ('entryPoints:\n  a: {address: "6443"}\n  b: {address: ":1"}\n  c: {address: ":1"}\n', (
        "refused entry-address text=6443", "refused shared address=:1 line=3")),
    "port that is a name": ('entryPoints:\n  api: {address: ":kube"}\n' + tcp(), ("unknown entry-port text=:kube",)),
    "proxyProtocol of an entry point": (POINT.replace('"}', '", proxyProtocol: {insecure: true}}') + tcp(), ("  listen * 6443",)),
    "no entry point": ("log: {}\n" + tcp(f"    r: {{rule: '{ANY}', service: api}}\n"), ("frontend http tcp", "  listen * 80")),
    "api.insecure": (POINT + "api: {insecure: true}\n", ("  listen * 8080", "stats /dashboard/ of traefik")),
    "respondingTimeouts": (POINT.replace('"}', '", transport: {respondingTimeouts: {idleTimeout: 9s}}}') + WEB % "", ("  idle idleTimeout 9000ms",)),
    "tcp.routers: entryPoints, rule, priority, service": (whole(router(more=PASSED) + router("HostSNI(`a.x`)", PASSED, "b", "b"), service() + service(name="b")), (
        "  to b if server-name(a.x)", "  to api")),
    "HostSNI, ClientIP, !, &&, ||, ( )": (whole(router("HostSNI(`a.x`) && !(ClientIP(`10.0.0.0/8`) || HostSNI(`b.x`))", PASSED)), (
        "  to api if server-name(a.x) and not source(10.0.0.0/8) and not server-name(b.x)",)),
    "HostSNIRegexp, ALPN": (whole(router("ALPN(`h2`)", PASSED)), ("  to api if other()", "unknown matcher-open matcher=ALPN")),
    "rule that cannot be read, matcher of HTTP": (whole(router("Host(`a.x`)")), ("refused matcher name=Host",)),
    "several values of one matcher": (whole(router("HostSNI(`a.x`, `b.x`)", PASSED)), ("  to api if server-name(a.x,b.x)", "unknown several-names name=api")),
    "tls of a router": (whole(router(more=", tls: {}")), ("  listen * 6443 tls",)),
    "HostSNI of a name without tls": (whole(router("HostSNI(`a.x`)")), ("refused sni-without-tls name=api",)),
    "router without tls beside one with tls": (whole(router() + router("HostSNI(`a.x`)", PASSED, "b")), (
        "  to api if other()", "ignored not-for-tls name=api other=b")),
    "ipAllowList, ipWhiteList, inFlightConn": (
        whole(router(more=", middlewares: [m]"), more="  middlewares:\n    m: {ipWhiteList: {sourceRange: [10.0.0.0/8]}}\n"), (
            "  gate 0 accept if source(10.0.0.0/8)", "  gate 0 reject")),
    "middleware, service, entry point that is not there": (whole(router(service="b").replace("[api]", "[api, b]")), (
        "refused no-service name=b",)),
    "service or middleware of another provider": (whole(router(service="b@docker")), ("  to b@docker", "unknown service-elsewhere name=b@docker")),
    "http.routers, http.services": (POINT + WEB % "", (
        "frontend api http@5", "  to http web if server-name(a.x)", "  member 192.168.22.211 192.168.22.211 80 unchecked")),
    "router of HTTP behind one of TCP for everybody": (whole(more=WEB % ""), ("ignored behind-tcp name=web other=api",)),
    "router to api@internal": (POINT + WEB.replace("service: web%s", "service: api@internal"), ("stats /dashboard/ of api",)),
    "tcp.services: loadBalancer": (whole(services=service('servers: [{address: "m.x:1", tls: true}]')), ("  member m.x m.x 1 name tls unchecked",)),
    "proxyProtocol, serversTransport": (whole(services=service("proxyProtocol: {version: 1}, " + SERVERS)), (f"{MEMBER} send-proxy unchecked",)),
    "healthCheck": (whole(services=service("healthCheck: {interval: 5s, port: 1936}, " + SERVERS)), (
        f"{MEMBER} check tcp port 1936 5000ms timeout 5000ms fall 1 rise 1",)),
    "failsThreshold, passesThreshold": (whole(services=service("healthCheck: {failsThreshold: 3}, " + SERVERS)), ("unknown newer field=failsThreshold",)),
    "weighted": (whole(services=service() + "    w: {weighted: {services: [{name: api, weight: 2}]}}\n"), ("pool w tcp weighted", f"{MEMBER} weight 2 unchecked")),
    "weighted without a healthCheck over services that have one": (
        whole(services=service("healthCheck: {}, " + SERVERS) + "    w: {weighted: {services: [{name: api}]}}\n"), ("unknown weighted-health name=w",)),
    "weighted with a healthCheck over services that have none": (
        whole(services=service() + "    w: {weighted: {healthCheck: {}, services: [{name: api}]}}\n"), ("refused weighted-unwatched name=api",)),
    "service of two kinds, or of none": (whole(services=service() + "    w: {}\n"), ("refused no-kind name=w",)),
}  # fmt: skip


def said(text: str, folder: Path) -> str:
    """The model of a text, or of a folder where it is several files."""
    first, *others = text.split(BESIDE)
    if not others:
        return shown(first, read)
    (folder / "traefik.yml").write_text(first)
    (folder / "d").mkdir()
    for number, other in enumerate(others):
        (folder / "d" / f"{number}.yml").write_text(other)
    return model_shown(read(load(str(folder), "traefik")))


def test_every_construct_has_a_proof() -> None:
    assert list(PROOFS) == [construct.name for construct in CONSTRUCTS]


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct, tmp_path: Path) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in said(text, tmp_path).splitlines()]
    assert [line for line in expected if line not in lines] == [], "\n".join(lines)
    words = {line.split()[0] for line in lines}
    if construct.treatment == "unknown":
        assert "unknown" in words
    elif construct.treatment == "refused":
        assert words & {"refused", "error"}
    else:
        assert not words & {"refused", "error", "unknown"}
