"""The handover page: the diagram, who serves what when, the order of events, when the balancers change."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.handover import COMPLETE, HOST_MAY_GO
from portspec.site import markdown as md
from portspec.site.diagram import handover_diagram
from portspec.site.edition import Edition, history, stretch
from portspec.site.facts import condition, conflicts, roles, said, sources
from portspec.site.picture import folded, picture
from portspec.site.pictures.timeline import timeline
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import HandoverEvent, HandoverPort, Snapshot

WORDS = {
    "en": {
        "label": "Diagram of the handover; the tables below tell the same.",
        "ascii": "Drawn with + - | alone, for tickets and mail (--style ascii)",
        "ports": "Who serves which port",
        "before": "First",
        "after": "Later",
        "ends": "The first ends with",
        "who": "Who connects to whom while the bootstrap host exists, and after it is gone: a picture of each",
        "events": "Order of events",
        "etcd-members": "When the bootstrap etcd member may go",
        "etcd-members-text": "How many etcd members have to be there, this one included, before the operator removes it.",
        "scaling": "How the cluster is scaled",
        "count": "Members",
        "without": "What does not happen",
        "members": "Members of the balancers",
        "members-text": "Whose addresses stand in each pool, while the bootstrap host exists and after it is gone.",
        "command": "The same as text:",
        "changes": "What to change on the balancer, and when",
        "changes-text": "From the first boot to the running cluster. For your own files `portspec check --handover` says "
        "the same with file and line: [UPI on bare metal, from nothing to running](guides/upi-bare-metal.md#handover).",
        "at": "When",
        "pool": "Pool",
        "change": "What to do",
        "start": "Before the bootstrap host boots",
        "put": "put in: {members}",
        "put-backup": "put in: {members}; {backup} as backup, so that the others are asked as soon as they answer",
        "take": "take out: {members}",
        "ended": "; it stopped serving the port when: {event}",
        "wait": "Only then may the machine go: {event}",
        "firewalls": "Firewalls: what names the bootstrap host is not needed any more, see [{role}](roles/{id}.md).",
    },
    "zh-TW": {
        "label": "接管流程圖；下方表格說明相同內容。",
        "ascii": "只用 + - | 畫框，適合貼到工單與郵件（--style ascii）",
        "ports": "哪個連接埠由誰提供服務",
        "before": "先由",
        "after": "後由",
        "ends": "前者結束於",
        "who": "Bootstrap 主機存在期間與移除之後，由誰連線到誰：兩張圖對照",
        "events": "事件順序",
        "etcd-members": "何時可以移除 Bootstrap 的 etcd 成員",
        "etcd-members-text": "Operator 移除它之前，連同它在內必須有多少個 etcd 成員。",
        "scaling": "叢集的擴展方式",
        "count": "成員數",
        "without": "不會發生的事件",
        "members": "負載平衡器的成員",
        "members-text": "Bootstrap 主機存在期間與移除之後，各連接埠的成員是誰。",
        "command": "以文字輸出同一張圖：",
        "changes": "負載平衡器何時要改什麼",
        "changes-text": "從第一次開機到叢集正式運作。針對您自己的檔案，`portspec check --handover` 會以檔案與行號說明："
        "[裸機 UPI：從零到正式運作](guides/upi-bare-metal.md#handover)。",
        "at": "時機",
        "pool": "後端",
        "change": "要做的事",
        "start": "Bootstrap 主機開機之前",
        "put": "加入：{members}",
        "put-backup": "加入：{members}；{backup} 設為備援，其他成員一有回應就改由它們服務",
        "take": "移除：{members}",
        "ended": "；它停止提供服務的時機：{event}",
        "wait": "此時才能移除主機：{event}",
        "firewalls": "防火牆：與 Bootstrap 主機有關的規則都不再需要，見 [{role}](roles/{id}.md)。",
    },
}


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/handover.md."""
    words = WORDS[lang]
    newest = edition.newest
    return md.page(
        md.front_matter(boost=2),
        md.heading(1, md.text(newest.handover.title[lang]), "handover"),
        picture(handover_diagram(newest.handover, lang), words["label"]),
        words["command"],
        md.block(f"portspec diagram handover --lang {lang}", "sh"),
        folded(
            words["ascii"], picture(handover_diagram(newest.handover, lang, "ascii"), words["label"], "ascii-diagram")
        ),
        md.heading(2, words["ports"], "ports"),
        timeline(newest, lang),
        _ports(edition, lang),
        md.link(words["who"], f"releases/{newest.release.id}.md#who"),
        md.heading(2, words["events"], "events"),
        *_events(edition, lang),
        md.heading(2, words["changes"], "changes"),
        words["changes-text"],
        *_changes(newest, lang),
        md.heading(2, words["etcd-members"], "etcd-members"),
        words["etcd-members-text"],
        _etcd_members(edition, lang),
        *_variants(edition, lang),
        md.heading(2, words["members"], "members"),
        words["members-text"],
        _members(newest, lang),
    )


