"""What changes between two releases, conditions kept: so it holds for every profile, unlike `policy.comparison`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple

from portspec.site.edition import Edition, PortKey, key_of
from portspec.site.facts import targets
from portspec.spec.model import BalancedPort, Condition, Port, Service, Snapshot
from portspec.spec.vocabulary import NECESSITIES, PHASES, Necessity, Phase, Reach

Kind = Literal["open", "close", "change"]


class Pair(NamedTuple):
    """Two releases, the older one first. `extended`: both have extended support, and others lie between."""

    before: str
    after: str
    extended: bool

    @property
    def name(self) -> str:
        """How its page is called."""
        return f"{self.before}-to-{self.after}"


class Need(NamedTuple):
    """How binding a flow is, and when."""

    necessity: Necessity
    phases: tuple[Phase, ...]


class Delta(NamedTuple):
    """Flows to one port that differ in the same way. `before` None: to open; `after` None: to close."""

    service: Service
    port: Port
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    via: str | None
    condition: Condition | None
    before: Need | None
    after: Need | None

    @property
    def kind(self) -> Kind:
        """What has to be done about it."""
        if self.before is None:
            return "open"
        return "close" if self.after is None else "change"


class ReachDelta(NamedTuple):
    """A port of both releases that may be reached from further away, or from less far."""

    service: Service
    port: Port
    before: Reach
    after: Reach


class BalancerDelta(NamedTuple):
    """What is asked of one port of a balancer. None: that release asks nothing of it."""

    balancer: str
    port: int
    before: BalancedPort | None
    after: BalancedPort | None


class Difference(NamedTuple):
    """Everything that differs between two releases."""

    flows: tuple[Delta, ...]
    reaches: tuple[ReachDelta, ...]
    balancers: tuple[BalancerDelta, ...]

    def __bool__(self) -> bool:
        return any(self)


class Ends(NamedTuple):
    """One flow between two roles."""

    service: str
    port: PortKey
    sender: str
    target: str
    via: str | None
    condition: Condition | None


class _Same(NamedTuple):
    """What flows have in common that are told of in one row."""

    service: str
    port: PortKey
    via: str | None
    condition: Condition | None
    before: Need | None
    after: Need | None


def pairs(edition: Edition) -> list[Pair]:
    """Every release with the next, then every release with extended support with the next such one that is out."""
    extended = [
        name
        for name, snapshot in edition.snapshots.items()
        if snapshot.release.extended_ends is not None and not snapshot.release.preview
    ]
    found = [Pair(before, after, False) for before, after in pairwise(edition.releases)]
    known = {(pair.before, pair.after) for pair in found}
    return found + [Pair(*pair, True) for pair in pairwise(extended) if pair not in known]


def differences(edition: Edition) -> dict[Pair, Difference]:
    """What each step changes."""
    return {pair: difference(edition.snapshots[pair.before], edition.snapshots[pair.after]) for pair in pairs(edition)}


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """What the second release asks otherwise than the first."""
    return Difference(tuple(_deltas(before, after)), tuple(_reaches(before, after)), tuple(_balancers(before, after)))


def passing(edition: Edition, pair: Pair) -> list[tuple[str, Delta]]:
    """What only a release between the two needs: to be open while it runs, and neither before nor after."""
    between = edition.releases[edition.releases.index(pair.before) + 1 : edition.releases.index(pair.after)]
    first, last = (needs(edition.snapshots[name]) for name in (pair.before, pair.after))
    found = []
    for name in between:
        snapshot = edition.snapshots[name]
        only = {ends: need for ends, need in needs(snapshot).items() if ends not in first and ends not in last}
        found += [(name, delta) for delta in _grouped({ends: (None, need) for ends, need in only.items()}, snapshot)]
    return found


def needs(snapshot: Snapshot) -> dict[Ends, Need]:
    """The flows of a release between single roles; of two for the same ends the more binding one, with all phases."""
    found: dict[Ends, Need] = {}
    for service in snapshot.services.values():
        for port in service.ports:
            for flow in port.flows or ():
                for sender in flow.senders:
                    for target in targets(port, flow):
                        ends = Ends(service.id, key_of(port), sender, target, flow.via, flow.condition)
                        known = found.get(ends)
                        found[ends] = _both(known, Need(flow.necessity, flow.phases))
    return found


def _both(known: Need | None, other: Need) -> Need:
    if known is None:
        return other
    necessity = min(known.necessity, other.necessity, key=NECESSITIES.index)
    return Need(necessity, tuple(phase for phase in PHASES if phase in known.phases or phase in other.phases))


def _deltas(before: Snapshot, after: Snapshot) -> Iterator[Delta]:
    first, second = needs(before), needs(after)
    everywhere = {ends._replace(condition=None) for ends in second if ends.condition is None}
    changed = {
        ends: (first.get(ends), second.get(ends))
        for ends in dict.fromkeys((*second, *first))
        if first.get(ends) != second.get(ends)
        # What was bound to a condition and is needed everywhere now is nothing to close.
        and (ends in second or ends._replace(condition=None) not in everywhere)
    }
    yield from _grouped(changed, after, before)


def _grouped(changed: Mapping[Ends, tuple[Need | None, Need | None]], *snapshots: Snapshot) -> Iterator[Delta]:
    """The changes of single flows put together: senders with the same targets, port by port."""
    ports = {
        (service.id, key_of(port)): (service, port)
        for snapshot in reversed(snapshots)
        for service in snapshot.services.values()
        for port in service.ports
    }
    receivers: dict[_Same, dict[str, list[str]]] = {}
    for ends, (old, new) in changed.items():
        same = _Same(ends.service, ends.port, ends.via, ends.condition, old, new)
        receivers.setdefault(same, {}).setdefault(ends.sender, []).append(ends.target)
    found = []
    for same, by_sender in receivers.items():
        service, port = ports[same.service, same.port]
        senders: dict[tuple[str, ...], list[str]] = {}
        for sender, there in by_sender.items():
            senders.setdefault(tuple(there), []).append(sender)
        found += [
            Delta(service, port, tuple(these), there, same.via, same.condition, same.before, same.after)
            for there, these in senders.items()
        ]
    yield from sorted(found, key=lambda delta: (delta.port.first or 0, delta.port.last or 0, delta.port.transport))


def _reaches(before: Snapshot, after: Snapshot) -> Iterator[ReachDelta]:
    earlier = {key: port.reach for key, _, port in _ports(before)}
    for key, service, port in _ports(after):
        if earlier.get(key, port.reach) != port.reach:
            yield ReachDelta(service, port, earlier[key], port.reach)


def _ports(snapshot: Snapshot) -> Iterator[tuple[tuple[str, PortKey], Service, Port]]:
    for service in snapshot.services.values():
        for port in service.ports:
            yield (service.id, key_of(port)), service, port


def _balancers(before: Snapshot, after: Snapshot) -> Iterator[BalancerDelta]:
    first, second = _balanced(before), _balanced(after)
    for key in dict.fromkeys((*second, *first)):
        if _asked(first.get(key)) != _asked(second.get(key)):
            yield BalancerDelta(key[0], key[1], first.get(key), second.get(key))


def _balanced(snapshot: Snapshot) -> dict[tuple[str, int, str, Condition | None], BalancedPort]:
    return {
        (balancer.id, port.port, port.transport, port.condition): port
        for balancer in snapshot.balancers.values()
        for port in balancer.ports
    }


def _asked(port: BalancedPort | None) -> object:
    """What a config has to do; not who says so."""
    return port and (port.layer, port.audience, dict(port.members), port.backup, port.health, port.persistence)


def within(delta: Delta, snapshot: Snapshot) -> list[tuple[Service, Port]]:
    """The wider ranges of a release between the same roles that hold the port of a flow."""
    port = delta.port
    if port.first is None or port.last is None:
        return []
    return [
        (service, other)
        for _, service, other in _ports(snapshot)
        if other.transport == port.transport and _is_wider(other, port) and _has_ends(other, delta)
    ]


def _is_wider(other: Port, port: Port) -> bool:
    if other.first is None or other.last is None or port.first is None or port.last is None:
        return False
    return other.first <= port.first and port.last <= other.last and other.last - other.first > port.last - port.first


def _has_ends(port: Port, delta: Delta) -> bool:
    """Whether every end of the change is an end of some flow to the port."""
    flows = port.flows or ()
    return all(
        any(sender in flow.senders and target in targets(port, flow) for flow in flows)
        for sender in delta.senders
        for target in delta.targets
    )
