"""What the model of a balancer says to one client: who answers, and which members are in rotation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from differential.haproxy_lab import Place, Way
from differential.haproxy_live import Asked
from portspec.configs.balancer.model import Balancer, Frontend, Gate, HealthCheck, Listener, Member, Pool, Route, Term
from portspec.packets.addresses import format_address, parse_address

ANSWERS_TCP = frozenset({"name", "healthy", "sick", "silent"})
ONE_OF = frozenset({"source", "random", "leastconn", "hash"})
"""Ways of balancing that need not come to everybody in a few connections."""


class Prediction(NamedTuple):
    """Who answers, as `address:port`; `all_of_them`: in a few connections each does, else it is some of them, or nobody
    where `perhaps_nobody`."""

    names: frozenset[str]
    all_of_them: bool
    perhaps_nobody: bool = False

    def fits(self, found: frozenset[str]) -> bool:
        """Whether what was found is what was predicted."""
        if self.all_of_them:
            return found == self.names
        return found <= self.names and (bool(found) or self.perhaps_nobody)


NOBODY = Prediction(frozenset(), all_of_them=True)


def predicted(model: Balancer, asked: Asked, ways: Mapping[Place, Way]) -> Prediction:
    """Who answers a client. Raises ValueError where the model leaves it open."""
    frontend = _frontend(model, asked)
    if frontend is None or not _let_in(frontend, asked):
        return NOBODY
    pools = {pool.name: pool for pool in model.pools}
    for route in frontend.routes:
        if _fits(route, asked):
            return _serving(pools[route.pool], asked.port, ways) if route.pool in pools else NOBODY
    return NOBODY


def in_rotation(member: Member, ways: Mapping[Place, Way]) -> bool:
    """Whether a member is up, once its probes have had their time."""
    return not member.disabled and _passes(member, member.check, ways)


def _frontend(model: Balancer, asked: Asked) -> Frontend | None:
    found = [
        (listener.address is None, listener.family == "any", frontend)
        for frontend in model.frontends
        if frontend.disabled is None
        for listener in frontend.listeners
        if _covers(listener, asked)
    ]
    if len({(wildcard, family) for wildcard, family, _ in found}) < len(found):
        raise ValueError("two listeners at one address")
    # The kernel prefers the most specific address.
    return min(found, key=lambda one: one[:2])[2] if found else None


def _covers(listener: Listener, asked: Asked) -> bool:
    there = listener.address is None or listener.address == parse_address(asked.address)
    family = "ip6" if ":" in asked.address else "ip4"
    return there and listener.family in ("any", family) and listener.first_port <= asked.port <= listener.last_port


def _let_in(frontend: Frontend, asked: Asked) -> bool:
    source = parse_address(asked.source or "127.0.0.1")
    sure, possible = frontend.admitted(asked.port)
    let_in = all(_passes_stage(frontend.gates, stage, asked) for stage in range(3))
    assert let_in or source not in sure, "admitted() lets in more than the rules do, one by one"
    assert not let_in or source in possible, "admitted() turns away more than the rules do, one by one"
    return let_in


def _passes_stage(gates: Sequence[Gate], stage: int, asked: Asked) -> bool:
    return next((gate.admits for gate in gates if gate.stage == stage and _fits(gate, asked)), True)


def _fits(rule: Route | Gate, asked: Asked) -> bool:
    return any(all(_holds(term, asked) for term in terms) for terms in rule.alternatives) != rule.inverted


def _holds(term: Term, asked: Asked) -> bool:
    if term.kind == "port":
        return bool(term.holds(asked.port))
    if term.kind == "source":
        return (parse_address(asked.source or "127.0.0.1") in term.sources) != term.negated
    if term.kind == "server-name":
        name = asked.server_name
        return bool(name and any(name == one or _is_end(one, name) for one in term.names)) != term.negated
    raise ValueError("left open")


def _is_end(end: str, name: str) -> bool:
    return not end or (end.startswith(".") and name.endswith(end))


def _serving(pool: Pool, port: int, ways: Mapping[Place, Way]) -> Prediction:
    up = [member for member in pool.members if member.serves and in_rotation(member, ways)]
    serving = [member for member in up if not member.backup]
    if not serving:
        serving = up if pool.all_backups else up[:1]
    if pool.balance == "first":
        serving = serving[:1]
    # One that is in rotation may not answer for all that: nobody probes it, or elsewhere.
    places = [(format_address(member.address or 0), member.port_for(port)) for member in serving]
    names = frozenset(f"{host}:{at}" for host, at in places if ways.get((host, at)) == "name")
    mute = any(ways.get(place) != "name" for place in places)
    few = pool.balance.partition("(")[0] in ONE_OF or bool(pool.persistence)
    # Where turns go round, those who answer have theirs.
    return Prediction(names, all_of_them=not few or not names, perhaps_nobody=mute)


def _passes(member: Member, check: HealthCheck, ways: Mapping[Place, Way]) -> bool:
    if check.kind == "none":
        return True
    host = format_address(check.address if check.address is not None else member.address or 0)
    port = check.port or member.port
    assert port is not None
    way = ways.get((host, port), "closed")
    if check.kind == "tcp":
        return way in ANSWERS_TCP
    if check.kind == "http":
        return way == "healthy" and check.path == "/readyz"
    if check.kind in ("https", "tls"):
        # No machine here speaks TLS.
        return False
    raise ValueError("left open")
