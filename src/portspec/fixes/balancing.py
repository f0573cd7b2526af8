"""What the writers of load-balancer configs have in common: which pool, which member to copy, which machines are missing."""

from __future__ import annotations

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer, Frontend, Member, Pool
from portspec.fixes.site import Site, machines
from portspec.packets.addresses import format_address
from portspec.policy.model import Balance, HealthRequirement
from portspec.source import Span

REMOVED = frozenset({"PS304", "PS307", "PS313"})
"""Findings about a member that does not belong there: it goes."""


def pool_at(site: Site, place: Span) -> Pool | None:
    """The pool that begins at a place, else at its line, or that has a member there: a file may be one line."""
    assert isinstance(site.model, Balancer)
    begun = {pool.span[:2]: pool for pool in reversed(site.model.pools)}
    if place[:2] in begun:
        return begun[place[:2]]
    for pool in site.model.pools:
        if place.line in (pool.span.line, *(member.span.line for member in pool.members)):
            return pool
    return None


def pools_of(site: Site, port: str) -> list[Pool]:
    """The pools whose every member has a port."""
    assert isinstance(site.model, Balancer)
    return [one for one in site.model.pools if one.members and all(str(each.port) == port for each in one.members)]


def member_at(site: Site, finding: Finding) -> tuple[Pool, Member] | None:
    """The member that a finding points at, with its pool."""
    assert isinstance(site.model, Balancer)
    if finding.span is None:
        return None
    here = finding.span.line, finding.span.column
    for pool in site.model.pools:
        for member in pool.members:
            if (member.span.line, member.span.column) == here and not member.span.within:
                return pool, member
    return None


def missing(site: Site, finding: Finding) -> list[tuple[str, str]]:
    """(name, address) of the machines that a pool lacks."""
    return machines(site.cluster, finding.values.get("missing", finding.values.get("address", "")))


def idle(site: Site, finding: Finding) -> list[Member]:
    """The members that are in the pool of a finding and serve nobody, among those that it says are missing."""
    assert finding.span is not None
    pool = pool_at(site, finding.span)
    wanted = {address for _, address in missing(site, finding)} or set(backed(site, finding.port))
    return [] if pool is None else [one for one in pool.members if host(one) in wanted]


def like(pool: Pool) -> Member | None:
    """The member that others are written like: the last plain one that serves."""
    plain = [one for one in pool.members if one.serves and not one.backup and not one.span.within]
    return plain[-1] if plain else None


def host(member: Member) -> str:
    """The address of a member, as far as it is known; else its name."""
    return member.host if member.address is None else format_address(member.address)


def balance(site: Site, port: str) -> Balance | None:
    """What the policy asks of a balanced port."""
    return next((one for one in site.policy.balances if str(one.port) == port), None)


def health(site: Site, port: str) -> HealthRequirement | None:
    """The probe that the sources ask for."""
    found = balance(site, port)
    return None if found is None else found.health


def listening(site: Site, balancer: str) -> str:
    """The one address of a balancer; empty where there are several, or none."""
    addresses = site.cluster.addresses(f"{balancer}-balancer")
    return format_address(addresses.first) if addresses and addresses.size == 1 else ""


def backed(site: Site, port: str) -> tuple[str, ...]:
    """The addresses of the members that the sources mark as backup."""
    found = balance(site, port)
    roles = () if found is None else found.backup
    spans = [span for role in roles for span in site.cluster.addresses(role)]
    return tuple(format_address(point) for first, last in spans for point in range(first, min(last, first + 8) + 1))


def wanted(site: Site, port: str) -> list[tuple[str, str]]:
    """(name, address) of every machine that belongs into the pool of a port in this phase."""
    found = balance(site, port)
    roles = () if found is None else found.members.get(site.cluster.phase, ())
    made: list[tuple[str, str]] = []
    for role in roles:
        for first, last in site.cluster.addresses(role) or site.cluster.addresses(
            "worker" if role == "ingress-node" else ""
        ):
            made += machines(site.cluster, f"{format_address(first)}-{format_address(last)}")
    return made


def donors(site: Site, finding: Finding) -> list[tuple[Frontend, Pool, int]]:
    """Listeners of the same balancer that lead to one pool, with their port: one of them can be written anew for another port."""
    assert isinstance(site.model, Balancer)
    wanted_by = finding.values["balancer"]
    pools = {pool.name: pool for pool in site.model.pools}
    found = []
    for one in site.policy.balances:
        if one.balancer != wanted_by or str(one.port) == finding.port:
            continue
        for frontend in site.model.frontends:
            listens = any(at.first_port == at.last_port == one.port for at in frontend.listeners)
            names = {route.pool for route in frontend.routes}
            if listens and len(frontend.listeners) == 1 and len(names) == 1 and names <= set(pools):
                found.append((frontend, pools[names.pop()], one.port))
    return found


def names(site: Site) -> set[str]:
    """The names of all pools and frontends."""
    assert isinstance(site.model, Balancer)
    return {one.name for one in site.model.pools} | {one.name for one in site.model.frontends}


def fresh(taken: set[str], name: str) -> str:
    """A name that nothing has yet."""
    made, number = name, 2
    while made in taken:
        made, number = f"{name}-{number}", number + 1
    return made
