"""What every dialect of a packet filter is written from: the openings of one place, and the words at the head."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from portspec.checks.hops import inside
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.errors import InputError
from portspec.packets.addresses import format_address, format_addresses
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import split_point
from portspec.policy.model import Policy
from portspec.render.openings import FAMILIES, UNIVERSE, Family, Opening, missing_roles, openings, with_optional

WIDTH = 110
SSH = 6 << 16 | 22
BASE_ICMP: dict[Family, tuple[int, ...]] = {"ipv4": (3, 11, 12), "ipv6": (1, 2, 3, 4, 134, 135, 136, 137)}
"""ICMP types that a host lets in from anyone. IPv4: destination unreachable (with fragmentation needed, which path MTU
discovery lives by, RFC 1191), time exceeded, parameter problem. IPv6: the same errors with packet too big (RFC 8201), and
router advertisement, neighbour discovery and redirect (RFC 4890, section 4.4.1). They come before what connection
tracking calls invalid is dropped: so it calls an error about a packet that it does not track."""
PASSING_ICMP: dict[Family, tuple[int, ...]] = {"ipv4": (3, 11, 12), "ipv6": (1, 2, 3, 4)}
"""What a filter between networks lets through: errors only; neighbours are found on one link (RFC 4890, section 4.3.1)."""


class Plan(NamedTuple):
    """One filter to be written. `families` are those that the machines behind it have; `head` are the lines of comment
    that it begins with, `label` names the place in a few words."""

    place: HostPlace | BetweenPlace
    label: str
    families: tuple[Family, ...]
    openings: tuple[Opening, ...]
    head: tuple[str, ...]

    @property
    def forwards(self) -> bool:
        """Whether the filter is between networks and not on a host."""
        return isinstance(self.place, BetweenPlace)

    def icmp(self, family: Family) -> tuple[int, ...]:
        """The ICMP types that are let in from anyone."""
        return (PASSING_ICMP if self.forwards else BASE_ICMP)[family]

    def of(self, family: Family) -> list[Opening]:
        """The openings of one family."""
        return [opening for opening in self.openings if opening.family == family]


def make_plan(policy: Policy, cluster: Cluster, place: HostPlace | BetweenPlace, *, optional: bool = False) -> Plan:
    """Work out what a filter at a place lets in. With `optional`, also what is not needed everywhere.

    Raises InputError where the cluster file lacks the addresses without which nothing would be let in.
    """
    label = _label(place)
    here = inside(cluster, place)
    families = tuple(family for family in FAMILIES if here.overlaps(UNIVERSE[family]))
    asked = with_optional(policy) if optional else policy
    found = openings(asked, cluster, place)
    missing = missing_roles(asked, cluster, place)
    if not found:
        hint = (
            f"give addresses to {', '.join(missing)} under `roles:`" if missing else "see portspec ports for the flows"
        )
        raise InputError(
            f"no flow of phase {cluster.phase} passes at {label}: nothing to render", cluster.path, hint=hint
        )
    return Plan(place, label, families, tuple(found), tuple(_head(policy, cluster, label, here, found, missing, place)))


def comment(lines: Sequence[str], mark: str = "#") -> list[str]:
    """Lines as comments, each at most `WIDTH` long. Whatever is no printable ASCII is left out of a config."""
    made = []
    for line in lines:
        plain = "".join(char if " " <= char <= "~" else "?" for char in line)
        made += textwrap.wrap(plain, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{mark} {line}".rstrip() for line in made]


def about(opening: Opening) -> str:
    """For whom and for what an opening is."""
    return f"{', '.join(opening.services)}: from {', '.join(opening.roles)}"


def spoken(points: IntervalSet) -> str:
    """Points of the port line for people: `2379-2380/tcp`."""
    words = []
    for first, last in points:
        (transport, low), (_, high) = split_point(first), split_point(last)
        if low is None:
            words.append(transport)
        else:
            words.append(f"{low}/{transport}" if low == high else f"{low}-{high}/{transport}")
    return ", ".join(words)


def setting(policy: Policy, cluster: Cluster) -> str:
    """The cluster in one line: release, profile and phase."""
    profile = policy.profile
    features = "".join(f", {feature}" for feature in profile.features)
    return (
        f"OpenShift {policy.release}, platform {profile.platform}, {profile.network}, {profile.topology}{features}, "
        f"phase {cluster.phase}"
    )


def origin(policy: Policy) -> str:
    """What a rendered file was made by and from."""
    return f"Written by portspec render; policy {policy.digest[:19]}, spec {policy.spec_version}."


def _label(place: HostPlace | BetweenPlace) -> str:
    if isinstance(place, HostPlace):
        return place.role or format_address(place.addresses.first)
    return f"the edge between {', '.join(place.near)} and {', '.join(place.far)}"


def _head(
    policy: Policy,
    cluster: Cluster,
    label: str,
    here: IntervalSet,
    found: list[Opening],
    missing: tuple[str, ...],
    place: HostPlace | BetweenPlace,
) -> list[str]:
    host = isinstance(place, HostPlace)
    where = f"Host filter of {label} ({format_addresses(here)})" if host else f"Filter of {label}"
    lines = [f"{where}: {setting(policy, cluster)}.", origin(policy)]
    if missing:
        lines.append(f"Not let in, since the cluster file gives them no addresses: {', '.join(missing)}.")
    left = _left_out(policy, cluster, place, found)
    if left:
        lines.append(f"Not let in, since not every cluster needs it (--optional lets it in): {'; '.join(left)}.")
    if host and not _for_administration(found):
        lines.append("No way in for administration is among the flows: add yours, such as SSH, before this is loaded.")
    if isinstance(place, HostPlace) and place.role in ("control-plane", "worker", "ingress-node"):
        lines.append(
            "Pods that talk to their own node come with addresses of the pod network (clusterNetwork of "
            "install-config.yaml), which the cluster file does not give: let them in here before this filter is loaded."
        )
    return lines


def _for_administration(found: list[Opening]) -> bool:
    """Whether somebody outside the cluster may come in by SSH."""
    return any(SSH in opening.ports and "admin" in opening.roles for opening in found)


def _left_out(policy: Policy, cluster: Cluster, place: HostPlace | BetweenPlace, found: list[Opening]) -> list[str]:
    """Services that only `--optional` lets in, with their ports."""
    known = {(service, opening.protocol) for opening in found for service in opening.services}
    more: dict[str, IntervalSet] = {}
    for opening in openings(with_optional(policy), cluster, place):
        for service in opening.services:
            if (service, opening.protocol) not in known:
                # An opening is of several services; the ports are those of this one.
                for allow in policy.allows:
                    theirs = allow.ports & opening.ports
                    if allow.service == service and theirs:
                        more[service] = more.get(service, theirs) | theirs
    return [f"{service} {spoken(points)}" for service, points in sorted(more.items())]
