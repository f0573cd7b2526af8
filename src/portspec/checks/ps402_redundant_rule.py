"""PS402: a rule that changes nothing, because rules before it take all of its packets."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.hygiene import covered, rule_finding


def run(case: Case) -> Iterator[Finding]:
    """One note per rule."""
    for placed, found in covered(case):
        if found.kind in ("redundant", "unreached"):
            yield rule_finding(placed, found, "PS402", found.kind, "note")


REMOVE = {"en": "remove it", "zh-TW": "將其移除"}

CHECK = Check(
    code="PS402",
    name="redundant-rule",
    title={"en": "A rule is redundant", "zh-TW": "規則是多餘的"},
    rationale={
        "en": "A rule whose packets have all been decided before, in the same way, can go: the filter does the same "
        "without it, and the next reader has less to understand.",
        "zh-TW": "封包都已由前面的規則以相同方式判定的規則可以移除：過濾結果不變，之後閱讀的人也更容易理解。",
    },
    messages={
        "redundant": {
            "en": "every packet of this {verdict} in chain {chain} has been decided alike before, by line {other_line}",
            "zh-TW": "規則鏈 {chain} 的這條 {verdict} 所指的封包，第 {other_line} 行都已作出相同的判定",
        },
        "unreached": {
            "en": "no packet gets to this rule in chain {chain}: line {other_line} takes all of them ({other_verdict})",
            "zh-TW": "沒有封包會到達規則鏈 {chain} 的這條規則：第 {other_line} 行已全部處理（{other_verdict}）",
        },
    },
    help={"redundant": REMOVE, "unreached": REMOVE},
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE,
            "tcp dport 2379-2380 accept\n",
            "tcp dport 2379-2380 accept\n    ip saddr 192.168.22.201 tcp dport 2379 accept\n",
        ),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
