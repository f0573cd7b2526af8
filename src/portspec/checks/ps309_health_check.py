"""PS309: members are not probed as the sources ask."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Seat, Way, finding, member_phrase, seats, ways
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.configs.balancer.model import Member, Remark
from portspec.policy.model import HealthRequirement


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool, about its first member that is not probed as asked."""
    for placed in case.balancers:
        for way in ways(case, placed):
            made = _judge(case, placed, way)
            if made is not None:
                yield made


def _judge(case: Case, placed: PlacedBalancer, way: Way) -> Finding | None:
    asked = way.balance.health
    if asked is None:
        return None
    present = seats(case.cluster, way.pool)
    unprobed = [seat for seat in present if seat.member.check.kind == "none"]
    wanted = f"{asked.kind.upper()} {asked.port} {asked.path}"
    required = asked.necessity == "required"
    if unprobed:
        severity: Severity = "error" if required else "warning"
        return _finding(placed, way, "none", severity, unprobed, "", wanted)
    if not required:
        return None
    wrong_ones = [seat for seat in present if not _is_as_asked(seat.member, asked, way.balance.port)]
    if not wrong_ones:
        return None
    remark = _ignored_http_check(placed, way)
    if remark is not None:
        return finding(
            placed, way.balance, "PS309", "ignored", "warning", remark.span, pool=way.pool.name, wanted=wanted
        )
    return _finding(placed, way, "kind", "warning", wrong_ones, _phrase(wrong_ones[0].member), wanted)


def _finding(
    placed: PlacedBalancer, way: Way, variant: str, severity: Severity, found: list[Seat], kind: str, wanted: str
) -> Finding:
    return finding(
        placed,
        way.balance,
        "PS309",
        variant,
        severity,
        found[0].member.span,
        certain=way.certain,
        member=member_phrase(found[0]),
        count=str(len(found)),
        found=kind,
        wanted=wanted,
    )


def _is_as_asked(member: Member, asked: HealthRequirement, port: int) -> bool:
    if member.port not in (None, port):
        # On the wrong port altogether: PS308 tells of it.
        return True
    check = member.check
    probed = check.port or member.port or port
    return check.kind == asked.kind and check.path.partition("?")[0] == asked.path and probed == asked.port


def _phrase(member: Member) -> str:
    check = member.check
    if check.kind in ("http", "https"):
        return f"{check.kind.upper()} {check.path}"
    return {"tcp": "TCP", "tls": "TLS"}.get(check.kind, check.kind)


def _ignored_http_check(placed: PlacedBalancer, way: Way) -> Remark | None:
    """The remark about an http-check without option httpchk in the pool's own section."""
    starts = sorted({pool.span.line for pool in placed.balancer.pools})
    end = next((line for line in starts if line > way.pool.span.line), 1 << 60)
    for remark in placed.balancer.remarks:
        if remark.key == "http-check-without-httpchk" and way.pool.span.line <= remark.span.line < end:
            return remark
    return None


CHECK = Check(
    code="PS309",
    name="health-check",
    title={"en": "Members are not probed as they must be", "zh-TW": "健康檢查不符要求"},
    rationale={
        "en": "A kube-apiserver that shuts down keeps its port open for a while and says so only at /readyz. A balancer that probes the port, or /healthz, keeps sending clients to a server that is about to leave.",
        "zh-TW": "kube-apiserver 關閉時，連接埠仍會開啟一段時間，只有 /readyz 會反映狀態。只檢查連接埠或 /healthz 的負載平衡器，會繼續把用戶端送往即將離開的伺服器。",
    },
    messages={
        "none": {
            "en": "{count} members behind {port} ({service_title}) are not probed, among them {member}",
            "zh-TW": "{port}（{service_title}）有 {count} 個成員沒有健康檢查，例如 {member}",
        },
        "kind": {
            "en": "{count} members behind {port} ({service_title}) are probed by {found}, among them {member}; only {wanted} tells whether the server is ready",
            "zh-TW": "{port}（{service_title}）有 {count} 個成員以 {found} 檢查，例如 {member}；只有 {wanted} 能反映是否就緒",
        },
        "ignored": {
            "en": "the http-check of pool {pool} behind {port} ({service_title}) is ignored: option httpchk is missing, so only the port is probed",
            "zh-TW": "{port}（{service_title}）的後端 {pool} 的 http-check 不會生效：缺少 option httpchk，因此只檢查連接埠",
        },
    },
    help={
        "none": {"en": "probe {wanted}", "zh-TW": "請檢查 {wanted}"},
        "kind": {
            "en": "probe {wanted}: option httpchk GET /readyz, and check-ssl verify none on the server lines",
            "zh-TW": "請檢查 {wanted}：使用 option httpchk GET /readyz，並在 server 加上 check-ssl verify none",
        },
        "ignored": {
            "en": "add option httpchk; the sources ask for {wanted}",
            "zh-TW": "加上 option httpchk；來源要求 {wanted}",
        },
    },
    bad=Example(format="haproxy", text=wrong("  option httpchk GET /readyz\n", "")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
