"""PS306: the bootstrap host is not in the pool while installing."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Way, finding, pool_ways
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.packets.addresses import format_addresses


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool of the API while installing."""
    if case.cluster.phase != "install":
        return
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            if "bootstrap" not in way.balance.members["install"]:
                continue
            present = way.seats
            if any("bootstrap" in seat.roles for seat in present) or not present:
                continue
            made = _finding(case, placed, way)
            if made is not None:
                yield made


def _finding(case: Case, placed: PlacedBalancer, way: Way) -> Finding | None:
    certain = way.certain and not case.cluster.bare
    for found in way.everyone:
        if "bootstrap" in found.roles:
            return finding(placed, way.balance, "PS306", "disabled", "error", found.member.span, certain=certain)
    if any(found.address is None and not found.roles for found in way.everyone):
        return None
    address = format_addresses(case.cluster.addresses("bootstrap")) or "-"
    severity: Severity = "error" if certain else "warning"
    return finding(placed, way.balance, "PS306", "missing", severity, way.pool.span, certain=certain, address=address)


CHECK = Check(
    code="PS306",
    name="bootstrap-missing",
    title={"en": "The bootstrap host is missing while installing", "zh-TW": "安裝期間後端缺少 Bootstrap 主機"},
    rationale={
        "en": "Until the control plane has come up, only the bootstrap host serves the API and the Machine Config Server. If the balancer does not lead there, no control-plane node gets its Ignition file and the installation waits until it fails.",
        "zh-TW": "控制平面啟動之前，只有 Bootstrap 主機提供 API 與機器設定伺服器。負載平衡器若不導向它，控制平面節點就拿不到 Ignition 檔，安裝會一直等到失敗。",
    },
    messages={
        "missing": {
            "en": "phase install: the pool of {port} ({service_title}) lacks the bootstrap host {address}",
            "zh-TW": "安裝階段：{port}（{service_title}）的後端缺少 Bootstrap 主機 {address}",
        },
        "disabled": {
            "en": "phase install: the bootstrap host in the pool of {port} ({service_title}) is disabled or at weight 0",
            "zh-TW": "安裝階段：{port}（{service_title}）的後端停用了 Bootstrap 主機，或將其 weight 設為 0",
        },
    },
    help={
        "missing": {
            "en": "add it as a backup member on port {port}; remove it once the bootstrap is complete",
            "zh-TW": "以 backup 成員加入連接埠 {port}；bootstrap 完成後再移除",
        },
        "disabled": {"en": "enable it until the bootstrap is complete", "zh-TW": "在 bootstrap 完成之前請啟用"},
    },
    bad=Example(format="haproxy", text=wrong("  server bootstrap 192.168.22.200:22623 check inter 1s backup\n", "")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
