"""The releases: a table of all, and one page each with every flow of that release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portspec.policy.model import Profile
from portspec.site import markdown as md
from portspec.site.api import ROOT
from portspec.site.edition import Edition
from portspec.site.facts import (
    condition,
    conditions,
    conflicts,
    phases,
    port_anchor,
    port_name,
    roles,
    said,
    sources,
    targets,
)
from portspec.site.pages import note, upgrade
from portspec.site.pages.service import GROUPS, group_of
from portspec.site.pictures.flows import phase_pictures
from portspec.site.pictures.releases import releases_chart
from portspec.site.upgrades import Difference, Pair
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Port, Release, Service, Snapshot
from portspec.spec.vocabulary import LANGUAGES

BOOST = 0.2
"""What a release weighs in the search. It is found by its number; of the older ones the sections are left out, since
each has the same ports."""

WORDS = {
    "en": {
        "title": "Releases",
        "lead": "The releases that the spec covers. Dates come from secondary sources; unknown: no source tells.",
        "kubernetes": "Kubernetes",
        "released": "Released",
        "ends": "Support ends",
        "extended": "Extended ends",
        "network": "Network plugin",
        "matrix": "Flow matrix",
        "merged": "for all platforms",
        "per-environment": "per environment",
        "none": "none",
        "chart": "What came and went",
        "who": "Who connects to whom",
        "who-text": "What has to be open in a cluster on platform none with OVN-Kubernetes, high availability and no optional "
        "feature, hop by hop: a flow by way of a balancer is two. Each listener's ports stand together by who may connect.",
        "flows": "Every flow of the release",
        "flows-text": "First what runs on the nodes, then what a feature adds, then what is outside of the cluster. Conditions are kept: what "
        "holds only on some platforms or plugins says so.",
        "one": "OpenShift {release}",
        "preview": "preview",
        "filter": "In the [explorer](../explorer/index.md?release={release}) they are filtered for one cluster, sorted, and printed as a "
        "firewall request.",
        "data": "As data: {files}; other platforms and formats are in the [API](../reference/api.md).",
        "changes": "What changed since {before}",
        "conflicts": "Where sources disagree",
    },
    "zh-TW": {
        "title": "版本",
        "lead": "規格涵蓋的版本。日期取自二手來源；「未知」表示沒有任何出處記載。",
        "kubernetes": "Kubernetes",
        "released": "發行日",
        "ends": "支援結束",
        "extended": "延長支援結束",
        "network": "預設網路外掛",
        "matrix": "流量矩陣",
        "merged": "所有平台共用一份",
        "per-environment": "依環境各一份",
        "none": "未發布",
        "chart": "新增與移除",
        "who": "由誰連線到誰",
        "who-text": "以平台 none、OVN-Kubernetes、高可用拓撲、沒有選用功能的叢集為例，逐段列出必須開放的連線：經由負載平衡器的流量分為兩段。"
        "每個監聽者的連接埠依允許連入的來源歸為一組。",
        "flows": "此版本的所有流量",
        "flows-text": "依序為節點上的服務、啟用功能才有的服務、叢集外的服務。條件保留於表中：僅適用部分平台或網路外掛者會註明。",
        "one": "OpenShift {release}",
        "preview": "預覽",
        "filter": "在[連接埠查詢](../explorer/index.md?release={release})可以針對單一叢集篩選、排序，並列印防火牆申請單。",
        "data": "取得資料：{files}；其他平台與格式見 [API](../reference/api.md)。",
        "changes": "與 {before} 相比的變更",
        "conflicts": "出處之間的出入",
    },
}


def index(edition: Edition, lang: str) -> str:
    """docs/LANG/releases/index.md."""
    words, shared = WORDS[lang], SHARED[lang]
    rows = [
        [md.link(f"**{name}**", f"{name}.md") + _preview(snapshot.release, lang), *_cells(snapshot.release, lang)]
        for name, snapshot in reversed(list(edition.snapshots.items()))
    ]
    columns = ("kubernetes", "released", "ends", "extended", "network", "matrix")
    headings = [shared["release"], *(words[name] for name in columns)]
    return md.page(
        md.front_matter(boost=2, words=(words["title"],)),
        md.heading(1, words["title"], "releases"),
        words["lead"],
        md.table(headings, rows),
        md.heading(2, words["chart"], "chart"),
        releases_chart(edition, lang),
    )


def _preview(release: Release, lang: str) -> str:
    return SHARED[lang]["aside"].format(words=WORDS[lang]["preview"]) if release.preview else ""


def _cells(release: Release, lang: str) -> list[str]:
    unknown = SHARED[lang]["unknown"]
    dates = (release.released, release.support_ends, release.extended_ends or "–")
    return [
        unknown if release.kubernetes == "unknown" else md.text(release.kubernetes),
        *(unknown if day == "unknown" else md.text(day) for day in dates),
        unknown if release.network == "unknown" else md.text(release.network),
        WORDS[lang][release.flow_matrix],
    ]


def page(edition: Edition, snapshot: Snapshot, steps: Mapping[Pair, Difference], lang: str) -> str:
    """docs/LANG/releases/RELEASE.md: what the release is, the note's five parts for it, and every flow."""
    words, shared = WORDS[lang], SHARED[lang]
    release = snapshot.release
    columns = ("kubernetes", "released", "ends", "extended", "network", "matrix")
    disagreements = conflicts(release.conflicts, lang, "../")
    made = md.page(
        md.front_matter(boost=BOOST, words=(words["one"].format(release=release.id), release.id)),
        md.heading(1, words["one"].format(release=release.id), "release"),
        said(release.note, lang),
        md.table([words[name] for name in columns], [_cells(release, lang)]),
        f"{shared['sources']}{shared['colon']}{sources(release.sources, '../')}",
        *note.parts(snapshot, lang, "../"),
        *_changes(edition, snapshot, steps, lang),
        md.heading(2, words["who"], "who"),
        words["who-text"],
        phase_pictures(snapshot, lang),
        md.heading(2, words["flows"], "flows"),
        words["flows-text"],
        words["filter"].format(release=release.id),
        words["data"].format(files=shared["comma"].join(_files(release, lang))),
        *_flows(edition, snapshot, lang),
        md.heading(2, words["conflicts"], "conflicts") if disagreements else "",
        "\n".join(f"- {sentence}" for sentence in disagreements),
    )
    return made if snapshot is edition.newest else md.without_sections(made)


