"""The cluster file as data: who has which address, and where each config is enforced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Phase, Profile
from portspec.records import NamedTuple
from portspec.source import Span


class HostPlace(NamedTuple):
    """A config enforced on a host itself: `host` is a role or an address (then `addresses` holds it)."""

    role: str
    addresses: IntervalSet


class BetweenPlace(NamedTuple):
    """A config enforced between two groups of roles; traffic of both directions passes it."""

    near: tuple[str, ...]
    far: tuple[str, ...]


class BalancerPlace(NamedTuple):
    """A balancer config. `balancers` names the balancers it serves, `("api", "ingress")` when it serves both."""

    balancers: tuple[str, ...]


class Unplaced(NamedTuple):
    """Bare mode: nothing is known about where the config is enforced."""


Place = HostPlace | BetweenPlace | BalancerPlace | Unplaced


class ConfigEntry(NamedTuple):
    """One entry of `configs`: the path as written, relative to the cluster file's folder, and where it is enforced.

    `format` is None when it is to be detected; `span` is the entry's place in the cluster file. `beside` are further files
    of the same config, in the order in which its program is given them."""

    path: str
    at: Place
    format: str | None
    span: Span | None
    beside: tuple[str, ...] = ()


class Ignore(NamedTuple):
    """A finding that the site accepts: code, optional path, the reason, optional last day (an ISO date)."""

    code: str
    path: str
    reason: str
    until: str | None
    span: Span | None


class Cluster(NamedTuple):
    """One cluster. `path` is the cluster file ("" in bare mode), `folder` the directory its paths start from.

    `roles` maps a role to its addresses after overlaps are settled (the more specific range has the address), so
    the sets of node roles are disjoint unless the topology is compact or single-node. `spans` says where the file
    gives its `release`, `platform`, `network`, `topology` and `feature`s, for errors that only the policy finds.
    """

    path: str
    folder: str
    release: str
    profile: Profile
    phase: Phase
    roles: Mapping[str, IntervalSet]
    hosts: Mapping[str, int]
    configs: tuple[ConfigEntry, ...]
    ignores: tuple[Ignore, ...]
    services: tuple[str, ...] = ()
    spans: Mapping[str, Span] = {}

    @property
    def bare(self) -> bool:
        """Whether there is no cluster file, so that nothing that needs addresses can be judged."""
        return not self.path

    def addresses(self, role: str) -> IntervalSet:
        """The addresses of a role; empty when the cluster file does not give it."""
        return self.roles.get(role, EMPTY)

    def roles_of(self, point: int) -> tuple[str, ...]:
        """Every role that has this address, in the file's order."""
        return tuple([role for role, addresses in self.roles.items() if point in addresses])


Confidence = Literal["certain", "possible"]
