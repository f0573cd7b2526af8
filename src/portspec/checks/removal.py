"""How long a member that fails stays in its pool: worked out for every balanced port, and shown in every report."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, PlacedBalancer
from portspec.checks.balancers import Seat, Way, member_phrase, pool_ways
from portspec.configs.balancer.model import HealthCheck
from portspec.records import NamedTuple

SAMPLE = HealthCheck("https", interval=10_000, timeout=10_000, fall=2)
"""The probe of the sample in the product's documentation, and of the installer's own balancer (docs-lb-user-infra,
installer-aws-ipi): what a member may take that goes without a word."""


class Removal(NamedTuple):
    """The slowest member of a port's pools. Times in milliseconds.

    `answering`: from the moment at which it answers its probes badly, which is what the sources limit (`limit`, None
    where they do not); `silent`: from the moment at which it no longer answers at all. None: no probe takes it out.
    `passive`: only connections of clients that fail do. Not `certain`: a condition that is not read leads to the pool.
    """

    path: str
    balancer: str
    service: str
    port: int
    pool: str
    member: str
    answering: int | None
    silent: int | None
    limit: int | None
    passive: bool
    certain: bool


def removals(case: Case) -> tuple[Removal, ...]:
    """One per balanced port of each balancer config that has members, in the order of the ports."""
    return tuple(one for placed in case.balancers for one in _of(case, placed))


def _of(case: Case, placed: PlacedBalancer) -> Iterator[Removal]:
    slowest: dict[tuple[str, int], Removal] = {}
    for way in pool_ways(case, placed):
        counted = slowest_of(way)
        if counted is None:
            continue
        made = _removal(placed, way, counted)
        key = (made.balancer, made.port)
        if key not in slowest or _weight(made) > _weight(slowest[key]):
            slowest[key] = made
    yield from sorted(slowest.values(), key=lambda one: (one.balancer, one.port))


def slowest_of(way: Way) -> Seat | None:
    """The member of a pool that stays longest. A sorry server is not counted: it is where clients go when all is lost."""
    counted = [seat for seat in way.seats if not seat.member.last_resort]
    return max(counted, key=lambda seat: _stay(seat.member.check), default=None)


def is_probed(check: HealthCheck) -> bool:
    """Whether anything asks the member how it is."""
    return check.kind not in ("none", "passive")


def _stay(check: HealthCheck) -> tuple[bool, int, int]:
    return not is_probed(check), check.removal, check.silent_removal


def _removal(placed: PlacedBalancer, way: Way, seat: Seat) -> Removal:
    check, asked = seat.member.check, way.balance.health
    probed = is_probed(check)
    return Removal(
        placed.path,
        way.balance.balancer,
        way.balance.service,
        way.balance.port,
        way.pool.name,
        member_phrase(seat),
        check.removal if probed else None,
        check.silent_removal if probed else None,
        asked.longest_removal if asked is not None else None,
        check.kind == "passive",
        way.certain,
    )


def _weight(one: Removal) -> tuple[bool, int, int]:
    return one.answering is None, one.answering or 0, one.silent or 0


def seconds(milliseconds: int) -> str:
    """A time as reports write it."""
    return f"{milliseconds / 1000:g}"
