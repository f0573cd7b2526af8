"""PS313: one machine is in a pool twice."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding, pool_ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.configs.balancer.model import Member
from portspec.packets.addresses import format_address


def run(case: Case) -> Iterator[Finding]:
    """One finding per member that repeats an earlier one of the same pool: same machine, same port."""
    for placed in case.balancers:
        told: set[str] = set()
        for way in pool_ways(case, placed):
            if way.pool.name in told:
                continue
            told.add(way.pool.name)
            first_of: dict[tuple[int | str, int], Member] = {}
            for seat in way.seats:
                # A name that is not resolved is still the same machine as the same name.
                machine = seat.member.host.lower() if seat.address is None else seat.address
                key = (machine, seat.member.port_for(way.balance.port))
                first = first_of.setdefault(key, seat.member)
                # Servers of one template share their line, and are meant to be many.
                if first.span == seat.member.span:
                    continue
                yield finding(
                    placed,
                    way.balance,
                    "PS313",
                    "twice",
                    "warning",
                    seat.member.span,
                    certain=way.certain,
                    first=first.name,
                    second=seat.member.name,
                    pool=way.pool.name,
                    address=seat.member.host if seat.address is None else format_address(seat.address),
                )


CHECK = Check(
    code="PS313",
    name="member-twice",
    title={"en": "One machine is in a pool twice", "zh-TW": "同一台機器在後端出現兩次"},
    rationale={
        "en": "A machine under two names takes two shares of the load, and usually the second name was meant for a machine that is now missing.",
        "zh-TW": "同一台機器以兩個名稱出現會分到兩份流量，而且第二個名稱通常是要給另一台現在缺少的機器。",
    },
    messages={
        "twice": {
            "en": "members {first} and {second} of pool {pool} are one machine, {address}",
            "zh-TW": "後端 {pool} 的成員 {first} 與 {second} 是同一台機器 {address}",
        }
    },
    help={"twice": {"en": "correct the address, or remove one line", "zh-TW": "更正位址，或移除其中一行"}},
    bad=Example(
        format="haproxy",
        text=wrong(
            """  server master-2 192.168.22.203:22623 check inter 1s
""",
            """  server master-2 192.168.22.203:22623 check inter 1s
  server master-3 192.168.22.203:22623 check inter 1s
""",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
