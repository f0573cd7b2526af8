"""PS323: the balancer cuts connections of the API that are silent for a while."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Way, finding, ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.removal import seconds
from portspec.configs.balancer.model import Idle

SERVICE = "kube-apiserver"

SIGN_OF_LIFE = 30_000
"""A Kubernetes client asks after its connection when it has heard nothing for so long (apimachinery,
`readIdleTimeoutSeconds`; on since Kubernetes 1.20, pull request 95981): what cuts earlier, cuts watches."""

SAMPLE = 60_000
"""`timeout client` and `timeout server` of the sample in the product's documentation. No source asks for a least time;
the balancer of the installer's own, on premises, keeps connections for a day."""


def run(case: Case) -> Iterator[Finding]:
    """One finding per line that cuts too early, or per pool where no line says so."""
    for placed in case.balancers:
        told: set[object] = set()
        for way in ways(case, placed):
            if way.balance.service != SERVICE:
                continue
            cutting = first_to_cut(way)
            if cutting is None or cutting.time >= SAMPLE:
                continue
            key = way.pool.name if cutting.span is None else cutting.span
            if key not in told:
                told.add(key)
                yield _finding(placed, way, cutting)


def first_to_cut(way: Way) -> Idle | None:
    """What cuts a silent connection first; None when nothing does."""
    found = [*way.frontend.idle, *way.pool.idle]
    for_both = [idle for idle in found if idle.both_sides]
    return min((idle for idle in for_both or found if idle.time > 0), key=lambda idle: idle.time, default=None)


def _finding(placed: PlacedBalancer, way: Way, cutting: Idle) -> Finding:
    watches = cutting.time <= SIGN_OF_LIFE
    return finding(
        placed,
        way.balance,
        "PS323",
        "watches" if watches else "sessions",
        "warning" if watches else "note",
        cutting.span or way.pool.span,
        certain=way.certain,
        setting=cutting.kind,
        seconds=seconds(cutting.time),
        sign=seconds(SIGN_OF_LIFE),
        sample=seconds(SAMPLE),
    )


CHECK = Check(
    code="PS323",
    name="connections-cut",
    title={"en": "Silent connections to the API are cut", "zh-TW": "API 的閒置連線被切斷"},
    rationale={
        "en": "Connections to the API live long and are often silent: every node and controller watches, and `oc logs -f`, `oc exec` and `oc port-forward` wait for their user. A balancer that cuts them makes every watcher list everything anew, and sessions end with an unexpected EOF.",
        "zh-TW": "連到 API 的連線存續時間長，而且經常沒有資料：每個節點與控制器都在 watch，`oc logs -f`、`oc exec` 與 `oc port-forward` 則等待使用者操作。負載平衡器切斷這些連線，watch 的一方就必須重新列出所有物件，工作階段也會以 unexpected EOF 結束。",
    },
    messages={
        "watches": {
            "en": "{setting} cuts a connection to {port} ({service_title}) that is silent for {seconds} s; Kubernetes clients give a sign of life only after {sign} s",
            "zh-TW": "{setting} 會切斷連到 {port}（{service_title}）且閒置 {seconds} 秒的連線；Kubernetes 用戶端要 {sign} 秒後才會送出保持連線的訊號",
        },
        "sessions": {
            "en": "{setting} cuts a connection to {port} ({service_title}) that is silent for {seconds} s; the documentation's sample allows {sample} s",
            "zh-TW": "{setting} 會切斷連到 {port}（{service_title}）且閒置 {seconds} 秒的連線；文件範例允許 {sample} 秒",
        },
    },
    help={
        "watches": {
            "en": "allow at least the {sample} s of the sample, on both sides of the connection",
            "zh-TW": "連線兩側都至少允許範例的 {sample} 秒",
        },
        "sessions": {
            "en": "allow at least the {sample} s of the sample, on both sides of the connection",
            "zh-TW": "連線兩側都至少允許範例的 {sample} 秒",
        },
    },
    bad=Example(format="haproxy", text=RIGHT.replace("timeout client 1m", "timeout client 20s")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
