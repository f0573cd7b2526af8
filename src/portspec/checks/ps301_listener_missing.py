"""PS301: nothing listens on a balanced port."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import balances, finding, listeners, reaches, ways
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.configs.balancer.model import Route
from portspec.packets.addresses import format_addresses
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Balance


def run(case: Case) -> Iterator[Finding]:
    """One finding per balanced port of each balancer config."""
    for placed in case.balancers:
        beside: set[str] = set()
        if placed.balancer.floating:
            yield from _not_held(case, placed)
        if _holds_addresses_only(placed):
            others = [other for other in case.balancers if not _holds_addresses_only(other)]
            beside = {balance.id for other in others for balance in balances(case, other)}
        served = {way.balance.id for way in ways(case, placed)}
        for balance in balances(case, placed):
            if balance.id in beside:
                continue
            made = _judge(case, placed, balance, served)
            if made is not None:
                yield made


def _holds_addresses_only(placed: PlacedBalancer) -> bool:
    """Whether a config only moves addresses between hosts: another program beside it listens there."""
    return bool(placed.balancer.floating) and not placed.balancer.frontends


def _not_held(case: Case, placed: PlacedBalancer) -> Iterator[Finding]:
    """The balancers of which a config that moves addresses between hosts has none. Where it listens at one all the same,
    that may be the host's own."""
    alone = _holds_addresses_only(placed)
    held = IntervalSet((floating.address, floating.address) for floating in placed.balancer.floating)
    told: set[str] = set()
    for balance in balances(case, placed):
        addresses = case.cluster.addresses(f"{balance.balancer}-balancer")
        if balance.balancer in told or not addresses or held.overlaps(addresses):
            continue
        told.add(balance.balancer)
        span, address = placed.balancer.floating[0].span, format_addresses(addresses)
        severity: Severity = "error" if alone else "warning"
        values = {"found": format_addresses(held), "address": address}
        yield finding(placed, balance, "PS301", "not-held", severity, span, certain=alone, **values)


def _judge(case: Case, placed: PlacedBalancer, balance: Balance, served: set[str]) -> Finding | None:
    found = list(listeners(placed, balance.port))
    if not found:
        return _missing(case, placed, balance)
    addresses = case.cluster.addresses(f"{balance.balancer}-balancer")
    if not any(reaches(case.cluster, listener, addresses) for _, listener in found):
        return finding(
            placed,
            balance,
            "PS301",
            "elsewhere",
            "error",
            found[0][1].span,
            found=found[0][1].address_text,
            address=format_addresses(addresses),
        )
    if balance.id in served or any(_left_open(placed, route) for frontend, _ in found for route in frontend.routes):
        return None
    members = ", ".join(balance.members[case.cluster.phase])
    return finding(placed, balance, "PS301", "nowhere", "error", found[0][0].span, members=members)


def _missing(case: Case, placed: PlacedBalancer, balance: Balance) -> Finding:
    for frontend in placed.balancer.frontends:
        if frontend.disabled is not None and any(
            listener.first_port <= balance.port <= listener.last_port for listener in frontend.listeners
        ):
            span = frontend.disabled
            return finding(placed, balance, "PS301", "disabled", "error", span, name=frontend.name)
    members = ", ".join(balance.members[case.cluster.phase])
    # A bind line whose port is a variable may be the one that is looked for.
    unread = next((frontend.unread for frontend in placed.balancer.frontends if frontend.unread is not None), None)
    if unread is not None:
        return finding(placed, balance, "PS301", "unread", "warning", unread, certain=False)
    return finding(placed, balance, "PS301", "missing", "error", None, members=members)


def _left_open(placed: PlacedBalancer, route: Route) -> bool:
    """Whether a route leads to a pool that the config does not hold: PS316 and PS317 tell of those."""
    return all(pool.name != route.pool for pool in placed.balancer.pools)


CHECK = Check(
    code="PS301",
    name="listener-missing",
    title={"en": "No listener for a balanced port", "zh-TW": "負載平衡的連接埠沒有監聽"},
    rationale={
        "en": "Clients reach the cluster by the balancer's address. A port that nothing listens on there does not exist for them: without 6443 no node registers, without 22623 no machine gets its Ignition file, without 80 and 443 no application answers.",
        "zh-TW": "用戶端透過負載平衡器的位址連到叢集。若該位址上沒有監聽某個連接埠，對用戶端而言就是不存在：沒有 6443 節點無法註冊，沒有 22623 機器拿不到 Ignition 檔，沒有 80 與 443 應用程式無法回應。",
    },
    messages={
        "missing": {
            "en": "nothing listens on {port} ({service_title}, {balancer} balancer)",
            "zh-TW": "沒有監聽 {port}（{service_title}，{balancer} 負載平衡器）",
        },
        "unread": {
            "en": "no listener on {port} ({service_title}) can be seen; the port of this line is not known",
            "zh-TW": "看不到監聽 {port}（{service_title}）的設定；這一行的連接埠無法得知",
        },
        "elsewhere": {
            "en": "{port} ({service_title}) is listened on at {found}, not at the {balancer} balancer's address {address}",
            "zh-TW": "{port}（{service_title}）監聽於 {found}，而不是 {balancer} 負載平衡器的位址 {address}",
        },
        "not-held": {
            "en": "{address} of the {balancer} balancer is not among the addresses that are held here, {found}",
            "zh-TW": "{balancer} 負載平衡器的位址 {address} 不在此處持有的位址 {found} 之中",
        },
        "nowhere": {
            "en": "{port} ({service_title}) is listened on, but leads to no pool of this cluster",
            "zh-TW": "{port}（{service_title}）有監聽，但沒有導向此叢集的任何後端",
        },
        "disabled": {
            "en": "frontend {name} on {port} ({service_title}) is disabled",
            "zh-TW": "監聽 {port}（{service_title}）的前端 {name} 已停用",
        },
    },
    help={
        "missing": {
            "en": "add a listener on {port} that leads to {members}",
            "zh-TW": "加上監聽 {port} 並導向 {members} 的設定",
        },
        "unread": {"en": "write the port out, or judge this line by hand", "zh-TW": "直接寫出連接埠，或自行確認這一行"},
        "elsewhere": {
            "en": "bind {address}:{port}, or every address",
            "zh-TW": "請監聽 {address}:{port}，或監聽所有位址",
        },
        "not-held": {"en": "add {address}", "zh-TW": "加上 {address}"},
        "nowhere": {
            "en": "lead it to a pool with {members}",
            "zh-TW": "導向含有 {members} 的後端",
        },
        "disabled": {"en": "enable it again", "zh-TW": "重新啟用"},
    },
    bad=Example(
        format="haproxy",
        text=wrong("bind 192.168.22.10:22623", "bind 192.168.22.11:22623"),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
