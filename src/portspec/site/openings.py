"""How a service's ports are opened in each dialect, for the cluster of the examples: rules that `render` writes.

The rules are for one release and one profile that have the ports: the newest release, and the profile that a bare
installation has where the port's own condition allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from portspec.checks.examples import ADDRESSES
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.packets.addresses import ANY_V4, parse_addresses
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.compile import compile_policy
from portspec.policy.model import Allow, Phase, Policy, Profile
from portspec.policy.topology import holds
from portspec.render import firewalld, haproxy, iptables, nftables, nginx
from portspec.render.openings import Opening, openings, with_optional
from portspec.render.pools import pools
from portspec.site.edition import Edition, key_of, ports_of
from portspec.spec.model import Choice, Condition, Port, Service, Snapshot

Moment = Literal["always", "install", "optional"]
MOMENTS: tuple[Moment, ...] = ("always", "install", "optional")
EDGE = "edge"
"""The place between whoever is outside and the cluster."""
OUTSIDE = {
    "bmc": "192.168.23.0/24",
    "esxi": "192.168.24.0/24",
    "provisioner": "192.168.22.5",
    "windows-node": "192.168.22.221-192.168.22.222",
    "source-hypervisor": "192.168.25.0/24",
    "remote-cluster": "10.6.0.0/16",
    "management-cluster": "10.5.0.0/16",
    "hub": "10.4.0.0/16",
}
"""Addresses of the roles that the cluster of the examples does not have."""
SERVERS = "10.2.0."
"""Where the servers of the site have one address each."""


class Rules(NamedTuple):
    """Rules for one place and one moment. `place` is a role, whose hosts filter what comes in, or `edge`."""

    place: str
    moment: Moment
    lines: tuple[str, ...]


class Way(NamedTuple):
    """What is opened of a service under one release and profile: the rules of each dialect, the balancers' sections."""

    release: str
    profile: Profile
    filters: Mapping[str, tuple[Rules, ...]]
    balancers: Mapping[str, tuple[str, ...]]


FILTERS: Mapping[str, Callable[[Iterable[Opening]], list[str]]] = {
    "nftables": nftables.rule_lines,
    "iptables": iptables.rule_lines,
    "firewalld": firewalld.rich_rules,
}


def ways(edition: Edition, service: Service) -> Iterator[Way]:
    """What has to be opened for a service; one way for each release and profile that some of its ports need."""
    for policy in policies(edition, service):
        filters = _filters(policy, edition.newest)
        balancers = _balancers(policy)
        if filters or balancers:
            yield Way(policy.release, policy.profile, filters, balancers)


def policies(edition: Edition, service: Service) -> Iterator[Policy]:
    """What is asked about a service alone, under each release and profile that some of its ports need."""
    grouped: dict[tuple[str, Profile], list[Port]] = {}
    for port in ports_of(edition, service).values():
        release = _release(edition, service, port)
        profile = _profile(edition.snapshots[release], port)
        grouped.setdefault((release, profile), []).append(port)
    for (release, profile), ports in grouped.items():
        yield _policy(edition.snapshots[release], service, ports, profile)


def _release(edition: Edition, service: Service, port: Port) -> str:
    """The newest release that is out and has the port, else the last that has it."""
    having = [
        name
        for name, snapshot in edition.snapshots.items()
        if service.id in snapshot.services
        and any(key_of(one) == key_of(port) for one in snapshot.services[service.id].ports)
    ]
    newest = edition.newest.release.id
    return newest if newest in having else having[-1]


def _profile(snapshot: Snapshot, port: Port) -> Profile:
    """A profile under which the port is there, and some flow to it."""
    bound = [port.condition, *(holder.condition for holder in port.holders[:1])]
    bound += [flow.condition for flow in (port.flows or ())[:1]]
    profile = Profile()
    for condition in bound:
        if condition is not None and not holds(condition, profile):
            profile = _fulfilling(snapshot, condition, profile)
    return profile


def _fulfilling(snapshot: Snapshot, condition: Condition, profile: Profile) -> Profile:
    features = {*profile.features, *condition.features} - {*condition.without}
    return Profile(
        _value(condition.platform, profile.platform, snapshot.platforms),
        _value(condition.network, profile.network, snapshot.networks),
        _value(condition.topology, profile.topology, snapshot.topologies),
        tuple(sorted(features)),
    )


