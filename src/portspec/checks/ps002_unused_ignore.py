"""PS002: an ignore that hides nothing (any more)."""

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
    code="PS002",
    name="unused-ignore",
    title={"en": "An ignore that hides nothing", "zh-TW": "沒有作用的忽略設定"},
    rationale={
        "en": "An ignore that matches no finding is left over from a mended config, or misspelled; one past its day no "
        "longer counts. Either way the next reader believes that something is accepted which is not.",
        "zh-TW": "沒有對應到任何結果的忽略設定，不是設定修好後忘了移除，就是寫錯了；過了期限的也不再生效。兩者都會讓下一位讀者誤以為某個問題已被接受。",
    },
    messages={
        "unused": {"en": "the ignore of {code} matches no finding", "zh-TW": "對 {code} 的忽略沒有對應到任何結果"},
        "expired": {
            "en": "the ignore of {code} ended on {until} and no longer counts",
            "zh-TW": "對 {code} 的忽略已於 {until} 到期，不再生效",
        },
        "no-day": {
            "en": "the ignore of {code} ends on {until}, which is not a day; it does not count",
            "zh-TW": "對 {code} 的忽略期限 {until} 不是日期，不予採用",
        },
        "no-code": {"en": "{code} is not a code such as PS301", "zh-TW": "{code} 不是像 PS301 這樣的代碼"},
    },
    help={
        "unused": {"en": "remove it, or correct its code and path", "zh-TW": "將其移除，或更正代碼與路徑"},
        "expired": {
            "en": "mend what it hid, or give it a new day and say why",
            "zh-TW": "修正它所隱藏的問題，或給予新的期限並說明原因",
        },
        "no-day": {
            "en": "write the last day as 2027-03-01",
            "zh-TW": "將最後一天寫成 2027-03-01 的形式",
        },
        "no-code": {
            "en": "write the codes in brackets, separated by commas",
            "zh-TW": "在方括號內寫代碼，以逗號分隔",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(
            CONTROL_PLANE,
            "    ip saddr @nodes",
            "    # portspec: ignore[PS202] the console is watched from anywhere\n    ip saddr @nodes",
        ),
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
