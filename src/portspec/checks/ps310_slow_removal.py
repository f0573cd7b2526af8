"""PS310: a dead member stays in the pool too long."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, member_phrase, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.removal import is_probed, seconds


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool, about its slowest member."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            asked = way.balance.health
            probed = [seat for seat in way.seats if is_probed(seat.member.check)]
            if asked is None or asked.longest_removal is None or not probed:
                continue
            slowest = max(probed, key=lambda seat: seat.member.check.removal)
            check = slowest.member.check
            if check.removal <= asked.longest_removal:
                continue
            fast = check.fast_interval
            counted = "slow" if fast is None else "fast"
            yield finding(
                placed,
                way.balance,
                "PS310",
                counted if check.down_after is None else "after",
                "warning",
                slowest.member.span,
                certain=way.certain,
                member=member_phrase(slowest),
                seconds=seconds(check.removal),
                interval=seconds(check.interval),
                fast=seconds(fast or 0),
                fall=str(check.answers_to_fall or check.fall),
                after=seconds(check.down_after or 0),
                limit=seconds(asked.longest_removal),
            )


CHECK = Check(
    code="PS310",
    name="slow-removal",
    title={"en": "A dead member stays too long", "zh-TW": "故障成員停留過久"},
    rationale={
        "en": "When an API server shuts down, /readyz fails first and the port closes later. The balancer has that long to take the server out: the interval times the failures that it waits for, at most half a minute for the API.",
        "zh-TW": "API 伺服器關閉時，/readyz 會先失敗，之後連接埠才關閉。負載平衡器必須在這段時間內將其移除：檢查間隔乘以判定失敗的次數，API 最多半分鐘。",
    },
    messages={
        "after": {
            "en": "{member} behind {port} ({service_title}) leaves the pool up to {seconds} s after it stops being ready (it is asked every {interval} s, and out after {after} s without a good answer); at most {limit} s are allowed",
            "zh-TW": "{port}（{service_title}）的成員 {member} 失去就緒狀態後，最多要 {seconds} 秒（每 {interval} 秒檢查一次，{after} 秒沒有正常回應才視為故障）才會移除；上限為 {limit} 秒",
        },
        "slow": {
            "en": "{member} behind {port} ({service_title}) leaves the pool {seconds} s after it stops being ready ({interval} s x {fall} failures); at most {limit} s are allowed",
            "zh-TW": "{port}（{service_title}）的成員 {member} 失去就緒狀態後，要 {seconds} 秒（{interval} 秒 x {fall} 次失敗）才會移除；上限為 {limit} 秒",
        },
        "fast": {
            "en": "{member} behind {port} ({service_title}) leaves the pool {seconds} s after it stops being ready ({interval} s, then {fast} s to each further failure, {fall} in all); at most {limit} s are allowed",
            "zh-TW": "{port}（{service_title}）的成員 {member} 失去就緒狀態後，要 {seconds} 秒（{interval} 秒，之後每次失敗 {fast} 秒，共 {fall} 次）才會移除；上限為 {limit} 秒",
        },
    },
    help={
        "after": {
            "en": "lower the interval or the timeout, so that their sum is at most {limit} s",
            "zh-TW": "調低間隔或逾時，使兩者的和不超過 {limit} 秒",
        },
        "slow": {
            "en": "lower the interval or the failures, so that their product is at most {limit} s",
            "zh-TW": "調低間隔或失敗次數，使兩者的乘積不超過 {limit} 秒",
        },
        "fast": {
            "en": "lower the intervals or the failures, so that the whole is at most {limit} s",
            "zh-TW": "調低間隔或失敗次數，使總時間不超過 {limit} 秒",
        },
    },
    bad=Example(format="haproxy", text=RIGHT.replace("inter 10s fall 2 rise 3", "inter 30s fall 3 rise 3")),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
