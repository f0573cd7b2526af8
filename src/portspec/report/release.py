"""Everything about a release as text: its Kubernetes, its dates, how it is supported on a day, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.policy.support import last_day, support
from portspec.report.width import pad, width
from portspec.report.wrapping import wrap
from portspec.spec.model import Release, Snapshot
from portspec.spec.releases import UNKNOWN, release_key

COLUMNS = 100
FIELDS = ("kubernetes", "released", "support_ends", "extended_ends", "network")
WORDS = {
    "en": {
        "title": "OpenShift {release}",
        "preview": "OpenShift {release} (preview)",
        "kubernetes": "Kubernetes",
        "released": "released",
        "support_ends": "support ends",
        "extended_ends": "extended support ends",
        "network": "default network plugin",
        "flow_matrix": "published flow matrix",
        "ports": "in the spec",
        "count": "{services} services, {ports} ports; spec {version}",
        "carried": "; {carried} ports carried forward, not re-verified",
        "support": "on {day}",
        "not-known": "not known",
        "note": "note",
        "conflicts": "conflicts",
        "sources": "sources",
        "source": "{id}: {title} ({document})",
        "no-extended": "none",
        "unknown": "unknown",
        "merged": "one for all environments",
        "per-environment": "one per environment",
        "none": "none",
        "standing-preview": "preview: not known to be released, what the spec says may still change",
        "standing-not-released": "not released yet",
        "standing-maintenance": "supported, until {support_ends}",
        "standing-extended": "extended support only, until {extended_ends}",
        "standing-ended": "support ended on {last}",
        "standing-unknown": "unknown: the dates that decide are not known",
        "colon": ": ",
        "comma": ", ",
    },
    "zh-TW": {
        "title": "OpenShift {release}",
        "preview": "OpenShift {release}（預覽）",
        "kubernetes": "Kubernetes",
        "released": "發行日",
        "support_ends": "支援結束",
        "extended_ends": "延長支援結束",
        "network": "預設網路外掛",
        "flow_matrix": "官方流量矩陣",
        "ports": "規格內容",
        "count": "{services} 個服務，{ports} 個連接埠；規格 {version}",
        "carried": "；其中 {carried} 個連接埠沿用先前版本，未重新查證",
        "support": "{day} 當天",
        "not-known": "未知項目",
        "note": "備註",
        "conflicts": "來源不一致",
        "sources": "來源",
        "source": "{id}：{title}（{document}）",
        "no-extended": "無",
        "unknown": "未知",
        "merged": "所有環境合併為一份",
        "per-environment": "各環境一份",
        "none": "無",
        "standing-preview": "預覽：尚未得知已發行，規格所述可能變動",
        "standing-not-released": "尚未發行",
        "standing-maintenance": "支援中，至 {support_ends}",
        "standing-extended": "僅有延長支援，至 {extended_ends}",
        "standing-ended": "支援已於 {last} 結束",
        "standing-unknown": "未知：缺少據以判斷的日期",
        "colon": "：",
        "comma": "、",
    },
}


def render(snapshot: Snapshot, day: str, lang: str) -> str:
    """The text about the snapshot's release as of a day. Ends with a newline."""
    words, release = WORDS[lang], snapshot.release
    title = words["preview" if release.preview else "title"].format(release=release.id)
    entries = list(_entries(snapshot, day, lang))
    label = max(width(name) for name, _ in entries) + 2
    lines = [title, ""]
    before = ""
    for name, text in entries:
        first, *more = wrap(text, COLUMNS - label)
        lines.append(pad(name if name != before else "", label) + first)
        lines += [" " * label + rest for rest in more]
        before = name
    return "\n".join(lines) + "\n"


def _entries(snapshot: Snapshot, day: str, lang: str) -> Iterator[tuple[str, str]]:
    words, release = WORDS[lang], snapshot.release
    for name in FIELDS:
        yield words[name], _value(getattr(release, name), lang)
    yield words["support"].format(day=day), _standing(release, day, lang)
    yield words["flow_matrix"], words[release.flow_matrix]
    yield words["ports"], _count(snapshot, lang)
    missing = [words[name] for name in FIELDS if getattr(release, name) == UNKNOWN]
    if missing:
        yield words["not-known"], words["comma"].join(missing)
    if release.note is not None:
        yield words["note"], release.note[lang]
    for conflict in release.conflicts:
        yield words["conflicts"], f"{conflict.source}{words['colon']}{conflict.text[lang]}"
    for name in release.sources:
        source = snapshot.sources[name]
        yield words["sources"], words["source"].format(id=name, title=source.title, document=source.document)


def _value(found: str | None, lang: str) -> str:
    words = WORDS[lang]
    if found is None:
        return words["no-extended"]
    return words["unknown"] if found == UNKNOWN else found


def _standing(release: Release, day: str, lang: str) -> str:
    told = WORDS[lang][f"standing-{support(release, day)}"]
    return told.format(support_ends=release.support_ends, extended_ends=release.extended_ends, last=last_day(release))


def _count(snapshot: Snapshot, lang: str) -> str:
    words = WORDS[lang]
    ports = [port for service in snapshot.services.values() for port in service.ports]
    reached = [port.lifetime.verified_through for port in ports]
    key = release_key(snapshot.release.id)
    carried = sum(one is None or release_key(one) < key for one in reached)
    text = words["count"].format(services=len(snapshot.services), ports=len(ports), version=snapshot.spec_version)
    return text + (words["carried"].format(carried=carried) if carried else "")
