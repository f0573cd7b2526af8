"""The spec as types: what the YAML says, the same before and after it is narrowed to one release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from portspec.spec.vocabulary import Necessity, Phase, Reach, Text

Transport = Literal["tcp", "udp", "sctp", "icmp", "esp", "vrrp"]
Sensitivity = Literal["critical", "high", "normal"]


class Choice(NamedTuple):
    """Values of one property of a profile that a fact is bound to: one of `among`, or none of `without`."""

    among: tuple[str, ...]
    without: tuple[str, ...]

    def holds(self, value: str) -> bool:
        """Whether a profile with this value has the fact."""
        return value in self.among if self.among else value not in self.without


class Condition(NamedTuple):
    """When a fact holds at all. None: whatever the profile has. All of `features` must be on, none of `without`."""

    platform: Choice | None
    network: Choice | None
    topology: Choice | None
    features: tuple[str, ...]
    without: tuple[str, ...]


class Conflict(NamedTuple):
    """A source that says otherwise, and what it says."""

    source: str
    text: Text


class Lifetime(NamedTuple):
    """From which release a fact holds, from which no longer, and up to which somebody looked.

    `added` `unknown`: since before the oldest release of the spec. None: as the record that the fact is part of.
    """

    added: str | None
    removed: str | None
    verified_through: str | None


class Change(NamedTuple):
    """What changed with a release, and why."""

    release: str
    text: Text
    sources: tuple[str, ...]


class Holder(NamedTuple):
    """A role that listens on a port in some phases.

    `before_system`: the machine listens before its own system runs, from memory while its disk is written. Filters on
    the way see the traffic; the machine's own filter is not there yet, and a running node does not listen.
    """

    role: str
    phases: tuple[Phase, ...]
    condition: Condition | None
    before_system: bool
    note: Text | None
    lifetime: Lifetime


class Flow(NamedTuple):
    """Traffic to a port. `targets` empty: to every holder of the phase. `via` names a balancer, None is direct."""

    senders: tuple[str, ...]
    targets: tuple[str, ...]
    via: str | None
    necessity: Necessity
    phases: tuple[Phase, ...]
    condition: Condition | None
    purpose: Text | None
    note: Text | None
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    lifetime: Lifetime


class Port(NamedTuple):
    """One port, range of ports, or transport without ports.

    `port` is as written (`22623`, `9000-9999`, None), `first` and `last` are its ends. `hosts` are the names of an
    outside party that holds it. `flows` None: no source tells who connects.
    """

    port: str | None
    first: int | None
    last: int | None
    transport: Transport
    application: str
    reach: Reach
    purpose: Text
    note: Text | None
    condition: Condition | None
    holders: tuple[Holder, ...]
    hosts: tuple[str, ...]
    flows: tuple[Flow, ...] | None
    sources: tuple[str, ...]
    history: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    lifetime: Lifetime


class Service(NamedTuple):
    """One process that listens."""

    id: str
    title: Text
    component: str
    description: Text | None
    sensitivity: Sensitivity
    ports: tuple[Port, ...]


class Health(NamedTuple):
    """How a balancer is to probe a member; see `policy.model.HealthRequirement`."""

    necessity: Necessity
    kind: Literal["https", "http", "tcp"]
    path: str
    port: int
    longest_removal: int | None


class Probe(NamedTuple):
    """The timings of a health check as one source gives them, in milliseconds; None: it does not say.

    `healthy` and `unhealthy` count the probes in a row that bring a member back or take it out. `place` tells apart
    what one source says in several places.
    """

    source: str
    place: Text | None
    kind: Literal["https", "http", "tcp"]
    interval: int | None
    timeout: int | None
    healthy: int | None
    unhealthy: int | None


class BalancedPort(NamedTuple):
    """What the sources ask of one port of a balancer. `members` gives the roles per phase."""

    port: int
    service: str
    transport: Transport
    condition: Condition | None
    layer: int
    audience: Reach
    members: Mapping[str, tuple[str, ...]]
    backup: tuple[str, ...]
    health: Health | None
    probes: tuple[Probe, ...]
    persistence: Literal["forbidden", "recommended", "any"]
    note: Text | None
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    lifetime: Lifetime


class BalancerSpec(NamedTuple):
    """A balancer: its role in the cluster file, when somebody has to configure it, and its ports."""

    id: str
    title: Text
    role: str
    condition: Condition | None
    ports: tuple[BalancedPort, ...]


class Role(NamedTuple):
    """Who sends or listens. `audience` is the narrowest reach that takes the role in; `condition` says which clusters
    have such a machine."""

    id: str
    title: Text
    kind: Literal["node", "balancer", "outside"]
    audience: Reach
    phases: tuple[Phase, ...]
    condition: Condition | None
    aliases: tuple[str, ...]
    description: Text


class Platform(NamedTuple):
    """A platform. `balancer`: who provides the API's balancer: the `site`, the `cloud`, or `none` (the virtual
    addresses sit on the nodes). `ingress`: how the default router is published there."""

    id: str
    title: Text
    balancer: Literal["site", "cloud", "none"]
    ingress: Literal["host-network", "load-balancer-service"]


class Source(NamedTuple):
    """Where a fact comes from. `reference` is the commit, branch or edition that was read, `unknown` if lost."""

    id: str
    title: str
    kind: str
    document: str
    reference: str
    read: str
    note: Text | None


class Release(NamedTuple):
    """One release. Dates are ISO dates or `unknown`; `extended_ends` None: it has no extended support. `preview`: not
    known to be released, what its sources say may still change."""

    id: str
    kubernetes: str
    released: str
    support_ends: str
    extended_ends: str | None
    network: str
    flow_matrix: Literal["merged", "per-environment", "none"]
    preview: bool
    note: Text | None
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


class HandoverSide(NamedTuple):
    """Who serves a port on one side of the handover; `title` is the diagram's own wording."""

    role: str
    title: Text


