"""Cluster files for the tests of this folder: a small good one, changed piece by piece."""

from __future__ import annotations

from pathlib import Path

from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.configs.files import load
from portspec.packets.addresses import format_addresses

CONFIGS = "configs:\n  - {path: fw.nft, at: {host: control-plane}}\n"
ROLES = "roles:\n  control-plane: 192.0.2.1\n"
FILTER = "table inet filter {\n}\n"


def document(roles: str = ROLES, configs: str = CONFIGS, more: str = "", release: str = 'release: "4.18"\n') -> str:
    """The text of a cluster file made of its parts."""
    return release + more + roles + configs


def cluster_of(folder: Path, text: str) -> Cluster:
    """The cluster that a text describes, in a folder that holds `fw.nft` and `lb.cfg`."""
    for name in ("fw.nft", "lb.cfg"):
        if not (folder / name).exists():
            (folder / name).write_text(FILTER)
    path = folder / "portspec.yaml"
    path.write_text(text)
    return load_cluster(load(str(path), str(path)))


def addresses(cluster: Cluster, role: str) -> str:
    """The addresses of a role as reports print them."""
    return format_addresses(cluster.addresses(role))
