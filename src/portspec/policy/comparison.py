"""Two sides compared port by port, each change with the reason and the sources that the spec has for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from portspec.policy.diff import Change, Difference, compare, order
from portspec.policy.facts import (
    AudienceFact,
    AudienceKey,
    BalanceFact,
    BalanceKey,
    Facts,
    FlowFact,
    FlowKey,
    facts_of,
)
from portspec.policy.model import Allow, Balance, Deny, Policy
from portspec.policy.sides import Side
from portspec.policy.topology import holds
from portspec.spec import model as spec
from portspec.spec.releases import release_key
from portspec.spec.vocabulary import Text


class Covered(NamedTuple):
    """A wider range of ports on the other side that holds a flow which is added or removed."""

    service: str
    port: str
    necessity: str


class FlowChange(NamedTuple):
    """A changed flow, and the ranges of the other side that it lies within."""

    change: Change[FlowKey, FlowFact]
    within: tuple[Covered, ...]


class PortChange(NamedTuple):
    """Everything that changes about one port of one service.

    `history` is what the spec tells of the releases between the two; `purpose` and `note` are the port's own
    sentences; None where only locks know it.
    """

    service: str
    title: Text
    port: str | None
    transport: str
    purpose: Text | None
    note: Text | None
    history: tuple[spec.Change, ...]
    sources: tuple[str, ...]
    flows: tuple[FlowChange, ...]
    audiences: tuple[Change[AudienceKey, AudienceFact], ...]
    balances: tuple[Change[BalanceKey, BalanceFact], ...]

    @property
    def kind(self) -> str:
        """`added` or `removed` where all of it is, else `changed`."""
        kinds = {one.change.kind for one in self.flows}
        kinds |= {one.kind for one in self.audiences} | {one.kind for one in self.balances}
        return kinds.pop() if len(kinds) == 1 else "changed"


class Comparison(NamedTuple):
    """The two sides, and the ports that differ."""

    before: Side
    after: Side
    ports: tuple[PortChange, ...]


Key = tuple[str, str | None, str]
"""Service, port, transport."""


def compare_sides(before: Side, after: Side) -> Comparison:
    """What the second side asks otherwise than the first. A site's own services in a lock are left out."""
    first, second = _facts(before), _facts(after)
    difference = compare(first, second)
    keys: dict[Key, FlowKey | AudienceKey | BalanceKey] = {}
    for flow in difference.flows:
        keys.setdefault(_port_key(flow.key), flow.key)
    for audience in difference.audiences:
        keys.setdefault(_port_key(audience.key), audience.key)
    for balance in difference.balances:
        keys.setdefault(_port_key(balance.key), balance.key)
    ordered = sorted(keys, key=lambda key: order(keys[key])[:3])
    ports = tuple(_port_change(key, before, after, difference, (first, second)) for key in ordered)
    return Comparison(before, after, ports)


def _facts(side: Side) -> Facts:
    facts = facts_of(side.policy)
    own = side.lock.own if side.lock is not None else ()
    if not own:
        return facts
    return Facts(
        {key: fact for key, fact in facts.flows.items() if key.service not in own},
        {key: fact for key, fact in facts.audiences.items() if key.service not in own},
        {key: fact for key, fact in facts.balances.items() if key.service not in own},
    )


def _port_key(key: FlowKey | AudienceKey | BalanceKey) -> Key:
    return key.service, key.port, key.transport


def _port_change(key: Key, before: Side, after: Side, difference: Difference, facts: tuple[Facts, Facts]) -> PortChange:
    service, port, transport = key
    flows = tuple(FlowChange(one, tuple(_within(one, facts))) for one in difference.flows if _port_key(one.key) == key)
    records = [port for side in (after, before) for port in _records(side, key)]
    info = after.policy.services.get(service) or before.policy.services[service]
    return PortChange(
        service=service,
        title=info.title,
        port=port,
        transport=transport,
        purpose=records[0].purpose if records else _pinned_purpose(key, after.policy, before.policy),
        note=records[0].note if records else None,
        history=tuple(_history(records, before.policy.release, after.policy.release)),
        sources=_sources(key, before.policy, after.policy),
        flows=flows,
        audiences=tuple(one for one in difference.audiences if _port_key(one.key) == key),
        balances=tuple(one for one in difference.balances if _port_key(one.key) == key),
    )


def _records(side: Side, key: Key) -> list[spec.Port]:
    """What a side's spec has of a port; that of the side's profile first. None on a lock."""
    service = side.snapshot.services.get(key[0]) if side.snapshot is not None else None
    if service is None:
        return []
    found = [port for port in service.ports if (port.port, port.transport) == key[1:]]
    return sorted(found, key=lambda port: not holds(port.condition, side.policy.profile))


def _history(records: list[spec.Port], before: str, after: str) -> Iterator[spec.Change]:
    """What changed after the older release and up to the newer one, each once, oldest first."""
    older, newer = sorted((release_key(before), release_key(after)))
    found = {
        (release_key(change.release), change.text["en"]): change
        for record in records
        for change in record.history
        if older < release_key(change.release) <= newer
    }
    yield from (found[key] for key in sorted(found))


def _pinned_purpose(key: Key, *policies: Policy) -> Text | None:
    for policy in policies:
        for allow in policy.allows:
            if (allow.service, allow.port, allow.transport) == key:
                return allow.purpose
    return None


def _sources(key: Key, *policies: Policy) -> tuple[str, ...]:
    """What both sides cite for the obligations of a port, each once."""
    found: dict[str, None] = {}
    for policy in policies:
        obligations: list[Allow | Deny | Balance] = [*policy.allows, *policy.denies, *policy.balances]
        for one in obligations:
            port = None if one.port is None else str(one.port)
            if (one.service, port, one.transport) == key:
                found.update(dict.fromkeys(one.sources))
    return tuple(sorted(found))


def _within(change: Change[FlowKey, FlowFact], facts: tuple[Facts, Facts]) -> Iterator[Covered]:
    """Ranges of the other side with the same ends that hold the port of an added or a removed flow."""
    if change.kind == "changed" or change.key.port is None:
        return
    other: Mapping[FlowKey, FlowFact] = facts[0 if change.kind == "added" else 1].flows
    first, last = _ends(change.key.port)
    for key, fact in other.items():
        if key.port is None or key[2:] != change.key[2:]:
            continue
        low, high = _ends(key.port)
        if low <= first and last <= high and (low, high) != (first, last):
            yield Covered(key.service, key.port, fact.necessity)


def _ends(port: str) -> tuple[int, int]:
    first, _, last = port.partition("-")
    return int(first), int(last or first)
