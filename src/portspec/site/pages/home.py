"""The first page: what it is, the four ports, the handover, and a door for each of the three readers."""

from __future__ import annotations

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
        "doors": "Where to start",
        "install": "I install clusters",
        "install-text": "Who serves which port when, and when the load balancer's pools change.",
        "network": "I own the firewall or the load balancer",
        "network-text": "The ports without the OpenShift knowledge: from whom, to whom, how far, and why.",
        "review": "I review a pull request",
        "review-text": "What a finding means, with an example that is wrong and one that is right.",
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
        "doors": "從哪裡開始",
        "install": "我負責安裝叢集",
        "install-text": "哪個連接埠在什麼時候由誰提供服務，以及負載平衡器的成員何時要變更。",
        "network": "我管理防火牆或負載平衡器",
        "network-text": "不需要 OpenShift 知識也能讀懂：從誰、到誰、開放多遠、為什麼。",
        "review": "我審查 pull request",
        "review-text": "每一項發現代表什麼，並附錯誤與正確的範例。",
        "handover": "從 Bootstrap 主機到控制平面",
        "handover-more": "事件順序，以及負載平衡器在各時間點的作用",
        "label": "接管流程圖；接管流程頁以表格說明相同內容。",
        "release": "以 OpenShift {release} 為準；另見[完整的筆記](note.md)與[所有版本](releases/index.md)。",
    },
}

DOORS = {
    "en": {
        "install": (("handover.md", "The handover"), ("guides/cluster-file.md", "Describe a cluster")),
        "network": (("services/index.md", "All services"), ("reference/constructs.md", "What is read of a config")),
        "review": (("guides/first-check.md", "First check in five minutes"), ("checks/index.md", "All checks")),
    },
    "zh-TW": {
        "install": (("handover.md", "接管流程"), ("guides/cluster-file.md", "描述一個叢集")),
        "network": (("services/index.md", "所有服務"), ("reference/constructs.md", "能讀懂哪些設定語法")),
        "review": (("guides/first-check.md", "五分鐘完成第一次檢查"), ("checks/index.md", "所有檢查項目")),
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


def _doors(lang: str) -> str:
    words = WORDS[lang]
    cards = []
    for door, targets in DOORS[lang].items():
        links = " · ".join(md.link(title, target) for target, title in targets)
        head = md.heading(3, words[door], f"door-{door}")
        cards.append(f"-   {head}\n\n    {words[f'{door}-text']}\n\n    {links}")
    return '<div class="grid cards" markdown>\n\n' + "\n\n".join(cards) + "\n\n</div>"
