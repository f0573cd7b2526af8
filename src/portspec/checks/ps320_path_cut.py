"""PS320: a packet filter cuts the path from the clients through the balancer to its members."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer, PlacedFilter
from portspec.checks.balancers import Seat, Way, belongs, finding, members_phrase, pool_ways, ways
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.filters import Evidence
from portspec.checks.finding import Finding, Place, Severity
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.legs import NEW, Stop, balancer_addresses, files, member_leg, stops, told_of
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.records import NamedTuple

MOST_RELATED = 20
"""Of one config's lines: a pool may have thousands of members."""


class Cut(NamedTuple):
    """A member that the balancer's connections do not get to, and what stops them. Not `whole`: from some of the
    addresses they do."""

    seat: Seat
    stops: tuple[Stop, ...]
    whole: bool


def run(case: Case) -> Iterator[Finding]:
    """One finding per balanced port that clients do not get to, and one per pool whose members the balancer does not."""
    if case.cluster.bare or not case.filters:
        return
    for placed in case.balancers:
        yield from _clients(case, placed)
        for way in pool_ways(case, placed):
            made = _members(case, placed, way)
            if made is not None:
                yield made


def _clients(case: Case, placed: PlacedBalancer) -> Iterator[Finding]:
    told: set[str] = set()
    for way in ways(case, placed):
        balance = way.balance
        if balance.id in told:
            continue
        told.add(balance.id)
        found: list[tuple[PlacedFilter, Evidence]] = []
        sources: dict[str, None] = {}
        for filtered in case.filters:
            for answer in filtered.judge.hops():
                hop = answer.hop
                needed = any(flow.leg == "to-balancer" and flow.port == str(balance.port) for flow in hop.flows)
                if needed and answer.status == "blocked" and hop.target == f"{balance.balancer}-balancer":
                    sources[hop.source] = None
                    found.append((filtered, filtered.judge.evidence(hop.path, answer.first.blocked[0], NEW)))
        if found:
            values = {"source": ", ".join(sources), "files": files(found), "config": placed.path}
            made = finding(placed, balance, "PS320", "clients", "error", None)
            made = made._replace(values={**made.values, **values})
            yield told_of(made, found, Place(placed.path, way.listener.span))


def _members(case: Case, placed: PlacedBalancer, way: Way) -> Finding | None:
    cuts = cut_members(case, way)
    if not cuts:
        return None
    known = [seat for seat in way.seats if seat.certain and belongs(seat, way.balance, case.cluster.phase)]
    lost = [cut.seat for cut in cuts]
    everyone = len(lost) == len(known)
    bootstrap = case.cluster.phase == "install" and any("bootstrap" in seat.roles for seat in lost)
    # Backups serve for a while only: that the others are all cut is seen once it is over.
    grave = everyone or bootstrap or all(seat in lost for seat in known if not seat.member.backup)
    severity: Severity = "error" if grave else "warning"
    forwarded = way.pool.forwarding != "proxy"
    found = [(stop.placed, evidence_of(stop, cut.seat)) for cut in cuts for stop in cut.stops]
    made = finding(
        placed,
        way.balance,
        "PS320",
        ("all" if everyone else "some") + ("-forwarded" if forwarded else ""),
        severity,
        None,
        # Every client has an address of its own; which of several addresses a balancer connects from is not known.
        certain=way.certain and (forwarded or all(cut.whole for cut in cuts)),
        members=members_phrase(lost),
        pool=way.pool.name,
        files=files(found),
        config=placed.path,
    )
    lines = [Place(placed.path, span) for span in (way.listener.span, *(seat.member.span for seat in lost))]
    return told_of(made, found, *lines[:MOST_RELATED])


def cut_members(case: Case, way: Way) -> list[Cut]:
    """The members of a pool that connections do not get to. Of members that have no business there other checks tell."""
    seats = [
        (seat, seat.address) for seat in way.seats if seat.certain and belongs(seat, way.balance, case.cluster.phase)
    ]
    machines = IntervalSet((address, address) for _, address in seats if address is not None)
    leg = member_leg(case, way, machines)
    stopping = stops(case, leg)
    cuts = (_cut(case, way, seat, address, leg.senders, stopping) for seat, address in seats if address is not None)
    return [cut for cut in cuts if cut is not None]


