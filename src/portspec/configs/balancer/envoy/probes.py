"""Active and passive health checks (api-v3/config/core/v3/health_check.proto, api-v3/config/cluster/v3/outlier_detection.proto).

An answer that is no good one, such as 500 of `/readyz`, takes a member out at once, whatever `unhealthy_threshold` says: that
counts connections that fail, silence, and `retriable_statuses`. The probe after a failure that is not the last comes after
`unhealthy_edge_interval`, else `unhealthy_interval`, else `interval`. A probe goes through the transport socket that its
criteria choose, else through that of the cluster: without either `/readyz` is asked in the clear.
"""

from __future__ import annotations

from typing import Literal

from portspec.configs.balancer.envoy.fields import Message, struct
from portspec.configs.balancer.envoy.sockets import SocketChoice
from portspec.configs.balancer.envoy.vocabulary import (
    EJECTED_AFTER,
    EJECTED_FOR,
    EJECTED_PERCENT,
    HEALTH_CHECK,
    HTTP_CHECK,
    METHODS,
    NO_TRAFFIC,
    OUTLIER,
    TCP_CHECK,
)
from portspec.configs.balancer.model import HealthCheck

KINDS = ("http_health_check", "tcp_health_check", "grpc_health_check", "custom_health_check")
REQUIRED = ("timeout", "interval", "unhealthy_threshold", "healthy_threshold")
RANGE = frozenset({"start", "end"})
READY = (200, 201)
NOT_READY = 500
"""What `/readyz` answers when the server is about to leave."""


def active(cluster: Message, sockets: SocketChoice) -> HealthCheck | None:
    """The probe of a cluster's members; None where it has none."""
    found = cluster.messages("health_checks", HEALTH_CHECK)
    if not found:
        return None
    if len(found) > 1:
        cluster.notes.remark(
            "unknown", "several-checks", cluster.key_span("health_checks"), cluster=cluster.text("name")
        )
    return _probe(cluster, found[0], sockets)


def _probe(cluster: Message, one: Message, sockets: SocketChoice) -> HealthCheck:
    for name in REQUIRED:
        if name not in one:
            one.notes.remark("refused", "missing", one.span, field=name)
    interval = _interval(one)
    _remark_no_traffic(cluster, one, interval)
    edge = one.duration("unhealthy_edge_interval")
    between = edge if edge is not None else one.duration("unhealthy_interval")
    wrapping = sockets.of(struct(one.node_of("transport_socket_match_criteria")))
    kinds = [name for name in KINDS if name in one]
    if not kinds:
        one.notes.remark("refused", "missing", one.span, field="http_health_check")
    check = HealthCheck(
        "other",
        interval=interval,
        timeout=one.duration("timeout"),
        fall=max(one.whole("unhealthy_threshold", 1), 1),
        rise=max(one.whole("healthy_threshold", 1), 1),
        verify=wrapping.verify,
        span=one.span,
        fast_interval=between,
    )
    if kinds and kinds[0] == "http_health_check":
        return _http(one, check, tls=wrapping.tls)
    if kinds and kinds[0] == "tcp_health_check":
        request = one.message("tcp_health_check", TCP_CHECK)
        if not {"send", "receive"} & set(request.entries):
            kind: Literal["tcp", "tls"] = "tls" if wrapping.tls else "tcp"
            return check._replace(kind=kind)
    return check


def _http(one: Message, check: HealthCheck, *, tls: bool) -> HealthCheck:
    request = one.message("http_health_check", HTTP_CHECK)
    if not request.text("path"):
        one.notes.remark("refused", "missing", request.span, field="path")
    method = request.choice("method", METHODS)
    expected = _statuses(request, "expected_statuses") or [READY]
    kind: Literal["http", "https", "other"] = "https" if tls else "http"
    if any(first <= NOT_READY < end for first, end in expected):
        one.notes.remark("unknown", "expects-errors", request.key_span("expected_statuses"), status=str(NOT_READY))
        kind = "other"
    retried = any(first <= NOT_READY < end for first, end in _statuses(request, "retriable_statuses"))
    return check._replace(
        kind=kind,
        path=request.text("path"),
        method="GET" if method == METHODS[0] else method,
        expect=" ".join(str(first) if end == first + 1 else f"{first}-{end - 1}" for first, end in expected),
        answers_to_fall=None if retried else 1,
    )


def _statuses(request: Message, name: str) -> list[tuple[int, int]]:
    """Ranges of statuses, their ends left out."""
    return [(one.whole("start", 0, 599), one.whole("end", 0, 600)) for one in request.messages(name, RANGE)]


def _interval(one: Message) -> int:
    """The time between two probes, at most: with what is added by chance."""
    interval = one.duration("interval") or 0
    percent = one.whole("interval_jitter_percent", 0)
    return interval + (one.duration("interval_jitter") or 0) + interval * percent // 100


def _remark_no_traffic(cluster: Message, one: Message, interval: int) -> None:
    slow = one.duration("no_traffic_healthy_interval")
    if slow is None:
        slow = one.duration("no_traffic_interval")
    if slow is None:
        slow = NO_TRAFFIC
    if slow > interval:
        name, seconds = cluster.text("name"), f"{slow / 1000:g}"
        one.notes.remark("unknown", "no-traffic", one.span, cluster=name, seconds=seconds)


def passive(cluster: Message, members: int) -> HealthCheck | None:
    """Passive checks: a member is out after connections of clients to it failed. None where they put nobody out.

    For a tcp_proxy a connection that fails counts as an answer 5xx.
    """
    if "outlier_detection" not in cluster:
        return None
    found = cluster.message("outlier_detection", OUTLIER)
    split = found.truth("split_external_local_origin_errors")
    name = "consecutive_local_origin_failure" if split else "consecutive_5xx"
    fall = found.whole(name, EJECTED_AFTER)
    enforced = found.whole(f"enforcing_{name}", 100, 100)
    percent = found.whole("max_ejection_percent", EJECTED_PERCENT, 100)
    out = found.duration("base_ejection_time")
    if not fall or not enforced:
        return None
    if members * percent < 100 and not found.truth("always_eject_one_host"):
        span = cluster.key_span("outlier_detection")
        values = {"cluster": cluster.text("name"), "percent": str(percent), "members": str(members)}
        found.notes.remark("ignored", "nobody-ejected", span, **values)
        return None
    return HealthCheck(
        "passive",
        interval=EJECTED_FOR if out is None else out,
        fall=fall,
        rise=1,
        span=cluster.key_span("outlier_detection"),
    )
