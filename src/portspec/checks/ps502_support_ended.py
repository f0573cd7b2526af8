"""PS502: the release is past its support on the day of the check."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.finding import Finding


def run(case: Case) -> Iterator[Finding]:
    """One note per cluster. An unknown date says nothing."""
    lifecycle = case.origin.lifecycle
    if lifecycle is None:
        return
    from portspec.policy.support import last_day, support

    if support(lifecycle, case.day) != "ended":
        return
    variant = "extended" if lifecycle.extended_ends is not None else "ended"
    values = {"release": case.policy.release, "ended": last_day(lifecycle), "day": case.day}
    path, span = case.release_place
    yield Finding("PS502", variant, "note", "certain", path, span, values)


CHECK = Check(
    code="PS502",
    name="support-ended",
    title={"en": "The release is past its support", "zh-TW": "此版本已超過支援期限"},
    rationale={
        "en": "For a release without support no errata appear, and nobody looks any more whether its ports are still what "
        "the spec says. The dates come from secondary sources; portspec show RELEASE names them.",
        "zh-TW": "失去支援的版本不再有勘誤更新，也不再有人確認其連接埠是否仍如規格所述。日期來自二手資料，執行 portspec show RELEASE 可查看出處。",
    },
    messages={
        "ended": {
            "en": "support of OpenShift {release} ended on {ended}",
            "zh-TW": "OpenShift {release} 的支援已於 {ended} 結束",
        },
        "extended": {
            "en": "support of OpenShift {release} ended on {ended}, the extended terms included",
            "zh-TW": "OpenShift {release} 的支援（含延長支援）已於 {ended} 結束",
        },
    },
    help={
        "ended": {
            "en": "plan the upgrade: portspec diff --cluster portspec.yaml RELEASE says what it changes",
            "zh-TW": "請規劃升級：執行 portspec diff --cluster portspec.yaml RELEASE 可看出需要變更的內容",
        },
        "extended": {
            "en": "plan the upgrade: portspec diff --cluster portspec.yaml RELEASE says what it changes",
            "zh-TW": "請規劃升級：執行 portspec diff --cluster portspec.yaml RELEASE 可看出需要變更的內容",
        },
    },
    bad=Example(format="portspec.yaml", placement="portspec.yaml", text='release: "4.12"\nphase: install\n'),
    good=Example(format="portspec.yaml", placement="portspec.yaml", text='release: "4.18"\nphase: install\n'),
    run=run,
)
