"""PS312: a cluster-internal port is published to outsiders."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.audience import audience
from portspec.checks.balancers import balances, finding, listener_address, listeners
from portspec.checks.exposure import NOT_PUBLIC
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, wrong
from portspec.cluster.model import Cluster
from portspec.configs.balancer.model import Listener
from portspec.packets.addresses import format_address, format_addresses
from portspec.policy.model import Balance


def run(case: Case) -> Iterator[Finding]:
    """One finding per listener of a port that only the cluster may reach."""
    for placed in case.balancers:
        for balance in balances(case, placed):
            if balance.audience in ("public", "site"):
                continue
            for frontend, listener in listeners(placed, balance.port):
                if not frontend.admitted(balance.port)[1] - audience(case.cluster, balance.audience):
                    continue  # nobody else is let in, wherever it listens
                made = _judge(case.cluster, placed, balance, listener)
                if made is not None:
                    yield made


def _judge(cluster: Cluster, placed: PlacedBalancer, balance: Balance, listener: Listener) -> Finding | None:
    own = cluster.addresses(f"{balance.balancer}-balancer")
    published = cluster.addresses("ingress-balancer") - own
    address = listener_address(cluster, listener)
    if address is None:
        if published and own and listener.everywhere:
            text = format_addresses(published)
            return finding(placed, balance, "PS312", "every", "warning", listener.span, address=text)
        return None
    text = format_address(address)
    if address in published:
        return finding(placed, balance, "PS312", "ingress", "error", listener.span, address=text)
    if address not in NOT_PUBLIC and address not in own:
        return finding(placed, balance, "PS312", "public", "error", listener.span, address=text)
    return None


CHECK = Check(
    code="PS312",
    name="published-too-far",
    title={"en": "A cluster-internal port is published", "zh-TW": "叢集內部的連接埠對外發布"},
    rationale={
        "en": "The Machine Config Server hands out Ignition files with credentials to whoever asks. Its port belongs on an address that only machines of the cluster reach.",
        "zh-TW": "機器設定伺服器會把含有憑證的 Ignition 檔交給任何提出要求的人。它的連接埠只能放在僅限叢集機器可及的位址上。",
    },
    messages={
        "public": {
            "en": "{port} ({service_title}) is listened on at {address}, an address of the internet",
            "zh-TW": "{port}（{service_title}）監聽於 {address}，這是網際網路位址",
        },
        "ingress": {
            "en": "{port} ({service_title}) is listened on at {address}, the address of the applications",
            "zh-TW": "{port}（{service_title}）監聽於 {address}，這是應用程式的對外位址",
        },
        "every": {
            "en": "{port} ({service_title}) is listened on at every address, {address} of the applications among them",
            "zh-TW": "{port}（{service_title}）監聽於所有位址，其中包含應用程式的對外位址 {address}",
        },
    },
    help={
        "public": {"en": "bind it to an internal address", "zh-TW": "改為監聽內部位址"},
        "ingress": {
            "en": "bind it to the API balancer's internal address",
            "zh-TW": "改為監聽 API 負載平衡器的內部位址",
        },
        "every": {"en": "bind it to the API balancer's internal address", "zh-TW": "改為監聽 API 負載平衡器的內部位址"},
    },
    bad=Example(
        format="haproxy", text=wrong("bind 192.168.22.10:22623", "bind 192.168.22.10:22623\n  bind 203.0.113.10:22623")
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
