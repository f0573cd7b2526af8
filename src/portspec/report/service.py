"""Everything about a port as text: what it is, who holds it when, who connects, how far, since when, says who."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from portspec.report.width import pad, width
from portspec.spec.model import Condition, Conflict, Flow, Lifetime, Port, Service, Snapshot
from portspec.spec.releases import UNKNOWN, release_key
from portspec.spec.vocabulary import PHASES, REACHES, Text

COLUMNS = 100

PIECES = re.compile(r"[!-~]+[，。；：、）」]* *|[^!-~][，。；：、）」]* *")
"""What a line may break between: a word of Latin letters, or one other character, with the stops after it."""

WORDS = {
    "en": {
        "heading": "{port}  {title} ({id})",
        "about": "OpenShift {release}, component {component}, sensitivity {sensitivity}",
        "reach": "reach",
        "reach-text": "{reach}: {roles} may get to it, nobody else",
        "reach-public": "public: anybody may get to it",
        "releases": "releases",
        "since": "since {added}",
        "since-unknown": "as far back as the spec goes",
        "until": ", last in the release before {removed}",
        "verified": "; verified through {release}",
        "carried": "; carried forward, not re-verified (read up to {release})",
        "not-verified": "; not verified",
        "where": "only where",
        "holders": "held by",
        "flows": "flows",
        "no-flows": "no source tells who connects",
        "none": "nobody is known to connect from elsewhere",
        "via": "via {balancer}",
        "direct": "direct",
        "balancer": "balancer",
        "layer": "layer {layer}; members {members}",
        "health": "; health check {kind} :{port}{path} ({necessity})",
        "backup": "; backup {roles}",
        "persistence": "; persistence {persistence}",
        "conflicts": "conflicts",
        "sources": "sources",
        "platform": "platform {values}",
        "network": "network plugin {values}",
        "topology": "topology {values}",
        "feature": "feature {values}",
        "except": "not {values}",
        "to": "{sender} to {targets}",
        "colon": ": ",
        "comma": ", ",
        "or": " or ",
        "both": "always",
    },
    "zh-TW": {
        "heading": "{port}  {title}（{id}）",
        "about": "OpenShift {release}，元件 {component}，敏感度 {sensitivity}",
        "reach": "可及範圍",
        "reach-text": "{reach}：只有 {roles} 可以連到",
        "reach-public": "public：任何人都可以連到",
        "releases": "版本",
        "since": "{added} 起",
        "since-unknown": "規格涵蓋的最早版本起",
        "until": "，到 {removed} 的前一個版本為止",
        "verified": "；已查證至 {release}",
        "carried": "；沿用先前資料，尚未重新查證（出處查閱至 {release}）",
        "not-verified": "；未查證",
        "where": "適用條件",
        "holders": "由誰監聽",
        "flows": "流量",
        "no-flows": "沒有出處說明由誰連線",
        "none": "沒有已知的遠端連線者",
        "via": "經由 {balancer}",
        "direct": "直接",
        "balancer": "負載平衡器",
        "layer": "第 {layer} 層；成員 {members}",
        "health": "；健康檢查 {kind} :{port}{path}（{necessity}）",
        "backup": "；備援 {roles}",
        "persistence": "；工作階段黏著 {persistence}",
        "conflicts": "出入",
        "sources": "出處",
        "platform": "平台 {values}",
        "network": "網路外掛 {values}",
        "topology": "拓撲 {values}",
        "feature": "功能 {values}",
        "except": "{values} 以外",
        "to": "{sender} 到 {targets}",
        "colon": "：",
        "comma": "、",
        "or": " 或 ",
        "both": "不限階段",
    },
}
TERMS = {
    "required": "必要",
    "recommended": "建議",
    "optional": "選用",
    "install": "安裝期間",
    "running": "運作期間",
    "forbidden": "禁止",
    "any": "不限",
    "critical": "極高",
    "high": "高",
    "normal": "一般",
}
"""The spec's words in zh-TW; ids that a user types (roles, reaches) stay as they are."""


def render(snapshot: Snapshot, found: Sequence[tuple[Service, Port]], lang: str) -> str:
    """The text of every port found, blank lines between, ending with a newline."""
    return "\n".join("\n".join(_port(snapshot, service, port, lang)) + "\n" for service, port in found)


