"""PS305: a machine that serves the port is not in the pool."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.audience import union
from portspec.checks.balancers import Way, finding, pool_ways
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.packets.addresses import format_address, format_addresses
from portspec.packets.intervals import EMPTY, IntervalSet

MOST_MACHINES = 4


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool. Which machines those are needs the cluster file; without it nothing is said."""
    if case.cluster.bare:
        return
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            made = _judge(case, placed, way)
            if made is not None:
                yield made


def _judge(case: Case, placed: PlacedBalancer, way: Way) -> Finding | None:
    cluster = case.cluster
    roles = [role for role in way.balance.members[cluster.phase] if role != "bootstrap"]
    wanted = union(cluster, tuple(roles)) or (union(cluster, ("worker",)) if "ingress-node" in roles else EMPTY)
    present = way.seats
    if any(place.address is None for place in present):
        # A name that is not resolved may be any of the missing ones; PS316 tells of it.
        return None
    there = IntervalSet((place.address, place.address) for place in present if place.address is not None)
    missing = wanted - there
    if not missing:
        return None
    idle = IntervalSet(
        (place.address, place.address)
        for place in way.everyone
        if place.address is not None and not place.member.serves
    )
    some = wanted.overlaps(there)
    # Routers run on some of the workers only, so a shorter list may be meant.
    chosen = way.balance.balancer == "ingress" and "ingress-node" not in cluster.roles
    severity: Severity = "note" if some and chosen else "error"
    variant = "idle" if not missing - idle else "some" if some else "all"
    phrase = _machines(missing)
    return finding(placed, way.balance, "PS305", variant, severity, way.pool.span, certain=way.certain, missing=phrase)


def _machines(missing: IntervalSet) -> str:
    """Machines one by one as long as they are few: nobody looks for `192.168.22.202/31` in a pool."""
    if missing.size > MOST_MACHINES:
        return format_addresses(missing)
    return ", ".join(format_address(point) for first, last in missing for point in range(first, last + 1))


CHECK = Check(
    code="PS305",
    name="member-missing",
    title={"en": "A machine is missing in the pool", "zh-TW": "後端缺少機器"},
    rationale={
        "en": "Every control-plane node belongs in the pools of the API from the start: the balancer's probes decide who serves. A node that is left out takes no load and its loss or the loss of another goes unnoticed until it matters.",
        "zh-TW": "每個控制平面節點從一開始就應該在 API 的後端中，由健康檢查決定誰提供服務。漏掉的節點不會分擔流量，等到其他節點故障時才會發現。",
    },
    messages={
        "some": {
            "en": "the pool of {port} ({service_title}) lacks {missing}",
            "zh-TW": "{port}（{service_title}）的後端缺少 {missing}",
        },
        "all": {
            "en": "the pool of {port} ({service_title}) has none of {missing}",
            "zh-TW": "{port}（{service_title}）的後端沒有任何 {missing}",
        },
        "idle": {
            "en": "the pool of {port} ({service_title}) has {missing} disabled or at weight 0",
            "zh-TW": "{port}（{service_title}）的後端停用了 {missing}，或將其 weight 設為 0",
        },
    },
    help={
        "some": {"en": "add a member for each on port {port}", "zh-TW": "為每一台加上連接埠 {port} 的成員"},
        "all": {"en": "add a member for each on port {port}", "zh-TW": "為每一台加上連接埠 {port} 的成員"},
        "idle": {
            "en": "enable it again, or remove the machine from the cluster file",
            "zh-TW": "重新啟用，或從叢集檔移除該機器",
        },
    },
    bad=Example(format="haproxy", text=wrong("  server master-1 192.168.22.202:22623 check inter 1s\n", "")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
