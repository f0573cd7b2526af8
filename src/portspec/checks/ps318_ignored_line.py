"""PS318: a line that the real program ignores."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding as make
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.checks.ps309_health_check import CHECK as HEALTH
from portspec.checks.remarks import Remarks, variant

MEND = {"en": "remove it, or add what it needs", "zh-TW": "將其移除，或補上它所需要的設定"}


def run(case: Case) -> Iterator[Finding]:
    """One finding per line that is ignored, unless PS309 tells of it already."""
    for placed in case.balancers:
        told = {(finding.path, finding.span) for finding in HEALTH.run(case) if finding.variant == "ignored"}
        for remark in placed.balancer.remarks:
            if remark.kind == "ignored" and (placed.path, remark.span) not in told:
                key = variant(placed.balancer.format, remark.key)
                yield make(placed, None, "PS318", key, "warning", remark.span, certain=True, **remark.values)


CHECK = Check(
    code="PS318",
    name="ignored-line",
    title={"en": "A line that the program ignores", "zh-TW": "程式會忽略的設定"},
    rationale={
        "en": "What the program ignores with a warning in its log is believed to work by whoever reads the file.",
        "zh-TW": "程式忽略並只在日誌中警告的設定，看檔案的人會以為有效。",
    },
    messages=Remarks({}, "IGNORED", lead={"en": "{program} ignores this line: ", "zh-TW": "{program} 會忽略這一行："}),
    help=Remarks({}, "IGNORED", instead=MEND),
    bad=Example(format="haproxy", text=wrong("listen https\n", "listen https\n  http-check expect status 200\n")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