def _port(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    name = f"{port.port}/{port.transport}" if port.port else port.transport
    yield words["heading"].format(port=name, title=service.title[lang], id=service.id)
    yield words["about"].format(
        release=snapshot.release.id, component=service.component, sensitivity=_term(service.sensitivity, lang)
    )
    yield ""
    yield from _wrapped(port.purpose[lang])
    if port.note is not None:
        yield from _wrapped(port.note[lang])
    yield ""
    entries = {
        "reach": [_reach(snapshot, port, lang)],
        "releases": [_lifetime(snapshot, port.lifetime, lang)],
        "where": [_condition(port.condition, lang)] if port.condition else [],
        "holders": list(_holders(port, lang)),
        "flows": list(_flows(port, lang)),
        "balancer": list(_balancers(snapshot, service, port, lang)),
        "conflicts": list(_conflicts(snapshot, service, port, lang)),
        "sources": [_source(snapshot, source) for source in _cited(port)],
    }
    label = max(width(words[entry]) for entry, lines in entries.items() if lines) + 2
    for entry, lines in entries.items():
        for number, line in enumerate(lines):
            head = pad(words[entry] if number == 0 else "", label)
            first, *more = _wrapped(line, COLUMNS - label) or [""]
            yield head + first
            yield from (" " * label + rest for rest in more)


def _reach(snapshot: Snapshot, port: Port, lang: str) -> str:
    if port.reach == "public":
        return WORDS[lang]["reach-public"]
    within = REACHES[: REACHES.index(port.reach) + 1]
    roles = [role.id for role in snapshot.roles.values() if role.audience in within]
    return WORDS[lang]["reach-text"].format(reach=port.reach, roles=WORDS[lang]["comma"].join(roles))


def _lifetime(snapshot: Snapshot, lifetime: Lifetime, lang: str) -> str:
    words = WORDS[lang]
    added = lifetime.added
    text = words["since-unknown"] if added in (None, UNKNOWN) else words["since"].format(added=added)
    if lifetime.removed is not None:
        text += words["until"].format(removed=lifetime.removed)
    verified = lifetime.verified_through
    if verified is None:
        return text + words["not-verified"]
    stale = release_key(verified) < release_key(snapshot.release.id)
    return text + words["carried" if stale else "verified"].format(release=verified)


def _holders(port: Port, lang: str) -> Iterator[str]:
    for holder in port.holders:
        remarks = [_condition(holder.condition, lang), holder.note[lang] if holder.note else ""]
        yield _with(f"{holder.role}{WORDS[lang]['colon']}{_phases(holder.phases, lang)}", remarks, lang)


def _flows(port: Port, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    if port.flows is None:
        yield words["no-flows"]
    elif not port.flows:
        yield words["none"]
    for flow in port.flows or ():
        remarks = [_condition(flow.condition, lang), _said(flow.purpose, lang), _said(flow.note, lang)]
        yield _with(_flow(port, flow, lang), remarks, lang)


def _flow(port: Port, flow: Flow, lang: str) -> str:
    words = WORDS[lang]
    to = flow.targets or tuple(
        dict.fromkeys(holder.role for holder in port.holders if set(holder.phases) & set(flow.phases))
    )
    ends = words["to"].format(sender=words["comma"].join(flow.senders), targets=words["comma"].join(to))
    way = words["via"].format(balancer=flow.via) if flow.via else words["direct"]
    return words["comma"].join([ends, way, _term(flow.necessity, lang), _phases(flow.phases, lang)])


def _balancers(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    for balancer in snapshot.balancers.values():
        for one in balancer.ports:
            if one.service != service.id or str(one.port) != port.port or one.transport != port.transport:
                continue
            members = words["comma"].join(
                f"{_term(phase, lang)} {'+'.join(roles)}" for phase, roles in one.members.items()
            )
            text = f"{balancer.id}{words['colon']}" + words["layer"].format(layer=one.layer, members=members)
            if one.health is not None:
                health = one.health._asdict() | {"necessity": _term(one.health.necessity, lang)}
                text += words["health"].format(**health)
            if one.backup:
                text += words["backup"].format(roles=words["comma"].join(one.backup))
            text += words["persistence"].format(persistence=_term(one.persistence, lang))
            yield _with(text, [_said(one.note, lang)], lang)


def _conflicts(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    found: list[Conflict] = [*port.conflicts, *(item for flow in port.flows or () for item in flow.conflicts)]
    for balancer in snapshot.balancers.values():
        for one in balancer.ports:
            if one.service == service.id and str(one.port) == port.port:
                found += one.conflicts
    yield from dict.fromkeys(f"{item.source}{WORDS[lang]['colon']}{item.text[lang]}" for item in found)


def _cited(port: Port) -> list[str]:
    """The sources of the port and of its flows, each once."""
    return list(dict.fromkeys([*port.sources, *(name for flow in port.flows or () for name in flow.sources)]))


def _source(snapshot: Snapshot, name: str) -> str:
    source = snapshot.sources[name]
    return f"{name}: {source.title}"


def _condition(condition: Condition | None, lang: str) -> str:
    if condition is None:
        return ""
    words = WORDS[lang]
    parts = []
    for name in ("platform", "network", "topology"):
        choice = getattr(condition, name)
        if choice is not None:
            values = words["or"].join(choice.among or choice.without)
            parts.append(words[name].format(values=values if choice.among else words["except"].format(values=values)))
    parts += [words["feature"].format(values=feature) for feature in condition.features]
    return words["comma"].join(parts)


def _with(text: str, remarks: Sequence[str], lang: str) -> str:
    """A line with what there is to remark on it."""
    told = [remark for remark in remarks if remark]
    return text + (WORDS[lang]["colon"] + " ".join(told) if told else "")


def _said(text: Text | None, lang: str) -> str:
    return text[lang] if text else ""


def _phases(phases: Sequence[str], lang: str) -> str:
    if tuple(phases) == PHASES:
        return WORDS[lang]["both"]
    return WORDS[lang]["comma"].join(_term(phase, lang) for phase in phases)


def _term(word: str, lang: str) -> str:
    return TERMS.get(word, word) if lang == "zh-TW" else word


def _wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """Lines of at most so many columns. Chinese text breaks between any two characters, but not before a stop."""
    lines: list[str] = []
    line = ""
    for piece in PIECES.findall(text):
        if line and width(line) + width(piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines
