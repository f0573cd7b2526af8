"""Plain data of the spec's YAML, or of a snapshot, into its types. The schema has been checked before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portspec.spec.model import (
    BalancedPort,
    BalancerSpec,
    Change,
    Choice,
    Condition,
    Conflict,
    Diagram,
    EtcdMembers,
    Exclusion,
    Flow,
    Handover,
    HandoverEvent,
    HandoverPort,
    HandoverSide,
    HandoverVariant,
    Health,
    Holder,
    Lifetime,
    NotePart,
    NoteRow,
    Platform,
    Port,
    Probe,
    Refinement,
    Release,
    Role,
    Service,
    Snapshot,
    Source,
)
from portspec.spec.releases import UNKNOWN
from portspec.spec.vocabulary import PHASES, Phase

Record = Mapping[str, Any]


def read_snapshot(document: Record) -> Snapshot:
    """The types of a snapshot document (see `policy.resolve`)."""
    profiles = document["profiles"]
    return Snapshot(
        spec_version=document["spec_version"],
        release=read_release(document["release"]),
        roles={record["id"]: read_role(record) for record in document["roles"]},
        platforms={record["id"]: read_platform(record) for record in profiles["platforms"]},
        networks={record["id"]: record["title"] for record in profiles["networks"]},
        topologies={record["id"]: record["title"] for record in profiles["topologies"]},
        features={record["id"]: record["title"] for record in profiles["features"]},
        services={record["id"]: read_service(record) for record in document["services"]},
        balancers={record["id"]: read_balancer(record) for record in document["balancers"]},
        handover=read_handover(document["handover"]),
        note=tuple(read_note_part(record) for record in document["note"]),
        exclusions={record["id"]: read_exclusion(record) for record in document["exclusions"]},
        sources={record["id"]: read_source(record) for record in document["sources"]},
    )


def read_service(record: Record) -> Service:
    """A file of `spec/services/`."""
    return Service(
        record["id"],
        record["title"],
        record["component"],
        record.get("description"),
        record.get("sensitivity", "normal"),
        tuple(_port(port) for port in record["ports"]),
    )


def _port(record: Record) -> Port:
    written = record.get("port")
    first: int | None = None
    last: int | None = None
    if written is not None:
        head, _, tail = str(written).partition("-")
        first, last = int(head), int(tail or head)
    flows = record["flows"]
    return Port(
        None if written is None else str(written),
        first,
        last,
        record["transport"],
        record.get("application", ""),
        record["reach"],
        record["purpose"],
        record.get("note"),
        _condition(record),
        tuple(_holder(holder) for holder in record["held_by"]),
        tuple(record.get("hosts", ())),
        None if flows == UNKNOWN else tuple(_flow(flow) for flow in flows),
        tuple(record["sources"]),
        _history(record),
        _conflicts(record),
        _lifetime(record),
    )


def _holder(record: Record) -> Holder:
    return Holder(
        record["role"],
        _phases(record),
        _condition(record),
        record.get("before_system", False),
        record.get("note"),
        _lifetime(record),
    )


def _flow(record: Record) -> Flow:
    return Flow(
        _names(record["from"]),
        _names(record.get("to", ())),
        record.get("via"),
        record["necessity"],
        _phases(record),
        _condition(record),
        record.get("purpose"),
        record.get("note"),
        tuple(record["sources"]),
        _conflicts(record),
        _lifetime(record),
    )


def _names(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _phases(record: Record) -> tuple[Phase, ...]:
    written = record.get("phases")
    return PHASES if written is None else tuple(phase for phase in PHASES if phase in written)


def _condition(record: Record) -> Condition | None:
    written = record.get("condition")
    if written is None:
        return None
    features = _choice(written.get("features")) or Choice((), ())
    return Condition(
        _choice(written.get("platform")),
        _choice(written.get("network")),
        _choice(written.get("topology")),
        features.among,
        features.without,
    )


def _choice(written: list[str] | Record | None) -> Choice | None:
    if written is None:
        return None
    if isinstance(written, Mapping):
        return Choice((), tuple(written["except"]))
    return Choice(tuple(written), ())


def _conflicts(record: Record) -> tuple[Conflict, ...]:
    return tuple(Conflict(item["source"], item["text"]) for item in record.get("conflicts_with", ()))


def _history(record: Record) -> tuple[Change, ...]:
    return tuple(Change(item["release"], item["text"], tuple(item["sources"])) for item in record.get("history", ()))


def _lifetime(record: Record) -> Lifetime:
    return Lifetime(record.get("added"), record.get("removed"), record.get("verified_through"))


def read_balancer(record: Record) -> BalancerSpec:
    """An entry of `spec/balancers.yaml`."""
    ports = tuple(_balanced_port(port) for port in record["ports"])
    return BalancerSpec(record["id"], record["title"], record["role"], _condition(record), ports)


def _balanced_port(record: Record) -> BalancedPort:
    health = record.get("health")
    return BalancedPort(
        record["port"],
        record["service"],
        record["transport"],
        _condition(record),
        record["layer"],
        record["audience"],
        {phase: tuple(record["members"][phase]) for phase in PHASES},
        tuple(record.get("backup", ())),
        health
        and Health(
            health["necessity"],
            health["kind"],
            health.get("path", ""),
            health["port"],
            health.get("longest_removal_ms"),
        ),
        tuple(_probe(probe) for probe in record.get("probes", ())),
        record["persistence"],
        record.get("note"),
        tuple(record["sources"]),
        _conflicts(record),
        _lifetime(record),
    )


def _probe(record: Record) -> Probe:
    return Probe(
        record["source"],
        record.get("place"),
        record["kind"],
        record.get("interval_ms"),
        record.get("timeout_ms"),
        record.get("healthy"),
        record.get("unhealthy"),
    )


def read_role(record: Record) -> Role:
    """An entry of `spec/roles.yaml`."""
    return Role(
        record["id"],
        record["title"],
        record["kind"],
        record["audience"],
        _phases(record),
        _condition(record),
        tuple(record.get("aliases", ())),
        record["description"],
    )


def read_platform(record: Record) -> Platform:
    """A platform of `spec/profiles.yaml`."""
    return Platform(record["id"], record["title"], record["balancer"], record["ingress"])


def read_source(record: Record) -> Source:
    """An entry of `spec/sources.yaml`."""
    return Source(
        record["id"],
        record["title"],
        record["kind"],
        record["document"],
        record["reference"],
        record["read"],
        record.get("note"),
    )


def read_release(record: Record) -> Release:
    """An entry of `spec/releases.yaml`."""
    return Release(
        record["id"],
        record["kubernetes"],
        record["released"],
        record["support_ends"],
        record.get("extended_ends"),
        record["network"],
        record["flow_matrix"],
        record.get("preview", False),
        record.get("note"),
        tuple(record["sources"]),
        _conflicts(record),
    )


def read_exclusion(record: Record) -> Exclusion:
    """An entry of `spec/exclusions.yaml`."""
    return Exclusion(
        record["id"],
        record["kind"],
        record["title"],
        record.get("transport"),
        tuple(str(port) for port in record.get("ports", ())),
        tuple(record.get("roles", ())),
        record["reason"],
        tuple(record["sources"]),
        _lifetime(record),
    )


def read_handover(record: Record) -> Handover:
    """`spec/handover.yaml`."""
    words = record["diagram"]
    return Handover(
        record["title"],
        Diagram(words["before"], words["after"], words["arrow"]),
        tuple(_handover_port(port) for port in record["ports"]),
        tuple(
            HandoverEvent(
                event["id"],
                event["title"],
                event["text"],
                tuple(event["sources"]),
                _conflicts(event),
                _lifetime(event),
            )
            for event in record["events"]
        ),
        tuple(_etcd_members(entry) for entry in record.get("etcd_members", ())),
        tuple(_variant(entry) for entry in record.get("variants", ())),
    )


def _etcd_members(record: Record) -> EtcdMembers:
    return EtcdMembers(
        record["id"],
        record["title"],
        record["members"],
        _condition(record),
        record.get("note"),
        tuple(record["sources"]),
        _lifetime(record),
    )


def _variant(record: Record) -> HandoverVariant:
    return HandoverVariant(
        record["id"],
        record["title"],
        record["text"],
        _condition(record),
        tuple(record["without"]),
        tuple(record["sources"]),
        _lifetime(record),
    )


def _handover_port(record: Record) -> HandoverPort:
    return HandoverPort(
        record["port"],
        record["transport"],
        record["service"],
        record.get("core", False),
        _side(record["before"]),
        _side(record["after"]),
        record["ends_with"],
        record["legend"],
        tuple(record["sources"]),
    )


def _side(record: Record) -> HandoverSide:
    return HandoverSide(record["role"], record["title"])


def read_note_part(record: Record) -> NotePart:
    """A part of `spec/note.yaml`."""
    rows = tuple(
        NoteRow(row["service"], str(row["port"]), row["purpose"], _refinements(row)) for row in record.get("rows", ())
    )
    return NotePart(record["id"], record["title"], record.get("closing"), rows, _refinements(record))


def _refinements(record: Record) -> tuple[Refinement, ...]:
    return tuple(
        Refinement(item["kind"], item["text"], tuple(item["sources"])) for item in record.get("refinements", ())
    )