def _value(choice: Choice | None, present: str, values: Iterable[str]) -> str:
    if choice is None or choice.holds(present):
        return present
    return next(value for value in (*choice.among, *values) if choice.holds(value))


def _policy(snapshot: Snapshot, service: Service, ports: Iterable[Port], profile: Profile) -> Policy:
    """What a release asks about these ports alone."""
    wanted = {key_of(port) for port in ports}
    found = snapshot.services[service.id]
    alone = found._replace(ports=tuple(port for port in found.ports if key_of(port) in wanted))
    balancers = {
        name: one._replace(ports=tuple(port for port in one.ports if port.service == service.id))
        for name, one in snapshot.balancers.items()
    }
    made = compile_policy(snapshot._replace(services={service.id: alone}, balancers=balancers), profile)
    numbers = {port.port for port in alone.ports}
    return made._replace(balances=tuple(one for one in made.balances if str(one.port) in numbers))


def _filters(policy: Policy, newest: Snapshot) -> dict[str, tuple[Rules, ...]]:
    """The rules of every dialect."""
    found: dict[str, list[Rules]] = {}
    for place, moment, opened in _opened(policy, newest):
        for dialect, write in FILTERS.items():
            found.setdefault(dialect, []).append(Rules(place, moment, tuple(write(opened))))
    return {dialect: tuple(rules) for dialect, rules in found.items()}


def _opened(policy: Policy, newest: Snapshot) -> Iterator[tuple[str, Moment, list[Opening]]]:
    outside = tuple(role.id for role in newest.roles.values() if role.kind == "outside")
    own = tuple(role.id for role in newest.roles.values() if role.kind != "outside")
    sorted_out: dict[Moment, list[Allow]] = {moment: [] for moment in MOMENTS}
    for allow in policy.allows:
        moment: Moment = "always" if "running" in allow.phases else "install"
        sorted_out["optional" if allow.necessity == "optional" else moment].append(allow)
    targets = {allow.target for allow in policy.allows}
    for role in (*(role for role in own if role in targets), EDGE):
        known: list[Opening] = []
        for moment, allows in sorted_out.items():
            asked = with_optional(policy._replace(allows=tuple(allows)))
            phase: Phase = "running" if any("running" in allow.phases for allow in allows) else "install"
            cluster = _cluster(policy, phase)
            place = BetweenPlace(outside, own) if role == EDGE else HostPlace(role, cluster.addresses(role))
            found = (_beyond(one, known) for one in openings(asked, cluster, place) if one.family == "ipv4")
            opened = [one for one in found if one.sources]
            if opened:
                yield role, moment, opened
                known += opened


def _beyond(opening: Opening, known: Iterable[Opening]) -> Opening:
    """An opening without the sources that others let in to all of it already."""
    sources = opening.sources
    for other in known:
        there, here = other.destinations, opening.destinations
        everywhere = there is None or (here is not None and not here - there)
        if everywhere and not opening.ports - other.ports:
            sources = sources - other.sources
    return opening._replace(sources=sources)


def _balancers(policy: Policy) -> dict[str, tuple[str, ...]]:
    """The sections of every balancer's dialect, as they are while the bootstrap host exists."""
    if not policy.balances:
        return {}
    found = pools(policy, _cluster(policy, "install"))
    return {
        "haproxy": tuple(line for pool in found for line in (*haproxy.listen(pool), ""))[:-1],
        "nginx": tuple(line for pool in found for line in nginx.server(pool))[:-1],
    }


def _cluster(policy: Policy, phase: Phase) -> Cluster:
    """The cluster of the examples, with an address for every role."""
    return Cluster("portspec.yaml", "", policy.release, policy.profile, phase, _roles(), {}, (), ())


@cache
def _roles() -> dict[str, IntervalSet]:
    """Every role that any flow has; those without an address of their own are servers of the site."""
    from portspec.cluster.vocabulary import ROLES

    given = {**ADDRESSES, "ingress-node": ADDRESSES["worker"], **OUTSIDE}
    found = {role: parse_addresses(text) for role, text in given.items()}
    everybody = ("client", "internet")
    others = [role for role in ROLES if role not in found and role not in everybody]
    found |= {role: parse_addresses(f"{SERVERS}{number}") for number, role in enumerate(others, 10)}
    inside = EMPTY
    for addresses in found.values():
        inside = inside | addresses
    return {**found, **dict.fromkeys(everybody, ANY_V4 - inside)}
