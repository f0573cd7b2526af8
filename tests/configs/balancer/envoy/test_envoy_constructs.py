"""Every construct that the Envoy reader publishes is proved by a bootstrap file and what comes of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from configs.balancer.envoy.envoy_texts import (
    Object,
    address,
    bootstrap,
    calm,
    chain,
    check,
    cluster,
    endpoint,
    listener,
    proxy,
    typed,
)
from configs.balancer.shown import shown

from portspec.configs.balancer.envoy import read
from portspec.configs.balancer.envoy.constructs import CONSTRUCTS
from portspec.configs.constructs import Construct

Proof = tuple[str, tuple[str, ...]]
"""A file, and lines of its model in the compact form, without the places."""
PLACE = re.compile(r" @\d+:\d+-\d+$|(?<=^refused )\d+:\d+-\d+ |(?<=^unknown )\d+:\d+-\d+ |(?<=^ignored )\d+:\d+-\d+ ")
MEMBER = "  member 192.168.22.201 192.168.22.201 6443"
PLAIN = f"{MEMBER} unchecked"
LISTEN = "  listen 192.168.22.10 6443"
RBAC = "extensions.filters.network.rbac.v3.RBAC"
TLS = typed("tls", "extensions.transport_sockets.tls.v3.UpstreamTlsContext")
READYZ: Object = {"http_health_check": {"path": "/readyz"}}
PACE = "5000ms timeout 2000ms fall 3 rise 1"
HTTP = f"{MEMBER} check http GET /readyz expect 200 {PACE} bad answers 1"


def rules(principal: object) -> dict[str, object]:
    return {"policies": {"p": {"permissions": [{"any": True}], "principals": [principal]}}}


def manager(**more: object) -> dict[str, object]:
    kind = "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    return {"filters": [typed("http", kind, stat_prefix="h", **more)]}


def watched(*checks: Object, **more: Any) -> str:
    return bootstrap(listener(), cluster(**calm(), health_checks=list(checks), **more))


ROUTES = {
    "virtual_hosts": [
        {"name": "v", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "api"}}]}
    ]
}
PROOFS: dict[str, Proof] = {
    "bootstrap in YAML or JSON": ("staticResources:\n  clusters:\n  - {name: a, loadAssignment: {clusterName: a, endpoints: [{lbEndpoints: [{endpoint: {address: {socketAddress: {address: 192.168.22.201, portValue: 6443}}}}]}]}}\n", ("pool a tcp round-robin", PLAIN)),
    "template": ("static_resources: {{ x }}\n", ("error 1:19 this is a template ({{), not a config of Envoy",)),
    "field that a message does not have": (bootstrap(cluster(frob=1)), ("refused field field=frob",)),
    "value that a field does not take, required field that is missing": (bootstrap(cluster(lb_policy="FROB"), {"name": ""}), (
        "refused choice field=lb_policy text=FROB", "refused missing field=name")),
    "dynamic_resources": (bootstrap(cluster(), dynamic_resources={}), ("unknown dynamic",)),
    "admin": (bootstrap(cluster(), admin={"address": address("0.0.0.0", 9901)}), ("frontend admin http@1", "  listen 0.0.0.0 9901 ip4", "stats / of admin")),
    "listeners: address, additional_addresses": (bootstrap(listener(host="::", additional_addresses=[{"address": address("2001:db8::1", 6443)}]), cluster()), (
        "  listen :: 6443 ip6", "  listen 2001:db8::1 6443")),
    "two listeners of one address and port": (bootstrap(listener(), listener(name="b"), cluster(), cluster(name="b")), (
        "refused shared address=192.168.22.10:6443 line=1",)),
    "bind_to_port false": (bootstrap(listener(bind_to_port=False), cluster()), ("frontend api tcp disabled@1",)),
    "use_original_dst, filter_chain_matcher, internal listeners": (bootstrap(listener(use_original_dst=True), cluster()), (
        "unknown listener field=use_original_dst",)),
    "listener filters tls_inspector, proxy_protocol": (bootstrap(listener(listener_filters=[typed("p", "extensions.filters.listener.proxy_protocol.v3.ProxyProtocol")]), cluster()), (
        f"{LISTEN} accept-proxy",)),
    "server_names without tls_inspector": (bootstrap(listener(chain("api", {"server_names": ["a.x"]})), cluster()), (
        "ignored no-inspector names=a.x",)),
    "other listener filters": (bootstrap(listener(listener_filters=[typed("f", "frob.v3.Frob")]), cluster()), (
        "unknown filter type=frob.v3.Frob",)),
    "filter_chain_match: destination_port, server_names, source_prefix_ranges": (
        bootstrap(listener(chain("api", {"destination_port": 6443, "server_names": ["a.x"], "source_prefix_ranges": [{"address_prefix": "10.0.0.0", "prefix_len": 8}]}), inspected=True), cluster()), (
            "  to api if port(6443) and server-name(a.x) and source(10.0.0.0/8)",)),
    "filter_chain_match: the rest": (bootstrap(listener(chain("api", {"application_protocols": ["h2"]}), inspected=True), cluster()), (
        "  to api if other()", "unknown chain-match field=application_protocols")),
    "default_filter_chain": (bootstrap(listener(chain("api", {"destination_port": 1}), default_filter_chain=chain("b")), cluster(), cluster(name="b")), (
        "  to api if port(1)", "  to b")),
    "transport_socket of a chain": (bootstrap(listener(chain(transport_socket=typed("t", "extensions.transport_sockets.tls.v3.DownstreamTlsContext"))), cluster()), (
        f"{LISTEN} tls",)),
    "tcp_proxy": (bootstrap(listener({"filters": [proxy(idle_timeout="2s", max_downstream_connection_duration="9s")]}), cluster()), (
        "  to api", "  idle idle_timeout 2000ms both-sides", "  idle max_downstream_connection_duration 9000ms both-sides")),
    "tcp_proxy: on_demand, tunneling_config, metadata_match": (bootstrap(listener({"filters": [proxy(on_demand={})]}), cluster()), (
        "unknown tcp-proxy field=on_demand",)),
    "http_connection_manager": (bootstrap(listener(manager(route_config=ROUTES)), cluster()), ("frontend api http@1", "  to api")),
    "http_connection_manager with rds": (bootstrap(listener(manager(rds={})), cluster()), ("unknown routes-elsewhere",)),
    "RBAC": (bootstrap(listener(chain("api", None, typed("r", RBAC, stat_prefix="r", rules=rules({"remote_ip": {"address_prefix": "10.0.0.0", "prefix_len": 8}})))), cluster()), (
        "  gate 1 accept if source(10.0.0.0/8)", "  gate 1 reject")),
    "RBAC on anything else": (bootstrap(listener(chain("api", None, typed("r", RBAC, stat_prefix="r", rules=rules({"authenticated": {}})))), cluster()), (
        "unknown rbac what=authenticated",)),
    "connection_limit, ratelimit": (bootstrap(listener(chain("api", None, typed("c", "extensions.filters.network.connection_limit.v3.ConnectionLimit"))), cluster()), (
        "  to api",)),
    "other network filters": (bootstrap(listener(chain("api", None, typed("e", "extensions.filters.network.ext_authz.v3.ExtAuthz"))), cluster()), (
        "unknown filter type=extensions.filters.network.ext_authz.v3.ExtAuthz",)),
    "type of the v2 API": (bootstrap(listener(chain("api", None, typed("e", "config.filter.network.echo.v2.Echo"))), cluster()), (
        "refused message-type type=config.filter.network.echo.v2.Echo",)),
    "clusters: STATIC, STRICT_DNS, LOGICAL_DNS": (bootstrap(cluster(endpoint("m.x"), type="STRICT_DNS")), ("  member m.x m.x 6443 name unchecked",)),
    "clusters: EDS, ORIGINAL_DST, cluster_type": (bootstrap(listener(), {"name": "api", "type": "EDS"}), (
        "  to api", "unknown discovery cluster=api type=EDS")),
    "name in a STATIC cluster, several endpoints of LOGICAL_DNS": (bootstrap(cluster(endpoint("m.x"))), ("refused static-name name=m.x",)),
    "cluster that is not in the file": (bootstrap(listener(chain("b")), cluster()), ("ignored no-cluster name=b",)),
    "endpoints: priority": (bootstrap(cluster(endpoint(), backup=(endpoint("192.168.22.200"),))), ("  member 192.168.22.200 192.168.22.200 6443 backup unchecked",)),
    "endpoints: load_balancing_weight, health_status": (bootstrap(cluster(endpoint(load_balancing_weight=2, health_status="DRAINING"))), (
        f"{MEMBER} disabled weight 2 unchecked",)),
    "lb_policy, load_balancing_policy": (bootstrap(cluster(lb_policy="LEAST_REQUEST")), ("pool api tcp least-request",)),
    "hash_policy with RING_HASH or MAGLEV": (bootstrap(listener({"filters": [proxy(hash_policy=[{"source_ip": {}}])]}), cluster(lb_policy="MAGLEV")), (
        "pool api tcp maglev", "  sticky hash_policy source_ip")),
    "healthy_panic_threshold": (bootstrap(cluster(endpoint(), endpoint("192.168.22.202"), endpoint("192.168.22.203"), health_checks=[check(**READYZ)])), (
        "unknown panic cluster=api percent=50",)),
    "transport_socket, transport_socket_matches of a cluster": (bootstrap(cluster(transport_socket=TLS)), (f"{MEMBER} tls unchecked",)),
    "other transport sockets": (bootstrap(cluster(transport_socket=typed("s", "extensions.transport_sockets.tap.v3.Tap"))), (
        "unknown transport-socket type=extensions.transport_sockets.tap.v3.Tap",)),
    "health_checks: http, tcp": (watched(check(**READYZ, transport_socket_match_criteria={"probe": True}), transport_socket_matches=[{"name": "p", "match": {"probe": True}, "transport_socket": TLS}]), (
        HTTP.replace("check http ", "check https "),)),
    "health_checks: grpc, custom, a payload": (watched(check(tcp_health_check={"send": {"text": "00"}})), (f"{MEMBER} check other {PACE}",)),
    "http_health_check: expected_statuses, retriable_statuses": (
        watched(check(http_health_check={"path": "/readyz", "expected_statuses": [{"start": 200, "end": 300}], "retriable_statuses": [{"start": 500, "end": 501}]})), (
            f"{MEMBER} check http GET /readyz expect 200-299 {PACE}",)),
    "expected_statuses with 500": (watched(check(http_health_check={"path": "/readyz", "expected_statuses": [{"start": 200, "end": 600}]})), (
        "unknown expects-errors status=500",)),
    "no_traffic_interval": (watched(check(**READYZ) | {"no_traffic_interval": "9s"}), (HTTP, "unknown no-traffic cluster=api seconds=9")),
    "several health_checks": (watched(check(name="a", **READYZ), check(name="b", **READYZ)), ("unknown several-checks cluster=api",)),
    "health_check_config of an endpoint": (bootstrap(cluster(endpoint(check={"port_value": 1936}), **calm(), health_checks=[check(**READYZ)])), (
        f"{MEMBER} check http GET /readyz expect 200 port 1936 {PACE} bad answers 1",)),
    "outlier_detection": (bootstrap(cluster(**calm(), outlier_detection={"max_ejection_percent": 100})), (f"{MEMBER} check passive 30000ms fall 5 rise 1",)),
    "outlier_detection that puts nobody out": (bootstrap(cluster(outlier_detection={})), (
        PLAIN, "ignored nobody-ejected cluster=api percent=10 members=1")),
}  # fmt: skip


def test_every_construct_has_a_proof() -> None:
    assert list(PROOFS) == [construct.name for construct in CONSTRUCTS]


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.name)
def test_its_treatment_is_true(construct: Construct) -> None:
    text, expected = PROOFS[construct.name]
    lines = [PLACE.sub("", line) for line in shown(text, read).splitlines()]
    assert [line for line in expected if line not in lines] == [], "\n".join(lines)
    said = {line.split()[0] for line in lines}
    if construct.treatment == "unknown":
        assert "unknown" in said
    elif construct.treatment == "refused":
        assert said & {"refused", "error"}
    else:
        assert not said & {"refused", "error"}
