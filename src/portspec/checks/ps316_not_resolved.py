"""PS316: part of a balancer config cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.checks.remarks import Remarks, variant

BY_HAND = {
    "en": "judge this line by hand, or write out what it depends on",
    "zh-TW": "請自行確認這一行，或直接寫出它所依據的內容",
}


def run(case: Case) -> Iterator[Finding]:
    """One note per name that is not resolved and per line that is not modelled."""
    for placed in case.balancers:
        told: set[str] = set()
        for way in pool_ways(case, placed):
            for seat in way.seats:
                # A host with a variable in it has a remark of its own.
                unknown = seat.address is None and not seat.member.everywhere and "$" not in seat.member.host
                if unknown and not case.cluster.bare and seat.member.host not in told:
                    told.add(seat.member.host)
                    span, name = seat.member.span, seat.member.host
                    yield finding(placed, way.balance, "PS316", "name", "note", span, certain=False, member=name)
        for remark in placed.balancer.remarks:
            if remark.kind == "unknown":
                key = variant(placed.balancer.format, remark.key)
                yield finding(placed, None, "PS316", key, "note", remark.span, certain=False, **remark.values)


CHECK = Check(
    code="PS316",
    name="not-resolved",
    title={"en": "Part of the config cannot be judged", "zh-TW": "部分設定無法判定"},
    rationale={
        "en": "A member that is a name, or a line that needs the environment of the running program, says nothing to a reader of the file. Rather than guess, the report names it.",
        "zh-TW": "成員若是名稱，或某一行需要執行環境才能得知內容，單看檔案是無法判定的。報告會指出這些地方，而不是猜測。",
    },
    messages=Remarks(
        {
            "name": {
                "en": "member {member} is a name that the cluster file does not know; its machine was not judged",
                "zh-TW": "成員 {member} 是叢集檔沒有的名稱；其機器未判定",
            }
        },
        "UNKNOWN",
        lead={"en": "not judged: ", "zh-TW": "未判定："},
    ),
    help=Remarks(
        {"name": {"en": "add it under `hosts:`", "zh-TW": "在 `hosts:` 加入此名稱"}}, "UNKNOWN", instead=BY_HAND
    ),
    bad=Example(
        format="haproxy",
        text=wrong("server master-1 192.168.22.202:22623", "server master-1 master-1.other.example:22623"),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
