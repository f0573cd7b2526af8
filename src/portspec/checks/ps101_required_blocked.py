"""PS101: a flow that the cluster needs does not get through a packet filter."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedFilter
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.filters import CLIENT_PORTS, HopAnswer
from portspec.checks.finding import Finding
from portspec.checks.phrases import box_phrase, hop_values
from portspec.configs.firewall.context import Context


def run(case: Case) -> Iterator[Finding]:
    """One finding per hop that is blocked, wholly or for some of its addresses."""
    for placed in case.filters:
        for answer in placed.judge.hops():
            if answer.status in ("blocked", "partly"):
                yield _finding(placed, answer)


def _finding(placed: PlacedFilter, answer: HopAnswer) -> Finding:
    flow = answer.hop.flows[0]
    evidence = placed.judge.evidence(
        answer.hop.path, answer.first.blocked[0], Context(state="new", source_ports=CLIENT_PORTS)
    )
    values = hop_values(placed.judge.cluster, answer.hop)
    values["blocked"] = box_phrase(answer.first.blocked)
    return Finding(
        code="PS101",
        variant=answer.status,
        severity="error" if flow.necessity == "required" else "warning",
        confidence="certain",
        path=placed.path,
        span=evidence.span,
        values=values,
        service=flow.service,
        port=flow.port or "",
        witness=evidence.witness,
    )


CHECK = Check(
    code="PS101",
    name="required-flow-blocked",
    title={"en": "A flow that the cluster needs is blocked", "zh-TW": "叢集所需的流量被阻擋"},
    rationale={
        "en": "Each flow of the policy has to get through every filter on its way. A hop that is dropped or rejected "
        "stops an installation, a node that joins, or a controller, often long after the change and far from it.",
        "zh-TW": "政策中的每一條流量都必須通過沿途的每一道封包過濾。任何一段被丟棄或拒絕，都會使安裝、節點加入或控制器停擺，"
        "而且症狀往往在變更之後許久、在別的地方才出現。",
    },
    messages={
        "blocked": {
            "en": "{traffic} from {source} to {target} is blocked ({service_title}; needed by {flows})",
            "zh-TW": "從 {source} 到 {target} 的 {traffic} 被阻擋（{service_title}；需要者：{flows}）",
        },
        "partly": {
            "en": "{traffic} from {source} to {target} is blocked for {blocked} ({service_title}; needed by {flows})",
            "zh-TW": "從 {source} 到 {target} 的 {traffic} 對 {blocked} 被阻擋（{service_title}；需要者：{flows}）",
        },
    },
    help={
        "blocked": {
            "en": "let {traffic} from {source_addresses} to {target_addresses} through before this line blocks it",
            "zh-TW": "在這一行阻擋之前，先允許 {source_addresses} 連到 {target_addresses} 的 {traffic}",
        },
        "partly": {
            "en": "widen the accepting rule: every address of {source} ({source_addresses}) must reach {target_addresses}",
            "zh-TW": "放寬允許規則：{source} 的每個位址（{source_addresses}）都必須能連到 {target_addresses}",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(CONTROL_PLANE, "tcp dport 2379-2380", "tcp dport 2379"),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
