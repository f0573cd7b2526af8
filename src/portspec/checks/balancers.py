"""What the PS3xx checks share: which pools answer on a balanced port, and which member is which machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portspec.checks.api import Case, PlacedBalancer
from portspec.checks.finding import Confidence, Finding, Severity
from portspec.cluster.model import BalancerPlace, Cluster
from portspec.configs.balancer.model import Frontend, Listener, Member, Pool
from portspec.packets.addresses import format_address, is_v6
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Balance, Phase
from portspec.records import NamedTuple
from portspec.source import Span

ROLE_NAMES = (
    ("bootstrap", re.compile(r"bootstrap|(?<![a-z])boot(?![a-z])")),
    ("control-plane", re.compile(r"master|control-?plane|(?<![a-z])(cp|ctrl|etcd)-?\d*(?![a-z])")),
    ("worker", re.compile(r"worker|compute|infra|router|ingress|(?<![a-z])node-?\d")),
)
"""How people name the machines of a cluster."""


MOST = 0.5
"""The least share of a pool's members that makes a pool of certain server names this cluster's, where another one is its own
altogether."""
NODES = frozenset({"bootstrap", "control-plane", "worker", "ingress-node"})


class Seat(NamedTuple):
    """A member of a pool with the machine behind it. `roles` is empty when nothing is known of the machine;
    `certain` tells whether the roles come from the address or only from the name."""

    member: Member
    address: int | None
    roles: tuple[str, ...]
    certain: bool


class Way(NamedTuple):
    """From a listener on a balanced port to a pool. Not `certain`: a condition that is not read lies between.

    `everyone` are the pool's members with their machines, `seats` those of them that may serve: disabled ones and
    those of weight 0 do not.
    """

    balance: Balance
    frontend: Frontend
    listener: Listener
    pool: Pool
    certain: bool
    named: bool
    everyone: tuple[Seat, ...]
    seats: tuple[Seat, ...]


def balances(case: Case, placed: PlacedBalancer) -> list[Balance]:
    """The obligations of the balancers that a config serves."""
    if isinstance(placed.place, BalancerPlace):
        return [balance for balance in case.policy.balances if balance.balancer in placed.place.balancers]
    return list(case.policy.balances)


def listeners(placed: PlacedBalancer, port: int) -> Iterator[tuple[Frontend, Listener]]:
    """Every listener that covers a port; frontends that are disabled have none."""
    for frontend in placed.balancer.frontends:
        if frontend.disabled is None:
            for listener in frontend.listeners:
                if listener.first_port <= port <= listener.last_port:
                    yield frontend, listener


def ways(case: Case, placed: PlacedBalancer) -> list[Way]:
    """Every way from a balanced port to a pool of this cluster, one for each listener.

    One balancer may serve several clusters: at addresses of their own, or by server name. A pool without a machine of
    this cluster is another's when only certain server names or a foreign address lead there, and also when this
    cluster is served by server name beside it.
    """
    if placed.worked.ways is None:
        pools = {pool.name: pool for pool in placed.balancer.pools}
        known: dict[str, tuple[Seat, ...]] = {}
        found: list[Way] = []
        for balance in balances(case, placed):
            found += _ours(case.cluster, balance, list(_ways(case.cluster, placed, balance, pools, known)))
        placed.worked.ways = found
    return placed.worked.ways


def pool_ways(case: Case, placed: PlacedBalancer) -> list[Way]:
    """As `ways`, each pool once per port: by the way that is certain, if there is one."""
    if placed.worked.pool_ways is None:
        found: dict[tuple[str, str], Way] = {}
        for way in ways(case, placed):
            key = (way.balance.id, way.pool.name)
            if key not in found or (way.certain and not found[key].certain):
                found[key] = way
        placed.worked.pool_ways = list(found.values())
    return placed.worked.pool_ways


def _ways(
    cluster: Cluster,
    placed: PlacedBalancer,
    balance: Balance,
    pools: Mapping[str, Pool],
    known: dict[str, tuple[Seat, ...]],
) -> Iterator[Way]:
    for frontend, listener in _answering(cluster, placed, balance):
        for route in frontend.routes:
            holds = route.holds(balance.port)
            named = holds is None and route.by_server_name(balance.port)
            if holds is not False and route.pool in pools:
                certain = bool(holds) or (named and route.decided_by_server_name(balance.port))
                pool = pools[route.pool]
                if pool.name not in known:
                    known[pool.name] = tuple(seat(cluster, member) for member in pool.members)
                everyone = known[pool.name]
                serving = tuple(one for one in everyone if one.member.serves)
                yield Way(balance, frontend, listener, pool, certain, named, everyone, serving)
            if holds:
                break


def _answering(cluster: Cluster, placed: PlacedBalancer, balance: Balance) -> Iterator[tuple[Frontend, Listener]]:
    """The listeners of a port without those of every address that get none of the balancer's clients: as among sockets,
    one at the address itself takes them."""
    found = list(listeners(placed, balance.port))
    own = cluster.addresses(f"{balance.balancer}-balancer")
    given = [listener_address(cluster, listener) for _, listener in found]
    left = own - IntervalSet((address, address) for address in given if address is not None)
    for frontend, listener in found:
        if left == own or not listener.everywhere or (left and reaches(cluster, listener, left)):
            yield frontend, listener


def _ours(cluster: Cluster, balance: Balance, found: list[Way]) -> list[Way]:
    if cluster.bare or not found:
        return found
    nearness = {way.pool.name: near(way.everyone) for way in found}
    addresses = cluster.addresses(f"{balance.balancer}-balancer")
    at_home = [reaches(cluster, way.listener, addresses) for way in found]
    named = any(way.named and nearness[way.pool.name] for way in found)
    whole = any(_share(way.everyone) == 1 for way in found)
    kept: list[Way] = []
    for way, home in zip(found, at_home, strict=True):
        close = nearness[way.pool.name]
        if close == 0 and (way.named or named or (not home and any(at_home))):
            continue
        if close == 1 and way.named and max(nearness.values()) > 1:
            continue
        # A machine of this cluster that got into the pool of another one's names does not make it this cluster's.
        if way.named and whole and _share(way.everyone) < MOST:
            continue
        kept.append(way)
    return kept


def _share(everyone: Sequence[Seat]) -> float:
    """How many of some members are machines of this cluster, out of one."""
    return sum(1 for place in everyone if NODES & set(place.roles)) / max(len(everyone), 1)


def near(everyone: Iterable[Seat]) -> int:
    """2: one is a machine of this cluster; 1: one is by its name, with an address that is not known; 0: none is."""
    return max((2 if place.certain else 1 for place in everyone if NODES & set(place.roles)), default=0)


def reaches(cluster: Cluster, listener: Listener, addresses: IntervalSet) -> bool:
    """Whether a listener answers at one of some addresses; one that is a name which is not resolved may."""
    address = listener_address(cluster, listener)
    if not addresses:
        return True
    if address is not None:
        return address in addresses
    return listener.family == "any" or any(is_v6(first) == (listener.family == "ip6") for first, _ in addresses)


def listener_address(cluster: Cluster, listener: Listener) -> int | None:
    """The address of a listener, looked up where it is a name; None for every address and for an unknown name."""
    if listener.address is not None or listener.everywhere:
        return listener.address
    return cluster.hosts.get(listener.address_text.lower())


def seat(cluster: Cluster, member: Member) -> Seat:
    """Who a member is: by its address, by the address of its name, else by what the name says."""
    address = member.address
    if address is None:
        address = cluster.hosts.get(member.host.lower())
    if not cluster.bare and address is not None:
        return Seat(member, address, cluster.roles_of(address), certain=True)
    return Seat(member, address, role_from_name(f"{member.name} {member.host}"), certain=False)


def role_from_name(name: str) -> tuple[str, ...]:
    """The role that a machine's name tells, if it tells one."""
    lowered = name.lower()
    for role, pattern in ROLE_NAMES:
        if pattern.search(lowered):
            return (role,)
    return ()


