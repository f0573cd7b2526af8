"""PS202: a port that the policy does not know is open to outsiders."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import WORKER, wrong
from portspec.checks.finding import Finding
from portspec.checks.phrases import VARIANTS, ports_phrase, sources_phrase, variant_of


def run(case: Case) -> Iterator[Finding]:
    """One finding per holder, with all of its unlisted ports."""
    for placed in case.filters:
        for exposure in placed.judge.exposures():
            if exposure.kind != "unlisted":
                continue
            evidence = placed.judge.evidence(exposure.path, exposure.example, exposure.context)
            yield Finding(
                code="PS202",
                variant=variant_of(exposure),
                severity="warning" if exposure.certain else "note",
                confidence="certain" if exposure.certain else "possible",
                path=placed.path,
                span=evidence.span if exposure.certain or not evidence.blame else evidence.blame[0],
                values={
                    "ports": ports_phrase(exposure.ports),
                    "holder": ", ".join(exposure.holders),
                    "sources": sources_phrase(exposure),
                },
                witness=evidence.witness,
            )


_HELP = {
    "en": "close it, narrow it to the site, or describe it under `services:` in the cluster file",
    "zh-TW": "將其關閉、限縮到站內，或在叢集檔的 `services:` 中說明",
}


CHECK = Check(
    code="PS202",
    name="unlisted-port-open",
    title={"en": "A port that the policy does not know is open to outsiders", "zh-TW": "政策未列出的連接埠對外開放"},
    rationale={
        "en": "Whatever is open to addresses outside the site and belongs to no service of the spec should be there on "
        "purpose. Name it in a service of your own, so that the next reader knows, or close it.",
        "zh-TW": "凡是對站外位址開放、又不屬於規格中任何服務的連接埠，都應該是刻意為之。請以自訂服務寫明用途，或將其關閉。",
    },
    messages={
        "certain": {
            "en": "{ports} on {holder} is open to {sources}, but belongs to no service of the policy",
            "zh-TW": "{holder} 的 {ports} 對 {sources} 開放，但不屬於政策中的任何服務",
        },
        "possible": {
            "en": "{ports} on {holder} may be open to {sources}, but belongs to no service of the policy",
            "zh-TW": "{holder} 的 {ports} 可能對 {sources} 開放，但不屬於政策中的任何服務",
        },
        "certain-some": {
            "en": "{ports} on {holder}, each open to some of {sources}, belong to no service of the policy",
            "zh-TW": "{holder} 的 {ports} 分別對 {sources} 中的一部分開放，但不屬於政策中的任何服務",
        },
        "possible-some": {
            "en": "{ports} on {holder}, each perhaps open to some of {sources}, belong to no service of the policy",
            "zh-TW": "{holder} 的 {ports} 可能分別對 {sources} 中的一部分開放，但不屬於政策中的任何服務",
        },
    },
    help=dict.fromkeys(VARIANTS, _HELP),
    bad=Example(
        format="iptables",
        placement="host worker",
        text=wrong(WORKER, "-A nodes", "-A INPUT -p tcp -m tcp --dport 5900 -j ACCEPT\n-A nodes"),
    ),
    good=Example(
        format="iptables",
        placement="host worker",
        text=wrong(WORKER, "-A nodes", "-A INPUT -s 10.1.0.0/16 -p tcp -m tcp --dport 5900 -j ACCEPT\n-A nodes"),
    ),
    run=run,
)
