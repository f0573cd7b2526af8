"""Bootstrap files for tests, made of JSON objects: YAML's flow style, so that one writer serves both."""

from __future__ import annotations

import json
from typing import Any

API = "type.googleapis.com/envoy."
Object = dict[str, Any]


def typed(name: str, kind: str, **fields: Any) -> Object:
    """An extension with its message."""
    return {"name": name, "typed_config": {"@type": API + kind, **fields}}


def proxy(cluster: str = "api", **more: Any) -> Object:
    """A tcp_proxy."""
    return typed("tcp", "extensions.filters.network.tcp_proxy.v3.TcpProxy", stat_prefix="s", cluster=cluster, **more)


def address(host: str, port: int, **more: Any) -> Object:
    return {"socket_address": {"address": host, "port_value": port, **more}}


def endpoint(host: str = "192.168.22.201", port: int = 6443, check: Object | None = None, **more: Any) -> Object:
    found: Object = {"address": address(host, port)}
    return {"endpoint": found if check is None else {**found, "health_check_config": check}, **more}


def listener(
    *chains: Object,
    port: int = 6443,
    host: str = "192.168.22.10",
    name: str = "api",
    inspected: bool = False,
    **more: Any,
) -> Object:
    """A listener; its name is its cluster's."""
    kind = "extensions.filters.listener.tls_inspector.v3.TlsInspector"
    filters = {"listener_filters": [typed("tls", kind)]} if inspected else {}
    return {
        "name": name, "address": address(host, port), **filters, "filter_chains": list(chains) or [chain(name)], **more,
    }  # fmt: skip


def chain(cluster: str = "api", match: Object | None = None, *before: Object, **more: Any) -> Object:
    """A filter chain with a tcp_proxy, and filters before it."""
    asked = {} if match is None else {"filter_chain_match": match}
    return {**asked, "filters": [*before, proxy(cluster)], **more}


def cluster(*endpoints: Object, name: str = "api", backup: tuple[Object, ...] = (), **more: Any) -> Object:
    places = [{"lb_endpoints": list(endpoints) or [endpoint()]}]
    if backup:
        places.append({"priority": 1, "lb_endpoints": list(backup)})  # type: ignore[dict-item]
    return {"name": name, **more, "load_assignment": {"cluster_name": name, "endpoints": places}}


def calm() -> Object:
    """Without what is remarked of every cluster that has a health check."""
    return {"common_lb_config": {"healthy_panic_threshold": {"value": 0}}}


def check(interval: str = "5s", timeout: str = "2s", fall: int = 3, **more: Any) -> Object:
    """A health check."""
    return {
        "interval": interval, "no_traffic_interval": interval, "timeout": timeout, "unhealthy_threshold": fall, "healthy_threshold": 1, **more,
    }  # fmt: skip


def bootstrap(*parts: Object, **more: Any) -> str:
    """A bootstrap file of listeners and clusters: whatever has filter chains or an address is a listener."""
    listeners = [part for part in parts if "filter_chains" in part]
    clusters = [part for part in parts if "filter_chains" not in part]
    return json.dumps({"static_resources": {"listeners": listeners, "clusters": clusters}, **more}) + "\n"
