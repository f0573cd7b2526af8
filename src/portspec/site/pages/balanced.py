"""What a load balancer must do for one port: a section of a service's page."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.site import markdown as md
from portspec.site.edition import Edition, history, stretch
from portspec.site.facts import roles, said, sources
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import BalancedPort, Port, Probe, Service, Snapshot

WORDS = {
    "en": {
        "heading": "What a load balancer must do",
        "which": "**{title}** · OpenShift {releases}",
        "layer": "Layer",
        "passthrough": "{layer}, TLS and all passed on untouched",
        "members": "Members",
        "backup": "Backup",
        "health": "Health check",
        "persistence": "Persistence",
        "audience": "Audience",
        "forbidden": "forbidden",
        "any-persistence": "any",
        "removal": "out of the pool within {seconds} s of the first failing probe",
        "probes": "How often the sources probe",
        "probe": "Probe",
        "interval": "Every",
        "timeout": "Timeout",
        "healthy": "Back after",
        "unhealthy": "Out after",
        "seconds": "{seconds} s",
    },
    "zh-TW": {
        "heading": "對負載平衡器的要求",
        "which": "**{title}** · OpenShift {releases}",
        "layer": "層級",
        "passthrough": "{layer}，連同 TLS 原封不動轉送",
        "members": "成員",
        "backup": "備援",
        "health": "健康檢查",
        "persistence": "工作階段黏著",
        "audience": "可連線的對象",
        "forbidden": "禁止",
        "any-persistence": "不限",
        "removal": "探測開始失敗後，須在 {seconds} 秒內移出成員",
        "probes": "各出處的探測間隔",
        "probe": "探測",
        "interval": "間隔",
        "timeout": "逾時",
        "healthy": "成功幾次後恢復",
        "unhealthy": "失敗幾次後移出",
        "seconds": "{seconds} 秒",
    },
}


def section(edition: Edition, service: Service, port: Port, lang: str, anchor: str) -> Iterator[str]:
    """Heading, requirements and probe timings; nothing where no balancer is concerned."""

    def facts(snapshot: Snapshot) -> list[tuple[str, BalancedPort]]:
        return [
            (balancer.id, one)
            for balancer in snapshot.balancers.values()
            for one in balancer.ports
            if one.service == service.id and str(one.port) == port.port and one.transport == port.transport
        ]

    words = WORDS[lang]
    for number, ((name, one), having) in enumerate(history(edition, facts)):
        if number == 0:
            yield md.heading(3, words["heading"], f"{anchor}-balancers")
        title = md.text(edition.newest.balancers[name].title[lang])
        yield words["which"].format(title=title, releases=stretch(edition, having))
        yield _requirements(edition.newest, one, lang)
        yield said(one.note, lang)
        if one.probes:
            yield f"**{words['probes']}**"
            yield _probes(one.probes, lang)


def _requirements(snapshot: Snapshot, one: BalancedPort, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    colon = shared["colon"]
    layer = f"L{one.layer}"
    told = [
        (words["layer"], words["passthrough"].format(layer=layer) if one.layer == 4 else layer),
        *(
            (words["members"] + shared["aside"].format(words=shared[phase]), roles(snapshot, ids, lang))
            for phase, ids in one.members.items()
        ),
        (words["backup"], roles(snapshot, one.backup, lang)),
        (words["health"], _health(one, lang)),
        (words["persistence"], _persistence(one, lang)),
        (words["audience"], shared[one.audience]),
    ]
    return "\n".join(f"- {name}{colon}{value}" for name, value in told if value)


def _health(one: BalancedPort, lang: str) -> str:
    health = one.health
    if health is None:
        return ""
    shared = SHARED[lang]
    probe = md.code(f"{health.kind} :{health.port}{health.path}")
    parts = [probe + shared["aside"].format(words=shared[health.necessity])]
    if health.longest_removal is not None:
        parts.append(WORDS[lang]["removal"].format(seconds=f"{health.longest_removal / 1000:g}"))
    return shared["and"].join(parts)


def _persistence(one: BalancedPort, lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    return {"forbidden": words["forbidden"], "recommended": shared["recommended"]}.get(
        one.persistence, words["any-persistence"]
    )


def _probes(probes: tuple[Probe, ...], lang: str) -> str:
    words, shared = WORDS[lang], SHARED[lang]
    rows = [
        [
            sources([probe.source], "../"),
            said(probe.place, lang),
            probe.kind,
            _seconds(probe.interval, lang),
            _seconds(probe.timeout, lang),
            _count(probe.healthy),
            _count(probe.unhealthy),
        ]
        for probe in probes
    ]
    columns = ("probe", "interval", "timeout", "healthy", "unhealthy")
    return md.table([shared["source"], shared["note"], *(words[name] for name in columns)], rows)


def _seconds(milliseconds: int | None, lang: str) -> str:
    return "" if milliseconds is None else WORDS[lang]["seconds"].format(seconds=f"{milliseconds / 1000:g}")


def _count(probes: int | None) -> str:
    return "" if probes is None else str(probes)
