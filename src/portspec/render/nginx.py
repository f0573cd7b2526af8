"""A config for nginx: the balancers' ports in `stream`, passed through. The open source nginx probes nobody."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.model import Cluster
from portspec.policy.model import Policy
from portspec.render.plan import comment, origin, setting
from portspec.render.pools import Pool, endpoint, pools

MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"
NO_PROBES = (
    "The open source nginx has no active health checks: a member is left out for a while once clients have failed at it. "
    "Where that is not enough, use health_check of NGINX Plus, or HAProxy."
)
ACCEPTED = "# portspec: ignore[PS309] the open source nginx has no active health checks"
"""Said where a check says it, so that nobody takes the config for better than it is."""


def as_nginx(policy: Policy, cluster: Cluster) -> str:
    """The config. Raises InputError where the cluster file does not say enough, or there is no balancer."""
    found = pools(policy, cluster)
    lines = comment(
        [
            f"Load balancer of the API and the ingress: {setting(policy, cluster)}.",
            origin(policy),
            NO_PROBES,
            "Where stream is a module, as on Debian, uncomment the next line.",
        ]
    )
    lines += [f"# load_module {MODULE};", "", "events {", "  worker_connections 4096;", "}", "", "stream {"]
    for pool in found:
        lines += [f"  {line}".rstrip() for line in server(pool)]
    lines[-1:] = []
    return "\n".join([*lines, "}"]) + "\n"


def server(pool: Pool) -> Iterator[str]:
    """The blocks of one port within `stream`, and a blank line."""
    balance = pool.balance
    yield f"# {balance.service}"
    yield f"upstream {pool.name} {{"
    if balance.persistence == "recommended":
        yield "  hash $remote_addr consistent;"
    # Of a server that stands alone nginx does not even count the failures.
    if balance.health is not None and (balance.health.necessity == "required" or len(pool.members) == 1):
        yield f"  {ACCEPTED}"
    for member in pool.members:
        backup = " backup" if member.backup else ""
        yield f"  server {endpoint(member.address, balance.port)}{backup};  # {member.name}"
    yield "}"
    yield "server {"
    yield from (f"  listen {endpoint(address, balance.port)};" for address in pool.listeners)
    yield "  proxy_connect_timeout 10s;"
    yield "  proxy_timeout 1m;"
    yield f"  proxy_pass {pool.name};"
    yield "}"
    yield ""