def plays(seat: Seat, roles: tuple[str, ...]) -> bool:
    """Whether a member plays one of the roles. Routers run on nodes: a worker may stand for an ingress node."""
    wanted = set(roles)
    if "ingress-node" in wanted:
        wanted.add("worker")
    return bool(wanted & set(seat.roles))


def belongs(seat: Seat, balance: Balance, phase: Phase) -> bool:
    """Whether a member is a machine that serves the port in a phase, and is reached on that port."""
    return plays(seat, balance.members[phase]) and seat.member.port_for(balance.port) == balance.port


def member_phrase(seat: Seat) -> str:
    """A member as a person would name it: `worker-0 (192.168.22.211)`."""
    address = format_address(seat.address) if seat.address is not None else seat.member.host
    return seat.member.name if seat.member.name == address else f"{seat.member.name} ({address})"


def members_phrase(found: Sequence[Seat], most: int = 2) -> str:
    """Some members in one phrase: the first few, and how many more."""
    shown = [member_phrase(seat) for seat in found[:most]]
    return ", ".join([*shown, f"+{len(found) - most}"] if len(found) > most else shown)


def finding(
    placed: PlacedBalancer,
    balance: Balance | None,
    code: str,
    variant: str,
    severity: Severity,
    span: Span | None,
    *,
    certain: bool = True,
    **values: str,
) -> Finding:
    """A finding about a balanced port, or about the config alone. Its values have the config's format."""
    confidence: Confidence = "certain" if certain else "possible"
    values = {"format": placed.balancer.format, **values}
    if balance is not None:
        values = {"balancer": balance.balancer, "port": str(balance.port), **values}
    return Finding(
        code,
        variant,
        severity,
        confidence,
        placed.path,
        span,
        values,
        service=balance.service if balance else "",
        port=str(balance.port) if balance else "",
    )