class HandoverPort(NamedTuple):
    """A port that `before` serves first and `after` later. `ends_with` is the event that ends the first.

    `core`: one of the four of the original note, which the diagram shows.
    """

    port: int
    transport: Transport
    service: str
    core: bool
    before: HandoverSide
    after: HandoverSide
    ends_with: str
    legend: Text
    sources: tuple[str, ...]


class HandoverEvent(NamedTuple):
    """One step of the bootstrap, in order."""

    id: str
    title: Text
    text: Text
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    lifetime: Lifetime


class EtcdMembers(NamedTuple):
    """How many etcd members, that of the bootstrap host included, have to be there before it is removed, where the
    cluster is scaled in one of several ways."""

    id: str
    title: Text
    members: int
    condition: Condition | None
    note: Text | None
    sources: tuple[str, ...]
    lifetime: Lifetime


class HandoverVariant(NamedTuple):
    """An installation in which it goes otherwise. `without`: the events that do not happen."""

    id: str
    title: Text
    text: Text
    condition: Condition | None
    without: tuple[str, ...]
    sources: tuple[str, ...]
    lifetime: Lifetime


class Diagram(NamedTuple):
    """The words of the handover diagram that belong to no single port."""

    before: Text
    after: Text
    arrow: Text


class Handover(NamedTuple):
    """The handover from the bootstrap host to the control plane."""

    title: Text
    diagram: Diagram
    ports: tuple[HandoverPort, ...]
    events: tuple[HandoverEvent, ...]
    etcd_members: tuple[EtcdMembers, ...]
    variants: tuple[HandoverVariant, ...]


class NoteRow(NamedTuple):
    """One row of the original note: the port it is about and the note's own words, in both languages."""

    service: str
    port: str
    purpose: Text
    refinements: tuple[Refinement, ...]


class Refinement(NamedTuple):
    """Where the sources refine or contradict the note."""

    kind: Literal["refined", "contradicted", "confirmed"]
    text: Text
    sources: tuple[str, ...]


class NotePart(NamedTuple):
    """One of the five parts of the original note."""

    id: str
    title: Text
    closing: Text | None
    rows: tuple[NoteRow, ...]
    refinements: tuple[Refinement, ...]


class Exclusion(NamedTuple):
    """What sources name and the spec leaves out. `ports` empty: they name none; `roles` empty: whichever listens."""

    id: str
    kind: Literal["local", "pod-network", "left-over", "example", "other-product", "not-established", "no-packet"]
    title: Text
    transport: Transport | None
    ports: tuple[str, ...]
    roles: tuple[str, ...]
    reason: Text
    sources: tuple[str, ...]
    lifetime: Lifetime


class Snapshot(NamedTuple):
    """The spec narrowed to one release, conditions kept."""

    spec_version: str
    release: Release
    roles: Mapping[str, Role]
    platforms: Mapping[str, Platform]
    networks: Mapping[str, Text]
    topologies: Mapping[str, Text]
    features: Mapping[str, Text]
    services: Mapping[str, Service]
    balancers: Mapping[str, BalancerSpec]
    handover: Handover
    note: tuple[NotePart, ...]
    exclusions: Mapping[str, Exclusion]
    sources: Mapping[str, Source]
