"""PS001: part of a config could not be judged, because the cluster file does not say enough."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example
from portspec.checks.filter_example import CONTROL_PLANE
from portspec.checks.finding import Finding
from portspec.checks.hygiene import filters
from portspec.cluster.model import BalancerPlace, BetweenPlace, HostPlace
from portspec.configs.firewall.shadows import MOST_RULES


def run(case: Case) -> Iterator[Finding]:
    """One note per filter whose hops lead to roles without addresses, or that sees no hop at all, and one where rules
    are too many to look at the effect of each."""
    for placed in filters(case):
        if not placed.judge.idle().whole:
            yield _note(placed.path, "rules", {"most": f"{MOST_RULES:,}"})
    for placed in case.filters:
        missing = placed.judge.missing_roles()
        if missing:
            yield _note(placed.path, "roles", {"roles": ", ".join(missing)})
        elif isinstance(placed.entry.at, HostPlace | BetweenPlace) and not placed.judge.hops():
            yield _note(placed.path, "no-hops", {"phase": case.cluster.phase})
        elif isinstance(placed.entry.at, BalancerPlace):
            yield _note(placed.path, "not-a-balancer", {"format": placed.ruleset.format})
        elif case.cluster.bare:
            yield _note(placed.path, "bare", {"phase": case.cluster.phase})


def _note(path: str, variant: str, values: dict[str, str]) -> Finding:
    severity = "warning" if variant == "not-a-balancer" else "note"
    return Finding("PS001", variant, severity, "certain", path, None, values)  # type: ignore[arg-type]


CHECK = Check(
    code="PS001",
    name="not-judged",
    title={"en": "Part of a config could not be judged", "zh-TW": "部分設定無法判定"},
    rationale={
        "en": "A verdict needs both ends of a hop. Where the cluster file gives a role no addresses, flows to and from it "
        "are left out, and the report says so rather than calling the file good.",
        "zh-TW": "要判定一段流量，必須知道兩端。叢集檔沒有寫出位址的角色，其相關流量不會列入判定；報告會明說，而不是當作沒問題。",
    },
    messages={
        "roles": {
            "en": "hops to and from {roles} are not judged: the cluster file gives them no addresses",
            "zh-TW": "與 {roles} 相關的流量未判定：叢集檔沒有寫出其位址",
        },
        "no-hops": {
            "en": "no flow of the policy passes here in phase {phase}: nothing was judged but exposure",
            "zh-TW": "在 {phase} 階段，政策中沒有流量經過此處：除了暴露面之外沒有判定任何項目",
        },
        "not-a-balancer": {
            "en": "placed at a balancer, but this is a packet filter ({format}): nothing was judged",
            "zh-TW": "放在負載平衡器的位置，但內容是封包過濾規則（{format}）：沒有判定任何項目",
        },
        "rules": {
            "en": "whether rules cover each other was not looked at: there are more than {most}, or they overlap too often",
            "zh-TW": "未檢查規則之間是否互相遮蔽：規則超過 {most} 條，或重疊太多",
        },
        "bare": {
            "en": "checked without a cluster file: addresses and places are unknown, so only what any host shows was judged",
            "zh-TW": "未使用叢集檔：位址與放置位置未知，只判定不需要這些資訊的部分",
        },
    },
    help={
        "roles": {"en": "add the roles under `roles:`", "zh-TW": "在 `roles:` 加入這些角色"},
        "no-hops": {"en": "check `at:` of this config", "zh-TW": "檢查此設定的 `at:`"},
        "not-a-balancer": {
            "en": "place it with `at: {{host: api-balancer}}`",
            "zh-TW": "請改用 `at: {{host: api-balancer}}`",
        },
        "rules": {"en": "add --hygiene, which takes its time", "zh-TW": "加上 --hygiene，會花較多時間"},
        "bare": {
            "en": "write a portspec.yaml with the roles' addresses beside it",
            "zh-TW": "在旁邊寫一份含各角色位址的 portspec.yaml",
        },
    },
    bad=Example(format="nftables", placement="balancer", text=CONTROL_PLANE),
    good=Example(format="nftables", placement="host control-plane", text=CONTROL_PLANE),
    run=run,
)
