"""One page per service, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from portspec.policy.flows import carried_forward
from portspec.site import markdown as md
from portspec.site.edition import Edition, flows_of, having_port, history, key_of, ports_of, same_port, stretch
from portspec.site.facts import (
    anchored,
    changes,
    condition,
    conflicts,
    hosts,
    needed,
    phases,
    port_name,
    role_links,
    roles,
    said,
    sender,
    sources,
    targets,
)
from portspec.site.pages import balanced, guards, opening
from portspec.site.pictures.flows import service_picture
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Holder, Port, Service, Snapshot
from portspec.spec.vocabulary import PHASES

Group = Literal["base", "feature", "outside"]
GROUPS: tuple[Group, ...] = ("base", "feature", "outside")

BOOSTS: dict[Group, float] = {"base": 2, "feature": 0.7, "outside": 0.5}
"""What a page weighs in the search: the same numbers stand on many, and a plain cluster comes first."""

WORDS = {
    "en": {
        "title": "Services",
        "lead": "One page per process that listens. Reach is the widest audience that may ever get to a port.",
        "base": "On the nodes",
        "feature": "On the nodes, behind a feature",
        "outside": "Outside of the cluster",
        "all": "All services",
        "ports": "Its ports",
        "component": "Component {component} · sensitivity {sensitivity} · OpenShift {releases}",
        "holders": "Who listens, and when",
        "flows": "Who connects",
        "no-flows": "No source tells who connects. That is recorded as unknown, not guessed.",
        "nobody": "No connection is known.",
        "verified": "verified through {release}",
        "carried": "Carried forward, not re-verified, for {releases}: the sources were read up to {release}.",
        "conflicts": "Where sources disagree",
        "hosts": "Hosts",
        "history": "What changed",
        "application": "{application} · reach: **{reach}** · OpenShift {releases} · {verified}",
    },
    "zh-TW": {
        "title": "服務",
        "lead": "每一個監聽中的程式各有一頁。可及範圍是指連接埠最遠可以開放給誰。",
        "base": "節點上的服務",
        "feature": "啟用某項功能才有的服務",
        "outside": "叢集外的服務",
        "all": "所有服務",
        "ports": "所有連接埠",
        "component": "元件 {component} · 敏感度{sensitivity} · OpenShift {releases}",
        "holders": "由誰在何時監聽",
        "flows": "由誰連線",
        "no-flows": "沒有出處說明由誰連線；在此記為未知，不作猜測。",
        "nobody": "沒有已知的連線。",
        "verified": "已查證至 {release}",
        "carried": "{releases} 沿用先前資料，尚未重新查證：出處查閱至 {release}。",
        "conflicts": "出處之間的出入",
        "hosts": "主機名稱",
        "history": "版本異動",
        "application": "{application} · 可及範圍：**{reach}** · OpenShift {releases} · {verified}",
    },
}


def index(edition: Edition, lang: str) -> str:
    """docs/LANG/services/index.md."""
    words, shared = WORDS[lang], SHARED[lang]
    grouped: dict[Group, list[list[str]]] = {group: [] for group in GROUPS}
    for service in edition.services().values():
        ports = dict.fromkeys(port_name(port) for port in service.ports)
        reaches = dict.fromkeys(shared[port.reach] for port in service.ports)
        group = group_of(edition, service)
        grouped[group].append(
            [
                md.link(md.text(service.title[lang]), f"{service.id}.md"),
                "<br>".join(ports),
                "" if group == "outside" else shared["comma"].join(reaches),
                _present(edition, service),
            ]
        )
    parts: list[str] = []
    for group, rows in grouped.items():
        if rows:
            columns = ("service", "port", "reach", "releases")
            parts += [md.heading(2, words[group], group), md.table([shared[name] for name in columns], rows)]
    head = md.front_matter(words=(words["title"], shared["reach"]))
    return md.page(head, md.heading(1, words["title"], "services"), words["lead"], *parts)


def group_of(edition: Edition, service: Service) -> Group:
    """Where a reader looks for a service: on every cluster, behind a feature, or outside of the cluster."""
    roles = [edition.newest.roles[holder.role] for port in service.ports for holder in port.holders]
    if all(role.kind == "outside" for role in roles):
        return "outside"
    asked = [
        bool(port.condition and port.condition.features)
        or all(holder.condition and holder.condition.features for holder in port.holders)
        for port in service.ports
    ]
    return "feature" if all(asked) else "base"


def page(edition: Edition, service: Service, lang: str) -> str:
    """docs/LANG/services/ID.md."""
    words = WORDS[lang]
    head = words["component"].format(
        component=md.code(service.component),
        sensitivity=SHARED[lang][service.sensitivity],
        releases=_present(edition, service),
    )
    ports = anchored(ports_of(edition, service).values())
    sections = [part for anchor, port in ports.items() for part in _port(edition, service, port, lang, anchor)]
    return md.page(
        md.front_matter(
            wide=True, boost=BOOSTS[group_of(edition, service)], words=_found_under(edition, service, lang)
        ),
        md.heading(1, md.text(service.title[lang]), service.id),
        said(service.description, lang),
        f"{md.link(words['all'], 'index.md')} · {head}",
        *_glance(edition, service, ports, lang),
        service_picture(edition, service, lang),
        *sections,
        *opening.section(edition, service, lang),
        *guards.section(edition, service, lang),
    )


def _glance(edition: Edition, service: Service, ports: Mapping[str, Port], lang: str) -> Iterator[str]:
    """A row for each port, where there are more of them than one."""
    if len(ports) < 2:
        return
    shared = SHARED[lang]
    rows = [
        [
            md.link(f"**{port_name(port)}**", f"#{anchor}"),
            md.text(port.purpose[lang]),
            shared["comma"].join(dict.fromkeys(_held(edition, holder, lang) for holder in port.holders)),
            shared[port.reach],
            condition(port.condition, lang),
            stretch(edition, having_port(edition, service, port)),
        ]
        for anchor, port in ports.items()
    ]
    columns = ("port", "purpose", "holder", "reach", "condition", "releases")
    yield md.heading(2, WORDS[lang]["ports"], "ports")
    yield md.table([shared[name] for name in columns], rows)


def _held(edition: Edition, holder: Holder, lang: str) -> str:
    """Who listens, with the phase where it is not both."""
    named = roles(edition.newest, [holder.role], lang)
    if holder.phases == PHASES:
        return named
    return named + SHARED[lang]["aside"].format(words=phases(holder.phases, lang))


def _found_under(edition: Edition, service: Service, lang: str) -> list[str]:
    """The ports that the original note names, and what the diagram's legend calls them."""
    found = [row.port for part in edition.newest.note for row in part.rows if row.service == service.id]
    for port in edition.newest.handover.ports:
        if port.core and port.service == service.id:
            found += [service.title[lang], *(port.legend[name] for name in dict.fromkeys(("en", lang)))]
    return found


