"""PS401: a rule that never decides, because rules before it decide otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.hygiene import covered, rule_finding


def run(case: Case) -> Iterator[Finding]:
    """One finding per rule; a rule that decides otherwise is named."""
    for placed, found in covered(case):
        if found.kind == "shadowed":
            yield rule_finding(placed, found, "PS401", "one" if len(found.by) == 1 else "several", "warning")


CHECK = Check(
    code="PS401",
    name="shadowed-rule",
    title={"en": "A rule is shadowed", "zh-TW": "規則被前面的規則遮蔽"},
    rationale={
        "en": "The first rule that matches decides. Every packet that this rule is about has met a rule before it that "
        "decides otherwise, so whoever wrote it believes in something that does not happen.",
        "zh-TW": "最先符合的規則決定結果。這條規則所指的封包，都已先遇到前面判定不同的規則；寫下它的人以為會發生的事並不會發生。",
    },
    messages={
        "one": {
            "en": "no packet gets to this {verdict} in chain {chain}: line {other_line} takes all of them ({other_verdict})",
            "zh-TW": "沒有封包會到達規則鏈 {chain} 的這條 {verdict}：第 {other_line} 行已全部處理（{other_verdict}）",
        },
        "several": {
            "en": "no packet gets to this {verdict} in chain {chain}: rules before it take all of them, line {other_line} "
            "among them ({other_verdict})",
            "zh-TW": "沒有封包會到達規則鏈 {chain} 的這條 {verdict}：前面的規則已全部處理，其中包括第 {other_line} 行（{other_verdict}）",
        },
    },
    help={
        variant: {
            "en": "move it before line {other_line}, or remove it",
            "zh-TW": "移到第 {other_line} 行之前，或將其移除",
        }
        for variant in ("one", "several")
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE,
            "tcp dport 2379-2380 accept\n",
            "tcp dport 2379-2380 accept\n    ip saddr 192.168.22.201 tcp dport 2379 drop\n",
        ),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
