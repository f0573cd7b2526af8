"""PS302: a balanced port is handled above layer 4."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One finding per frontend or pool in mode http on a balanced port."""
    for placed in case.balancers:
        told: set[str] = set()
        for way in ways(case, placed):
            frontend, pool = way.frontend, way.pool
            if frontend.mode == "http" and frontend.name not in told:
                told.add(frontend.name)
                span = frontend.mode_span or frontend.span
                yield finding(placed, way.balance, "PS302", "frontend", "error", span, name=frontend.name)
            elif frontend.mode == "tcp" and pool.mode == "http" and pool.name not in told:
                told.add(pool.name)
                yield finding(placed, way.balance, "PS302", "pool", "error", pool.span, name=pool.name)


CHECK = Check(
    code="PS302",
    name="not-layer-4",
    title={"en": "A balanced port is not passed through", "zh-TW": "連接埠不是以第 4 層直接轉送"},
    rationale={
        "en": "The API and the router end TLS themselves and authenticate clients by certificate. A balancer that speaks HTTP on these ports ends or breaks the TLS session, and the program starts with such a file without a word.",
        "zh-TW": "API 與 Router 自行終結 TLS，並以憑證驗證用戶端。若負載平衡器在這些連接埠上處理 HTTP，就會終結或破壞 TLS 連線，而程式載入這樣的設定檔時不會有任何警告。",
    },
    messages={
        "frontend": {
            "en": "frontend {name} handles {port} ({service_title}) as HTTP; the cluster needs the connection passed through",
            "zh-TW": "前端 {name} 以 HTTP 處理 {port}（{service_title}）；叢集需要直接轉送連線",
        },
        "pool": {
            "en": "pool {name} behind {port} ({service_title}) is handled as HTTP; the cluster needs the connection passed through",
            "zh-TW": "{port}（{service_title}）的後端 {name} 以 HTTP 處理連線；叢集需要直接轉送連線",
        },
    },
    help={
        "frontend": {"en": "let {name} pass TCP connections through", "zh-TW": "讓 {name} 直接轉送 TCP 連線"},
        "pool": {"en": "let {name} pass TCP connections through", "zh-TW": "讓 {name} 直接轉送 TCP 連線"},
    },
    bad=Example(format="haproxy", text=wrong("listen api\n", "listen api\n  mode http\n")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
