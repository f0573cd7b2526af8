"""The first page: what it is, the four ports, the handover, and a door for each of the three readers."""

from __future__ import annotations

from portspec.checks.registry import checks
from portspec.configs.registry import readers
from portspec.site import markdown as md
from portspec.site.diagram import handover_diagram
from portspec.site.edition import Edition
from portspec.site.pages.note import rows_table
from portspec.site.picture import picture

WORDS = {
    "en": {
        "title": "The ports of an OpenShift cluster",
        "lead": "Which ports a cluster needs, who connects to them, and how far they may be reached: as data, per "
        "release, with sources. And a checker that holds your firewall and load-balancer configs against it and says, "
        "with file, line and an example packet, what is blocked that must be open and what is open that must not be.",
        "try": "portspec check lb/haproxy.cfg --release 4.18 --phase install",
        "found-under": "firewall/load balancer",
        "counts": "**{services} services** in {releases} releases, {first} to {last} · **{sources} sources**, named beside "
        "every fact · **{checks} checks** · **{formats} config formats** read",
        "doors": "Where to start",
        "install": "I install clusters",
        "install-text": "From nothing to a running cluster: who serves which port when, and when the pools change.",
        "network": "I own firewall or load balancer",
        "network-text": "What must be open between A and B, how far, and why; printed as a request with your addresses.",
        "review": "I review a pull request",
        "review-text": "What a finding means, with an example that is wrong, the report on it, and one that is right.",
        "handover": "From the bootstrap host to the control plane",
        "handover-more": "Order of events, and what the load balancer does meanwhile",
        "label": "Diagram of the handover; the handover page tells the same in tables.",
        "release": "As of OpenShift {release}; see [the whole note](note.md) and [all releases](releases/index.md).",
    },
    "zh-TW": {
        "title": "OpenShift 叢集的連接埠",
        "lead": "叢集需要哪些連接埠、由誰連線、最遠可以開放到哪裡：全部是資料，逐版本整理並附出處。另附檢查工具，"
        "以此比對您的防火牆與負載平衡器設定，並以檔案、行號與一個範例封包，指出哪些該開放卻被擋住、哪些不該開放卻開放了。",
        "try": "portspec check lb/haproxy.cfg --release 4.18 --phase install --lang zh-TW",
        "found-under": "防火牆/負載平衡器",
        "counts": "**{services} 個服務**，涵蓋 {first} 至 {last} 共 {releases} 個版本 · **{sources} 份出處**，每一項事實都有註明 · "
        "**{checks} 項檢查** · 讀得懂 **{formats} 種設定格式**",
        "doors": "從哪裡開始",
        "install": "我負責安裝叢集",
        "install-text": "從零到正式運作：哪個連接埠何時由誰提供服務，負載平衡器的成員何時要變更。",
        "network": "我管理防火牆或負載平衡器",
        "network-text": "A 與 B 之間必須開放什麼、最遠開放到哪裡、為什麼；填入自己的位址，就能列印成申請單。",
        "review": "我審查 pull request",
        "review-text": "每一項發現代表什麼，並附錯誤的範例、檢查報告與正確的範例。",
        "handover": "從 Bootstrap 主機到控制平面",
        "handover-more": "事件順序，以及負載平衡器在各時間點的作用",
        "label": "接管流程圖；接管流程頁以表格說明相同內容。",
        "release": "以 OpenShift {release} 為準；另見[完整的筆記](note.md)與[所有版本](releases/index.md)。",
    },
}

DOORS = {
    "en": {
        "install": (
            ("guides/upi-bare-metal.md", "UPI on bare metal"),
            ("handover.md", "The handover"),
            ("upgrades/index.md", "Upgrades"),
        ),
        "network": (
            ("explorer/index.md", "The explorer"),
            ("roles/index.md", "Machine by machine"),
            ("ports.md", "Ports by number"),
        ),
        "review": (
            ("guides/first-check.md", "First check in five minutes"),
            ("checks/index.md", "All checks"),
            ("guides/pipelines.md", "In a pipeline"),
        ),
    },
    "zh-TW": {
        "install": (
            ("guides/upi-bare-metal.md", "裸機 UPI"),
            ("handover.md", "接管流程"),
            ("upgrades/index.md", "升級"),
        ),
        "network": (
            ("explorer/index.md", "連接埠查詢"),
            ("roles/index.md", "依機器查看"),
            ("ports.md", "依號碼查看"),
        ),
        "review": (
            ("guides/first-check.md", "五分鐘完成第一次檢查"),
            ("checks/index.md", "所有檢查項目"),
            ("guides/pipelines.md", "在管線中檢查"),
        ),
    },
}
"""Where each of the three readers goes first."""


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/index.md."""
    words = WORDS[lang]
    newest = edition.newest
    core = newest.note[0]
    return md.page(
        md.front_matter(wide=True, boost=3, words=words["found-under"].split("/")),
        md.heading(1, words["title"], "portspec"),
        words["lead"],
        _counts(edition, lang),
        md.block(words["try"], "sh"),
        md.heading(2, words["doors"], "start"),
        _doors(lang),
        md.heading(2, md.text(core.title[lang]), "core-ports"),
        rows_table(newest, core, lang, ""),
        f"**{md.text(core.closing[lang])}**" if core.closing else "",
        words["release"].format(release=newest.release.id),
        md.heading(2, words["handover"], "handover"),
        picture(handover_diagram(newest.handover, lang), words["label"]),
        md.link(words["handover-more"], "handover.md"),
    )


def _counts(edition: Edition, lang: str) -> str:
    """How much there is, each number from what it counts."""
    return WORDS[lang]["counts"].format(
        services=len(edition.services()),
        releases=len(edition.releases),
        first=edition.releases[0],
        last=edition.releases[-1],
        sources=len(edition.newest.sources),
        checks=len(checks()),
        formats=len(readers()),
    )


def _doors(lang: str) -> str:
    words = WORDS[lang]
    cards = []
    for door, targets in DOORS[lang].items():
        links = " · ".join(md.link(title, target) for target, title in targets)
        head = md.heading(3, words[door], f"door-{door}")
        cards.append(f"-   {head}\n\n    {words[f'{door}-text']}\n\n    {links}")
    return '<div class="grid cards" markdown>\n\n' + "\n\n".join(cards) + "\n\n</div>"
