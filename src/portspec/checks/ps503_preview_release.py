"""PS503: the release is a preview: a branch of the product's sources that is not known to be released."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.finding import Finding


def run(case: Case) -> Iterator[Finding]:
    """One note per cluster with such a release, or with one that is not out on the day of the check."""
    lifecycle = case.origin.lifecycle
    if lifecycle is None:
        return
    from portspec.policy.support import support

    standing = support(lifecycle, case.day)
    if standing in {"preview", "not-released"}:
        path, span = case.release_place
        values = {"release": case.policy.release, "released": lifecycle.released}
        yield Finding("PS503", standing, "note", "certain", path, span, values)


CHECK = Check(
    code="PS503",
    name="preview-release",
    title={"en": "The release is not out yet", "zh-TW": "此版本尚未發行"},
    rationale={
        "en": "Before a release is out, its flow matrix and its sources still change. What the spec says of it is what was "
        "read on a branch, and may be otherwise in the end.",
        "zh-TW": "版本發行之前，其流量矩陣與原始碼仍會變動。規格所述為某個分支上讀到的內容，最後可能不同。",
    },
    messages={
        "preview": {
            "en": "OpenShift {release} is a preview in the spec: it is not known to be released, and its ports may change",
            "zh-TW": "OpenShift {release} 在規格中屬於預覽：尚未得知已發行，其連接埠可能變動",
        },
        "not-released": {
            "en": "OpenShift {release} is released on {released}, after the day of this check",
            "zh-TW": "OpenShift {release} 於 {released} 發行，晚於此次檢查的日期",
        },
    },
    help={
        "preview": {
            "en": "pin the policy, and look again when the release is out",
            "zh-TW": "請鎖定政策，待版本發行後再次確認",
        },
        "not-released": {
            "en": "check with a later --day, or correct `release`",
            "zh-TW": "請以較晚的 --day 檢查，或更正 `release`",
        },
    },
    bad=Example(format="portspec.yaml", placement="portspec.yaml", text='release: "5.0"\nphase: install\n'),
    good=Example(format="portspec.yaml", placement="portspec.yaml", text='release: "4.18"\nphase: install\n'),
    run=run,
)
