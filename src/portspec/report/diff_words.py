"""The words of `portspec diff`, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.report.service_words import term
from portspec.spec.vocabulary import PHASES

WORDS = {
    "en": {
        "before": "before",
        "after": "after",
        "side": "OpenShift {release}, platform {platform}, {network}, {topology}{features}; spec {version}{lock}",
        "lock": ", pinned by {path}",
        "port": "{sign} {port}  {id}: {title}",
        "flow": "flow",
        "audience": "audience",
        "balancer": "balancer",
        "on": "on {holder}",
        "via": " via {via}",
        "way": "way",
        "direct": "direct",
        "through": "through {via}",
        "was-within": "was within {port} ({service}, {necessity})",
        "still-within": "still within {port} ({service}, {necessity})",
        "in-release": "{release}: {text} ({sources})",
        "why": "why",
        "sources": "sources",
        "colon": ": ",
        "comma": ", ",
        "between": " ",
        "semicolon": "; ",
        "nothing": "nothing differs",
        "summary": "{count} ports differ: {added} added, {removed} removed, {changed} changed",
        "summary-1": "1 port differs: {added} added, {removed} removed, {changed} changed",
        "install": "install",
        "running": "running",
        "both": "install and running",
        "none": "none",
        "necessity": "necessity",
        "phases": "phases",
        "reach": "reach",
        "sensitivity": "sensitivity",
        "layer": "layer",
        "members_install": "members during install",
        "members_running": "members while running",
        "backup": "backup",
        "health": "health check",
        "persistence": "session persistence",
        "added": "added",
        "removed": "removed",
        "changed": "changed",
        "title": "What changes",
        "port-column": "Port",
        "service-column": "Service",
        "change-column": "Change",
        "reason-column": "Reason",
    },
    "zh-TW": {
        "before": "之前",
        "after": "之後",
        "side": "OpenShift {release}，平台 {platform}，{network}，{topology}{features}；規格 {version}{lock}",
        "lock": "，由 {path} 鎖定",
        "port": "{sign} {port}  {id}：{title}",
        "flow": "流量",
        "audience": "可及範圍",
        "balancer": "負載平衡器",
        "on": "於 {holder}",
        "via": "，經由 {via}",
        "way": "路徑",
        "direct": "直接連線",
        "through": "經由 {via}",
        "was-within": "先前包含在 {port} 中（{service}，{necessity}）",
        "still-within": "仍包含在 {port} 中（{service}，{necessity}）",
        "in-release": "{release}：{text}（{sources}）",
        "why": "原因",
        "sources": "來源",
        "colon": "：",
        "comma": "、",
        "between": "",
        "semicolon": "；",
        "nothing": "沒有差異",
        "summary": "{count} 個連接埠有差異：新增 {added}，移除 {removed}，變更 {changed}",
        "summary-1": "1 個連接埠有差異：新增 {added}，移除 {removed}，變更 {changed}",
        "install": "安裝期間",
        "running": "運作期間",
        "both": "安裝與運作期間",
        "none": "無",
        "necessity": "必要性",
        "phases": "階段",
        "reach": "範圍",
        "sensitivity": "敏感度",
        "layer": "層級",
        "members_install": "安裝期間的成員",
        "members_running": "運作期間的成員",
        "backup": "備援",
        "health": "健康檢查",
        "persistence": "連線黏著",
        "added": "新增",
        "removed": "移除",
        "changed": "變更",
        "title": "變更內容",
        "port-column": "連接埠",
        "service-column": "服務",
        "change-column": "變更",
        "reason-column": "原因",
    },
}
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def value(name: str, found: object, lang: str) -> str:
    """The value of a field of a fact, as text."""
    words = WORDS[lang]
    if name == "via":
        return words["through"].format(via=found) if found else words["direct"]
    if name == "phases" and isinstance(found, tuple):
        return words["both"] if found == PHASES else phases(found, lang)
    if isinstance(found, tuple):
        return "+".join(found) or words["none"]
    return words["comma"].join(term(part, lang) for part in str(found).split(", ") if part) or words["none"]


def phases(found: Sequence[str], lang: str) -> str:
    """Phases as a list."""
    return WORDS[lang]["comma"].join(WORDS[lang][phase] for phase in found)
