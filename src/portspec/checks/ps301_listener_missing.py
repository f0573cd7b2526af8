"""PS301: nothing listens on a balanced port."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import balances, finding, listeners, ways
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.configs.balancer.model import Listener
from portspec.packets.addresses import format_addresses, is_v6
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Balance


def run(case: Case) -> Iterator[Finding]:
    """One finding per balanced port of each balancer config."""
    for placed in case.balancers:
        served = {way.balance.id for way in ways(case, placed)}
        for balance in balances(case, placed):
            made = _judge(case, placed, balance, served)
            if made is not None:
                yield made


def _judge(case: Case, placed: PlacedBalancer, balance: Balance, served: set[str]) -> Finding | None:
    found = list(listeners(placed, balance.port))
    if not found:
        members = ", ".join(balance.members[case.cluster.phase])
        return finding(placed, balance, "PS301", "missing", "error", None, members=members)
    addresses = case.cluster.addresses(f"{balance.balancer}-balancer")
    if addresses and not any(_reaches(listener, addresses) for _, listener in found):
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
    if balance.id not in served and not any(frontend.routes for frontend, _ in found):
        return finding(placed, balance, "PS301", "nowhere", "error", found[0][0].span)
    return None


def _reaches(listener: Listener, addresses: IntervalSet) -> bool:
    """Whether the listener answers at one of the balancer's addresses; a name that is not resolved may."""
    if listener.address is not None:
        return listener.address in addresses
    return listener.family == "any" or any(is_v6(first) == (listener.family == "ip6") for first, _ in addresses)


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
        "elsewhere": {
            "en": "{port} ({service_title}) is listened on at {found}, not at the {balancer} balancer's address {address}",
            "zh-TW": "{port}（{service_title}）監聽於 {found}，而不是 {balancer} 負載平衡器的位址 {address}",
        },
        "nowhere": {
            "en": "{port} ({service_title}) is listened on, but leads to no pool",
            "zh-TW": "{port}（{service_title}）有監聽，但沒有導向任何後端",
        },
    },
    help={
        "missing": {
            "en": "add a listener on {port} that leads to {members}",
            "zh-TW": "加上監聽 {port} 並導向 {members} 的設定",
        },
        "elsewhere": {
            "en": "bind {address}:{port}, or every address",
            "zh-TW": "請監聽 {address}:{port}，或監聽所有位址",
        },
        "nowhere": {"en": "give the frontend a default backend", "zh-TW": "為前端指定預設後端"},
    },
    bad=Example(
        format="haproxy",
        text=wrong(
            """listen machine-config
  bind 192.168.22.10:22623
""",
            """listen machine-config
  bind 192.168.22.10:22632
""",
        ),
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
