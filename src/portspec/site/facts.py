"""Pieces of the spec as Markdown: the phrases and rows that more than one page shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portspec.site import markdown as md
from portspec.site.words import WORDS, listed
from portspec.spec.model import Choice, Condition, Conflict, Flow, Port, Refinement, Snapshot
from portspec.spec.releases import release_key
from portspec.spec.vocabulary import PHASES, Text

KINDS = {
    "en": {"confirmed": "Confirmed", "refined": "Refined", "contradicted": "Contradicted"},
    "zh-TW": {"confirmed": "相符", "refined": "補充", "contradicted": "有出入"},
}


def port_name(port: Port) -> str:
    """`22623/tcp`, or the bare transport where it has no ports."""
    return f"{port.port}/{port.transport}" if port.port else port.transport


def port_anchor(port: Port) -> str:
    """The id of the port's heading on its service's page."""
    return f"port-{port.port or 'none'}-{port.transport}"


def anchored(ports: Iterable[Port]) -> dict[str, Port]:
    """The ports by the id of their heading; a number that stands again under another condition has a count behind it."""
    found: dict[str, Port] = {}
    for port in ports:
        first = port_anchor(port)
        again = sum(1 for one in found.values() if port_anchor(one) == first) + 1
        found[first if again == 1 else f"{first}-{again}"] = port
    return found


def hosts(port: Port, lang: str) -> str:
    """The names of the outside hosts that hold a port."""
    return WORDS[lang]["comma"].join(md.code(host) for host in port.hosts)


def changes(port: Port, lang: str, root: str) -> list[str]:
    """What changed with which release, a sentence each, in the order of the releases."""
    shared = WORDS[lang]
    return [
        f"**{one.release}**{shared['colon']}{md.text(one.text[lang])}"
        + shared["aside"].format(words=sources(one.sources, root))
        for one in sorted(port.history, key=lambda one: release_key(one.release))
    ]


def roles(snapshot: Snapshot, ids: Sequence[str], lang: str) -> str:
    """The titles of roles."""
    return WORDS[lang]["comma"].join(
        md.text(snapshot.roles[name].title[lang]) if name in snapshot.roles else md.text(name) for name in ids
    )


def phases(given: Sequence[str], lang: str) -> str:
    """The phases in words; both of them are `any`."""
    return WORDS[lang]["any"] if tuple(given) == PHASES else listed(lang, given)


def condition(found: Condition | None, lang: str) -> str:
    """When a fact holds: `platform none or baremetal; network plugin not OpenShiftSDN`."""
    if found is None:
        return ""
    words = WORDS[lang]
    parts = []
    for name in ("platform", "network", "topology"):
        choice: Choice | None = getattr(found, name)
        if choice is not None:
            values = words["or"].join(choice.among or choice.without)
            parts.append(f"{words[name]} " + (values if choice.among else words["except"].format(values=values)))
    parts += [f"{words['features']} {feature}" for feature in found.features]
    if found.without:
        parts.append(f"{words['features']} " + words["except"].format(values=words["or"].join(found.without)))
    return md.text(words["and"].join(parts))


def conditions(port: Port, flow: Condition | None, lang: str) -> str:
    """When a flow to a port holds: where the port's own condition holds, and that of the flow."""
    if port.condition is None or flow is None:
        return condition(port.condition or flow, lang)
    one, other = port.condition, flow
    both = Condition(
        _narrower(one.platform, other.platform),
        _narrower(one.network, other.network),
        _narrower(one.topology, other.topology),
        tuple(dict.fromkeys(one.features + other.features)),
        tuple(dict.fromkeys(one.without + other.without)),
    )
    return condition(both, lang)


def _narrower(one: Choice | None, other: Choice | None) -> Choice | None:
    """The values that two choices leave together."""
    if one is None or other is None:
        return one or other
    if not one.among and not other.among:
        return Choice((), tuple(dict.fromkeys(one.without + other.without)))
    return Choice(tuple(value for value in one.among or other.among if one.holds(value) and other.holds(value)), ())


def role_links(snapshot: Snapshot, ids: Sequence[str], lang: str, root: str) -> str:
    """The titles of roles, each leading to its page."""
    return WORDS[lang]["comma"].join(
        md.link(md.text(snapshot.roles[name].title[lang]), f"{root}roles/{name}.md")
        if name in snapshot.roles
        else md.text(name)
        for name in ids
    )


def sender(snapshot: Snapshot, senders: Sequence[str], via: str | None, lang: str, root: str = "../") -> str:
    """Who connects, and through which balancer where there is one."""
    named = role_links(snapshot, senders, lang, root)
    if via is None:
        return named
    words = WORDS[lang]
    return named + words["aside"].format(
        words=words["through"].format(way=md.text(snapshot.balancers[via].title[lang]))
    )


def needed(necessity: str, when: Sequence[str], lang: str) -> str:
    """How binding something is, with the phase where it is not for both."""
    aside = "" if tuple(when) == PHASES else WORDS[lang]["aside"].format(words=phases(when, lang))
    return WORDS[lang][necessity] + aside


def sources(ids: Sequence[str], root: str) -> str:
    """Links to sources. `root` leads from the page to the language's top folder (`""` or `../`)."""
    return ", ".join(md.link(md.text(name), f"{root}reference/sources.md#{name}") for name in ids)


def conflicts(found: Sequence[Conflict], lang: str, root: str) -> list[str]:
    """A sentence per source that says otherwise."""
    return [
        f"{md.link(md.text(item.source), f'{root}reference/sources.md#{item.source}')}"
        f"{WORDS[lang]['colon']}{md.text(item.text[lang])}"
        for item in found
    ]


def refinement(found: Refinement, lang: str, root: str) -> str:
    """What the sources say beside the original note."""
    cited = WORDS[lang]["aside"].format(words=sources(found.sources, root))
    return f"**{KINDS[lang][found.kind]}**{WORDS[lang]['colon']}{md.text(found.text[lang])}{cited}"


def targets(port: Port, flow: Flow) -> tuple[str, ...]:
    """Where a flow goes: its own targets, or every holder of its phases."""
    if flow.targets:
        return flow.targets
    found = [holder.role for holder in port.holders if set(holder.phases) & set(flow.phases)]
    return tuple(dict.fromkeys(found))


def said(found: Text | None, lang: str) -> str:
    """An optional sentence as Markdown."""
    return "" if found is None else md.text(found[lang])
