"""PS324: the PROXY protocol is spoken to somebody who does not understand it."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import Way, finding, listener_address, members_phrase, pool_ways, reaches, ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong

BALANCERS = frozenset({"api-balancer", "ingress-balancer"})
"""A member that is another balancer may well understand it."""


def run(case: Case) -> Iterator[Finding]:
    """One finding per pool whose members are spoken to so, and one per listener that clients have to speak to so."""
    for placed in case.balancers:
        for way in pool_ways(case, placed):
            made = _to_members(placed, way)
            if made is not None:
                yield made
        told: set[object] = set()
        for way in ways(case, placed):
            key = (way.balance.port, way.listener.span)
            if way.listener.accept_proxy and key not in told:
                told.add(key)
                if not _spoken_in_front(case, way):
                    yield _from_clients(case, placed, way)


def _to_members(placed: PlacedBalancer, way: Way) -> Finding | None:
    spoken = [seat for seat in way.seats if seat.member.send_proxy and not BALANCERS & set(seat.roles)]
    if not spoken:
        return None
    api = way.balance.balancer == "api"
    return finding(
        placed,
        way.balance,
        "PS324",
        "api" if api else "router",
        "error" if api else "note",
        spoken[0].member.span,
        certain=api and way.certain,
        members=members_phrase(spoken),
    )


def _from_clients(case: Case, placed: PlacedBalancer, way: Way) -> Finding:
    addresses = case.cluster.addresses(f"{way.balance.balancer}-balancer")
    # At the cluster's own address it is the clients themselves that connect.
    direct = bool(addresses) and reaches(case.cluster, way.listener, addresses)
    return finding(
        placed,
        way.balance,
        "PS324",
        "listener",
        "error" if direct else "warning",
        way.listener.span,
        certain=direct,
        address=way.listener.address_text,
    )


def _spoken_in_front(case: Case, way: Way) -> bool:
    """Whether another balancer config sends it to this listener."""
    address = listener_address(case.cluster, way.listener)
    here = case.cluster.addresses(f"{way.balance.balancer}-balancer")
    return any(
        member.send_proxy
        and member.port is not None
        and way.listener.first_port <= member.port <= way.listener.last_port
        and (
            member.address == address if address is not None else member.address is not None and member.address in here
        )
        for placed in case.balancers
        for pool in placed.balancer.pools
        for member in pool.members
    )


CHECK = Check(
    code="PS324",
    name="proxy-protocol",
    title={"en": "PROXY protocol on one side only", "zh-TW": "只有一側使用 PROXY protocol"},
    rationale={
        "en": "With the PROXY protocol a connection begins with a line about the client, before TLS. Whoever does not expect it takes it for a broken TLS handshake, and whoever expects it turns away a client that does not send it. The API server and the Machine Config Server never speak it; the routers do where their IngressController is set to.",
        "zh-TW": "使用 PROXY protocol 時，連線在 TLS 之前會先送出一段用戶端資訊。不預期它的一方會視為損壞的 TLS 交握，預期它的一方則會拒絕沒有送出的用戶端。API 伺服器與機器設定伺服器不支援；Router 則要看 IngressController 是否如此設定。",
    },
    messages={
        "api": {
            "en": "the balancer speaks the PROXY protocol to {members} behind {port}; {service_title} does not understand it",
            "zh-TW": "負載平衡器對 {port} 的成員 {members} 使用 PROXY protocol；{service_title}不支援",
        },
        "router": {
            "en": "the balancer speaks the PROXY protocol to {members} behind {port} ({service_title}); the routers understand it only if their IngressController says so",
            "zh-TW": "負載平衡器對 {port}（{service_title}）的成員 {members} 使用 PROXY protocol；IngressController 必須如此設定，Router 才能處理",
        },
        "listener": {
            "en": "the listener on {port} ({service_title}) at {address} expects the PROXY protocol, which nothing in front of it is known to speak",
            "zh-TW": "{address} 上監聽 {port}（{service_title}）的設定要求 PROXY protocol，但前方沒有已知的設備會送出",
        },
    },
    help={
        "api": {
            "en": "pass the connection on as it came",
            "zh-TW": "原樣轉送連線",
        },
        "router": {
            "en": "make sure that the endpoint publishing strategy of the IngressController has protocol: PROXY",
            "zh-TW": "請確認 IngressController 的 endpointPublishingStrategy 設定了 protocol: PROXY",
        },
        "listener": {
            "en": "let the listener take connections as clients make them",
            "zh-TW": "讓監聽直接接受用戶端的連線",
        },
    },
    bad=Example(
        format="haproxy",
        text=wrong(
            "server master-1 192.168.22.202:22623 check inter 1s",
            "server master-1 192.168.22.202:22623 check inter 1s send-proxy",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
