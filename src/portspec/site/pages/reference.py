"""Where sources disagree, and the sources themselves."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.facts import conflicts, port_name, refinement, said
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Conflict, Snapshot, Source

WORDS = {
    "en": {
        "conflicts": "Conflicts between sources",
        "conflicts-lead": "Where two sources say different things, the spec keeps both: the one that it follows, and "
        "the one that says otherwise.",
        "where": "About",
        "says": "What says otherwise",
        "against-note": "Against the original note",
        "sources": "Sources",
        "sources-lead": "Every fact of the spec names its source. Reference: commit, branch or edition that was read.",
        "id": "Id",
        "kind": "Kind",
        "document": "Document",
        "reference": "Reference",
        "read": "Read on",
        "balancer": "{balancer}, {port}/{transport}",
        "release": "OpenShift {release}",
    },
    "zh-TW": {
        "conflicts": "出處之間的出入",
        "conflicts-lead": "兩個出處說法不同時，規格兩者都保留：所採用的說法，以及與之不同的說法。",
        "where": "關於",
        "says": "不同的說法",
        "against-note": "與原始筆記的出入",
        "sources": "出處",
        "sources-lead": "規格中的每一項事實都註明出處。「依據」是所查閱的 commit、分支或版次。",
        "id": "代號",
        "kind": "類別",
        "document": "文件",
        "reference": "依據",
        "read": "查閱日",
        "balancer": "{balancer}，{port}/{transport}",
        "release": "OpenShift {release}",
    },
}

KINDS = {
    "code": "程式碼",
    "design": "設計文件",
    "documentation": "產品文件",
    "matrix": "流量矩陣",
    "note": "筆記",
    "registry": "登錄表",
    "secondary": "二手來源",
}
"""Kinds of sources in zh-TW; in English a kind is its own word."""


def conflicts_page(edition: Edition, lang: str) -> str:
    """docs/LANG/reference/conflicts.md."""
    words = WORDS[lang]
    rows: dict[tuple[str, str], None] = {}
    for snapshot in reversed(list(edition.snapshots.values())):
        for about, found in _all_conflicts(snapshot, lang):
            for sentence in conflicts(found, lang, "../"):
                rows[about, sentence] = None
    against = [
        [f"**{row.port}**", refinement(item, lang, "../")]
        for part in edition.newest.note
        for row in part.rows
        for item in row.refinements
        if item.kind == "contradicted"
    ]
    against += [
        [md.text(part.title[lang]), refinement(item, lang, "../")]
        for part in edition.newest.note
        for item in part.refinements
        if item.kind == "contradicted"
    ]
    headings = [words["where"], words["says"]]
    return md.page(
        md.front_matter(boost=0.5),
        md.heading(1, words["conflicts"], "conflicts"),
        words["conflicts-lead"],
        md.table(headings, rows),
        md.heading(2, words["against-note"], "note") if against else "",
        md.table(headings, against) if against else "",
    )


def _all_conflicts(snapshot: Snapshot, lang: str) -> Iterator[tuple[str, tuple[Conflict, ...]]]:
    words = WORDS[lang]
    for service in snapshot.services.values():
        for port in service.ports:
            about = md.link(f"{port_name(port)} {md.text(service.title[lang])}", f"../services/{service.id}.md")
            yield about, port.conflicts
            for flow in port.flows or ():
                yield about, flow.conflicts
    for balancer in snapshot.balancers.values():
        for one in balancer.ports:
            title = md.text(balancer.title[lang])
            about = words["balancer"].format(balancer=title, port=one.port, transport=one.transport)
            yield md.link(about, f"../services/{one.service}.md"), one.conflicts
    for event in snapshot.handover.events:
        yield md.link(md.text(event.title[lang]), f"../handover.md#{event.id}"), event.conflicts
    release = snapshot.release
    yield md.link(words["release"].format(release=release.id), f"../releases/{release.id}.md"), release.conflicts


def sources_page(edition: Edition, lang: str) -> str:
    """docs/LANG/reference/sources.md: a heading per source, so that every citation has a place to lead to."""
    words = WORDS[lang]
    found: dict[str, Source] = {}
    for snapshot in edition.snapshots.values():
        found.update(snapshot.sources)
    parts = []
    for _, source in sorted(found.items()):
        parts.append(md.heading(2, md.text(source.title), source.id))
        facts = [
            (words["id"], md.code(source.id)),
            (words["kind"], md.text(KINDS.get(source.kind, source.kind) if lang == "zh-TW" else source.kind)),
            (words["document"], md.text(source.document)),
            (words["reference"], _reference(source, lang)),
            (words["read"], md.text(source.read)),
        ]
        parts.append("\n".join(f"- {name}{SHARED[lang]['colon']}{value}" for name, value in facts))
        parts.append(said(source.note, lang))
    head = md.front_matter(boost=0.1, words=(words["sources"],))
    return md.page(head, md.heading(1, words["sources"], "sources"), words["sources-lead"], *parts)


def _reference(source: Source, lang: str) -> str:
    return SHARED[lang]["unknown"] if source.reference == "unknown" else md.text(source.reference)
