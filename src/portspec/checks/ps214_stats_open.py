"""PS214: a statistics page is open to clients."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.balancers import finding
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.packets.addresses import parse_addresses

LOOPBACK = parse_addresses("127.0.0.0/8") | parse_addresses("::1")


def run(case: Case) -> Iterator[Finding]:
    """One finding per page that is served without a password on an address that is not loopback."""
    for placed in case.balancers:
        frontends = {frontend.name: frontend for frontend in placed.balancer.frontends}
        for page in placed.balancer.stats:
            frontend = frontends.get(page.frontend)
            if frontend is None or page.protected:
                continue
            for listener in frontend.listeners:
                if listener.address is not None and listener.address in LOOPBACK:
                    continue
                address = f"{listener.address_text}:{listener.first_port}"
                yield finding(placed, None, "PS214", "open", "warning", page.span, name=page.frontend, address=address)
                break


CHECK = Check(
    code="PS214",
    name="stats-open",
    title={"en": "A statistics page is open to clients", "zh-TW": "統計頁面對用戶端開放"},
    rationale={
        "en": "A statistics page or dashboard lists every member with its address and state. Some let a visitor do more: HAProxy's with `stats admin` and Envoy's admin interface take members out of service or stop the program.",
        "zh-TW": "統計頁面或儀表板會列出每個成員的位址與狀態。有些還能讓訪客做更多事：HAProxy 啟用 `stats admin` 的頁面與 Envoy 的管理介面，可以將成員下線或停止程式。",
    },
    messages={
        "open": {
            "en": "the statistics page of {name} is served at {address} without a password",
            "zh-TW": "{name} 的統計頁面在 {address} 提供，且沒有密碼",
        }
    },
    help={
        "open": {
            "en": "let it listen at 127.0.0.1 or a management address, or ask for a password",
            "zh-TW": "改為監聽 127.0.0.1 或管理網段的位址，或要求密碼",
        }
    },
    bad=Example(
        format="haproxy",
        text=RIGHT + "\nlisten stats\n  bind *:9000\n  mode http\n  stats enable\n  stats uri /stats\n",
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
