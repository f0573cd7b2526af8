"""PS317: the real program refuses the config."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.remarks import Remarks, variant

CORRECT = {
    "en": "correct the line and test the file with the program itself",
    "zh-TW": "更正這一行，並以程式本身測試檔案",
}


def run(case: Case) -> Iterator[Finding]:
    """One finding per line that is refused."""
    for placed in case.balancers:
        for remark in placed.balancer.remarks:
            if remark.kind == "refused":
                key = variant(placed.balancer.format, remark.key)
                yield finding(placed, None, "PS317", key, "error", remark.span, certain=True, **remark.values)


CHECK = Check(
    code="PS317",
    name="refused",
    title={"en": "The real program refuses the config", "zh-TW": "實際程式會拒絕此設定"},
    rationale={
        "en": "A config that the program does not start with serves nobody, however right the rest of it is. The report still judges what can be read.",
        "zh-TW": "程式無法以此設定啟動，其餘部分再正確也沒有用。報告仍會判定能讀懂的部分。",
    },
    messages=Remarks({}, "REFUSED", lead={"en": "{program} refuses this line: ", "zh-TW": "{program} 會拒絕這一行："}),
    help=Remarks({}, "REFUSED", instead=CORRECT),
    bad=Example(
        format="haproxy", text=RIGHT + "\nfrontend more\n  bind 192.168.22.10:8443\n  default_backend nowhere\n"
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
