"""PS309: members are not probed as the sources ask."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Seat, Way, finding, members_phrase, pool_ways
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.configs.balancer.model import Member, Remark
from portspec.packets.addresses import format_address
from portspec.policy.model import HealthRequirement


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool, about its first member that is not probed as asked."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            made = _judge(placed, way)
            if made is not None:
                yield made


def _judge(placed: PlacedBalancer, way: Way) -> Finding | None:
    asked = way.balance.health
    if asked is None:
        return None
    present = [seat for seat in way.seats if not seat.member.last_resort]
    required = asked.necessity == "required"
    unprobed = [seat for seat in present if seat.member.check.kind == "none"]
    if unprobed:
        return _finding(placed, way, "none", "error" if required else "warning", unprobed, asked)
    if not required:
        return None
    wrong_ones = [seat for seat in present if not _is_as_asked(seat, asked, way.balance.port)]
    if not wrong_ones:
        return None
    remark = _ignored_http_check(placed, way)
    if remark is not None:
        values = {"pool": way.pool.name, "path": asked.path}
        return finding(placed, way.balance, "PS309", "ignored", "warning", remark.span, certain=way.certain, **values)
    kind = wrong_ones[0].member.check.kind
    variant = kind if kind in ("other", "passive") else "kind"
    return _finding(placed, way, variant, "warning", wrong_ones, asked)


def _finding(
    placed: PlacedBalancer, way: Way, variant: str, severity: Severity, found: list[Seat], asked: HealthRequirement
) -> Finding:
    return finding(
        placed,
        way.balance,
        "PS309",
        variant,
        severity,
        found[0].member.span,
        certain=way.certain,
        members=members_phrase(found),
        found=_phrase(found[0].member),
        wanted=f"{asked.kind.upper()} {asked.port} {asked.path}",
        path=asked.path,
    )


def _is_as_asked(seat: Seat, asked: HealthRequirement, port: int) -> bool:
    member, check = seat.member, seat.member.check
    if member.port_for(port) != port:
        # On the wrong port altogether: PS308 tells of it.
        return True
    probed = check.port or member.port_for(port)
    itself = check.address in (None, seat.address)
    return check.kind == asked.kind and check.path.partition("?")[0] == asked.path and probed == asked.port and itself


def _phrase(member: Member) -> str:
    check = member.check
    words = [{"http": "HTTP", "https": "HTTPS", "tcp": "TCP", "tls": "TLS"}.get(check.kind, check.kind)]
    if check.address is not None:
        words.append(format_address(check.address))
    if check.port is not None:
        words.append(str(check.port))
    return " ".join([*words, check.path] if check.path else words)


def _ignored_http_check(placed: PlacedBalancer, way: Way) -> Remark | None:
    """The remark about an http-check without option httpchk in the pool's own section."""
    ignored = [remark for remark in placed.balancer.remarks if remark.key == "http-check-without-option"]
    begun = way.pool.span.line
    behind = [remark for remark in ignored if remark.span.line >= begun]
    if not behind:
        return None
    sections = (one.span.line for parts in (placed.balancer.pools, placed.balancer.frontends) for one in parts)
    end = min((line for line in sections if line > begun), default=1 << 60)
    return next((remark for remark in behind if remark.span.line < end), None)


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
            "en": "no health check of {members} behind {port} ({service_title})",
            "zh-TW": "{port}（{service_title}）的成員 {members} 沒有健康檢查",
        },
        "kind": {
            "en": "{found} probe of {members} behind {port} ({service_title}): only {wanted} tells whether the server is ready",
            "zh-TW": "{port}（{service_title}）的成員 {members} 以 {found} 檢查；只有 {wanted} 能反映是否就緒",
        },
        "passive": {
            "en": "nothing probes {members} behind {port} ({service_title}): a member is left out only once clients have failed at it; only {wanted} tells whether the server is ready",
            "zh-TW": "{port}（{service_title}）的成員 {members} 沒有主動檢查：用戶端連線失敗後才會移出；只有 {wanted} 能反映是否就緒",
        },
        "other": {
            "en": "{members} behind {port} ({service_title}): probed in another way than {wanted}, which alone tells whether the server is ready",
            "zh-TW": "{port}（{service_title}）的成員 {members} 以其他方式檢查；只有 {wanted} 能反映是否就緒",
        },
        "ignored": {
            "en": "the http-check of pool {pool} behind {port} ({service_title}) has no effect: without option httpchk only the port is probed",
            "zh-TW": "{port}（{service_title}）的後端 {pool} 的 http-check 不會生效：缺少 option httpchk，因此只檢查連接埠",
        },
    },
    help={
        "none": {
            "en": "probe every member; the sources ask for {wanted}",
            "zh-TW": "為每個成員加上健康檢查；來源要求檢查 {wanted}",
        },
        "kind": {
            "en": "probe {wanted}",
            "zh-TW": "改為檢查 {wanted}",
        },
        "passive": {
            "en": "probe {wanted}",
            "zh-TW": "改為檢查 {wanted}",
        },
        "other": {
            "en": "probe {wanted}",
            "zh-TW": "改為檢查 {wanted}",
        },
        "ignored": {
            "en": "turn the probe of {path} on",
            "zh-TW": "啟用對 {path} 的檢查",
        },
    },
    bad=Example(format="haproxy", text=wrong("  option httpchk GET /readyz\n", "")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
