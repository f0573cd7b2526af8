"""What differs between two policies: as text, as Markdown and as JSON (`schema/diff.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portspec.policy.comparison import Comparison, FlowChange, PortChange
from portspec.policy.diff import VIA, Change, Fact, Key
from portspec.policy.facts import AudienceFact, AudienceKey, BalanceFact, BalanceKey, FlowFact, FlowKey
from portspec.policy.sides import Side
from portspec.report.as_json import safe_json
from portspec.report.diff_words import SIGNS, WORDS, value
from portspec.report.printable import printable
from portspec.report.service_words import term
from portspec.report.wrapping import wrap

VERSION = 1
FORMATS = ("text", "markdown", "json")
COLUMNS = 100
AnyChange = Change[FlowKey, FlowFact] | Change[AudienceKey, AudienceFact] | Change[BalanceKey, BalanceFact]


def as_text(found: Comparison, lang: str) -> str:
    """The two sides, then a block per port, then how many there are."""
    words = WORDS[lang]
    blocks = [
        "\n".join(f"{words[name]}{words['colon']}{side_line(side, lang)}" for name, side in _sides(found)),
        *("\n".join(port_lines(port, lang)) for port in found.ports),
        summary(found, lang),
    ]
    return "\n\n".join(blocks) + "\n"


def as_markdown(found: Comparison, lang: str) -> str:
    """A heading, the two sides, and a table with a row per changed fact."""
    words = WORDS[lang]
    lines = [f"## {words['title']}", ""]
    lines += [f"- {words[name]}{words['colon']}{cell(side_line(side, lang))}" for name, side in _sides(found)]
    lines += ["", cell(summary(found, lang))]
    if found.ports:
        header = [words[f"{name}-column"] for name in ("port", "service", "change", "reason")]
        lines += ["", f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    for port in found.ports:
        reason = words["between"].join(reason_lines(port, lang))
        for line in change_lines(port, lang):
            cells = [port_label(port), port.service, line, reason]
            lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines) + "\n"


def as_json(found: Comparison, lang: str) -> str:
    """One JSON object; the sentences are in both languages whatever `lang` is."""
    del lang
    return safe_json(document(found))


def document(found: Comparison) -> dict[str, Any]:
    """The JSON report as plain data."""
    return {
        "version": VERSION,
        "before": side_document(found.before),
        "after": side_document(found.after),
        "ports": [port_document(port) for port in found.ports],
        "summary": counts(found),
    }


def counts(found: Comparison) -> dict[str, int]:
    """How many ports were added, removed and changed."""
    kinds = [port.kind for port in found.ports]
    return {kind: kinds.count(kind) for kind in SIGNS}


def summary(found: Comparison, lang: str) -> str:
    """One sentence on how many ports differ."""
    words = WORDS[lang]
    if not found.ports:
        return words["nothing"]
    count = len(found.ports)
    return words["summary-1" if count == 1 else "summary"].format(count=count, **counts(found))


def side_line(side: Side, lang: str) -> str:
    """Release and profile of a side, the spec's version, and the lock that it comes from."""
    words, policy = WORDS[lang], side.policy
    profile = policy.profile
    return printable(
        words["side"].format(
            release=policy.release,
            platform=profile.platform,
            network=profile.network,
            topology=profile.topology,
            features="".join(f"{words['comma']}{feature}" for feature in profile.features),
            version=policy.spec_version,
            lock=words["lock"].format(path=side.lock.path) if side.lock is not None else "",
        )
    )


def port_label(port: PortChange) -> str:
    """`22623/tcp`, or the transport where it has no ports."""
    return f"{port.port}/{port.transport}" if port.port else port.transport


def port_lines(port: PortChange, lang: str) -> Iterator[str]:
    """A heading, a line per changed fact, and why."""
    words = WORDS[lang]
    yield printable(
        words["port"].format(sign=SIGNS[port.kind], port=port_label(port), id=port.service, title=port.title[lang])
    )
    for line in change_lines(port, lang):
        yield from _hanging(line, "  ", "      ")
    for line in reason_lines(port, lang):
        yield from _hanging(line, "    ", "      ")
    if port.sources:
        yield from _hanging(f"{words['sources']}{words['colon']}{', '.join(port.sources)}", "    ", "      ")


def change_lines(port: PortChange, lang: str) -> Iterator[str]:
    """A line per changed fact, with its sign."""
    words = WORDS[lang]
    for flow in port.flows:
        key, moved = flow.change.key, flow.change.old is not None
        via = words["via"].format(via=key.via) if key.via and not moved else ""
        where = f"{key.sender} → {key.target}{via}"
        yield printable(_change_line("flow", where, flow.change, lang) + _within(flow, lang))
    for audience in port.audiences:
        yield printable(_change_line("audience", words["on"].format(holder=audience.key.holder), audience, lang))
    for balance in port.balances:
        yield printable(_change_line("balancer", balance.key.balancer, balance, lang))


