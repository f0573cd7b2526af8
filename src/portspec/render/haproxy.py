"""A config for HAProxy: the balancers' ports at layer 4, each with its probes."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.model import Cluster
from portspec.policy.model import Policy
from portspec.render.plan import comment, origin, setting
from portspec.render.pools import Pool, endpoint, pools

DEFAULTS = """\
defaults
  mode                    tcp
  log                     global
  option                  dontlognull
  retries                 3
  timeout queue           1m
  timeout connect         10s
  timeout client          1m
  timeout server          1m
  timeout check           10s
"""
TIMES = "inter 10s fall 2 rise 3"
"""How often a member is asked, and how many answers take it out and in: those of the product's own sample. 20 s until it is
out are within the 30 s that an API server goes on serving after /readyz has failed."""


def as_haproxy(policy: Policy, cluster: Cluster) -> str:
    """The config. Raises InputError where the cluster file does not say enough, or there is no balancer."""
    found = pools(policy, cluster)
    lines = [*comment([f"Load balancer of the API and the ingress: {setting(policy, cluster)}.", origin(policy)])]
    if cluster.phase == "install":
        lines += comment(
            ["Render it again for phase running once the bootstrap is complete: the bootstrap host must go."]
        )
    lines += ["global", "  log         127.0.0.1 local2", "  maxconn     4000", "", *DEFAULTS.splitlines()]
    for pool in found:
        lines += ["", f"# {policy.services[pool.balance.service].id}", *listen(pool)]
    return "\n".join(lines) + "\n"


def listen(pool: Pool) -> Iterator[str]:
    """The section of one port."""
    balance = pool.balance
    yield f"listen {pool.name}"
    yield from (f"  bind {endpoint(address, balance.port)}" for address in pool.listeners)
    yield f"  balance {'source' if balance.persistence == 'recommended' else 'roundrobin'}"
    check = "check"
    health = balance.health
    if health is not None:
        if health.kind != "tcp":
            yield f"  option httpchk GET {health.path}"
        if health.kind == "https":
            check += " check-ssl verify none"
        if health.port != balance.port:
            check += f" port {health.port}"
    for member in pool.members:
        backup = " backup" if member.backup else ""
        yield f"  server {member.name} {endpoint(member.address, balance.port)} {check} {TIMES}{backup}"
