"""Upgrades: a page for each release with the next, and for each with extended support with the next such one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from portspec.policy.model import Profile
from portspec.policy.topology import holds
from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.facts import changes, conditions, needed, port_anchor, port_name, role_links, roles, sender, sources
from portspec.site.upgrades import (
    BalancerDelta,
    Delta,
    Difference,
    Kind,
    Need,
    Pair,
    ReachDelta,
    passing,
    within,
)
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import BalancedPort, Snapshot

KINDS: tuple[Kind, ...] = ("open", "change", "close")
WORDS = {
    "en": {
        "title": "Upgrades",
        "lead": "What to open before an upgrade and what to close after it. The steps are those to the next release, and "
        "from one release with extended support to the next. Nothing is left out: what only some clusters need says so.",
        "own": "What it means for your own files: `portspec diff --cluster portspec.yaml RELEASE`.",
        "steps": "To the next release",
        "extended": "From one release with extended support to the next",
        "one": "From OpenShift {before} to {after}",
        "found-under": "upgrade {before} to {after}",
        "step": "Upgrade",
        "open": "Open before the upgrade",
        "change": "Asked otherwise",
        "close": "Close after the upgrade",
        "open-count": "To open",
        "change-count": "Otherwise",
        "close-count": "To close",
        "open-text": "{after} needs it and {before} does not. Opened before, it does no harm.",
        "change-text": "Both need it. Before the upgrade, do what {after} asks wherever it asks more.",
        "close-text": "{before} needs it and {after} does not. Until the last node is upgraded it is still in use.",
        "nothing": "Nothing.",
        "same": "The two releases need the same ports.",
        "passing": "Needed only on the way",
        "passing-text": "Neither {before} nor {after} needs it; a release between does, while it runs.",
        "between": "Between the two lies {releases}; each step has its own page.",
        "reach": "How far ports may be reached",
        "balancers": "Load balancer",
        "why": "Why",
        "still": "still within {port} ({service})",
        "was": "was within {port} ({service})",
        "before": "Before",
        "after": "After",
        "support": "Support",
        "until": "Support ends",
        "extended-until": "Extended support ends",
        "list": "All upgrades",
        "your": "For your own cluster",
        "your-text": "The first command compares two profiles, the second holds your configs against both releases:",
        "layer": "layer {value}",
        "members": "members: {value}",
        "probe": "health check {value}",
        "no-probe": "no health check",
        "not-asked": "not asked for",
        "count": "Ports to open: {open} · asked otherwise: {change} · to close: {close}",
        "plain": "On a plain cluster (platform none, OVNKubernetes, highly available)",
        "all": "On any cluster",
        "page": "the whole page of this upgrade",
    },
    "zh-TW": {
        "title": "升級",
        "lead": "升級前要先開放什麼、升級後可以關閉什麼。包含升到下一個版本，以及從一個延長支援版本升到下一個。內容沒有省略："
        "只有部分叢集需要的項目會註明條件。",
        "own": "對您自己的設定檔有何影響：`portspec diff --cluster portspec.yaml RELEASE`。",
        "steps": "升到下一個版本",
        "extended": "從一個延長支援版本升到下一個",
        "one": "從 OpenShift {before} 升級到 {after}",
        "found-under": "升級 {before} {after}",
        "step": "升級",
        "open": "升級前先開放",
        "change": "要求有變",
        "close": "升級後可關閉",
        "open-count": "要開放",
        "change-count": "有變",
        "close-count": "可關閉",
        "open-text": "{after} 需要而 {before} 不需要。提前開放沒有壞處。",
        "change-text": "兩個版本都需要。凡是 {after} 要求較多之處，請在升級前先做到。",
        "close-text": "{before} 需要而 {after} 不需要。在最後一個節點升級完成之前仍會用到。",
        "nothing": "沒有。",
        "same": "兩個版本需要的連接埠相同。",
        "passing": "只有途中需要",
        "passing-text": "{before} 與 {after} 都不需要，但中間的版本執行期間需要。",
        "between": "兩者之間還有 {releases}，每一步各有一頁。",
        "reach": "連接埠的可及範圍",
        "balancers": "負載平衡器",
        "why": "原因",
        "still": "仍在 {port} 之內（{service}）",
        "was": "原本就在 {port} 之內（{service}）",
        "before": "升級前",
        "after": "升級後",
        "support": "支援期限",
        "until": "支援結束",
        "extended-until": "延長支援結束",
        "list": "所有升級路徑",
        "your": "針對您自己的叢集",
        "your-text": "第一個命令比較兩個版本的規格；第二個命令以兩個版本分別檢查您的設定檔：",
        "layer": "第 {value} 層",
        "members": "成員：{value}",
        "probe": "健康檢查 {value}",
        "no-probe": "沒有健康檢查",
        "not-asked": "沒有要求",
        "count": "要開放的連接埠：{open} · 要求有變：{change} · 可關閉：{close}",
        "plain": "一般叢集（平台 none、OVNKubernetes、高可用）",
        "all": "所有叢集合計",
        "page": "此次升級的完整頁面",
    },
}


def index(steps: Mapping[Pair, Difference], lang: str) -> str:
    """docs/LANG/upgrades/index.md."""
    words = WORDS[lang]
    parts = [
        md.front_matter(boost=2.5, words=(words["title"], "EUS")),
        md.heading(1, words["title"], "upgrades"),
        words["lead"],
        words["own"],
    ]
    for name, extended in (("extended", True), ("steps", False)):
        rows = [
            [
                md.link(f"**{pair.before} → {pair.after}**", f"{pair.name}.md"),
                *(str(_count(found, kind)) for kind in KINDS),
            ]
            for pair, found in reversed(list(steps.items()))
            if pair.extended == extended
        ]
        if rows:
            headings = [words["step"], *(words[f"{kind}-count"] for kind in KINDS)]
            parts += [md.heading(2, words[name], name), md.table(headings, rows)]
    return md.page(*parts)


def _count(found: Difference, kind: Kind) -> int:
    """Ports that something has to be done about."""
    return len({(one.service.id, one.port.port, one.port.transport) for one in found.flows if one.kind == kind})


def page(edition: Edition, pair: Pair, found: Difference, lang: str) -> str:
    """docs/LANG/upgrades/A-to-B.md."""
    words = WORDS[lang]
    ends = {"before": pair.before, "after": pair.after}
    return md.page(
        md.front_matter(wide=True, words=(words["found-under"].format(**ends),)),
        md.heading(1, words["one"].format(**ends), "upgrade"),
        md.link(words["list"], "index.md"),
        _counts(found, lang),
        _between(edition, pair, lang),
        "" if found else words["same"],
        *tables(edition, pair, found, lang),
        *_on_the_way(edition, pair, lang),
        md.heading(2, words["support"], "support"),
        _support(edition, pair, lang),
        md.heading(2, words["your"], "your-cluster"),
        words["your-text"],
        md.block("portspec diff {before} {after}\nportspec diff --cluster portspec.yaml {after}".format(**ends), "sh"),
    )


def summary(edition: Edition, pair: Pair, found: Difference, lang: str) -> Iterator[str]:
    """What the later release changes, for its own page: the counts, the tables, and the way to the whole page."""
    yield _counts(found, lang)
    yield f"→ {md.link(WORDS[lang]['page'], f'../upgrades/{pair.name}.md')}"
    yield from tables(edition, pair, found, lang, level=3)


def _counts(found: Difference, lang: str) -> str:
    """How many ports: on a plain cluster, and on any."""
    words = WORDS[lang]
    plain = Difference(tuple(one for one in found.flows if _is_plain(one)), (), ())
    return "\n".join(
        f"- {words[name]}{SHARED[lang]['colon']}"
        + words["count"].format(**{kind: _count(shown, kind) for kind in KINDS})
        for name, shown in (("plain", plain), ("all", found))
    )


def _is_plain(delta: Delta) -> bool:
    """Whether a change is about a cluster of the default profile."""
    return all(holds(one, Profile()) for one in (delta.port.condition, delta.condition))


def _between(edition: Edition, pair: Pair, lang: str) -> str:
    if not pair.extended:
        return ""
    order = edition.releases
    steps = order[order.index(pair.before) : order.index(pair.after) + 1]
    links = (md.link(f"{one} → {other}", f"{one}-to-{other}.md") for one, other in pairwise(steps))
    between = SHARED[lang]["comma"].join(steps[1:-1])
    return f"{WORDS[lang]['between'].format(releases=between)} {' · '.join(links)}"


def tables(edition: Edition, pair: Pair, found: Difference, lang: str, level: int = 2) -> Iterator[str]:
    """A heading and a table for what is to be opened, what is asked otherwise, and what may be closed."""
    words = WORDS[lang]
    for kind in KINDS:
        deltas = sorted((one for one in found.flows if one.kind == kind), key=lambda one: not _is_plain(one))
        if deltas:
            yield md.heading(level, words[kind], kind)
            yield words[f"{kind}-text"].format(before=pair.before, after=pair.after)
            yield _flows(edition, pair, deltas, lang)
    if found.reaches:
        yield md.heading(level, words["reach"], "reach")
        yield _reaches(found.reaches, lang)
    if found.balancers:
        yield md.heading(level, words["balancers"], "balancers")
        yield _balancers(edition, found.balancers, lang)


def _flows(edition: Edition, pair: Pair, deltas: Sequence[Delta], lang: str) -> str:
    shared, newest = SHARED[lang], edition.newest
    rows = [
        [
            md.link(port_name(one.port), f"../services/{one.service.id}.md#{port_anchor(one.port)}"),
            md.text(one.service.title[lang]),
            sender(newest, one.senders, one.via, lang),
            role_links(newest, one.targets, lang, "../"),
            _needed(one.before, one.after, lang),
            conditions(one.port, one.condition, lang),
            "<br>".join(_reasons(edition, pair, one, lang)),
        ]
        for one in deltas
    ]
    columns = ("port", "service", "from", "to", "necessity", "condition")
    return md.table([*(shared[name] for name in columns), WORDS[lang]["why"]], rows)


def _needed(before: Need | None, after: Need | None, lang: str) -> str:
    """How binding and when; for a change, both sides of what differs."""
    if before is not None and after is not None and before.phases == after.phases:
        return f"{SHARED[lang][before.necessity]} → {needed(after.necessity, after.phases, lang)}"
    return " → ".join(needed(one.necessity, one.phases, lang) for one in (before, after) if one)


def _reasons(edition: Edition, pair: Pair, delta: Delta, lang: str) -> Iterator[str]:
    """What the spec tells of the releases in between, and whether a wider range holds the port on the other side."""
    words, order = WORDS[lang], edition.releases
    new = order[order.index(pair.before) + 1 : order.index(pair.after) + 1]
    told = delta.port._replace(history=tuple(one for one in delta.port.history if one.release in new))
    yield from changes(told, lang, "../")
    other, name = (pair.before, "was") if delta.kind == "open" else (pair.after, "still")
    if delta.kind != "change":
        for service, port in within(delta, edition.snapshots[other]):
            target = md.link(port_name(port), f"../services/{service.id}.md#{port_anchor(port)}")
            yield words[name].format(port=target, service=md.text(service.title[lang]))
    if not told.history:
        yield sources(delta.port.sources, "../")


def _on_the_way(edition: Edition, pair: Pair, lang: str) -> Iterator[str]:
    found = passing(edition, pair) if pair.extended else []
    if found:
        words = WORDS[lang]
        yield md.heading(2, words["passing"], "passing")
        yield words["passing-text"].format(before=pair.before, after=pair.after)
        yield _flows(edition, pair, [delta for _, delta in found], lang)


def _reaches(found: Iterable[ReachDelta], lang: str) -> str:
    shared = SHARED[lang]
    rows = [
        [
            md.link(port_name(one.port), f"../services/{one.service.id}.md#{port_anchor(one.port)}"),
            md.text(one.service.title[lang]),
            f"{shared[one.before]} → {shared[one.after]}",
        ]
        for one in found
    ]
    return md.table([shared["port"], shared["service"], shared["reach"]], rows)


def _balancers(edition: Edition, found: Iterable[BalancerDelta], lang: str) -> str:
    words, shared, newest = WORDS[lang], SHARED[lang], edition.newest
    rows = []
    for one in found:
        asked = one.after or one.before
        assert asked is not None
        rows.append(
            [
                md.link(str(one.port), f"../services/{asked.service}.md#port-{one.port}-{asked.transport}-balancers"),
                md.text(newest.balancers[one.balancer].title[lang]),
                _balanced(newest, one.before, lang),
                _balanced(newest, one.after, lang),
            ]
        )
    return md.table([shared["port"], shared["via"], words["before"], words["after"]], rows)


def _balanced(newest: Snapshot, port: BalancedPort | None, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    if port is None:
        return words["not-asked"]
    health = port.health
    if len(set(port.members.values())) == 1:
        members = roles(newest, next(iter(port.members.values())), lang)
    else:
        told = (f"{shared[phase]} {roles(newest, ids, lang)}" for phase, ids in port.members.items())
        members = shared["and"].join(told)
    probe = "" if health is None else f"{health.kind} :{health.port}{health.path}"
    parts = (
        words["layer"].format(value=port.layer),
        words["members"].format(value=members),
        words["probe"].format(value=md.code(probe)) if probe else words["no-probe"],
    )
    return shared["and"].join(parts)


def _support(edition: Edition, pair: Pair, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    rows = []
    for name in (pair.before, pair.after):
        release = edition.snapshots[name].release
        days = (release.support_ends, release.extended_ends or "–")
        known = (shared["unknown"] if day == "unknown" else md.text(day) for day in days)
        rows.append([md.link(name, f"../releases/{name}.md"), *known])
    return md.table([shared["release"], words["until"], words["extended-until"]], rows)
