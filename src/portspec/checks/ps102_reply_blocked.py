"""PS102: the first packet gets through, the reply does not."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedFilter
from portspec.checks.filter_example import WORKER, wrong
from portspec.checks.filters import HopAnswer
from portspec.checks.finding import Finding
from portspec.checks.phrases import hop_values
from portspec.configs.firewall.context import Context
from portspec.packets.intervals import IntervalSet


def run(case: Case) -> Iterator[Finding]:
    """One finding per way in which replies are lost: on one filter they share the cause, so the first hop speaks."""
    for placed in case.filters:
        lost: dict[str, list[HopAnswer]] = {}
        for answer in placed.judge.hops():
            if answer.lost:
                lost.setdefault(answer.hop.reply_path, []).append(answer)
        for answers in lost.values():
            yield _finding(placed, answers)


def _finding(placed: PlacedFilter, answers: list[HopAnswer]) -> Finding:
    answer = answers[0]
    flow = answer.hop.flows[0]
    service_ports = IntervalSet((first & 65535, last & 65535) for first, last in flow.ports)
    evidence = placed.judge.evidence(
        answer.hop.reply_path,
        answer.lost[0],
        Context(state="established", source_ports=service_ports, tcp_flags=0x10),
    )
    values = hop_values(placed.judge.cluster, answer.hop)
    values["count"] = str(len(answers))
    return Finding(
        code="PS102",
        variant="more" if len(answers) > 1 else "one",
        severity="error",
        confidence="certain",
        path=placed.path,
        span=evidence.span,
        values=values,
        service=flow.service,
        port=flow.port or "",
        witness=evidence.witness,
    )


CHECK = Check(
    code="PS102",
    name="reply-blocked",
    title={"en": "Replies are blocked", "zh-TW": "回覆封包被阻擋"},
    rationale={
        "en": "A connection needs both directions. A filter that admits the first packet but drops the answer "
        "blocks the flow just as well; most often the rule for established connections is missing.",
        "zh-TW": "連線需要雙向都能通過。過濾規則若只放行第一個封包而丟棄回覆，流量一樣不通；最常見的原因是缺少放行 established 連線的規則。",
    },
    messages={
        "one": {
            "en": "replies of {traffic} from {target} to {source} are blocked ({service_title})",
            "zh-TW": "{traffic} 從 {target} 回到 {source} 的回覆被阻擋（{service_title}）",
        },
        "more": {
            "en": "replies of {traffic} from {target} to {source} are blocked, as on {count} hops in all",
            "zh-TW": "{traffic} 從 {target} 回到 {source} 的回覆被阻擋，受影響的共有 {count} 段流量",
        },
    },
    help={
        "one": {
            "en": "accept packets of established and related connections first in this chain",
            "zh-TW": "在此鏈的最前面允許 established 與 related 連線的封包",
        },
        "more": {
            "en": "accept packets of established and related connections first in this chain",
            "zh-TW": "在此鏈的最前面允許 established 與 related 連線的封包",
        },
    },
    bad=Example(
        format="iptables",
        placement="host worker",
        text=wrong(WORKER, ":OUTPUT ACCEPT [0:0]", ":OUTPUT DROP [0:0]").replace(
            "COMMIT", "-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT"
        ),
    ),
    good=Example(format="iptables", placement="host worker", text=WORKER),
    run=run,
)