def _present(edition: Edition, service: Service) -> str:
    return stretch(edition, [name for name, snapshot in edition.snapshots.items() if service.id in snapshot.services])


def _port(edition: Edition, service: Service, port: Port, lang: str, anchor: str) -> Iterator[str]:
    words, shared = WORDS[lang], SHARED[lang]
    releases = having_port(edition, service, port)
    yield md.heading(2, port_name(port), anchor)
    yield md.text(port.purpose[lang])
    verified = port.lifetime.verified_through
    yield words["application"].format(
        application=md.text(port.application or port.transport),
        reach=shared[port.reach],
        releases=stretch(edition, releases),
        verified=words["verified"].format(release=verified or shared["unknown"]),
    )
    carried = [release for release in releases if carried_forward(port, release)]
    if carried:
        told = words["carried"].format(releases=stretch(edition, carried), release=verified)
        yield md.aside(shared["note"], told)
    if port.condition is not None:
        yield f"{shared['condition']}{shared['colon']}{condition(port.condition, lang)}"
    if port.hosts:
        yield f"{words['hosts']}{shared['colon']}{hosts(port, lang)}"
    if port.note is not None:
        yield md.aside(shared["note"], md.text(port.note[lang]))
    yield md.heading(3, words["holders"], f"{anchor}-holders")
    yield _holders(edition, service, port, lang)
    yield md.heading(3, words["flows"], f"{anchor}-flows")
    yield _flows(edition, service, port, lang)
    yield from balanced.section(edition, service, port, lang, anchor)
    changed = changes(port, lang, "../")
    if changed:
        yield md.heading(3, words["history"], f"{anchor}-history")
        yield "\n".join(f"- {sentence}" for sentence in changed)
    yield from _disagreements(edition, service, port, lang, anchor)
    yield f"{shared['sources']}{shared['colon']}{sources(port.sources, '../')}"


def _holders(edition: Edition, service: Service, port: Port, lang: str) -> str:
    def facts(snapshot: Snapshot) -> tuple[Holder, ...]:
        found = same_port(snapshot, service, port)
        return found.holders if found else ()

    shared, order = SHARED[lang], list(edition.newest.roles)
    rows = [
        [
            role_links(edition.newest, [holder.role], lang, "../"),
            phases(holder.phases, lang),
            condition(holder.condition, lang),
            stretch(edition, having),
            said(holder.note, lang),
        ]
        for holder, having in sorted(history(edition, facts), key=lambda one: order.index(one[0].role))
    ]
    return md.table([shared[name] for name in ("holder", "phases", "condition", "releases", "note")], rows)


def _flows(edition: Edition, service: Service, port: Port, lang: str) -> str:
    shared = SHARED[lang]
    rows = []
    for flow, having in flows_of(edition, service.id, key_of(port)):
        remarks = [remark for remark in (said(flow.purpose, lang), said(flow.note, lang)) if remark]
        cited = sources(flow.sources, "../")
        rows.append(
            [
                sender(edition.newest, flow.senders, flow.via, lang),
                role_links(edition.newest, targets(port, flow), lang, "../"),
                needed(flow.necessity, flow.phases, lang),
                condition(flow.condition, lang),
                stretch(edition, having),
                "<br>".join(remarks) + shared["aside"].format(words=cited) if remarks else cited,
            ]
        )
    if not rows:
        return WORDS[lang]["no-flows"] if port.flows is None else WORDS[lang]["nobody"]
    columns = ("from", "to", "necessity", "condition", "releases", "purpose")
    return md.table([shared[name] for name in columns], rows)


def _disagreements(edition: Edition, service: Service, port: Port, lang: str, anchor: str) -> Iterator[str]:
    found = list(port.conflicts)
    found += [item for flow in port.flows or () for item in flow.conflicts]
    found += [
        item
        for balancer in edition.newest.balancers.values()
        for one in balancer.ports
        if one.service == service.id and str(one.port) == port.port
        for item in one.conflicts
    ]
    if found:
        yield md.heading(3, WORDS[lang]["conflicts"], f"{anchor}-conflicts")
        yield "\n".join(f"- {sentence}" for sentence in dict.fromkeys(conflicts(found, lang, "../")))
