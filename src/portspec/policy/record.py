"""A policy read back from its document: what a check starts with, without the spec's types or the compiler."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports as port_line
from portspec.packets.ports import protocol_number
from portspec.policy.model import Allow, Balance, Deny, HealthRequirement, Policy, Profile, ServiceInfo, Text

Record = Mapping[str, Any]

NUMBERS = {"icmp": (1, 58), "esp": (50,), "vrrp": (112,)}
"""Protocol numbers of the transports without ports; `icmp` speaks of both families."""


@cache
def port_points(port: str | None, transport: str) -> IntervalSet:
    """A port or range as the spec writes it, on the port line; the whole protocol where it has no ports."""
    if port is None:
        numbers = NUMBERS.get(transport) or (protocol_number(transport),)
        return IntervalSet(span for number in numbers for span in port_line(number).spans)
    first, _, last = port.partition("-")
    return port_line(protocol_number(transport), int(first), int(last or first))


def read_policy(
    document: Record, spec_version: str, digest: str, purposes: Mapping[str, Text], services: Record
) -> Policy:
    """The policy of a document. `purposes` gives the sentence of each allow, `services` titles and the like."""
    profile = document["profile"]
    return Policy(
        release=document["release"],
        spec_version=spec_version,
        profile=Profile(profile["platform"], profile["network"], profile["topology"], tuple(profile["features"])),
        allows=tuple(_allow(record, purposes[record["id"]]) for record in document["allow"]),
        denies=tuple(_deny(record) for record in document["deny"]),
        balances=tuple(_balance(record) for record in document["balance"]),
        services={
            name: ServiceInfo(name, service["title"], service["component"], service["sensitivity"])
            for name, service in services.items()
        },
        digest=digest,
        document=document,
    )


def _allow(record: Record, purpose: Text) -> Allow:
    return Allow(
        record["id"],
        record["service"],
        record["port"],
        record["transport"],
        port_points(record["port"], record["transport"]),
        record["source"],
        record["target"],
        record["leg"],
        record["flow_source"],
        record["flow_target"],
        record["via"],
        record["necessity"],
        tuple(record["phases"]),
        purpose,
        tuple(record["sources"]),
        record.get("before_system", False),
    )


def _deny(record: Record) -> Deny:
    apart = tuple(record.get("apart", ()))
    points = port_points(record["port"], record["transport"])
    for port in apart:
        points = points - port_points(port, record["transport"])
    return Deny(
        record["id"],
        record["service"],
        record["port"],
        record["transport"],
        points,
        record["holder"],
        record["reach"],
        record["sensitivity"],
        tuple(record["phases"]),
        tuple(record["sources"]),
        apart,
    )


def _balance(record: Record) -> Balance:
    health = record["health"]
    return Balance(
        record["id"],
        record["balancer"],
        record["service"],
        record["port"],
        record["transport"],
        record["layer"],
        {phase: tuple(roles) for phase, roles in record["members"].items()},
        tuple(record["backup"]),
        None
        if health is None
        else HealthRequirement(
            health["necessity"], health["kind"], health["path"], health["port"], health["longest_removal_ms"]
        ),
        record["persistence"],
        record["audience"],
        tuple(record["sources"]),
    )
