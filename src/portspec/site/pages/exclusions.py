"""What sources name and the spec leaves out, each with the reason."""

from __future__ import annotations

from portspec.site import markdown as md
from portspec.site.edition import Edition, stretch
from portspec.site.facts import roles, sources
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Exclusion

WORDS = {
    "en": {
        "title": "What is left out, and why",
        "lead": "Ports that a source names and the spec does not have. They are listed so that nobody opens them by "
        "mistake, or misses them here.",
        "reason": "What it is, and why it is left out",
        "local": "On the loopback address only",
        "pod-network": "In the pod network",
        "left-over": "Left over",
        "example": "Example values",
        "other-product": "Of another product",
        "not-established": "Not established",
        "no-packet": "Nothing that a filter sees",
    },
    "zh-TW": {
        "title": "未收錄的項目與原因",
        "lead": "出處提到、但規格未收錄的連接埠。列在這裡，以免有人誤開，或以為遺漏。",
        "reason": "項目與未收錄的原因",
        "local": "只在本機迴路位址監聽",
        "pod-network": "位於 Pod 網路",
        "left-over": "殘留的舊資料",
        "example": "範例數值",
        "other-product": "屬於其他產品",
        "not-established": "無法確認",
        "no-packet": "防火牆看不到的項目",
    },
}
KINDS = ("left-over", "not-established", "example", "pod-network", "local", "no-packet", "other-product")
"""In the order of the page: what a reader is most likely to look for comes first."""


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/reference/exclusions.md."""
    words, shared = WORDS[lang], SHARED[lang]
    found: dict[str, Exclusion] = {}
    for snapshot in edition.snapshots.values():
        found.update(snapshot.exclusions)
    parts = []
    for kind in KINDS:
        rows = [_row(edition, one, lang) for one in found.values() if one.kind == kind]
        if rows:
            parts.append(md.heading(2, words[kind], kind))
            columns = [shared["port"], shared["holder"], shared["releases"], words["reason"]]
            parts.append(md.table(columns, rows))
    return md.page(
        md.front_matter(boost=0.5, words=(words["title"],)),
        md.heading(1, words["title"], "exclusions"),
        words["lead"],
        *parts,
    )


def _row(edition: Edition, one: Exclusion, lang: str) -> list[str]:
    having = [name for name, snapshot in edition.snapshots.items() if one.id in snapshot.exclusions]
    everywhere = len(having) == len(edition.releases)
    ports = SHARED[lang]["comma"].join(one.ports)
    transport = one.transport or ""
    return [
        md.text(f"{ports}/{transport}" if ports and transport else ports or transport) or "–",
        roles(edition.newest, one.roles, lang),
        "" if everywhere else stretch(edition, having),
        f"**{md.text(one.title[lang])}**{SHARED[lang]['colon']}{md.text(one.reason[lang])}"
        + SHARED[lang]["aside"].format(words=sources(one.sources, "../")),
    ]