def _cut(case: Case, way: Way, seat: Seat, address: int, senders: IntervalSet, stopping: list[Stop]) -> Cut | None:
    # Where members hold the balancer's address, packets to that address get to all machines that a filter is on.
    held = balancer_addresses(case.cluster, way.balance) if way.pool.forwarding in ("direct", "tunnel") else EMPTY
    stopped, by = EMPTY, []
    for stop in stopping:
        if held and address not in _machines(stop):
            continue
        lost = stop.stopped(held.first if held else address, senders)
        if lost:
            stopped |= lost
            by.append(stop)
    left = senders - IntervalSet.of(address)
    return Cut(seat, tuple(by), whole=left <= stopped) if by else None


def _machines(stop: Stop) -> IntervalSet:
    place = stop.placed.entry.at
    return getattr(place, "addresses", EMPTY)


def evidence_of(stop: Stop, seat: Seat) -> Evidence:
    """A packet to the member that is stopped; where members hold the balancer's address, to that."""
    for box in stop.blocked:
        if seat.address is not None and seat.address in box.destinations:
            return stop.evidence(Box(box.sources, IntervalSet.of(seat.address), box.ports))
    return stop.evidence()


CHECK = Check(
    code="PS320",
    name="path-cut",
    title={"en": "The path through the balancer is cut", "zh-TW": "經由負載平衡器的路徑被切斷"},
    rationale={
        "en": "A client's connection passes the filters on its way to the balancer, the balancer's own, those between, and the member's. Each of them may be right by itself and the path still cut: only together do they show whether a client gets an answer.",
        "zh-TW": "用戶端的連線會經過通往負載平衡器途中的過濾、負載平衡器主機自己的過濾、中間的過濾，以及成員主機的過濾。單獨看可能都正確，路徑卻仍被切斷：要合起來看，才知道用戶端能否得到回應。",
    },
    messages={
        "clients": {
            "en": "{source} cannot get to {port} ({service_title}) of the balancer in {config}: stopped by {files}",
            "zh-TW": "{source} 無法連到 {config} 的負載平衡器的 {port}（{service_title}）：被 {files} 阻擋",
        },
        "all": {
            "en": "no client of {port} ({service_title}) gets an answer: the balancer in {config} cannot connect to any member of pool {pool}, {members}: stopped by {files}",
            "zh-TW": "{port}（{service_title}）的用戶端都得不到回應：{config} 的負載平衡器無法連到後端 {pool} 的任何成員 {members}：被 {files} 阻擋",
        },
        "some": {
            "en": "the balancer in {config} cannot connect to {members} of pool {pool} behind {port} ({service_title}): stopped by {files}",
            "zh-TW": "{config} 的負載平衡器無法連到 {port}（{service_title}）後端 {pool} 的 {members}：被 {files} 阻擋",
        },
        "all-forwarded": {
            "en": "the balancer in {config} forwards packets of {port} ({service_title}) with the client's own address, and not every client gets to the members of pool {pool}, {members}: stopped by {files}",
            "zh-TW": "{config} 的負載平衡器以用戶端的位址轉送 {port}（{service_title}）的封包，但並非所有用戶端都能到達後端 {pool} 的成員 {members}：被 {files} 阻擋",
        },
        "some-forwarded": {
            "en": "the balancer in {config} forwards packets of {port} ({service_title}) with the client's own address, and not every client gets to {members} of pool {pool}: stopped by {files}",
            "zh-TW": "{config} 的負載平衡器以用戶端的位址轉送 {port}（{service_title}）的封包，但並非所有用戶端都能到達後端 {pool} 的 {members}：被 {files} 阻擋",
        },
    },
    help={
        "clients": {"en": "let {source} through to {port} in {files}", "zh-TW": "在 {files} 允許 {source} 連到 {port}"},
        "all": {
            "en": "let the balancer's addresses through to the members in {files}",
            "zh-TW": "在 {files} 允許負載平衡器的位址連到成員",
        },
        "some": {
            "en": "let the balancer's addresses through to these members in {files}",
            "zh-TW": "在 {files} 允許負載平衡器的位址連到這些成員",
        },
        "all-forwarded": {
            "en": "let the clients' addresses through to the members in {files}",
            "zh-TW": "在 {files} 允許用戶端的位址連到成員",
        },
        "some-forwarded": {
            "en": "let the clients' addresses through to these members in {files}",
            "zh-TW": "在 {files} 允許用戶端的位址連到這些成員",
        },
    },
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(CONTROL_PLANE, "192.168.22.10, ", ""),
        beside=Example(format="haproxy", text=RIGHT),
    ),
    good=Example(
        format="nftables",
        placement="host control-plane",
        text=CONTROL_PLANE,
        beside=Example(format="haproxy", text=RIGHT),
    ),
    run=run,
)
