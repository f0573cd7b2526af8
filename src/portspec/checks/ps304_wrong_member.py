"""PS304: a member that does not serve the port."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import NODES, Seat, Way, finding, member_phrase, plays, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong


def run(case: Case) -> Iterator[Finding]:
    """One finding per member that plays no role of the pool. A bootstrap host left over is PS307's."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            wanted = way.balance.members[case.cluster.phase]
            for seat in way.seats:
                if plays(seat, wanted) or ("bootstrap" in seat.roles and way.balance.backup):
                    continue
                made = _finding(placed, way, seat, ", ".join(wanted))
                if made is not None:
                    yield made


def _finding(placed: PlacedBalancer, way: Way, seat: Seat, wanted: str) -> Finding | None:
    certain = seat.certain and way.certain
    member = member_phrase(seat)
    if seat.roles and not NODES & set(seat.roles):
        roles = ", ".join(seat.roles)
        return finding(
            placed,
            way.balance,
            "PS304",
            "outsider",
            "error" if certain else "warning",
            seat.member.span,
            certain=certain,
            member=member,
            roles=roles,
        )
    if seat.roles:
        return finding(
            placed,
            way.balance,
            "PS304",
            "role" if way.balance.balancer == "api" else "ingress",
            "error" if certain else "warning",
            seat.member.span,
            certain=certain,
            member=member,
            roles=", ".join(seat.roles),
            wanted=wanted,
        )
    if seat.certain:
        return finding(
            placed, way.balance, "PS304", "stranger", "warning", seat.member.span, certain=False, member=member
        )
    return None


CHECK = Check(
    code="PS304",
    name="wrong-member",
    title={"en": "A member that does not serve the port", "zh-TW": "成員不提供此連接埠的服務"},
    rationale={
        "en": "A pool may hold only machines that serve its port in this phase. The API and the Machine Config Server run on the control plane (and on the bootstrap host while it exists), never on workers; the routers run on the ingress nodes.",
        "zh-TW": "後端只能放在此階段提供該連接埠服務的機器。API 與機器設定伺服器在控制平面上執行（Bootstrap 主機存在時也包含它），不會在 Worker 上；Router 則在 Ingress 節點上執行。",
    },
    messages={
        "role": {
            "en": "member {member} in the {balancer} pool of {port}: {service_title} never runs on {roles}",
            "zh-TW": "{balancer} 後端（{port}）的成員 {member}：{service_title} 不會在 {roles} 上執行",
        },
        "ingress": {
            "en": "member {member} in the {balancer} pool of {port} is {roles}; in this cluster {service_title} runs on {wanted}",
            "zh-TW": "{balancer} 後端（{port}）的成員 {member} 是 {roles}；在此叢集中 {service_title} 在 {wanted} 上執行",
        },
        "outsider": {
            "en": "member {member} in the {balancer} pool of {port} is no machine of the cluster: its address is one of {roles}",
            "zh-TW": "{balancer} 後端（{port}）的成員 {member} 不是叢集的機器：其位址屬於 {roles}",
        },
        "stranger": {
            "en": "member {member} in the {balancer} pool of {port} is no machine that the cluster file knows",
            "zh-TW": "{balancer} 後端（{port}）的成員 {member} 不是叢集檔所知的機器",
        },
    },
    help={
        "role": {"en": "remove it; the pool takes {wanted}", "zh-TW": "將其移除；此後端應為 {wanted}"},
        "ingress": {"en": "remove it; the pool takes {wanted}", "zh-TW": "將其移除；此後端應為 {wanted}"},
        "outsider": {
            "en": "correct its address; the machines of the cluster are those under `roles:`",
            "zh-TW": "更正位址；叢集的機器列在 `roles:` 之下",
        },
        "stranger": {
            "en": "correct its address, or add the machine under `roles:`",
            "zh-TW": "更正位址，或在 `roles:` 加入這台機器",
        },
    },
    bad=Example(
        format="haproxy",
        text=wrong(
            """  server master-2 192.168.22.203:6443 check check-ssl verify none inter 10s fall 2 rise 3
""",
            """  server master-2 192.168.22.203:6443 check check-ssl verify none inter 10s fall 2 rise 3
  server worker-0 192.168.22.211:6443 check check-ssl verify none inter 10s fall 2 rise 3
""",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
