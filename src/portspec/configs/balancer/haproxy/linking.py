"""What only shows when the sections are seen together: names, modes and routes that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.sections import Section
from portspec.configs.balancer.model import Frontend, Listener, Member, Pool, Remark

MOST_HOPS = 100
SIDES = {"frontend": ("frontend",), "backend": ("backend",), "listen": ("frontend", "backend")}


def link_remarks(sections: Sequence[Section], frontends: Sequence[Frontend], pools: Sequence[Pool]) -> Iterator[Remark]:
    """Remarks about names given twice, routes to pools that do not exist, and modes that exclude each other."""
    yield from _twice(sections)
    yield from _listening_twice(frontends)
    by_name = {pool.name: pool for pool in pools}
    for frontend in frontends:
        for route in frontend.routes:
            pool = by_name.get(route.pool)
            if "%[" in route.pool:
                yield Remark("unknown", "dynamic-backend", {"backend": route.pool}, route.span)
            elif pool is None:
                yield Fault("no-such-backend", backend=route.pool).at(route.span)
            elif frontend.mode == "http" and pool.mode == "tcp":
                yield Fault("modes", frontend=frontend.name, backend=pool.name).at(route.span)


def _twice(sections: Sequence[Section]) -> Iterator[Remark]:
    seen: dict[tuple[str, str], Section] = {}
    for section in sections:
        for side in SIDES.get(section.kind, ()):
            before = seen.setdefault((side, section.name), section)
            if before is not section:
                first = str(before.head.number)
                yield Fault("name-twice", section=before.kind, name=before.name, line=first).at(section.head.span)
                break


def _listening_twice(frontends: Sequence[Frontend]) -> Iterator[Remark]:
    """Listeners of several frontends at one address and port, between which the kernel chooses by chance."""
    found: dict[tuple[object, ...], list[tuple[int, int, int, Frontend, Listener]]] = {}
    for number, frontend in enumerate(frontends):
        if frontend.disabled is None:
            for one in frontend.listeners:
                key = (one.address, one.address_text.lower() if one.address is None else "", one.family)
                found.setdefault(key, []).append((one.first_port, one.last_port, number, frontend, one))
    for listeners in found.values():
        if len(listeners) < 2:
            continue
        listeners.sort(key=lambda one: one[:3])
        open_until, before = listeners[0][1], listeners[0]
        for first, last, number, _, listener in listeners[1:]:
            if first <= open_until and number != before[2]:
                at = f"{listener.address_text}:{first}"
                line = str(before[4].span.line)
                yield Remark("unknown", "listener-twice", {"line": line, "address": at}, listener.span)
            if last > open_until:
                open_until, before = last, (first, last, number, frontends[number], listener)


def followed(pools: Sequence[Pool], remarks: list[Remark]) -> list[Pool]:
    """The pools with the checks of members that follow another one (`track`) filled in."""
    known = {(pool.name, member.name): member for pool in pools for member in pool.members}
    return [
        pool._replace(members=tuple(_with_check(pool, member, known, remarks) for member in pool.members))
        if any(member.follows for member in pool.members)
        else pool
        for pool in pools
    ]


def _with_check(pool: Pool, member: Member, known: Mapping[tuple[str, str], Member], remarks: list[Remark]) -> Member:
    if not member.follows:
        return member
    at, found, hops, cut = pool.name, member, 0, False
    while found.follows and hops < MOST_HOPS:
        place, slash, name = found.follows.rpartition("/")
        at = place if slash else at
        followed_one = known.get((at, name))
        if followed_one is None:
            remarks.append(Fault("track-unknown", server=found.follows).at(member.span))
            return member
        cut = cut or (found is not member and found.disabled)
        found, hops = followed_one, hops + 1
    if found.check.kind == "none" or found.follows:
        key = "track-circle" if found.follows else "track-unchecked"
        remarks.append(Fault(key, server=member.follows).at(member.span))
        return member
    if found.disabled:
        # Who follows one in maintenance is in maintenance (server.c, SRV_ADMF_IMAINT), even if `enabled` itself.
        return member._replace(disabled=True)
    if cut:
        # One in maintenance between the two passes on nothing: whoever follows it stays up, whatever becomes of the probed one.
        return member
    check = found.check
    return member._replace(
        check=check._replace(port=check.port or found.port, address=check.address or found.address, span=member.span)
    )
