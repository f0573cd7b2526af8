"""PS003: an ignore comment that gives no reason."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding


def run(case: Case) -> Iterator[Finding]:
    """Yield nothing: `checks.ignores` raises the finding once all others are known."""
    del case
    return iter(())


CHECK = Check(
    code="PS003",
    name="ignore-without-reason",
    title={"en": "An ignore without a reason", "zh-TW": "忽略設定未寫原因"},
    rationale={
        "en": "Whoever meets an accepted finding a year later needs to know why it was accepted. Without a reason the "
        "ignore is not honoured.",
        "zh-TW": "一年後遇到被接受的結果的人，需要知道當初為何接受。沒有寫原因的忽略不予採用。",
    },
    messages={
        "no-reason": {
            "en": "the ignore of {code} gives no reason and does not count",
            "zh-TW": "對 {code} 的忽略沒有寫原因，不予採用",
        },
    },
    help={
        "no-reason": {
            "en": "write the reason behind the bracket: # portspec: ignore[{code}] why it is accepted",
            "zh-TW": "在方括號之後寫原因：# portspec: ignore[{code}] 為何接受",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(CONTROL_PLANE, "    ip saddr @nodes", "    # portspec: ignore[PS202]\n    ip saddr @nodes"),
    ),
    good=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE,
            "    ip saddr @nodes",
            "    # portspec: ignore[PS202] the console is watched from anywhere\n    tcp dport 5900 accept\n    ip saddr @nodes",
        ),
    ),
    run=run,
)
