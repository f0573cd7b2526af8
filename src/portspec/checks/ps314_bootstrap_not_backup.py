"""PS314: the bootstrap host is no backup member."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, member_phrase, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT


def run(case: Case) -> Iterator[Finding]:
    """One note per pool while installing."""
    if case.cluster.phase != "install":
        return
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            if "bootstrap" not in way.balance.backup:
                continue
            for seat in way.seats:
                if "bootstrap" in seat.roles and not seat.member.backup:
                    phrase = member_phrase(seat)
                    yield finding(placed, way.balance, "PS314", "plain", "note", seat.member.span, member=phrase)


CHECK = Check(
    code="PS314",
    name="bootstrap-not-backup",
    title={"en": "The bootstrap host is no backup member", "zh-TW": "Bootstrap 主機未標為 backup"},
    rationale={
        "en": "The product's sample marks the bootstrap host as a backup: it serves until a control-plane node does, and then steps back by itself. As an ordinary member it keeps its share until the end.",
        "zh-TW": "產品範例把 Bootstrap 主機標為 backup：在控制平面節點開始服務之前由它提供，之後自動退居備援。若是一般成員，則會一直分到流量直到最後。",
    },
    messages={
        "plain": {
            "en": "{member} in the pool of {port} ({service_title}) is not marked as backup",
            "zh-TW": "{port}（{service_title}）後端的 {member} 未標為 backup",
        }
    },
    help={"plain": {"en": "add backup to the line", "zh-TW": "在這一行加上 backup"}},
    bad=Example(format="haproxy", text=RIGHT.replace(" rise 3 backup", " rise 3")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
