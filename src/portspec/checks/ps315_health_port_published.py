"""PS315: the router's health port is published."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, listeners
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.packets.addresses import parse_addresses

HEALTH_PORT = 1936
LOOPBACK = parse_addresses("127.0.0.0/8") | parse_addresses("::1")


def run(case: Case) -> Iterator[Finding]:
    """One finding per frontend on the port that leads to members."""
    for placed in case.balancers:
        pools = {pool.name: pool for pool in placed.balancer.pools}
        for frontend, listener in listeners(placed, HEALTH_PORT):
            if listener.address is not None and listener.address in LOOPBACK:
                continue
            if any(route.pool in pools and pools[route.pool].members for route in frontend.routes):
                yield finding(placed, None, "PS315", "published", "warning", listener.span, name=frontend.name)


CHECK = Check(
    code="PS315",
    name="health-port-published",
    title={"en": "The router's health port is published", "zh-TW": "Router 的健康檢查連接埠被發布"},
    rationale={
        "en": "Port 1936 of the router shows health, metrics and statistics. It must be reachable inside the cluster and for the balancer's own probes, and the documentation warns against publishing it.",
        "zh-TW": "Router 的 1936 連接埠提供健康狀態、指標與統計。它必須在叢集內與負載平衡器的健康檢查可及，但文件警告不要對外發布。",
    },
    messages={
        "published": {
            "en": "frontend {name} publishes 1936 of the routers to clients",
            "zh-TW": "前端 {name} 將 Router 的 1936 發布給用戶端",
        }
    },
    help={
        "published": {
            "en": "remove the frontend; the balancer probes the members directly",
            "zh-TW": "移除此前端；負載平衡器直接檢查成員即可",
        }
    },
    bad=Example(
        format="haproxy",
        text=RIGHT + "\nlisten stats\n  bind 192.168.22.10:1936\n  server worker-0 192.168.22.211:1936 check\n",
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
