"""PS201: somebody beyond a port's reach gets to it."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedFilter
from portspec.checks.audience import audience, names
from portspec.checks.exposure import Exposure
from portspec.checks.filter_example import CONTROL_PLANE, wrong
from portspec.checks.finding import Finding
from portspec.checks.phrases import VARIANTS, numbers_phrase, sources_phrase, variant_of
from portspec.packets.addresses import format_addresses


def run(case: Case) -> Iterator[Finding]:
    """One finding per port and holder that is opened too far."""
    for placed in case.filters:
        for exposure in placed.judge.exposures():
            if exposure.kind == "port":
                yield _finding(case, placed, exposure)


def _finding(case: Case, placed: PlacedFilter, exposure: Exposure) -> Finding:
    deny = exposure.deny
    assert deny is not None
    evidence = placed.judge.evidence(exposure.path, exposure.example, exposure.context)
    critical = deny.sensitivity == "critical"
    span = evidence.span
    if not exposure.certain and evidence.blame:
        span = evidence.blame[0]
    return Finding(
        code="PS201",
        variant=variant_of(exposure),
        severity="error" if critical and exposure.certain else "warning",
        confidence="certain" if exposure.certain else "possible",
        path=placed.path,
        span=span,
        values={
            # Of a range, what is open of it.
            "port": numbers_phrase(exposure.ports) if deny.port and exposure.ports != deny.ports else deny.port or "-",
            "transport": deny.transport,
            "holder": ", ".join(exposure.holders),
            "reach": deny.reach,
            "sources": sources_phrase(exposure),
            "roles": ", ".join(names(case.cluster, exposure.sources)) or "-",
            "audience": format_addresses(audience(case.cluster, deny.reach), most=6) or deny.reach,
        },
        service=deny.service,
        port=deny.port or "",
        witness=evidence.witness,
    )


_HELP = {
    "en": "narrow the rule to the addresses that need the port: {audience}",
    "zh-TW": "將規則限縮到需要此連接埠的位址：{audience}",
}


CHECK = Check(
    code="PS201",
    name="exposed-beyond-reach",
    title={"en": "A port is open beyond its reach", "zh-TW": "連接埠開放超出應有範圍"},
    rationale={
        "en": "Every port of the spec has a reach, the widest audience that may ever get to it. etcd holds every secret "
        "of the cluster, the machine config server hands out Ignition files with credentials, the kubelet runs "
        "commands in pods: none of them may be open to outsiders.",
        "zh-TW": "規格中的每個連接埠都有其可及範圍，也就是最多可以讓誰連到。etcd 存有叢集的所有機密，機器設定伺服器會發出含憑證的 "
        "Ignition 檔，kubelet 可在 pod 內執行指令：這些都不可以對外開放。",
    },
    messages={
        "certain": {
            "en": "{port}/{transport} ({service_title}) on {holder} is open to {sources}, beyond its reach ({reach})",
            "zh-TW": "{holder} 的 {port}/{transport}（{service_title}）對 {sources} 開放，超出應有範圍（{reach}）",
        },
        "possible": {
            "en": "{port}/{transport} ({service_title}) on {holder} may be open to {sources}, beyond its reach ({reach})",
            "zh-TW": "{holder} 的 {port}/{transport}（{service_title}）可能對 {sources} 開放，超出應有範圍（{reach}）",
        },
        "certain-some": {
            "en": "{port}/{transport} ({service_title}) on {holder} is open beyond its reach ({reach}), each port to some of {sources}",
            "zh-TW": "{holder} 的 {port}/{transport}（{service_title}）開放超出應有範圍（{reach}），各連接埠分別對 {sources} 中的一部分開放",
        },
        "possible-some": {
            "en": "{port}/{transport} ({service_title}) on {holder} may be open beyond its reach ({reach}), each port to some of {sources}",
            "zh-TW": "{holder} 的 {port}/{transport}（{service_title}）可能開放超出應有範圍（{reach}），各連接埠分別對 {sources} 中的一部分開放",
        },
    },
    help=dict.fromkeys(VARIANTS, _HELP),
    bad=Example(
        format="nftables",
        placement="host control-plane",
        text=wrong(CONTROL_PLANE, "    ip saddr @nodes", "    tcp dport 22623 accept\n    ip saddr @nodes"),
    ),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
