"""PS405: a list of accepting rules in a chain that accepts all the rest as well."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import WORKER, wrong
from portspec.checks.finding import Finding
from portspec.checks.hygiene import filters, finding
from portspec.configs.firewall.shadows import lets_the_rest_in


def run(case: Case) -> Iterator[Finding]:
    """One finding per base chain, unless PS203 says already that everything is open."""
    for placed in filters(case):
        if any(exposure.kind == "all" for exposure in placed.judge.exposures()):
            continue
        for chain in placed.ruleset.chains.values():
            first = lets_the_rest_in(chain)
            if first is not None:
                values = {"chain": chain.name, "line": str(first.line)}
                yield finding(placed, "PS405", "policy", "warning", chain.span, values)


CHECK = Check(
    code="PS405",
    name="accepts-the-rest",
    title={"en": "A chain accepts what its rules leave", "zh-TW": "規則鏈放行其餘流量"},
    rationale={
        "en": "A list of what may pass means something only where the rest may not. In a chain whose policy is to accept and "
        "that drops nothing, the list decides nothing.",
        "zh-TW": "列出允許的流量，只有在其餘流量不允許時才有意義。預設動作為允許、又不丟棄任何封包的規則鏈，這份清單沒有作用。",
    },
    messages={
        "policy": {
            "en": "chain {chain} accepts from line {line} on what it would accept anyway: its policy is accept, and no rule blocks",
            "zh-TW": "規則鏈 {chain} 從第 {line} 行起允許的流量本來就會放行：預設動作是允許，也沒有規則封鎖",
        },
    },
    help={
        "policy": {
            "en": "set the policy to drop, or end the chain with a rule that drops",
            "zh-TW": "將預設動作設為 drop，或以丟棄規則收尾",
        }
    },
    bad=Example(
        format="iptables",
        placement="host worker",
        text=wrong(WORKER, ":FORWARD DROP [0:0]", ":FORWARD ACCEPT [0:0]").replace(
            "-A INPUT -m", "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\n-A INPUT -m", 1
        ),
    ),
    good=Example(format="iptables", placement="host worker", text=WORKER),
    run=run,
)
