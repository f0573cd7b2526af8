"""PS325: clients of the applications are not kept at one router."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One note per pool of more than one member, of the ports for which the sources recommend it."""
    for placed in case.balancers:
        told: set[str] = set()
        for way in pool_ways(case, placed):
            if way.balance.persistence != "recommended" or way.pool.persistence or way.pool.name in told:
                continue
            if len(way.seats) > 1:
                told.add(way.pool.name)
                span = way.pool.span
                yield finding(
                    placed, way.balance, "PS325", "none", "note", span, certain=way.certain, pool=way.pool.name
                )


CHECK = Check(
    code="PS325",
    name="no-ingress-persistence",
    title={"en": "Clients of the applications change routers", "zh-TW": "應用程式的用戶端未固定於同一 Router"},
    rationale={
        "en": "For the applications' balancer the documentation recommends persistence by connection or session, and by the client's address where the balancer sees it: TLS sessions that end in the application are resumed rather than begun anew.",
        "zh-TW": "文件建議應用程式的負載平衡器以連線或工作階段維持持續性；看得到用戶端真正的位址時，可依來源位址：由應用程式終結的 TLS 連線便能延續，不必重新建立。",
    },
    messages={
        "none": {
            "en": "pool {pool} of {port} ({service_title}) does not keep a client at one member, which the documentation recommends",
            "zh-TW": "{port}（{service_title}）的後端 {pool} 未將用戶端固定於同一成員；文件建議這麼做",
        }
    },
    help={
        "none": {
            "en": "choose the member by the client's address, if that is the client's own",
            "zh-TW": "若看得到用戶端真正的位址，改依來源位址選擇成員",
        }
    },
    bad=Example(
        format="haproxy",
        text=wrong(
            "balance source\n  server worker-0 192.168.22.211:443",
            "balance leastconn\n  server worker-0 192.168.22.211:443",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
