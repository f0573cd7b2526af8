"""PS303: TLS ends at the balancer."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Way, finding, members_phrase, ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One finding per listener, and one per pool that no such listener leads to."""
    for placed in case.balancers:
        found = ways(case, placed)
        ended = {(way.balance.port, way.pool.name) for way in found if way.listener.tls}
        told: set[tuple[object, ...]] = set()
        for way in found:
            key: tuple[object, ...] = (way.balance.port, way.listener.span if way.listener.tls else way.pool.name)
            if key in told:
                continue
            told.add(key)
            if way.listener.tls:
                yield finding(placed, way.balance, "PS303", "listener", "error", way.listener.span)
            elif (way.balance.port, way.pool.name) not in ended:
                yield from _pool(placed, way)


def _pool(placed: PlacedBalancer, way: Way) -> Iterator[Finding]:
    secured = [seat for seat in way.seats if seat.member.tls]
    if secured:
        span, phrase = secured[0].member.span, members_phrase(secured)
        yield finding(placed, way.balance, "PS303", "member", "error", span, certain=way.certain, member=phrase)


CHECK = Check(
    code="PS303",
    name="tls-ended",
    title={"en": "TLS ends at the balancer", "zh-TW": "TLS 在負載平衡器終結"},
    rationale={
        "en": "Nodes and administrators authenticate to the API with client certificates, which only the API server can verify. The balancer must pass the TLS session through unopened.",
        "zh-TW": "節點與管理者以用戶端憑證向 API 驗證身分，只有 API 伺服器能夠查驗。負載平衡器必須原封不動地轉送 TLS 連線。",
    },
    messages={
        "listener": {
            "en": "the listener on {port} ({service_title}) ends TLS; it must be passed through",
            "zh-TW": "{port}（{service_title}）的監聽終結了 TLS；應該直接轉送",
        },
        "member": {
            "en": "the balancer opens a TLS session of its own to {member} behind {port} ({service_title})",
            "zh-TW": "負載平衡器自行與 {port}（{service_title}）的成員 {member} 建立 TLS 連線",
        },
    },
    help={
        "listener": {"en": "remove TLS from the listener", "zh-TW": "移除監聽的 TLS"},
        "member": {
            "en": "pass the connection on as it came; TLS is for the health check alone",
            "zh-TW": "原樣轉送連線；只有健康檢查需要 TLS",
        },
    },
    bad=Example(
        format="haproxy", text=wrong("bind 192.168.22.10:6443", "bind 192.168.22.10:6443 ssl crt /etc/haproxy/api.pem")
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
