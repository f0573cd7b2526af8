"""PS327: the balancer itself turns away clients that need it."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Way, finding, listener_address, reaches, ways
from portspec.checks.finding import Finding, Witness
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.checks.legs import balancer_addresses, required_clients
from portspec.configs.balancer.model import Frontend, Gate
from portspec.packets.addresses import format_address, format_addresses
from portspec.packets.intervals import EMPTY, IntervalSet

MOST_ADDRESSES = 4


def run(case: Case) -> Iterator[Finding]:
    """One finding per balanced port: of the roles that no listener at the balancer's address lets in at all, or of those
    for some of whose addresses that is so. It is told at the first of the frontends."""
    if case.cluster.bare:
        return
    for placed in case.balancers:
        found: dict[str, list[Way]] = {}
        for way in ways(case, placed):
            if reaches(case.cluster, way.listener, balancer_addresses(case.cluster, way.balance)):
                found.setdefault(way.balance.id, []).append(way)
        for there in found.values():
            made = _judge(case, placed, there)
            if made is not None:
                yield made


def _judge(case: Case, placed: PlacedBalancer, found: list[Way]) -> Finding | None:
    way = found[0]
    port = way.balance.port
    let_in = EMPTY
    # By identity: in nginx several servers may listen at one address, and have one name.
    for frontend in {id(one.frontend): one.frontend for one in found}.values():
        let_in |= frontend.admitted(port)[1]
    asked = {role: case.cluster.addresses(role) for role in required_clients(case, way.balance)}
    lost = {role: addresses - let_in for role, addresses in asked.items() if addresses - let_in}
    if not lost:
        return None
    whole = [role for role, away in lost.items() if away == asked[role]]
    away = EMPTY
    for role in whole or lost:
        away |= lost[role]
    gate = _gate(way.frontend, port, away)
    listened = listener_address(case.cluster, way.listener)
    own = balancer_addresses(case.cluster, way.balance)
    target = listened if listened is not None else own.first if own else None
    made = finding(
        placed,
        way.balance,
        "PS327",
        "whole" if whole else "part",
        "error" if whole else "warning",
        gate.span,
        roles=", ".join(whole or lost),
        addresses=format_addresses(away, most=MOST_ADDRESSES),
        frontend=way.frontend.name,
    )
    if target is None:
        return made
    return made._replace(witness=Witness(format_address(away.first), format_address(target), "tcp", port, "reject"))


def _gate(frontend: Frontend, port: int, away: IntervalSet) -> Gate:
    """The rule that turns the first of some clients away."""
    for gate in sorted(frontend.gates, key=lambda gate: gate.stage):
        if not gate.admits and away.first in gate.met_by(port)[0]:
            return gate
    return next(gate for gate in frontend.gates if not gate.admits)


CHECK = Check(
    code="PS327",
    name="turned-away",
    title={"en": "The balancer turns away clients that need it", "zh-TW": "負載平衡器拒絕了需要它的用戶端"},
    rationale={
        "en": "A balancer that lets in by source address is a packet filter in another place: the nodes, the bootstrap host and the administrators all come to the API through it, and a list that leaves one of them out stops an installation as surely as a closed port.",
        "zh-TW": "依來源位址決定是否放行的負載平衡器，等於設在另一處的封包過濾：節點、Bootstrap 主機與管理者都經由它連到 API，清單漏掉其中任何一個，就和關閉連接埠一樣會使安裝停擺。",
    },
    messages={
        "whole": {
            "en": "a rule of {frontend} turns {roles} ({addresses}) away from {port} ({service_title})",
            "zh-TW": "{frontend} 的規則拒絕 {roles}（{addresses}）連到 {port}（{service_title}）",
        },
        "part": {
            "en": "a rule of {frontend} turns some of {roles} ({addresses}) away from {port} ({service_title})",
            "zh-TW": "{frontend} 的規則拒絕 {roles} 的部分位址（{addresses}）連到 {port}（{service_title}）",
        },
    },
    help={
        "whole": {
            "en": "let the addresses of {roles} in before this rule",
            "zh-TW": "在這條規則之前，先放行 {roles} 的位址",
        },
        "part": {
            "en": "let {addresses} in before this rule, or give {roles} its real addresses under `roles:`",
            "zh-TW": "在這條規則之前先放行 {addresses}，或在 `roles:` 寫明 {roles} 的實際位址",
        },
    },
    bad=Example(
        format="haproxy",
        text=wrong(
            "bind 192.168.22.10:6443",
            "bind 192.168.22.10:6443\n  tcp-request connection reject if !{ src 192.168.22.0/24 }",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
