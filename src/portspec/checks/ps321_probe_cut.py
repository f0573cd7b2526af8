"""PS321: a packet filter stops the balancer's probes of its members."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer, PlacedFilter
from portspec.checks.balancers import Seat, Way, belongs, finding, members_phrase, pool_ways
from portspec.checks.filter_example import WORKER
from portspec.checks.filters import Evidence
from portspec.checks.finding import Finding, Place
from portspec.checks.haproxy_example import wrong
from portspec.checks.legs import TCP, Leg, balancer_addresses, files, stops, told_of
from portspec.checks.ps320_path_cut import MOST_RELATED
from portspec.checks.removal import is_probed
from portspec.packets.addresses import format_address
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Phase


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool of whose probes some are stopped."""
    if case.cluster.bare or not case.filters:
        return
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            made = _judge(case, placed, way)
            if made is not None:
                yield made


def probed_at(way: Way, seat: Seat, phase: Phase) -> tuple[int, int] | None:
    """Where a member is probed, address and port; None where nothing probes it, it is not known where, the member
    has no business there, or a probe takes the same path as the connections that PS320 looks at."""
    check = seat.member.check
    address = seat.address if check.address is None else check.address
    if not is_probed(check) or address is None or not (seat.certain and belongs(seat, way.balance, phase)):
        return None
    own = seat.member.port_for(way.balance.port)
    port = own if check.port is None else check.port
    as_clients = way.pool.forwarding == "proxy" and (address, port) == (seat.address, own)
    return None if as_clients else (address, port)


def _judge(case: Case, placed: PlacedBalancer, way: Way) -> Finding | None:
    senders = balancer_addresses(case.cluster, way.balance)
    by_port: dict[int, list[tuple[int, Seat]]] = {}
    for seat in way.seats:
        where = probed_at(way, seat, case.cluster.phase)
        if where is not None:
            by_port.setdefault(where[1], []).append((where[0], seat))
    lost: list[Seat] = []
    found: list[tuple[PlacedFilter, Evidence]] = []
    probed, whole = "", True
    for port, asked in by_port.items():
        targets = IntervalSet((address, address) for address, _ in asked)
        for stop in stops(case, Leg(senders, targets, targets, ports(TCP, port, port))):
            for address, seat in asked:
                stopped = stop.stopped(address, senders)
                if stopped:
                    probed = probed or f"{format_address(address)}:{port}"
                    whole = whole and senders - IntervalSet.of(address) <= stopped
                    lost.append(seat)
                    box = next(box for box in stop.blocked if address in box.destinations)
                    found.append((stop.placed, stop.evidence(Box(box.sources, IntervalSet.of(address), box.ports))))
    if not lost:
        return None
    seats = list(dict.fromkeys(lost))
    everyone = len(seats) == len(way.seats)
    made = finding(
        placed,
        way.balance,
        "PS321",
        "all" if everyone else "some",
        "error" if everyone else "warning",
        None,
        certain=way.certain and whole,
        members=members_phrase(seats),
        pool=way.pool.name,
        probed=probed,
        files=files(found),
        config=placed.path,
    )
    lines = [Place(placed.path, seat.member.check.span or seat.member.span) for seat in seats]
    return told_of(made, found, *lines[:MOST_RELATED])


_PROBED_ELSEWHERE = wrong(
    "server worker-1 192.168.22.212:443 check inter 1s", "server worker-1 192.168.22.212:443 check inter 1s port 1936"
)

CHECK = Check(
    code="PS321",
    name="probe-cut",
    title={"en": "The balancer's probes are stopped", "zh-TW": "負載平衡器的健康檢查被阻擋"},
    rationale={
        "en": "A member whose probes get no answer is taken for dead, however well it serves: the balancer sends it nobody. The probes go where the balancer's config says, which need not be a port that anybody else uses.",
        "zh-TW": "健康檢查得不到回應的成員會被視為故障，即使服務正常，負載平衡器也不會把連線送過去。檢查的位址與連接埠由負載平衡器的設定決定，不一定是其他流量所用的連接埠。",
    },
    messages={
        "all": {
            "en": "the balancer in {config} takes every member of pool {pool} behind {port} ({service_title}) for dead, {members}: its probes to {probed} are stopped by {files}",
            "zh-TW": "{config} 的負載平衡器會把 {port}（{service_title}）後端 {pool} 的所有成員 {members} 視為故障：對 {probed} 的健康檢查被 {files} 阻擋",
        },
        "some": {
            "en": "the balancer in {config} takes {members} of pool {pool} behind {port} ({service_title}) for dead: its probes to {probed} are stopped by {files}",
            "zh-TW": "{config} 的負載平衡器會把 {port}（{service_title}）後端 {pool} 的 {members} 視為故障：對 {probed} 的健康檢查被 {files} 阻擋",
        },
    },
    help={
        "all": {
            "en": "let the balancer's addresses through to the probed port in {files}",
            "zh-TW": "在 {files} 允許負載平衡器的位址連到被檢查的連接埠",
        },
        "some": {
            "en": "let the balancer's addresses through to the probed port in {files}",
            "zh-TW": "在 {files} 允許負載平衡器的位址連到被檢查的連接埠",
        },
    },
    bad=Example(
        format="iptables",
        placement="host worker",
        text=WORKER,
        beside=Example(format="haproxy", text=_PROBED_ELSEWHERE.replace("port 1936", "port 8888")),
    ),
    good=Example(
        format="iptables",
        placement="host worker",
        text=WORKER,
        beside=Example(format="haproxy", text=_PROBED_ELSEWHERE),
    ),
    run=run,
)
