"""Clusters as pools (api-v3/config/cluster/v3/cluster.proto, api-v3/config/endpoint/v3/endpoint_components.proto).

Endpoints of a priority above 0 are backups: they get a share once fewer than 72 % of those before them are healthy, and
everything when none of those is.
"""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.envoy import probes
from portspec.configs.balancer.envoy.addresses import Socket, socket_of
from portspec.configs.balancer.envoy.fields import Message, typed
from portspec.configs.balancer.envoy.sockets import SocketChoice, choice, criteria
from portspec.configs.balancer.envoy.vocabulary import (
    ASSIGNMENT,
    COMMON_LB,
    DNS_CLUSTER,
    ENDPOINT,
    ENDPOINT_CHECK,
    HEALTH_STATUSES,
    LB_ENDPOINT,
    LB_EXTENSIONS,
    LB_POLICIES,
    LOCALITY,
    OUT_OF_SERVICE,
    PANIC,
    PERCENT,
    TYPES,
)
from portspec.configs.balancer.model import HealthCheck, Member, Pool

EXTENSION = frozenset({"name", "typed_config"})
POLICIES = frozenset({"policies"})
POLICY = frozenset({"typed_extension_config"})


class Place(NamedTuple):
    """A locality's endpoints: their priority and what its metadata says."""

    priority: int
    criteria: dict[str, str]


def pool(cluster: Message) -> Pool | None:
    """The pool that a cluster makes; None where its members are found at run time."""
    name = cluster.text("name")
    span = cluster.value_span("name") if "name" in cluster else cluster.span
    if not name:
        cluster.notes.remark("refused", "missing", cluster.span, field="name")
    kind = _kind(cluster)
    if not kind:
        return None
    sockets = choice(cluster)
    found = _endpoints(cluster)
    check = probes.active(cluster, sockets) or probes.passive(cluster, len(found)) or HealthCheck("none", span=span)
    members = tuple(
        made for place, endpoint in found if (made := _member(endpoint, place, kind, sockets, check)) is not None
    )
    if kind == "LOGICAL_DNS" and len(found) > 1:
        cluster.notes.remark("refused", "logical-dns", span, cluster=name)
    if check.kind != "none":
        _remark_panic(cluster, len(members))
    return Pool(name, "tcp", members, _policy(cluster).lower().replace("_", "-"), (), span)


def _kind(cluster: Message) -> str:
    """How its members are found; empty where nobody knows before run time."""
    name = cluster.text("name")
    if "cluster_type" in cluster:
        extension = cluster.message("cluster_type", EXTENSION)
        found = typed(extension.node_of("typed_config"))
        if found == DNS_CLUSTER:
            return "STRICT_DNS"
        span = cluster.key_span("cluster_type")
        cluster.notes.remark("unknown", "discovery", span, cluster=name, type=extension.text("name"))
        return ""
    kind = cluster.choice("type", TYPES)
    if kind in ("EDS", "ORIGINAL_DST"):
        cluster.notes.remark("unknown", "discovery", cluster.value_span("type"), cluster=name, type=kind)
        return ""
    return kind


def _endpoints(cluster: Message) -> list[tuple[Place, Message]]:
    assignment = cluster.message("load_assignment", ASSIGNMENT)
    if "load_assignment" in cluster and not assignment.text("cluster_name"):
        cluster.notes.remark("refused", "missing", cluster.key_span("load_assignment"), field="cluster_name")
    found: list[tuple[Place, Message]] = []
    for locality in assignment.messages("endpoints", LOCALITY):
        if locality.node_of("leds_cluster_locality_config") is not None:
            span = locality.key_span("leds_cluster_locality_config")
            cluster.notes.remark("unknown", "discovery", span, cluster=cluster.text("name"), type="LEDS")
        place = Place(locality.whole("priority", 0, 128), criteria(locality.node_of("metadata")))
        found += [(place, one) for one in locality.messages("lb_endpoints", LB_ENDPOINT)]
    return found


def _member(one: Message, place: Place, kind: str, sockets: SocketChoice, check: HealthCheck) -> Member | None:
    if "endpoint_name" in one:
        one.notes.remark("unknown", "endpoint-name", one.key_span("endpoint_name"))
        return None
    endpoint = one.message("endpoint", ENDPOINT)
    socket = socket_of(endpoint)
    if socket is None:
        if "address" in endpoint:
            one.notes.remark("unknown", "endpoint-socket", endpoint.span)
        return None
    if socket.address is None and not socket.everywhere and kind == "STATIC":
        one.notes.remark("refused", "static-name", socket.span, name=socket.host)
    if socket.named:
        one.notes.remark("unknown", "named-port", socket.span, name=socket.host)
    weight = one.whole("load_balancing_weight", 1)
    if not weight:
        one.refuse("load_balancing_weight", "number", field="load_balancing_weight", text="0")
    wrapping = sockets.of(criteria(one.node_of("metadata")), place.criteria)
    return Member(
        name=endpoint.text("hostname") or socket.host,
        host=socket.host,
        address=socket.address,
        port=socket.port,
        backup=place.priority > 0,
        disabled=one.choice("health_status", HEALTH_STATUSES) in OUT_OF_SERVICE,
        weight=max(weight, 1),
        send_proxy=wrapping.send_proxy,
        tls=wrapping.tls,
        check=_check(endpoint, check),
        span=socket.span,
    )


def _check(endpoint: Message, check: HealthCheck) -> HealthCheck:
    """The cluster's probe as a member has it."""
    if check.kind in ("none", "passive") or "health_check_config" not in endpoint:
        return check
    own = endpoint.message("health_check_config", ENDPOINT_CHECK)
    if own.truth("disable_active_health_check"):
        return HealthCheck("none", span=own.span)
    address: Socket | None = socket_of(own) if "address" in own else None
    port = own.whole("port_value", 0, 65535) or (address.port if address is not None else None)
    return check._replace(port=port or check.port, address=address.address if address is not None else check.address)


def _policy(cluster: Message) -> str:
    """The algorithm by its name in `lb_policy`."""
    if "load_balancing_policy" not in cluster:
        return cluster.choice("lb_policy", LB_POLICIES)
    policies = cluster.message("load_balancing_policy", POLICIES).messages("policies", POLICY)
    for one in policies:
        config = one.message("typed_extension_config", EXTENSION).node_of("typed_config")
        found = LB_EXTENSIONS.get(typed(config))
        if found is not None:
            return found
    cluster.notes.remark(
        "unknown", "lb-policy", cluster.key_span("load_balancing_policy"), cluster=cluster.text("name")
    )
    return "LOAD_BALANCING_POLICY"


def _remark_panic(cluster: Message, members: int) -> None:
    """Where too few members are healthy, Envoy sends clients to the others as well."""
    common = cluster.message("common_lb_config", COMMON_LB)
    threshold = PANIC
    if "healthy_panic_threshold" in common:
        threshold = common.message("healthy_panic_threshold", PERCENT).whole("value", 0, 100)
    # With one healthy member of so many it would.
    if members and 100 // members < threshold:
        span = cluster.value_span("name") if "name" in cluster else cluster.span
        values = {"cluster": cluster.text("name"), "percent": str(threshold)}
        cluster.notes.remark("unknown", "panic", span, **values)
