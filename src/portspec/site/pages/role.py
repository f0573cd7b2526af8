"""One page per role, with what comes in and what goes out, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from portspec.site import markdown as md
from portspec.site.edition import Edition, Traffic, stretch
from portspec.site.facts import condition, conditions, needed, port_anchor, port_name, role_links, sender, targets
from portspec.site.pictures.flows import role_picture
from portspec.site.words import WORDS as SHARED
from portspec.site.words import listed
from portspec.spec.model import Role
from portspec.spec.vocabulary import PHASES

Kind = Literal["node", "balancer", "outside"]
Direction = Literal["in", "out"]
KINDS: tuple[Kind, ...] = ("node", "balancer", "outside")
WORDS = {
    "en": {
        "title": "Roles",
        "lead": "Who sends and who listens. Each page shows what comes in to such a machine and what goes out from it, "
        "in any release: the rows of a firewall for its place.",
        "node": "Machines of the cluster",
        "balancer": "Load balancers",
        "outside": "Outside of the cluster",
        "role": "Role",
        "description": "Who it is",
        "alias": "Also called",
        "in": "What comes in",
        "out": "What goes out",
        "in-count": "In",
        "out-count": "Out",
        "nothing-in": "Nothing is known to connect to it.",
        "nothing-out": "It is not known to connect to anything.",
        "kind-node": "A machine of the cluster",
        "kind-balancer": "A load balancer",
        "kind-outside": "Outside of the cluster",
        "within": "counts among: **{reach}**",
        "behind": "Behind it",
        "some": "Only on some clusters",
        "counted": "The numbers count flows.",
        "releases": "Rows without releases hold from {first} to {last}.",
        "all": "All roles",
    },
    "zh-TW": {
        "title": "角色",
        "lead": "誰發送、誰監聽。每一頁列出各版本中進入這類機器、以及從它送出的流量，可直接對應該處防火牆的規則。",
        "node": "叢集的機器",
        "balancer": "負載平衡器",
        "outside": "叢集之外",
        "role": "角色",
        "description": "說明",
        "alias": "別名",
        "in": "進入的流量",
        "out": "送出的流量",
        "in-count": "進入",
        "out-count": "送出",
        "nothing-in": "沒有已知會連到這裡的流量。",
        "nothing-out": "沒有已知從這裡送出的流量。",
        "kind-node": "叢集的機器",
        "kind-balancer": "負載平衡器",
        "kind-outside": "叢集之外",
        "within": "所屬範圍：**{reach}**",
        "behind": "後方成員",
        "some": "僅部分叢集",
        "counted": "數字為流量的筆數。",
        "releases": "未註明版本的列適用 {first} 至 {last}。",
        "all": "所有角色",
    },
}


def all_roles(edition: Edition) -> dict[str, Role]:
    """Every role of any release; where releases differ, as the newest says."""
    found: dict[str, Role] = {}
    for snapshot in edition.snapshots.values():
        found.update(snapshot.roles)
    found.update(edition.newest.roles)
    return found


def index(edition: Edition, traffic: Sequence[Traffic], lang: str) -> str:
    """docs/LANG/roles/index.md."""
    words, shared = WORDS[lang], SHARED[lang]
    parts = [md.front_matter(boost=2), md.heading(1, words["title"], "roles"), words["lead"], words["counted"]]
    for kind in KINDS:
        rows = [
            [
                md.link(md.text(role.title[lang]), f"{role.id}.md"),
                md.text(role.description[lang]),
                shared["comma"].join(md.code(alias) for alias in role.aliases),
                str(len(_of(edition, traffic, role, "in"))),
                str(len(_of(edition, traffic, role, "out"))),
            ]
            for role in all_roles(edition).values()
            if role.kind == kind
        ]
        columns = ("role", "description", "alias", "in-count", "out-count")
        if rows:
            parts += [md.heading(2, words[kind], kind), md.table([words[name] for name in columns], rows)]
    return md.page(*parts)


def page(edition: Edition, traffic: Sequence[Traffic], role: Role, lang: str) -> str:
    """docs/LANG/roles/ID.md."""
    words = WORDS[lang]
    return md.page(
        md.front_matter(wide=True, boost=3, words=role.aliases),
        md.heading(1, md.text(role.title[lang]), role.id),
        md.text(role.description[lang]),
        " · ".join(_facts(role, lang)),
        words["releases"].format(first=edition.releases[0], last=edition.releases[-1]),
        *_direction(edition, _of(edition, traffic, role, "in"), role, "in", lang),
        *_direction(edition, _of(edition, traffic, role, "out"), role, "out", lang),
    )


def _direction(
    edition: Edition, found: Sequence[Traffic], role: Role, direction: Direction, lang: str
) -> Iterator[str]:
    """What every cluster has, then what has a condition."""
    words = WORDS[lang]
    every = [one for one in found if not (one.port.condition or one.flow.condition)]
    some = [one for one in found if one.port.condition or one.flow.condition]
    yield md.heading(2, words[direction], direction)
    if not found:
        yield words[f"nothing-{direction}"]
    yield role_picture(edition, role.id, direction, lang)
    if every:
        yield _table(edition, every, role, direction, lang)
    if some:
        if every:
            yield md.heading(3, words["some"], f"{direction}-some")
        yield _table(edition, some, role, direction, lang)


def _facts(role: Role, lang: str) -> Iterator[str]:
    words, shared = WORDS[lang], SHARED[lang]
    yield md.link(words["all"], "index.md")
    yield words[f"kind-{role.kind}"]
    yield md.code(role.id) + (
        shared["aside"].format(words=shared["comma"].join(md.code(alias) for alias in role.aliases))
        if role.aliases
        else ""
    )
    yield words["within"].format(reach=shared[role.audience])
    if role.phases != PHASES:
        yield f"{shared['phases']}{shared['colon']}{listed(lang, role.phases)}"
    if role.condition is not None:
        yield f"{shared['condition']}{shared['colon']}{condition(role.condition, lang)}"


def _of(edition: Edition, traffic: Sequence[Traffic], role: Role, direction: Direction) -> list[Traffic]:
    """The traffic to a role or from it. What a balancer passes on comes in to it, and goes out from it."""
    found = []
    for one in traffic:
        via = edition.newest.balancers[one.flow.via].role if one.flow.via else ""
        ends = targets(one.port, one.flow) if direction == "in" else one.flow.senders
        if role.id in ends or role.id == via:
            found.append(one)
    return found


def _table(edition: Edition, found: Sequence[Traffic], role: Role, direction: Direction, lang: str) -> str:
    shared, newest = SHARED[lang], edition.newest
    rows = []
    for one in found:
        via = one.flow.via
        passes = via is not None and newest.balancers[via].role == role.id
        receivers = role_links(newest, targets(one.port, one.flow), lang, "../")
        comes = sender(newest, one.flow.senders, None if passes else via, lang)
        goes = receivers if passes else sender(newest, targets(one.port, one.flow), via, lang)
        rows.append(
            [
                md.link(port_name(one.port), f"../services/{one.service.id}.md#{port_anchor(one.port)}"),
                md.text(one.service.title[lang]),
                comes if direction == "in" else goes,
                receivers if passes and direction == "in" else "",
                needed(one.flow.necessity, one.flow.phases, lang),
                shared[one.port.reach] if direction == "in" else "",
                conditions(one.port, one.flow.condition, lang),
                "" if one.releases == edition.releases else stretch(edition, one.releases),
            ]
        )
    other = "to" if direction == "out" else "from"
    headings = [shared["port"], shared["service"], shared[other], WORDS[lang]["behind"]]
    return md.table([*headings, *(shared[name] for name in ("necessity", "reach", "condition", "releases"))], rows)
