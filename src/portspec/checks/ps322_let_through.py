"""PS322: the balancer publishes a cluster-internal port, and the filters before it let outsiders through to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.checks.api import Case, Check, Example, PlacedBalancer, PlacedFilter
from portspec.checks.audience import audience, union
from portspec.checks.balancers import balances, finding, listener_address, listeners
from portspec.checks.filters import Evidence
from portspec.checks.finding import Finding, Place
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.hops import boxes_of
from portspec.checks.legs import NEW, TCP, files, told_of
from portspec.cluster.model import BetweenPlace, HostPlace
from portspec.configs.balancer.model import Listener
from portspec.packets.addresses import ANY, format_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Balance
from portspec.records import NamedTuple


class Passage(NamedTuple):
    """The packets of outsiders that one filter lets through to a listener for certain."""

    placed: PlacedFilter
    path: Literal["input", "forward"]
    boxes: tuple[Box, ...]

    @property
    def sources(self) -> IntervalSet:
        """Whose packets those are."""
        found = EMPTY
        for box in self.boxes:
            found |= box.sources
        return found

    def evidence(self, sources: IntervalSet) -> Evidence:
        """One of the packets of some sources, with the rules that it meets."""
        box = next(box for box in self.boxes if box.sources.overlaps(sources))
        return self.placed.judge.evidence(self.path, Box(box.sources & sources, box.destinations, box.ports), NEW)


def run(case: Case) -> Iterator[Finding]:
    """One finding per listener of a port that is not for outsiders. What a filter alone opens too far is PS201's."""
    if case.cluster.bare or not case.filters:
        return
    for placed in case.balancers:
        for balance in balances(case, placed):
            if balance.audience in ("public", "site"):
                continue
            for frontend, listener in listeners(placed, balance.port):
                made = _judge(case, placed, balance, listener, frontend.admitted(balance.port)[1])
                if made is not None:
                    yield made


def _judge(
    case: Case, placed: PlacedBalancer, balance: Balance, listener: Listener, admitted: IntervalSet
) -> Finding | None:
    address = listener_address(case.cluster, listener)
    own = case.cluster.addresses("api-balancer") | case.cluster.addresses("ingress-balancer")
    listened = (
        own if address is None and listener.everywhere else IntervalSet.of(address) if address is not None else EMPTY
    )
    if not listened:
        return None
    outside = admitted - audience(case.cluster, balance.audience) - listened
    passages = list(_passages(case, outside, listened, ports(TCP, balance.port, balance.port)))
    edges = [one for one in passages if one.path == "forward"]
    hosts = [one for one in passages if one.path == "input"]
    through = outside & _at_hosts(hosts) if hosts else outside
    if edges:
        over = EMPTY
        for one in edges:
            over |= one.sources
        through &= over
    if not passages or not through:
        return None
    taking = [one for one in edges if one.sources.overlaps(through)] + hosts
    found = [(one.placed, one.evidence(through)) for one in taking]
    made = finding(
        placed,
        balance,
        "PS322",
        "edge" if edges else "host",
        "error" if edges else "warning",
        None,
        # Whether outsiders get as far as the balancer's host is not known without a filter at the edge.
        certain=bool(edges),
        sources=format_addresses(through, most=3),
        address=format_addresses(listened),
        files=files(found),
        config=placed.path,
    )
    return told_of(made, found, Place(placed.path, listener.span))


def _at_hosts(passages: list[Passage]) -> IntervalSet:
    """Whose packets get into one of the hosts: through all filters of it."""
    by_host: dict[object, IntervalSet] = {}
    for one in passages:
        by_host[one.placed.entry.at] = by_host.get(one.placed.entry.at, ANY) & one.sources
    found = EMPTY
    for sources in by_host.values():
        found |= sources
    return found


def _passages(case: Case, outside: IntervalSet, listened: IntervalSet, points: IntervalSet) -> Iterator[Passage]:
    """What each filter before a listener lets through; one that lets nothing through has no boxes."""
    for placed in case.filters:
        place = placed.entry.at
        if isinstance(place, HostPlace) and place.addresses.overlaps(listened):
            asked = [("input", outside, listened & place.addresses)]
        elif isinstance(place, BetweenPlace):
            near, far = union(case.cluster, place.near), union(case.cluster, place.far)
            asked = [
                ("forward", outside & near - far, listened & far),
                ("forward", outside & far - near, listened & near),
            ]
        else:
            continue
        for path, sources, destinations in asked:
            boxes = list(boxes_of(sources, destinations, points))
            if boxes:
                answer = placed.judge.judge.partition(path, boxes, NEW)
                yield Passage(placed, path, tuple(answer.allowed))  # type: ignore[arg-type]


EDGE = """\
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 192.168.22.10/32 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -d 192.168.22.10/32 -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -s 10.1.0.0/16 -d 192.168.22.10/32 -p tcp -m tcp --dport 6443 -j ACCEPT
-A FORWARD -s 10.1.0.0/16 -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
"""
"""A right filter at the edge of the example cluster."""

CHECK = Check(
    code="PS322",
    name="let-through",
    title={"en": "Outsiders get to a published internal port", "zh-TW": "外部可連到對外發布的內部連接埠"},
    rationale={
        "en": "A balancer that has one address for everything publishes the Machine Config Server where outsiders come for the API and the applications. Then only a filter keeps them from the Ignition files with the cluster's credentials, and here no filter on the way does.",
        "zh-TW": "所有服務共用同一個位址的負載平衡器，會把機器設定伺服器發布在外部存取 API 與應用程式的位址上。這時只能靠封包過濾擋住外部取得含有叢集憑證的 Ignition 檔，而此處沿途沒有任何過濾擋下。",
    },
    messages={
        "edge": {
            "en": "{sources} gets to {port} ({service_title}), which the balancer in {config} publishes at {address}: let through by {files}",
            "zh-TW": "{sources} 可連到 {config} 的負載平衡器在 {address} 發布的 {port}（{service_title}）：{files} 允許通過",
        },
        "host": {
            "en": "{port} ({service_title}), which the balancer in {config} publishes at {address}, is open to {sources}: let through by {files}, and no filter before it is known",
            "zh-TW": "{config} 的負載平衡器在 {address} 發布的 {port}（{service_title}）對 {sources} 開放：{files} 允許通過，且前方沒有已知的過濾",
        },
    },
    help={
        "edge": {
            "en": "stop {port} at the edge, or publish it at an address that only the cluster's machines reach",
            "zh-TW": "在邊界阻擋 {port}，或改在僅限叢集機器可及的位址發布",
        },
        "host": {
            "en": "let only the cluster's machines through to {port}, or publish it at an address that only they reach",
            "zh-TW": "只允許叢集的機器連到 {port}，或改在僅限它們可及的位址發布",
        },
    },
    bad=Example(
        format="iptables",
        placement="edge",
        text=EDGE.replace("--dport 6443 -j", "-m multiport --dports 6443,22623 -j").replace(
            "-m tcp -m multi", "-m multi"
        ),
        beside=Example(format="haproxy", text=RIGHT),
    ),
    good=Example(format="iptables", placement="edge", text=EDGE, beside=Example(format="haproxy", text=RIGHT)),
    run=run,
)
