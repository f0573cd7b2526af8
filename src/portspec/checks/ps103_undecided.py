"""PS103: whether a needed flow gets through hangs on something that the file does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedFilter
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.filters import CLIENT_PORTS, HopAnswer
from portspec.checks.finding import Finding, Place
from portspec.checks.phrases import hop_values
from portspec.configs.firewall.context import Context
from portspec.source import Span


def run(case: Case) -> Iterator[Finding]:
    """One finding per rule to blame: all hops that hang on the same rule are told together."""
    for placed in case.filters:
        by_rule: dict[Span | None, list[tuple[HopAnswer, Finding]]] = {}
        for answer in placed.judge.hops():
            if answer.status == "unknown":
                finding = _finding(placed, answer)
                by_rule.setdefault(finding.span, []).append((answer, finding))
        for told in by_rule.values():
            first = told[0][1]
            if len(told) > 1:
                first = first._replace(variant="more", values={**first.values, "count": str(len(told))})
            yield first


def _finding(placed: PlacedFilter, answer: HopAnswer) -> Finding:
    flow = answer.hop.flows[0]
    evidence = placed.judge.evidence(
        answer.hop.path, answer.first.unknown[0], Context(state="new", source_ports=CLIENT_PORTS)
    )
    blame = evidence.blame
    values = hop_values(placed.judge.cluster, answer.hop)
    values["rule"] = str(blame[0].line) if blame else "?"
    return Finding(
        code="PS103",
        variant="one",
        severity="warning",
        confidence="possible",
        path=placed.path,
        span=blame[0] if blame else evidence.span,
        values=values,
        service=flow.service,
        port=flow.port or "",
        witness=evidence.witness,
        related=tuple(Place(placed.path, span) for span in blame[1:]),
    )


CHECK = Check(
    code="PS103",
    name="undecided",
    title={"en": "A needed flow cannot be decided from the file", "zh-TW": "無法從檔案判定所需流量是否通過"},
    rationale={
        "en": "A rate limit, a set that is filled elsewhere, an interface name or an extension that is not modelled "
        "may match or not. Both cases are worked out; where they differ, the answer is unknown and the rule is named.",
        "zh-TW": "速率限制、在別處填入的集合、介面名稱或未支援的擴充模組，可能符合也可能不符合。兩種情況都會計算；結果不同時，"
        "答案即為未知，並指出是哪一條規則造成。",
    },
    messages={
        "one": {
            "en": "cannot tell whether {traffic} from {source} to {target} gets through: it hangs on line {rule}",
            "zh-TW": "無法判定從 {source} 到 {target} 的 {traffic} 是否通過：取決於第 {rule} 行",
        },
        "more": {
            "en": "cannot tell whether {traffic} from {source} to {target} gets through, as for {count} hops: "
            "it hangs on line {rule}",
            "zh-TW": "無法判定從 {source} 到 {target} 的 {traffic} 是否通過（共 {count} 段流量）：取決於第 {rule} 行",
        },
    },
    help={
        "one": {
            "en": "put a rule that decides by address and port alone before this line",
            "zh-TW": "在此行之前加上只依位址與連接埠判定的規則",
        },
        "more": {
            "en": "put a rule that decides by address and port alone before this line",
            "zh-TW": "在此行之前加上只依位址與連接埠判定的規則",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(CONTROL_PLANE, "tcp dport 2379-2380 accept", "tcp dport 2379-2380 limit rate 10/second accept"),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
