"""The compiled policy: the spec resolved for one release and narrowed to one profile.

Three kinds of obligation: `Allow` a hop, `Deny` an audience beyond a port's reach, `Balance` a balancer's port.
Everything that a check needs to know of OpenShift is here; a check never reads the spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple
from portspec.spec.vocabulary import PHASES, Necessity, Phase, Reach, Text

__all__ = [
    "PHASES",
    "Allow",
    "Balance",
    "Deny",
    "HealthRequirement",
    "Necessity",
    "Phase",
    "Policy",
    "Profile",
    "Reach",
    "ServiceInfo",
    "Text",
]


class Profile(NamedTuple):
    """What kind of cluster it is: platform, network plugin, topology, optional features (sorted)."""

    platform: str = "none"
    network: str = "OVNKubernetes"
    topology: str = "ha"
    features: tuple[str, ...] = ()


class Allow(NamedTuple):
    """One hop that must get through: traffic from `source` to `target` on `ports`.

    A flow via a balancer is two hops, `leg` `to-balancer` (target is the balancer role, only the balancer's own
    filter and filters in between see it) and `from-balancer`; otherwise `direct`. `flow_source` and `flow_target`
    are the ends of the whole flow. `before_system`: the target listens before its own system runs, so that filters in
    between see the hop and the target's own does not.
    """

    id: str
    service: str
    port: str | None
    transport: str
    ports: IntervalSet
    source: str
    target: str
    leg: Literal["direct", "to-balancer", "from-balancer"]
    flow_source: str
    flow_target: str
    via: str | None
    necessity: Necessity
    phases: tuple[Phase, ...]
    purpose: Text
    sources: tuple[str, ...]
    before_system: bool = False


class Deny(NamedTuple):
    """The widest audience of one port on one holder: whoever is beyond `reach` must not get to it.

    `apart` lists the ports of a range that have an audience of their own; `ports` is without them.
    """

    id: str
    service: str
    port: str | None
    transport: str
    ports: IntervalSet
    holder: str
    reach: Reach
    sensitivity: Literal["critical", "high", "normal"]
    phases: tuple[Phase, ...]
    sources: tuple[str, ...]
    apart: tuple[str, ...] = ()


class HealthRequirement(NamedTuple):
    """How the sources ask a balancer to probe a member of this port.

    `necessity` `required`: another probe is wrong (6443); `recommended`: sources disagree or only advise.
    `kind` is `https`, `http` or `tcp`; `port` the probed port; `longest_removal` the hard limit in milliseconds
    from the probe failing to the member leaving the pool, None where no source sets one.
    """

    necessity: Necessity
    kind: Literal["https", "http", "tcp"]
    path: str
    port: int
    longest_removal: int | None


class Balance(NamedTuple):
    """What one port of a balancer must do.

    `members` gives, per phase, the roles whose every address must be a member; `backup` the roles that the
    sources mark as backup servers. `persistence`: `forbidden`, `recommended` or `any`. `audience` is the widest
    reach that may connect to the listener (22623: cluster).
    """

    id: str
    balancer: Literal["api", "ingress"]
    service: str
    port: int
    transport: str
    layer: int
    members: Mapping[str, tuple[str, ...]]
    backup: tuple[str, ...]
    health: HealthRequirement | None
    persistence: Literal["forbidden", "recommended", "any"]
    audience: Reach
    sources: tuple[str, ...]


class ServiceInfo(NamedTuple):
    """What a report says about a service: its title and how sensitive it is."""

    id: str
    title: Text
    component: str
    sensitivity: str


class Policy(NamedTuple):
    """A policy. `document` is its canonical JSON form, of which `digest` is the SHA-256 (`sha256:` + hex)."""

    release: str
    spec_version: str
    profile: Profile
    allows: tuple[Allow, ...]
    denies: tuple[Deny, ...]
    balances: tuple[Balance, ...]
    services: Mapping[str, ServiceInfo]
    digest: str
    document: Mapping[str, Any]
