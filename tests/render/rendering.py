"""Everything that can be rendered for a cluster, with the entry of the cluster file that places it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.errors import InputError
from portspec.policy.model import Policy
from portspec.render.firewalld import as_folder, as_zone
from portspec.render.haproxy import as_haproxy
from portspec.render.iptables import as_iptables
from portspec.render.keepalived import as_keepalived
from portspec.render.machineconfig import POOLS, as_butane, as_machineconfig
from portspec.render.nftables import as_nftables
from portspec.render.nginx import as_nginx
from portspec.render.plan import Plan, make_plan

HOSTS = ("bootstrap", "control-plane", "worker", "api-balancer", "ingress-balancer")
EDGES = (
    (("admin", "client"), ("api-balancer", "ingress-balancer")),
    (("admin", "client"), ("control-plane", "worker")),
    (("bootstrap", "control-plane", "worker"), ("dns", "ntp", "dhcp", "registry", "bmc", "vcenter")),
    (("control-plane",), ("worker", "api-balancer", "ingress-balancer")),
)
DIRECT = 1
"""The edge that clients pass to the nodes themselves, where no balancer stands between."""


class Rendered(NamedTuple):
    """One config: its files by their paths below `path`, or the only one under the empty name."""

    path: str
    format: str
    place: str
    files: dict[str, str]

    @property
    def entry(self) -> str:
        """Its entry in the cluster file."""
        return f"{{path: {self.path}, at: {self.place}}}"

    def write(self, folder: Path) -> Path:
        """Write its files; the path of the whole."""
        for name, text in self.files.items():
            path = folder / self.path / name if name else folder / self.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder / self.path


def balancers(policy: Policy, cluster: Cluster) -> Iterator[Rendered]:
    """The balancers' configs; none where the cluster has no balancer of its own, or lacks its machines."""
    wanted = {role for balance in policy.balances for role in balance.members[cluster.phase]}
    if policy.balances and all(cluster.addresses(role) for role in wanted):
        yield Rendered("haproxy.cfg", "haproxy", "balancer", {"": as_haproxy(policy, cluster)})
        yield Rendered("nginx.conf", "nginx", "balancer", {"": as_nginx(policy, cluster)})
        yield Rendered("keepalived.conf", "keepalived", "balancer", {"": as_keepalived(policy, cluster)})


def dialects(plan: Plan, name: str, place: str) -> Iterator[Rendered]:
    """One filter in every dialect."""
    yield Rendered(f"{name}.nft", "nftables", place, {"": as_nftables(plan)})
    for family in plan.families:
        yield Rendered(f"{name}.{family}.rules", "iptables", place, {"": as_iptables(plan, family)})
    if isinstance(plan.place, HostPlace):
        yield Rendered(f"{name}.xml", "firewalld", place, {"": as_zone(plan)})
        yield Rendered(f"{name}-firewalld", "firewalld", place, as_folder(plan))
        if plan.place.role in POOLS:
            yield Rendered(f"{name}.bu", "machineconfig", place, {"": as_butane(plan)})
            yield Rendered(f"{name}.yaml", "machineconfig", place, {"": as_machineconfig(plan)})


def plans(policy: Policy, cluster: Cluster, *, optional: bool = False) -> Iterator[tuple[str, str, Plan]]:
    """Every host filter and every filter between roles, each with a name and its `at`."""
    for role in HOSTS:
        if cluster.addresses(role) and (role != "bootstrap" or cluster.phase == "install"):
            place = HostPlace(role, cluster.addresses(role))
            yield from _planned(policy, cluster, role, f"{{host: {role}}}", place, optional=optional)
    for number, (near, far) in enumerate(EDGES):
        if number == DIRECT and policy.balances:
            continue
        sides = [tuple(role for role in side if cluster.addresses(role)) for side in (near, far)]
        if all(sides) and not _behind_itself(cluster, sides):
            shown = f"{{between: [[{', '.join(sides[0])}], [{', '.join(sides[1])}]]}}"
            yield from _planned(policy, cluster, f"edge-{number}", shown, BetweenPlace(*sides), optional=optional)


def _planned(
    policy: Policy, cluster: Cluster, name: str, shown: str, place: HostPlace | BetweenPlace, *, optional: bool
) -> Iterator[tuple[str, str, Plan]]:
    """The plan of a place, unless the cluster has nothing that would pass there."""
    try:
        yield name, shown, make_plan(policy, cluster, place, optional=optional)
    except InputError as error:
        if "nothing to render" not in str(error):
            raise


def _behind_itself(cluster: Cluster, sides: list[tuple[str, ...]]) -> bool:
    """Whether one machine stands on both sides, as in a compact cluster."""
    return any(cluster.addresses(near).overlaps(cluster.addresses(far)) for near in sides[0] for far in sides[1])


def everything(policy: Policy, cluster: Cluster, *, optional: bool = False) -> Iterator[Rendered]:
    """All of it."""
    yield from balancers(policy, cluster)
    for name, place, plan in plans(policy, cluster, optional=optional):
        yield from dialects(plan, name, place)
