"""Who belongs to which reach: `control-plane` < `cluster` < `site` < `public`."""

from __future__ import annotations

from portspec.cluster.model import Cluster
from portspec.packets.addresses import ANY
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Reach

CONTROL_PLANE = ("control-plane", "bootstrap")
CLUSTER = (*CONTROL_PLANE, "worker", "windows-node", "ingress-node", "api-balancer", "ingress-balancer")
OUTSIDERS = ("client", "internet")
"""Roles that stand for whoever is outside the site. Every other role of the cluster file belongs to the site."""


def audience(cluster: Cluster, reach: Reach) -> IntervalSet:
    """Every address that a port of this reach may serve.

    The bootstrap host counts with the control plane, the balancers with the cluster: their probes and forwarded
    connections arrive with their own addresses.
    """
    if reach == "public":
        return ANY
    if reach == "control-plane":
        roles: tuple[str, ...] = CONTROL_PLANE
    elif reach == "cluster":
        roles = CLUSTER
    else:
        roles = tuple(role for role in cluster.roles if role not in OUTSIDERS)
    return union(cluster, roles)


def union(cluster: Cluster, roles: tuple[str, ...]) -> IntervalSet:
    """The addresses of several roles together."""
    found = EMPTY
    for role in roles:
        found = found | cluster.addresses(role)
    return found


def names(cluster: Cluster, addresses: IntervalSet) -> tuple[str, ...]:
    """The roles whose addresses overlap a set, in the cluster file's order."""
    return tuple(role for role, theirs in cluster.roles.items() if theirs.overlaps(addresses))
