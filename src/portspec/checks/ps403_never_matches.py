"""PS403: a rule that no packet can match."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.hygiene import covered, rule_finding


def run(case: Case) -> Iterator[Finding]:
    """One finding per rule."""
    for placed, found in covered(case):
        if found.kind == "never":
            yield rule_finding(placed, found, "PS403", "never", "warning")


CHECK = Check(
    code="PS403",
    name="never-matches",
    title={"en": "A rule matches no packet", "zh-TW": "規則不符合任何封包"},
    rationale={
        "en": "What the rule asks for contradicts itself: two different ports or addresses at once, a set without elements, "
        "a protocol that has no ports. It neither opens nor closes anything.",
        "zh-TW": "規則的條件互相矛盾：同時要求兩個不同的連接埠或位址、使用沒有元素的集合，或沒有連接埠的協定。它既不會開放、也不會封鎖任何東西。",
    },
    messages={
        "never": {
            "en": "no packet is as this rule in chain {chain} asks",
            "zh-TW": "沒有封包符合規則鏈 {chain} 中這條規則的條件",
        },
    },
    help={"never": {"en": "correct what it asks for, or remove it", "zh-TW": "更正條件，或將其移除"}},
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE, "udp dport 6081 accept\n", "udp dport 6081 accept\n    tcp dport 22 tcp dport 2222 accept\n"
        ),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
