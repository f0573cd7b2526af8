"""The pools of a config: upstreams, as the servers that proxy to them use them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.balancer.model import HealthCheck, Idle, Pool
from portspec.configs.balancer.nginx.endpoints import Endpoint, shown
from portspec.configs.balancer.nginx.upstreams import proxied
from portspec.source import Span


class Way(NamedTuple):
    """How a server connects to the members of a pool."""

    mode: Literal["tcp", "http"] = "tcp"
    send_proxy: bool = False
    tls: bool = False
    transparent: bool = False
    idle: tuple[Idle, ...] = ()
    probe: HealthCheck | None = None


class Pools:
    """Pools by name. An upstream that servers use in different ways is a pool for each way."""

    def __init__(self) -> None:
        self.found: dict[str, Pool] = {}
        self.upstreams: dict[tuple[str, str], str] = {}
        self.ways: dict[tuple[str, Way], str] = {}
        self.used: set[str] = set()

    def declare(self, pool: Pool) -> bool:
        """Take in an upstream; False when there is one of its name."""
        key = (pool.mode, pool.name.lower())
        if key in self.upstreams:
            return False
        name = self.free(pool.name, pool.mode)
        self.upstreams[key] = name
        self.found[name] = pool._replace(name=name)
        return True

    def named(self, name: str, mode: str) -> Pool | None:
        """The upstream of a name."""
        known = self.upstreams.get((mode, name.lower()))
        return None if known is None else self.found[known]

    def used_as(self, pool: Pool, way: Way, server: str) -> str:
        """The name of the pool that an upstream is when a server connects to it in some way."""
        key = (pool.name, way)
        if key not in self.ways:
            name = pool.name if pool.name not in self.used else self.free(pool.name, server)
            self.used |= {pool.name, name}
            self.ways[key] = name
            self.found[name] = _connected(pool, way)._replace(name=name)
        return self.ways[key]

    def at(self, endpoint: Endpoint, port: int | None, way: Way, server: str, span: Span) -> str:
        """The name of the pool that is one address, which is never left out."""
        name = shown(endpoint.host, endpoint.first or port)
        key = (f"{name}\n", way)
        if key not in self.ways:
            member = proxied(endpoint, span, port)
            pool = Pool(name, way.mode, (member,), "round-robin", (), span)
            self.ways[key] = self.free(name, server)
            self.found[self.ways[key]] = _connected(pool, way)._replace(name=self.ways[key])
        return self.ways[key]

    def free(self, name: str, beside: str) -> str:
        """A name that no pool has: with what it is used by, where it is taken."""
        if name not in self.found:
            return name
        name = f"{name} ({beside})"
        while name in self.found:
            name += "+"
        return name


def _connected(pool: Pool, way: Way) -> Pool:
    members = tuple(
        member._replace(send_proxy=way.send_proxy, tls=way.tls, check=member.check if way.probe is None else way.probe)
        for member in pool.members
    )
    return pool._replace(members=members, idle=way.idle, forwarding="nat" if way.transparent else "proxy")
