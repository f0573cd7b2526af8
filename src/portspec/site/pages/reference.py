"""Where sources disagree, and the sources themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.facts import (
    conflicts,
    needed,
    port_anchor,
    port_name,
    refinement,
    role_links,
    roles,
    said,
    sender,
    sources,
    targets,
)
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import BalancedPort, Conflict, Flow, Port, Snapshot, Source

WORDS = {
    "en": {
        "conflicts": "Conflicts between sources",
        "conflicts-lead": "Where two sources say different things, the spec keeps both: the one that it follows, and "
        "the one that says otherwise. Checks and policies go by what is followed.",
        "found-under": "conflicts",
        "where": "About",
        "followed": "What is followed",
        "says": "What says otherwise",
        "note-says": "What the note says",
        "found": "What the sources say",
        "port": "held by {holders}; reach: {reach}",
        "balanced": "layer {layer}; members: {members}",
        "health": "health check {check}",
        "ends": "support ends",
        "extended": "extended support ends",
        "against-note": "Against the original note",
        "sources": "Sources",
        "sources-lead": "Every fact of the spec names its source. Reference: commit, branch or edition that was read.",
        "id": "Id",
        "kind": "Kind",
        "document": "Document",
        "reference": "Reference",
        "read": "Read on",
        "release": "OpenShift {release}",
    },
    "zh-TW": {
        "conflicts": "出處之間的出入",
        "conflicts-lead": "兩個出處說法不同時，規格兩者都保留：所採用的說法，以及與之不同的說法。檢查與政策以採用的說法為準。",
        "found-under": "出入",
        "where": "關於",
        "followed": "採用的說法",
        "says": "不同的說法",
        "note-says": "筆記的說法",
        "found": "出處的說法",
        "port": "監聽者：{holders}；可及範圍：{reach}",
        "balanced": "第 {layer} 層；成員：{members}",
        "health": "健康檢查 {check}",
        "ends": "支援結束",
        "extended": "延長支援結束",
        "against-note": "與原始筆記的出入",
        "sources": "出處",
        "sources-lead": "規格中的每一項事實都註明出處。「依據」是所查閱的 commit、分支或版次。",
        "id": "代號",
        "kind": "類別",
        "document": "文件",
        "reference": "依據",
        "read": "查閱日",
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


class Matter(NamedTuple):
    """Something that the spec says, and what says otherwise. `about` and `followed` are Markdown."""

    about: str
    followed: str
    conflicts: tuple[Conflict, ...]


def conflicts_page(edition: Edition, lang: str) -> str:
    """docs/LANG/reference/conflicts.md: a row for each matter; a disagreement stands once, as the newest release has it."""
    words = WORDS[lang]
    known: set[tuple[str, str]] = set()
    rows: dict[tuple[str, str], list[str]] = {}
    for snapshot in reversed(list(edition.snapshots.values())):
        for matter in _matters(snapshot, lang):
            for sentence in conflicts(matter.conflicts, lang, "../"):
                if (matter.about, sentence) not in known:
                    known.add((matter.about, sentence))
                    rows.setdefault((matter.about, matter.followed), []).append(sentence)
    table = [[about, followed, "<br>".join(sentences)] for (about, followed), sentences in rows.items()]
    against = [
        [f"**{row.port}**", md.text(row.purpose[lang]), refinement(item, lang, "../")]
        for part in edition.newest.note
        for row in part.rows
        for item in row.refinements
        if item.kind == "contradicted"
    ]
    against += [
        [md.text(part.title[lang]), "", refinement(item, lang, "../")]
        for part in edition.newest.note
        for item in part.refinements
        if item.kind == "contradicted"
    ]
    return md.page(
        md.front_matter(boost=0.5, words=(words["found-under"],)),
        md.heading(1, words["conflicts"], "conflicts"),
        words["conflicts-lead"],
        md.table([words["where"], words["followed"], words["says"]], table),
        md.heading(2, words["against-note"], "note") if against else "",
        md.table([words["where"], words["note-says"], words["found"]], against) if against else "",
    )


def _matters(snapshot: Snapshot, lang: str) -> Iterator[Matter]:
    """Everything of a release that some source may contradict."""
    words, shared = WORDS[lang], SHARED[lang]
    for service in snapshot.services.values():
        for port in service.ports:
            where = f"../services/{service.id}.md#{port_anchor(port)}"
            about = f"{md.link(port_name(port), where)} {md.text(service.title[lang])}"
            yield Matter(about, _port(snapshot, port, lang), port.conflicts)
            for flow in port.flows or ():
                yield Matter(about, _flow(snapshot, port, flow, lang), flow.conflicts)
    for balancer in snapshot.balancers.values():
        for one in balancer.ports:
            where = f"../services/{one.service}.md#port-{one.port}-{one.transport}-balancers"
            about = f"{md.link(f'{one.port}/{one.transport}', where)} {md.text(balancer.title[lang])}"
            yield Matter(about, _cited(_balanced(snapshot, one, lang), one.sources, lang), one.conflicts)
    for event in snapshot.handover.events:
        about = md.link(md.text(event.title[lang]), f"../handover.md#{event.id}")
        yield Matter(about, _cited(md.text(event.text[lang]), event.sources, lang), event.conflicts)
    release = snapshot.release
    about = md.link(words["release"].format(release=release.id), f"../releases/{release.id}.md")
    dates = {"ends": release.support_ends, "extended": release.extended_ends}
    told = [f"{words[name]} {shared['unknown'] if day == 'unknown' else day}" for name, day in dates.items() if day]
    yield Matter(about, _cited(shared["and"].join(told), release.sources, lang), release.conflicts)


def _port(snapshot: Snapshot, port: Port, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    held = dict.fromkeys(roles(snapshot, [holder.role], lang) for holder in port.holders)
    told = words["port"].format(holders=shared["comma"].join(held), reach=shared[port.reach])
    return _cited(told, port.sources, lang)


def _flow(snapshot: Snapshot, port: Port, flow: Flow, lang: str) -> str:
    ends = (sender(snapshot, flow.senders, flow.via, lang), role_links(snapshot, targets(port, flow), lang, "../"))
    told = _joined(lang, f"{ends[0]} → {ends[1]}", needed(flow.necessity, flow.phases, lang))
    return _cited(told, flow.sources, lang)


def _balanced(snapshot: Snapshot, port: BalancedPort, lang: str) -> str:
    members = dict.fromkeys(role for ids in port.members.values() for role in ids)
    told = WORDS[lang]["balanced"].format(layer=port.layer, members=roles(snapshot, tuple(members), lang))
    if port.health is None:
        return told
    health = md.code(f"{port.health.kind} :{port.health.port}{port.health.path}")
    return _joined(lang, told, WORDS[lang]["health"].format(check=health))


def _joined(lang: str, *parts: str) -> str:
    """Parts of a sentence, one after the other."""
    return SHARED[lang]["and"].join(parts)


def _cited(told: str, ids: Sequence[str], lang: str) -> str:
    return told + SHARED[lang]["aside"].format(words=sources(ids, "../"))


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
