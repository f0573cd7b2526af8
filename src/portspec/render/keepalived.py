"""A config for keepalived on the hosts that run HAProxy: it moves the balancers' addresses to a host where HAProxy lives."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.model import Cluster
from portspec.policy.model import Policy
from portspec.render.plan import comment, origin, setting
from portspec.render.pools import listening, pools

INTERFACE = "eth0"
FIRST_ROUTER = 51


def as_keepalived(policy: Policy, cluster: Cluster, interface: str = INTERFACE) -> str:
    """The config, the same for every balancer host. Raises InputError where the cluster file does not say enough."""
    pools(policy, cluster)  # says what is missing for a balancer, which this config cannot do without
    lines = comment(
        [
            f"Addresses of the load balancer: {setting(policy, cluster)}.",
            origin(policy),
            "For every host that runs HAProxy; the one with the highest priority holds the addresses. Give each host its "
            "own router_id and priority, and each network its own virtual_router_id.",
            "The filters of these hosts have to let VRRP (IP protocol 112) pass between them.",
            "HAProxy has to listen on addresses that the host does not hold yet: sysctl net.ipv4.ip_nonlocal_bind=1 and "
            "net.ipv6.ip_nonlocal_bind=1.",
        ]
    )
    lines += ["global_defs {", "  router_id balancer-1", "  script_user root", "  enable_script_security", "}", ""]
    lines += [
        "vrrp_script haproxy_lives {",
        '  script "/usr/bin/pgrep -x haproxy"',
        "  interval 2",
        "  fall 2",
        "  rise 2",
    ]
    lines += ["}"]
    held: dict[str, list[str]] = {}
    for balancer in ("api", "ingress"):
        for address in listening(cluster, balancer):
            held.setdefault(address, []).append(balancer)
    instances: dict[tuple[str, bool], list[str]] = {}
    for address, balancers in held.items():
        instances.setdefault(("_".join(balancers), ":" in address), []).append(address)
    for number, ((name, v6), addresses) in enumerate(instances.items()):
        lines += ["", *_instance(f"{name}_v6" if v6 else name, FIRST_ROUTER + number, addresses, interface)]
    return "\n".join(lines) + "\n"


def _instance(name: str, router: int, addresses: list[str], interface: str) -> Iterator[str]:
    yield f"vrrp_instance {name} {{"
    yield "  state BACKUP"
    yield f"  interface {interface}"
    yield f"  virtual_router_id {router}"
    yield "  priority 100"
    yield "  advert_int 1"
    yield "  # Where the hosts share a network with others, uncomment and choose a password of 8 characters:"
    yield "  # authentication {"
    yield "  #   auth_type PASS"
    yield "  #   auth_pass ********"
    yield "  # }"
    yield "  virtual_ipaddress {"
    yield from (f"    {address}/{128 if ':' in address else 32}" for address in addresses)
    yield "  }"
    yield "  track_script {"
    yield "    haproxy_lives"
    yield "  }"
    yield "}"
