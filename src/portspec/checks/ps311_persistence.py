"""PS311: clients of the API are tied to one server."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool."""
    for placed in case.balancers:
        told: set[str] = set()
        for way in pool_ways(case, placed):
            if way.balance.persistence != "forbidden" or not way.pool.persistence or way.pool.name in told:
                continue
            told.add(way.pool.name)
            found = way.pool.persistence[0]
            yield finding(
                placed,
                way.balance,
                "PS311",
                "tied",
                "warning",
                found.span,
                certain=way.certain,
                pool=way.pool.name,
                kind=found.kind,
            )


CHECK = Check(
    code="PS311",
    name="api-persistence",
    title={"en": "The API's clients are tied to a server", "zh-TW": "API 用戶端被綁定到單一伺服器"},
    rationale={
        "en": "Every connection to the API may go to any server. Persistence puts the load of many clients on one server, and keeps sending them there.",
        "zh-TW": "連到 API 的每條連線都可以送往任何一台伺服器。工作階段持續性會把許多用戶端的負載集中在同一台，並持續送往該處。",
    },
    messages={
        "tied": {
            "en": "pool {pool} of {port} ({service_title}) ties clients to a server ({kind}); the API's balancer must be stateless",
            "zh-TW": "{port}（{service_title}）的後端 {pool} 將用戶端綁定到伺服器（{kind}）；API 的負載平衡器必須是無狀態的",
        }
    },
    help={
        "tied": {
            "en": "use balance roundrobin or leastconn, without stick tables",
            "zh-TW": "改用 balance roundrobin 或 leastconn，且不使用 stick table",
        }
    },
    bad=Example(format="haproxy", text=wrong("balance roundrobin", "balance source")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
