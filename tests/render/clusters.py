"""Clusters to render for: every topology, platform and family, both phases, as cluster files."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import NamedTuple

from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.policy.model import Policy
from portspec.policy.store import policy
from portspec.source import SourceText

V4 = {
    "bootstrap": "192.168.22.200",
    "control-plane": "[192.168.22.201, 192.168.22.202, 192.168.22.203]",
    "worker": "192.168.22.211-192.168.22.217",
    "api-balancer": "192.168.22.10",
    "ingress-balancer": "192.168.22.11",
    "admin": "10.1.0.0/16",
    "dns": "[10.2.0.53, 10.2.0.54]",
    "ntp": "10.2.0.123",
    "dhcp": "10.2.0.67",
    "registry": "10.3.0.0/28",
    "bmc": "10.9.0.0/24",
    "provisioner": "10.9.1.5",
    "vcenter": "10.9.2.5",
    "esxi": "10.9.3.0/28",
    "client": "0.0.0.0/0",
}
V6 = {
    "bootstrap": "2001:db8:22::200",
    "control-plane": '["2001:db8:22::201", "2001:db8:22::202", "2001:db8:22::203"]',
    "worker": "2001:db8:22::211-2001:db8:22::217",
    "api-balancer": "2001:db8:22::10",
    "ingress-balancer": "2001:db8:22::11",
    "admin": "2001:db8:1::/48",
    "dns": '["2001:db8:2::53", "2001:db8:2::54"]',
    "ntp": "2001:db8:2::123",
    "dhcp": "2001:db8:2::67",
    "registry": "2001:db8:3::/124",
    "bmc": "2001:db8:9::/64",
    "provisioner": "2001:db8:9:1::5",
    "vcenter": "2001:db8:9:2::5",
    "esxi": "2001:db8:9:3::/124",
    "client": "::/0",
}
FAMILIES = {"v4": (V4,), "v6": (V6,), "dual": (V4, V6)}
PLATFORMS = ("none", "baremetal", "baremetal+", "vsphere", "vsphere+")
"""A `+` stands for a balancer of the site's own in front of it."""


class Made(NamedTuple):
    """One cluster: the name of the case and the text of its file up to `configs:`."""

    name: str
    head: str

    def cluster(self, configs: str = "[{path: a, at: balancer}]") -> Cluster:
        """The cluster, with configs that need not exist."""
        return load_cluster(SourceText("portspec.yaml", f"{self.head}configs: {configs}\n"), written=False)

    def policy(self) -> Policy:
        cluster = self.cluster()
        return policy(cluster.release, cluster.profile)

    def write(self, folder: Path, configs: list[str]) -> Path:
        """Write the cluster file with the given entries."""
        path = folder / "portspec.yaml"
        path.write_text(self.head + "configs:\n" + "".join(f"  - {entry}\n" for entry in configs), encoding="utf-8")
        return path


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.strip("[]").split(",")]


def _roles(topology: str, family: str, platform: str) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for table in FAMILIES[family]:
        for role, text in table.items():
            items = _items(text)
            if topology == "single-node" and role == "control-plane":
                items = items[:1]
            roles.setdefault(role, []).extend(item.strip('"') for item in items)
    if topology != "ha":
        roles["worker"] = roles["control-plane"]
    if platform in ("baremetal", "vsphere") or topology == "single-node":
        roles.pop("api-balancer")
        roles.pop("ingress-balancer")
    return roles


def make(topology: str, platform: str, family: str, phase: str, release: str = "4.18") -> Made:
    """One cluster of the table."""
    lines = [f'release: "{release}"', f"platform: {platform.strip('+')}", f"topology: {topology}", f"phase: {phase}"]
    lines += ["features: [user-managed-balancer]"] if platform.endswith("+") else []
    lines.append("roles:")
    for role, items in _roles(topology, family, platform).items():
        listed = ", ".join(f'"{item}"' for item in items)
        lines.append(f"  {role}: [{listed}]")
    return Made(f"{topology}-{platform}-{family}-{phase}", "\n".join(lines) + "\n")


TURNS = tuple(product(FAMILIES, ("install", "running")))
CASES = [
    *(make(topology, "none", *turn) for topology in ("ha", "compact", "single-node") for turn in TURNS),
    *(
        make(topology, platform, *TURNS[number % len(TURNS)])
        for number, (topology, platform) in enumerate(product(("ha", "compact"), PLATFORMS[1:]))
    ),
    make("single-node", "baremetal", "v6", "running"),
    make("ha", "none", "dual", "install", release="4.14"),
]
"""Every family and phase for each topology, and for each platform one of them in turn."""
