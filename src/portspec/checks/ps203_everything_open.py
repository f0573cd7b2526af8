"""PS203: the filter lets everything through."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import WORKER, wrong
from portspec.checks.finding import Finding
from portspec.checks.phrases import sources_phrase


def run(case: Case) -> Iterator[Finding]:
    """One finding per holder; it stands for the PS201 and PS202 findings that it implies."""
    for placed in case.filters:
        for exposure in placed.judge.exposures():
            if exposure.kind != "all":
                continue
            evidence = placed.judge.evidence(exposure.path, exposure.example, exposure.context)
            yield Finding(
                code="PS203",
                variant="open",
                severity="error",
                confidence="certain",
                path=placed.path,
                span=evidence.span,
                values={
                    "holder": ", ".join(exposure.holders),
                    "sources": sources_phrase(exposure),
                    "ports": ", ".join(exposure.exposed_ports) or "-",
                },
                witness=evidence.witness,
            )


CHECK = Check(
    code="PS203",
    name="everything-open",
    title={"en": "The filter lets everything through", "zh-TW": "過濾規則放行所有流量"},
    rationale={
        "en": "An accepting policy without a closing rule, or one rule that accepts from anywhere, makes the rest of the "
        "file decoration: every port of the host is open to everybody who can send it a packet.",
        "zh-TW": "預設允許卻沒有收尾的拒絕規則，或有一條規則允許任何來源，會讓檔案的其餘部分形同虛設：主機的所有連接埠對任何能送封包過來的人開放。",
    },
    messages={
        "open": {
            "en": "every port of {holder} is open to {sources}, among them {ports}",
            "zh-TW": "{holder} 的所有連接埠都對 {sources} 開放，其中包括 {ports}",
        },
    },
    help={
        "open": {
            "en": "set the base chain's policy to drop, or end it with a rule that drops, and accept what the policy lists",
            "zh-TW": "將基礎鏈的預設動作設為 drop，或以丟棄規則收尾，再逐一允許政策列出的流量",
        },
    },
    bad=Example(format="iptables", placement="host worker", text=wrong(WORKER, ":INPUT DROP", ":INPUT ACCEPT")),
    good=Example(format="iptables", placement="host worker", text=WORKER),
    run=run,
)