def _files(release: Release, lang: str) -> Iterator[str]:
    """Links to the release's own files for the plain profile."""
    plain = Profile().platform
    up = "../" if lang == LANGUAGES[0] else "../../"
    for path in (f"flows/{plain}.csv", f"flows/{plain}.json", f"policies/{plain}.json", "services.json"):
        # Written out in HTML: mkdocs looks for what Markdown links to in docs/.
        yield f'<a href="{up}{ROOT}/{release.id}/{path}">{path}</a>'


def _changes(edition: Edition, snapshot: Snapshot, steps: Mapping[Pair, Difference], lang: str) -> Iterator[str]:
    """What the release before did not ask, or no longer; nothing for the oldest."""
    for pair, found in steps.items():
        if pair.after == snapshot.release.id and not pair.extended:
            yield md.heading(2, WORDS[lang]["changes"].format(before=pair.before), "changes")
            yield from upgrade.summary(edition, pair, found, lang)


def _flows(edition: Edition, snapshot: Snapshot, lang: str) -> Iterator[str]:
    """A heading and a table per service, in the order of their groups."""
    shared = SHARED[lang]
    columns = ("port", "from", "to", "via", "necessity", "phases", "reach", "condition")
    for service in sorted(snapshot.services.values(), key=lambda one: GROUPS.index(group_of(edition, one))):
        rows = [row for port in service.ports for row in _rows(snapshot, service, port, lang)]
        yield md.heading(3, md.text(service.title[lang]), f"flows-{service.id}")
        yield md.table([shared[name] for name in columns], rows)


def _rows(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[list[str]]:
    shared = SHARED[lang]
    name = md.link(port_name(port), f"../services/{service.id}.md#{port_anchor(port)}")
    if not port.flows:
        nobody = shared["unknown"] if port.flows is None else shared["nobody"]
        yield [name, nobody, *["–"] * 4, shared[port.reach], condition(port.condition, lang)]
    for flow in port.flows or ():
        yield [
            name,
            roles(snapshot, flow.senders, lang),
            roles(snapshot, targets(port, flow), lang),
            md.text(snapshot.balancers[flow.via].title[lang]) if flow.via else shared["direct"],
            shared[flow.necessity],
            phases(flow.phases, lang),
            shared[port.reach],
            conditions(port, flow.condition, lang),
        ]