def reason_lines(port: PortChange, lang: str) -> Iterator[str]:
    """What the spec tells of the releases in between; without that, what the port is for and its note."""
    words = WORDS[lang]
    for change in port.history:
        told = words["in-release"].format(
            release=change.release, text=change.text[lang], sources=", ".join(change.sources)
        )
        yield printable(told)
    if not port.history:
        why = [text[lang] for text in (port.purpose, port.note) if text]
        if why:
            yield printable(f"{words['why']}{words['colon']}{words['between'].join(why)}")


def _change_line(what: str, where: str, change: AnyChange, lang: str) -> str:
    words = WORDS[lang]
    blank = " " if lang == "en" or where[:1].isascii() else ""
    head = f"{SIGNS[change.kind]} {words[what]}{blank}{where}{words['colon']}"
    fact = change.after or change.before
    assert fact is not None
    if change.before is not None and change.after is not None:
        steps = (
            f"{words[_word(name)]} {value(name, _of(change.old or change.key, change.before, name), lang)} → "
            f"{value(name, _of(change.key, change.after, name), lang)}"
            for name in change.fields
        )
        return head + words["semicolon"].join(steps)
    if isinstance(fact, BalanceFact):
        parts = [f"{words[_word(name)]} {value(name, getattr(fact, name), lang)}" for name in fact._fields]
    else:
        parts = [value(name, getattr(fact, name), lang) for name in fact._fields if name != "sensitivity"]
    return head + words["semicolon" if lang == "en" else "comma"].join(parts)


def _of(key: Key, fact: Fact, name: str) -> object:
    """A field of one side; the way of a flow stands in its key."""
    return key.via if name == VIA and isinstance(key, FlowKey) else getattr(fact, name)


def _word(name: str) -> str:
    return {"audience": "reach", VIA: "way"}.get(name, name)


def _within(flow: FlowChange, lang: str) -> str:
    words = WORDS[lang]
    told = words["was-within" if flow.change.kind == "added" else "still-within"]
    found = (
        told.format(port=one.port, service=one.service, necessity=term(one.necessity, lang)) for one in flow.within
    )
    return "".join(words["semicolon"] + one for one in found)


def _hanging(text: str, first: str, further: str) -> Iterator[str]:
    head, *more = wrap(text, COLUMNS - len(further))
    yield first + head
    yield from (further + line for line in more)


def _sides(found: Comparison) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("before", found.before), ("after", found.after)


def cell(text: str) -> str:
    """Text for a cell of a Markdown table: no column ends in it, no markup of its own."""
    safe = "".join(f"\\{char}" if char in "\\`*_[]<>|" else char for char in printable(text))
    return safe.replace("\n", " ")


def side_document(side: Side) -> dict[str, Any]:
    """A side as plain data."""
    profile = side.policy.profile
    return {
        "label": side.label,
        "release": side.policy.release,
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": list(profile.features),
        "spec_version": side.policy.spec_version,
        "digest": side.policy.digest,
        "lock": side.lock.path if side.lock is not None else None,
    }


def port_document(port: PortChange) -> dict[str, Any]:
    """A port's changes as plain data."""
    return {
        "service": port.service,
        "title": dict(port.title),
        "port": port.port,
        "transport": port.transport,
        "change": port.kind,
        "purpose": dict(port.purpose) if port.purpose else None,
        "note": dict(port.note) if port.note else None,
        "history": [
            {"release": one.release, "text": dict(one.text), "sources": list(one.sources)} for one in port.history
        ],
        "sources": list(port.sources),
        "flows": [
            {
                **_change(flow.change),
                "from": flow.change.key.sender,
                "to": flow.change.key.target,
                "via": flow.change.key.via,
                **({"via_before": flow.change.old.via} if flow.change.old is not None else {}),
                "within": [one._asdict() for one in flow.within],
            }
            for flow in port.flows
        ],
        "audiences": [{**_change(one), "holder": one.key.holder} for one in port.audiences],
        "balancers": [{**_change(one), "balancer": one.key.balancer} for one in port.balances],
    }


def _change(change: AnyChange) -> dict[str, Any]:
    return {
        "change": change.kind,
        "before": _fact(change.before),
        "after": _fact(change.after),
        "fields": list(change.fields),
    }


def _fact(fact: FlowFact | AudienceFact | BalanceFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {name: list(found) if isinstance(found, tuple) else found for name, found in fact._asdict().items()}
