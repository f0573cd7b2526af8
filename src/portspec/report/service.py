"""Everything about a port as text: what it is, who holds it when, who connects, how far, since when, says who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portspec.report.balancing import cited, conflicts, probes, requirements
from portspec.report.service_words import WORDS, term
from portspec.report.width import pad, width
from portspec.report.wrapping import wrap
from portspec.spec.model import Condition, Conflict, Flow, Holder, Lifetime, Port, Service, Snapshot
from portspec.spec.releases import UNKNOWN, release_key
from portspec.spec.vocabulary import PHASES, REACHES, Text

COLUMNS = 100


def render(snapshot: Snapshot, found: Sequence[tuple[Service, Port]], lang: str) -> str:
    """The text of every port found, blank lines between, then who the roles are and where the sources lie.

    Ends with a newline.
    """
    words = WORDS[lang]
    roles = {role for _, port in found for role in _roles(port)}
    named = dict.fromkeys(name for service, port in found for name in _cited(snapshot, service, port))
    explained = {
        "roles": [
            words["role"].format(id=role.id, description=role.description[lang])
            for role in snapshot.roles.values()
            if role.id in roles
        ],
        "sources": [_source(snapshot, name, lang) for name in named],
    }
    parts = ["\n".join(_port(snapshot, service, port, lang)) for service, port in found]
    return "\n\n".join([*parts, "\n".join(_entries(explained, lang))]) + "\n"


def _roles(port: Port) -> Iterator[str]:
    for holder in port.holders:
        yield holder.role
    for flow in port.flows or ():
        yield from flow.senders


def _port(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    name = f"{port.port}/{port.transport}" if port.port else port.transport
    yield words["heading"].format(port=name, title=service.title[lang], id=service.id)
    about = words["about-application" if port.application else "about"].format(
        release=snapshot.release.id,
        application=port.application,
        component=service.component,
        sensitivity=term(service.sensitivity, lang),
    )
    yield from wrap(about, COLUMNS)
    yield ""
    yield from wrap(port.purpose[lang], COLUMNS)
    if port.note is not None:
        yield from wrap(port.note[lang], COLUMNS)
    yield ""
    entries = {
        "reach": [_reach(snapshot, port, lang)],
        "releases": [_lifetime(snapshot, port.lifetime, lang)],
        "where": [_condition(port.condition, lang)] if port.condition else [],
        "holders": [_holder(holder, lang) for holder in port.holders],
        "hosts": [", ".join(port.hosts)] if port.hosts else [],
        "flows": list(_flows(port, lang)),
        "balancer": list(requirements(snapshot, service, port, lang)),
        "probes": list(probes(snapshot, service, port, lang)),
        "history": [
            words["change"].format(release=one.release, text=one.text[lang], sources=", ".join(one.sources))
            for one in port.history
        ],
        "conflicts": list(_conflicts(snapshot, service, port, lang)),
        "sources": [", ".join(_cited(snapshot, service, port))],
    }
    yield from _entries(entries, lang)


def _entries(entries: Mapping[str, Sequence[str]], lang: str) -> Iterator[str]:
    """Labels in one column, the lines of each beside it."""
    words = WORDS[lang]
    label = max(width(words[entry]) for entry, lines in entries.items() if lines) + 2
    for entry, lines in entries.items():
        for number, line in enumerate(lines):
            head = pad(words[entry] if number == 0 else "", label)
            first, *more = wrap(line, COLUMNS - label)
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


def _holder(holder: Holder, lang: str) -> str:
    words = WORDS[lang]
    text = words["holder"].format(role=holder.role, phases=_phases(holder.phases, lang))
    return _with(words["semicolon"].join([text, *_only(holder.condition, lang)]), [_said(holder.note, lang)], lang)


def _flows(port: Port, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    if port.flows is None:
        yield words["no-flows"]
    elif not port.flows:
        yield words["none"]
    for flow in port.flows or ():
        yield _with(_flow(port, flow, lang), [_said(flow.purpose, lang), _said(flow.note, lang)], lang)


def _flow(port: Port, flow: Flow, lang: str) -> str:
    words = WORDS[lang]
    ends = words["to"].format(
        sender=words["comma"].join(flow.senders), targets=words["comma"].join(_targets(port, flow, lang))
    )
    way = words["via"].format(balancer=flow.via) if flow.via else words["direct"]
    binding = [term(flow.necessity, lang), _phases(flow.phases, lang)]
    return words["semicolon"].join([ends, way, *binding, *_only(flow.condition, lang)])


def _targets(port: Port, flow: Flow, lang: str) -> Iterator[str]:
    """Who is connected to, with the phases of a target that does not listen as long as the flow lasts."""
    listening: dict[str, set[str]] = {}
    for holder in port.holders:
        listening.setdefault(holder.role, set()).update(holder.phases)
    for role in flow.targets or listening:
        phases = [phase for phase in flow.phases if phase in listening.get(role, ())]
        if len(phases) == len(flow.phases):
            yield role
        elif phases:
            yield WORDS[lang]["during"].format(role=role, phase=_phases(phases, lang))


def _conflicts(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    found: list[Conflict] = [*port.conflicts, *(item for flow in port.flows or () for item in flow.conflicts)]
    found += conflicts(snapshot, service, port)
    yield from dict.fromkeys(f"{item.source}{WORDS[lang]['colon']}{item.text[lang]}" for item in found)


def _cited(snapshot: Snapshot, service: Service, port: Port) -> Iterator[str]:
    """The sources of the port, of its flows, of its balancer and of what they contradict, each once."""
    facts: list[Port | Flow] = [port, *(port.flows or ())]
    names = [name for fact in facts for name in fact.sources]
    names += cited(snapshot, service, port)
    names += [item.source for fact in facts for item in fact.conflicts]
    names += [name for change in port.history for name in change.sources]
    names += [item.source for item in conflicts(snapshot, service, port)]
    yield from dict.fromkeys(names)


def _source(snapshot: Snapshot, name: str, lang: str) -> str:
    source = snapshot.sources[name]
    words = WORDS[lang]["undated" if source.reference == UNKNOWN else "source"]
    return words.format(id=name, title=source.title, document=source.document, reference=source.reference)


def _condition(condition: Condition | None, lang: str) -> str:
    if condition is None:
        return ""
    words = WORDS[lang]
    parts = []
    for name in ("platform", "network", "topology"):
        choice = getattr(condition, name)
        if choice is not None:
            others = words["except"].format(values=words["comma"].join(choice.without))
            parts.append(words[name].format(values=words["or"].join(choice.among) or others))
    parts += [words["feature"].format(values=feature) for feature in condition.features]
    parts += [words["without"].format(values=feature) for feature in condition.without]
    return words["comma"].join(parts)


def _only(condition: Condition | None, lang: str) -> list[str]:
    return [WORDS[lang]["only"].format(condition=_condition(condition, lang))] if condition else []


def _with(text: str, remarks: Sequence[str], lang: str) -> str:
    """A line with what there is to remark on it."""
    told = [remark for remark in remarks if remark]
    return text + (WORDS[lang]["colon"] + WORDS[lang]["between"].join(told) if told else "")


def _said(text: Text | None, lang: str) -> str:
    return text[lang] if text else ""


def _phases(phases: Sequence[str], lang: str) -> str:
    if tuple(phases) == PHASES:
        return WORDS[lang]["both"]
    return WORDS[lang]["comma"].join(WORDS[lang][phase] for phase in phases)
