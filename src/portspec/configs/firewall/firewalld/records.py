"""A firewalld configuration as data: what its files say, each thing with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from portspec.source import Span

Family = Literal["ipv4", "ipv6"]
Direction = Literal["source", "destination"]


class Word(NamedTuple):
    """A name or value with its place."""

    text: str
    span: Span


class Ports(NamedTuple):
    """Ports first..last of a transport, with their place."""

    first: int
    last: int
    transport: str
    span: Span


class Address(NamedTuple):
    """What a source or destination is matched with: exactly one of an address or network, a MAC address, and a set's
    name."""

    kind: Literal["address", "mac", "ipset"]
    text: str
    negated: bool
    span: Span


class Element(NamedTuple):
    """What a rich rule is about. `name` is the XML element's; `ports` is given for those with ports, `text` for the rest
    (a service, a protocol, a type of ICMP)."""

    name: str
    text: str
    ports: Ports | None
    to_address: str
    span: Span


class RichRule(NamedTuple):
    """A rich rule. `action` is None where it only logs or has an element that acts by itself."""

    family: Family | None
    priority: int
    source: Address | None
    destination: Address | None
    element: Element | None
    action: Literal["accept", "reject", "drop", "mark"] | None
    reject_type: str
    limited: bool
    logged: bool
    span: Span


class Settings(NamedTuple):
    """What zones and policies have in common."""

    services: tuple[Word, ...] = ()
    ports: tuple[Ports, ...] = ()
    forward_ports: tuple[Element, ...] = ()
    source_ports: tuple[Ports, ...] = ()
    icmp_blocks: tuple[Word, ...] = ()
    rules: tuple[RichRule, ...] = ()
    protocols: tuple[Word, ...] = ()
    masquerade: Span | None = None


class Zone(NamedTuple):
    """A zone. `target` is `default`, `ACCEPT`, `DROP` or `REJECT`; `forward` and `inversion` are where they are set."""

    name: str
    target: str
    interfaces: tuple[Word, ...]
    sources: tuple[Address, ...]
    settings: Settings
    forward: Span | None
    inversion: Span | None
    span: Span

    @property
    def active(self) -> bool:
        """Whether anything is bound to the zone."""
        return bool(self.interfaces or self.sources)


class PolicyObject(NamedTuple):
    """A policy of firewalld's. `target` is `CONTINUE`, `ACCEPT`, `DROP` or `REJECT`."""

    name: str
    target: str
    priority: int
    ingress: tuple[Word, ...]
    egress: tuple[Word, ...]
    settings: Settings
    span: Span


class Service(NamedTuple):
    """A service's definition. `destinations` are addresses by family; helpers change no verdict and are not kept."""

    name: str
    ports: tuple[Ports, ...]
    source_ports: tuple[Ports, ...]
    protocols: tuple[Word, ...]
    destinations: tuple[tuple[Family, str], ...]
    includes: tuple[Word, ...]


class IpSet(NamedTuple):
    """A set's definition. `filled` says whether its entries stand in the file: with a timeout they do not."""

    name: str
    type: str
    family: Family
    entries: tuple[Word, ...]
    filled: bool
    span: Span


IcmpTypes = Mapping[str, tuple[Family, ...]]
"""The families that an ICMP type is for, by its name."""


class Configuration(NamedTuple):
    """All of it. `services` has the definitions that were looked up so far; others come from the stock."""

    zones: Mapping[str, Zone]
    policies: Mapping[str, PolicyObject]
    services: Mapping[str, Service]
    ipsets: Mapping[str, IpSet]
    icmptypes: IcmpTypes
    default_zone: str
    rfc3964: bool
    whole: bool
    """Whether sets that are not here would be missing (a folder) or are just not told (a listing)."""

    def every(self) -> list[Settings]:
        """The settings of all zones and policies."""
        return [zone.settings for zone in self.zones.values()] + [policy.settings for policy in self.policies.values()]
