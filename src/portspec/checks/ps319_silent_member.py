"""PS319: a member that no longer answers stays in the pool for long."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, member_phrase, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.removal import SAMPLE, is_probed, seconds


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool, about its slowest member. What is too slow even for a member that answers is PS310's."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            asked = way.balance.health
            probed = [seat for seat in way.seats if is_probed(seat.member.check)]
            if asked is None or asked.longest_removal is None or not probed:
                continue
            if any(seat.member.check.removal > asked.longest_removal for seat in probed):
                continue
            slowest = max(probed, key=lambda seat: seat.member.check.silent_removal)
            check = slowest.member.check
            usual = max(SAMPLE.silent_removal, asked.longest_removal)
            if check.silent_removal <= usual:
                continue
            yield finding(
                placed,
                way.balance,
                "PS319",
                "silent" if usual > asked.longest_removal else "limit",
                "note",
                slowest.member.span,
                certain=way.certain,
                member=member_phrase(slowest),
                seconds=seconds(check.silent_removal),
                timeout=seconds(check.timeout or 0),
                intervals=seconds(check.silent_removal - check.fall * (check.timeout or 0)),
                usual=seconds(usual),
            )


CHECK = Check(
    code="PS319",
    name="silent-member",
    title={"en": "A member that goes silent stays long", "zh-TW": "無回應的成員停留過久"},
    rationale={
        "en": "A machine that loses power or hangs does not answer its probes badly, it does not answer at all: each probe waits for its timeout before it counts as failed, and so long clients are sent to a machine that is gone.",
        "zh-TW": "斷電或當掉的機器不會對健康檢查回報異常，而是完全沒有回應：每次檢查都要等到逾時才算失敗，這段時間用戶端會被送往已經不在的機器。",
    },
    messages={
        "silent": {
            "en": "{member} behind {port} ({service_title}) stays up to {seconds} s after it goes silent ({intervals} s of intervals, and {timeout} s for each probe that waits in vain); the sample's settings give {usual} s",
            "zh-TW": "{port}（{service_title}）的成員 {member} 無回應後，最多會停留 {seconds} 秒（間隔共 {intervals} 秒，每次沒有回應的檢查再等 {timeout} 秒）；文件範例的設定為 {usual} 秒",
        },
        "limit": {
            "en": "{member} behind {port} ({service_title}) stays up to {seconds} s after it goes silent ({intervals} s of intervals, and {timeout} s for each probe that waits in vain); the sources want it out {usual} s after it stops being ready",
            "zh-TW": "{port}（{service_title}）的成員 {member} 無回應後，最多會停留 {seconds} 秒（間隔共 {intervals} 秒，每次沒有回應的檢查再等 {timeout} 秒）；來源要求失去就緒狀態後 {usual} 秒內移除",
        },
    },
    help={
        "silent": {"en": "lower the timeout of the probe", "zh-TW": "調低健康檢查的逾時"},
        "limit": {"en": "lower the timeout of the probe", "zh-TW": "調低健康檢查的逾時"},
    },
    bad=Example(format="haproxy", text=RIGHT.replace("timeout check 10s", "timeout check 1m")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
