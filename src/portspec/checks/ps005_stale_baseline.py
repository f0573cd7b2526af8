"""PS005: an entry of the baseline that is found no more."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.finding import Finding


def run(case: Case) -> Iterator[Finding]:
    """Yield nothing: `checks.baseline` raises the finding once the findings of all clusters are known."""
    del case
    return iter(())


CHECK = Check(
    code="PS005",
    name="stale-baseline",
    title={"en": "A baseline entry that is found no more", "zh-TW": "基準檔中已不再出現的項目"},
    rationale={
        "en": "A baseline lets old findings rest while new ones count. An entry that outlives its finding would accept "
        "the same mistake when somebody makes it again.",
        "zh-TW": "基準檔讓既有的問題暫不列入判定，只計算新的問題。若問題已修正而項目仍留著，下次有人犯同樣的錯誤時就會被放過。",
    },
    messages={
        "gone": {
            "en": "the baseline lists a {code} about {path} that is found no more",
            "zh-TW": "基準檔列有關於 {path} 的 {code}，但已不再出現",
        },
        "fewer": {
            "en": "the baseline lists a {code} about {path} {of} times; {left} of them are found no more",
            "zh-TW": "基準檔列有關於 {path} 的 {code} 共 {of} 次，其中 {left} 次已不再出現",
        },
    },
    help={
        "gone": {
            "en": "remove the entry, or write the baseline anew: portspec check --write-baseline FILE",
            "zh-TW": "將此項目移除，或重新寫入基準檔：portspec check --write-baseline FILE",
        },
        "fewer": {
            "en": "lower its count, or write the baseline anew: portspec check --write-baseline FILE",
            "zh-TW": "降低其 count，或重新寫入基準檔：portspec check --write-baseline FILE",
        },
    },
    bad=Example(
        format="portspec-baseline.json",
        placement="portspec.yaml",
        text='{\n  "version": 1,\n  "findings": [\n    {"fingerprint": "2f1d6c0a9be47c35", "code": "PS202", '
        '"path": "firewall.nft", "count": 1}\n  ]\n}\n',
    ),
    good=Example(
        format="portspec-baseline.json",
        placement="portspec.yaml",
        text='{\n  "version": 1,\n  "findings": []\n}\n',
    ),
    run=run,
)
