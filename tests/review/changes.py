"""Pull requests: what each does to a cluster's repository, and what a reviewer has to be told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from review.repositories import edit
from running import portspec

LIMITED = "\t\ttcp dport 10250-10259 limit rate 100/second accept\n"


class Change(NamedTuple):
    """A change. `code` is the exit code with --fail-on-new, `plain` without; `says` stands in the comment."""

    name: str
    make: Callable[[Path], None]
    code: int
    plain: int
    says: tuple[str, ...]
    example: str = "upi-right"
    before: Callable[[Path], None] | None = None


def opens(cluster: Path) -> None:
    edit(cluster / "firewall/master.nft", "ip saddr 192.168.22.10 tcp dport", "tcp dport")


def opens_perhaps(cluster: Path) -> None:
    """Behind a match that is not modelled."""
    edit(
        cluster / "firewall/master.nft",
        "\t\tip saddr @nodes jump",
        "\t\ttcp dport 22623 limit rate 9/minute accept\n\t\tip saddr @nodes jump",
    )


def includes(cluster: Path) -> None:
    """In the base: a filter whose rules for the nodes are in a file of their own."""
    edit(
        cluster / "firewall/master.nft",
        'tcp dport 9000-9999 accept comment "host-level services and metrics"',
        'include "./metrics.inc"',
    )
    (cluster / "firewall/metrics.inc").write_text("tcp dport 9000-9999 accept\n")


def narrows_the_included(cluster: Path) -> None:
    edit(cluster / "firewall/metrics.inc", "9000-9999", "9000-9099")


def forgets(cluster: Path) -> None:
    path = cluster / "lb/haproxy.cfg"
    lines = [line for line in path.read_text().splitlines() if "192.168.22.200:22623" not in line]
    path.write_text("\n".join(lines) + "\n")


def reorders(cluster: Path) -> None:
    path = cluster / "firewall/master.nft"
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if "jump from_nodes" in line)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    path.write_text("# reordered\n\n" + "\n".join(lines) + "\n")


def limits(cluster: Path) -> None:
    """In the base: a match that is not modelled."""
    edit(cluster / "firewall/master.nft", "\t\ttcp dport 9000-9999 accept", LIMITED + "\t\ttcp dport 9000-9999 accept")


def moves(cluster: Path) -> None:
    (cluster / "firewall/nodes").mkdir()
    (cluster / "firewall/master.nft").rename(cluster / "firewall/nodes/control-plane.nft")
    edit(cluster / "portspec.yaml", "firewall/master.nft", "firewall/nodes/control-plane.nft")


def moves_cluster(cluster: Path) -> None:
    (cluster.parent / "clusters").mkdir()
    cluster.rename(cluster.parent / "clusters/lab")


def adds_worker(cluster: Path) -> None:
    edit(cluster / "portspec.yaml", "192.168.22.211-192.168.22.213", "192.168.22.211-192.168.22.214")


def releases(cluster: Path) -> None:
    edit(cluster / "portspec.yaml", '"4.18"', '"4.19"')


def runs(cluster: Path) -> None:
    edit(cluster / "portspec.yaml", "phase: install", "phase: running")


def deletes(cluster: Path) -> None:
    edit(cluster / "portspec.yaml", "  - {path: firewall/master.nft, at: {host: control-plane}}\n", "")
    (cluster / "firewall/master.nft").unlink()


def blocks(cluster: Path) -> None:
    edit(cluster / "firewall/master.nft", "tcp dport { 2379, 2380, 9978, 9980 }", "tcp dport { 2379, 9978, 9980 }")


def mends(cluster: Path) -> None:
    shutil.rmtree(cluster)
    shutil.copytree(Path(__file__).resolve().parents[2] / "examples/upi-right", cluster)


def adds_cluster(cluster: Path) -> None:
    shutil.copytree(cluster, cluster.parent / "second")
    forgets(cluster.parent / "second")


def doubles(cluster: Path) -> None:
    """In the base: a second cluster."""
    shutil.copytree(cluster, cluster.parent / "second")


def removes_cluster(cluster: Path) -> None:
    shutil.rmtree(cluster.parent / "second")


def pins(cluster: Path) -> None:
    assert portspec(["pin", "--cluster", "portspec.yaml"], cwd=cluster).code == 0


def rewrites(cluster: Path) -> None:
    """A filter in another dialect; what the nodes need of the routers' metrics was forgotten."""
    edit(cluster / "portspec.yaml", "firewall/worker.nft", "firewall/worker.rules")
    (cluster / "firewall/worker.nft").unlink()
    nodes = ["192.168.22.200/30", "192.168.22.211/32", "192.168.22.212/31"]
    (cluster / "firewall/worker.rules").write_text(
        "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        "-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        "-A INPUT -p icmp -j ACCEPT\n"
        + "".join(
            f"-A INPUT -s {node} -p tcp -m multiport --dports 8798,9000:9999,10250:10256 -j ACCEPT\n"
            f"-A INPUT -s {node} -p udp -m multiport --dports 6081,9000:9999 -j ACCEPT\n"
            for node in nodes
        )
        + "-A INPUT -s 192.168.22.10 -p tcp -m multiport --dports 80,443,1936 -j ACCEPT\nCOMMIT\n"
    )


def accepts(cluster: Path) -> None:
    """Opens a port and says why."""
    opens(cluster)
    with (cluster / "portspec.yaml").open("a") as file:
        file.write("ignore:\n  - {code: PS201, path: firewall/master.nft, reason: tested until tomorrow}\n")


CHANGES = (
    Change("opens-22623", opens, 1, 1, ("newly exposed", "22623/tcp", "203.0.113.10")),
    Change("opens-perhaps", opens_perhaps, 1, 1, ("may newly be open", "limit rate 9/minute")),
    Change("changes-an-include", narrows_the_included, 1, 1, ("newly blocked", "9100/tcp"), before=includes),
    Change("forgets-bootstrap", forgets, 1, 1, ("new finding", "PS306")),
    Change("reorders", reorders, 0, 0, ("opens, blocks and breaks nothing",)),
    Change("reorders-unknown", reorders, 0, 0, ("opens, blocks and breaks nothing",), before=limits),
    Change("moves-file", moves, 0, 0, ("opens, blocks and breaks nothing", "renamed")),
    Change("moves-cluster", moves_cluster, 0, 0, ("opens, blocks and breaks nothing", "cluster file moved")),
    Change("adds-worker", adds_worker, 1, 1, ("newly blocked", "addresses of worker", "192.168.22.214")),
    Change("changes-release", releases, 0, 0, ("release: 4.18 → 4.19",)),
    Change("changes-phase", runs, 1, 1, ("phase: install → running", "PS307")),
    Change("deletes-filter", deletes, 1, 0, ("filter removed", "newly exposed", "no filter is named")),
    Change("blocks-etcd", blocks, 1, 1, ("newly blocked", "2380/tcp")),
    Change("mends", mends, 0, 0, ("makes nothing worse", "mended"), "upi-broken"),
    Change("adds-cluster", adds_cluster, 1, 1, ("second/portspec.yaml is new", "PS306")),
    Change("removes-cluster", removes_cluster, 0, 0, ("second/portspec.yaml is gone",), before=doubles),
    Change("pins", pins, 0, 0, ("portspec.lock is new",)),
    Change("rewrites-filter", rewrites, 1, 1, ("worker.rules", "1936/tcp")),
    Change("accepts", accepts, 0, 0, ("accepted: tested until tomorrow",)),
)
