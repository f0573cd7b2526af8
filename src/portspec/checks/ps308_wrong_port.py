"""PS308: a member is reached on another port than the one it serves."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, member_phrase, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One finding per member. A member without a port of its own keeps the client's."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            for seat in way.seats:
                port = seat.member.port_for(way.balance.port)
                if port == way.balance.port:
                    continue
                yield finding(
                    placed,
                    way.balance,
                    "PS308",
                    "wrong",
                    "error",
                    seat.member.span,
                    certain=way.certain,
                    member=member_phrase(seat),
                    found=str(port),
                )


CHECK = Check(
    code="PS308",
    name="wrong-port",
    title={"en": "A member on the wrong port", "zh-TW": "成員的連接埠錯誤"},
    rationale={
        "en": "A connection to one port of the balancer has to end at the same port of a member. 22623 behind 6443, or the reverse, connects every client to the wrong server, and a plain TCP probe finds nothing wrong.",
        "zh-TW": "連到負載平衡器某個連接埠的連線，必須到達成員的同一個連接埠。6443 後面接 22623（或相反）會把用戶端導向錯誤的伺服器，而單純的 TCP 檢查看不出來。",
    },
    messages={
        "wrong": {
            "en": "member {member} behind {port} ({service_title}) is reached on {found}; it serves {port}",
            "zh-TW": "{port}（{service_title}）的成員 {member} 使用連接埠 {found}；應為 {port}",
        }
    },
    help={"wrong": {"en": "use port {port}", "zh-TW": "改用連接埠 {port}"}},
    bad=Example(
        format="haproxy",
        text=wrong("server worker-1 192.168.22.212:80 check", "server worker-1 192.168.22.212:8080 check"),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
