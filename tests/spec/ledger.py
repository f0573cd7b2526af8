"""The ledger of facts (`facts/flows/*.csv`): what each row says, and whether the spec of a release and profile has it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portspec.policy.model import Profile
from portspec.policy.topology import holds
from portspec.spec.model import Conflict, Exclusion, Flow, Port, Service, Snapshot
from portspec.spec.releases import covers

FACTS = Path(__file__).parent / "facts"

Pair = tuple[str, str]
"""Sender and target."""


class Row(NamedTuple):
    """One row. `first` and `last` are None where the transport has no ports; `profiles` are those that it speaks of."""

    place: str
    facts: tuple[str, ...]
    kind: str
    transport: str
    first: int | None
    last: int | None
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    via: str
    added: str | None
    removed: str | None
    profiles: tuple[Profile, ...]
    sources: frozenset[str]
    excluded: str

    @property
    def pairs(self) -> set[Pair]:
        """Every sender with every target."""
        return {(sender, target) for sender in self.senders for target in self.targets}

    def holds_in(self, release: str) -> bool:
        """Whether the row speaks of a release."""
        return covers(self.added, self.removed, release)

    def backs(self, port: Port) -> bool:
        """Whether a port lies within the row's ports."""
        if port.transport != self.transport:
            return False
        if port.first is None or port.last is None:
            return self.first is None
        return self.first is not None and self.last is not None and self.first <= port.first <= port.last <= self.last

    def touches(self, port: Port) -> bool:
        """Whether a port and the row's ports have one in common."""
        if port.transport != self.transport:
            return False
        if port.first is None or port.last is None or self.first is None or self.last is None:
            return port.first is None and self.first is None
        return port.first <= self.last and self.first <= port.last


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def ledger() -> list[Row]:
    """Every row of every file."""
    return [
        _row(f"{path.name}:{number}", record)
        for path in sorted((FACTS / "flows").glob("*.csv"))
        for number, record in enumerate(table(path), 2)
    ]


def _row(place: str, record: dict[str, str]) -> Row:
    return Row(
        place,
        tuple(record["facts"].split()),
        record["kind"],
        record["transport"],
        int(record["first"]) if record["first"] else None,
        int(record["last"]) if record["last"] else None,
        tuple(record["from"].split()),
        tuple(record["to"].split()),
        record["via"],
        record["added"] or None,
        record["removed"] or None,
        tuple(profiles_of(record["when"])),
        frozenset(record["sources"].split()),
        record["excluded"],
    )


def profiles_of(when: str) -> Iterator[Profile]:
    """`platform=aws,gcp topology=single-node features=ipsec,bgp`: one profile per platform, all features on."""
    words = dict(word.split("=", 1) for word in when.split())
    features = tuple(sorted(filter(None, words.pop("features", "").split(","))))
    platforms = words.pop("platform", "none").split(",")
    network = words.pop("network", "OVNKubernetes")
    topology = words.pop("topology", "ha")
    assert not words, when
    for platform in platforms:
        yield Profile(platform, network, topology, features)


def every_port(known: Snapshot) -> Iterator[tuple[Service, Port]]:
    """Every port of every service."""
    for service in known.services.values():
        for port in service.ports:
            yield service, port


def conflicts_of(port: Port) -> list[Conflict]:
    """What other sources say of a port or its flows."""
    return [*port.conflicts, *(conflict for flow in port.flows or () for conflict in flow.conflicts)]


def ends(port: Port, flow: Flow, profile: Profile | None = None) -> set[Pair]:
    """Senders and targets of a flow, pair by pair; a flow without targets goes to whoever listens in its phases.

    With a profile, only holders that it has count.
    """
    holders = {
        holder.role
        for holder in port.holders
        if set(holder.phases) & set(flow.phases) and (profile is None or holds(holder.condition, profile))
    }
    targets = set(flow.targets) & holders if flow.targets else holders
    return {(sender, target) for sender in flow.senders for target in targets}


def has_flow(row: Row, known: Snapshot, profile: Profile) -> bool:
    """Whether the spec lets every sender of the row reach every target, on all of the row's ports."""
    return all(_filled(row, _flow_spans(row, pair, known, profile)) for pair in row.pairs)


def _flow_spans(row: Row, pair: Pair, known: Snapshot, profile: Profile) -> Iterator[Port]:
    for _, port in every_port(known):
        if row.touches(port) and holds(port.condition, profile):
            for flow in port.flows or ():
                cited = {*flow.sources, *port.sources} & row.sources
                same_way = holds(flow.condition, profile) and (flow.via or "") == row.via
                if same_way and cited and pair in ends(port, flow, profile):
                    yield port


def has_listener(row: Row, known: Snapshot, profile: Profile) -> bool:
    """Whether every target of the row holds all of its ports."""
    return all(
        _filled(
            row,
            (
                port
                for _, port in every_port(known)
                if row.touches(port)
                and holds(port.condition, profile)
                and set(port.sources) & row.sources
                and any(holder.role == target and holds(holder.condition, profile) for holder in port.holders)
            ),
        )
        for target in row.targets
    )


def _filled(row: Row, ports: Iterator[Port]) -> bool:
    """Whether the ports together take in the row's."""
    if row.first is None or row.last is None:
        return any(True for _ in ports)
    reached = row.first
    for port in sorted(ports, key=lambda port: port.first or 0):
        assert port.first is not None
        assert port.last is not None
        if port.first <= reached:
            reached = max(reached, port.last + 1)
    return reached > row.last


def is_excluded(row: Row, exclusion: Exclusion) -> bool:
    """Whether an exclusion speaks of the row's ports."""
    if exclusion.transport is not None and row.transport and exclusion.transport != row.transport:
        return False
    if row.first is None or row.last is None or not exclusion.ports:
        return not exclusion.ports
    spans = [(int(port.partition("-")[0]), int(port.rpartition("-")[2])) for port in exclusion.ports]
    return any(first <= row.first <= row.last <= last for first, last in spans)