def _ports(edition: Edition, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    newest = edition.newest
    events = {event.id: event for event in newest.handover.events}
    rows = []
    for port, having in history(edition, _handover_ports):
        event = events.get(port.ends_with)
        rows.append(
            [
                f"**{port.port}**/{port.transport}",
                f"{roles(newest, [port.before.role], lang)}{shared['colon']}{md.text(port.before.title[lang])}",
                f"{roles(newest, [port.after.role], lang)}{shared['colon']}{md.text(port.after.title[lang])}",
                md.link(md.text(event.title[lang]), f"#{event.id}") if event else md.text(port.ends_with),
                stretch(edition, having),
                sources(port.sources, ""),
            ]
        )
    headings = [shared["port"], words["before"], words["after"], words["ends"], shared["releases"], shared["sources"]]
    return md.table(headings, rows)


def _handover_ports(snapshot: Snapshot) -> tuple[HandoverPort, ...]:
    return snapshot.handover.ports


def _events(edition: Edition, lang: str) -> list[str]:
    """A heading per event, numbered, each with its id as anchor."""
    shared = SHARED[lang]
    newest = edition.newest
    parts = []
    for number, event in enumerate(newest.handover.events, 1):
        having = [name for name, snapshot in edition.snapshots.items() if _has(snapshot, event)]
        parts.append(md.heading(3, f"{number}. {md.text(event.title[lang])}", event.id))
        parts.append(md.text(event.text[lang]))
        if len(having) < len(edition.releases):
            parts.append(f"{shared['releases']}{shared['colon']}{stretch(edition, having)}")
        parts += [f"- {sentence}" for sentence in conflicts(event.conflicts, lang, "")]
        parts.append(f"{shared['sources']}{shared['colon']}{sources(event.sources, '')}")
    return parts


def _changes(newest: Snapshot, lang: str) -> Iterator[str]:
    """A row for each pool before the first boot, and one for each that a member leaves. It does so when the bootstrap
    is reported complete, which can be seen from outside; the member has ended to serve the port before."""
    words, shared = WORDS[lang], SHARED[lang]
    events = {event.id: event for event in newest.handover.events}
    ends = {(port.port, port.transport): port.ends_with for port in newest.handover.ports}
    before, later = [], []
    for balancer in newest.balancers.values():
        for port in balancer.ports:
            pool = f"{md.text(balancer.title[lang])} **{port.port}**"
            told = {
                "members": roles(newest, port.members["install"], lang),
                "backup": roles(newest, port.backup, lang),
            }
            put = words["put-backup" if port.backup else "put"].format(**told)
            before.append([words["start"], pool, put, condition(port.condition, lang)])
            gone = [role for role in port.members["install"] if role not in port.members["running"]]
            if gone:
                take = words["take"].format(members=roles(newest, gone, lang))
                ended = events.get(ends.get((port.port, port.transport), ""))
                if ended is not None:
                    take += words["ended"].format(event=_event(ended, lang))
                later.append([_event(events[COMPLETE], lang), pool, take, condition(port.condition, lang)])
    yield md.table([words["at"], words["pool"], words["change"], shared["condition"]], [*before, *later])
    last, bootstrap = events[HOST_MAY_GO], newest.roles["bootstrap"]
    yield "\n".join(
        (
            f"- {words['wait'].format(event=_event(last, lang))}",
            f"- {words['firewalls'].format(role=md.text(bootstrap.title[lang]), id=bootstrap.id)}",
        )
    )


def _event(event: HandoverEvent, lang: str) -> str:
    """A link to an event of this page."""
    return md.link(md.text(event.title[lang]), f"#{event.id}")


def _has(snapshot: Snapshot, event: HandoverEvent) -> bool:
    return any(one.id == event.id for one in snapshot.handover.events)


def _etcd_members(edition: Edition, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    rows = [
        [
            md.text(one.title[lang]),
            str(one.members),
            condition(one.condition, lang),
            stretch(edition, having),
            said(one.note, lang),
            sources(one.sources, ""),
        ]
        for one, having in history(edition, lambda snapshot: snapshot.handover.etcd_members)
    ]
    columns = [words["scaling"], words["count"]]
    columns += [shared[name] for name in ("condition", "releases", "note", "sources")]
    return md.table(columns, rows)


def _variants(edition: Edition, lang: str) -> list[str]:
    """A heading per installation that goes otherwise, with the events that it does without."""
    words, shared = WORDS[lang], SHARED[lang]
    titles = {event.id: md.text(event.title[lang]) for event in edition.newest.handover.events}
    parts = []
    for one, having in history(edition, lambda snapshot: snapshot.handover.variants):
        skipped = shared["comma"].join(md.link(titles.get(name, name), f"#{name}") for name in one.without)
        parts += [
            md.heading(2, md.text(one.title[lang]), one.id),
            md.text(one.text[lang]),
            "\n".join(
                f"- {name}{shared['colon']}{value}"
                for name, value in (
                    (words["without"], skipped),
                    (shared["condition"], condition(one.condition, lang)),
                    (shared["releases"], stretch(edition, having)),
                    (shared["sources"], sources(one.sources, "")),
                )
                if value
            ),
        ]
    return parts


def _members(snapshot: Snapshot, lang: str) -> str:
    shared = SHARED[lang]
    rows = [
        [
            md.text(balancer.title[lang]),
            f"{port.port}/{port.transport}",
            *(roles(snapshot, port.members[phase], lang) for phase in ("install", "running")),
        ]
        for balancer in snapshot.balancers.values()
        for port in balancer.ports
    ]
    return md.table([shared["via"], shared["port"], shared["install"], shared["running"]], rows)
