"""PS307: the bootstrap host is still in the pool of a running cluster."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, member_phrase, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, RUNNING


def run(case: Case) -> Iterator[Finding]:
    """One finding per member that is the bootstrap host while the cluster runs."""
    if case.cluster.phase != "running":
        return
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            for seat in way.seats:
                if "bootstrap" not in seat.roles:
                    continue
                certain = seat.certain and way.certain
                yield finding(
                    placed,
                    way.balance,
                    "PS307",
                    "left",
                    "error" if certain else "warning",
                    seat.member.span,
                    certain=certain,
                    member=member_phrase(seat),
                )


CHECK = Check(
    code="PS307",
    name="bootstrap-left",
    title={"en": "The bootstrap host is still in the pool", "zh-TW": "後端仍留有 Bootstrap 主機"},
    rationale={
        "en": "Once the bootstrap is complete the host must be taken out of the balancer and destroyed. Left there, a host that boots again, or a machine that later gets its address, answers for the API of a running cluster.",
        "zh-TW": "bootstrap 完成後，必須把該主機移出負載平衡器並銷毀。若仍留著，重新開機的主機或日後取得同一位址的機器，會替運作中的叢集回應 API。",
    },
    messages={
        "left": {
            "en": "phase running: {member} is still in the pool of {port} ({service_title})",
            "zh-TW": "運作階段：{port}（{service_title}）的後端仍有 {member}",
        }
    },
    help={"left": {"en": "remove the line", "zh-TW": "移除這一行"}},
    bad=Example(format="haproxy", text=RIGHT, phase="running"),
    good=Example(format="haproxy", text=RUNNING, phase="running"),
    run=run,
)
