"""Where a config is enforced, which files are named, what is accepted, and who owns what in a repository of many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cluster.clusters import FILTER, cluster_of, document
from running import portspec

from portspec.cluster.model import BalancerPlace, BetweenPlace, HostPlace
from portspec.errors import InputError
from portspec.packets.addresses import parse_address, parse_addresses
from portspec.packets.intervals import IntervalSet

ROLES = "roles: {control-plane: 192.0.2.1-192.0.2.3, worker: 192.0.2.4, api-balancer: 192.0.2.9, admin: 10.0.0.0/8}\n"
PLACES = {
    "balancer": BalancerPlace(("api", "ingress")),
    "{balancer: api}": BalancerPlace(("api",)),
    "{balancer: ingress}": BalancerPlace(("ingress",)),
    "{host: control-plane}": HostPlace("control-plane", parse_addresses("192.0.2.1-192.0.2.3")),
    "{host: master}": HostPlace("control-plane", parse_addresses("192.0.2.1-192.0.2.3")),
    "{host: 192.0.2.77}": HostPlace("", IntervalSet.of(parse_address("192.0.2.77"))),
    '{host: "2001:db8::1"}': HostPlace("", IntervalSet.of(parse_address("2001:db8::1"))),
    "{between: [[admin], [control-plane, compute]]}": BetweenPlace(("admin",), ("control-plane", "worker")),
    "{between: [admin, master]}": BetweenPlace(("admin",), ("control-plane",)),
}


@pytest.mark.parametrize("written", PLACES)
def test_at(written: str, tmp_path: Path) -> None:
    text = document(ROLES, f"configs:\n  - {{path: fw.nft, at: {written}}}\n")
    assert cluster_of(tmp_path, text).configs[0].at == PLACES[written]


def test_ignores_have_a_reason_and_an_end(tmp_path: Path) -> None:
    entries = (
        "ignore:\n"
        "  - {code: PS214, path: ./lb.cfg, reason: ' on the management VLAN ', until: 2027-03-01}\n"
        "  - {code: PS301, reason: a}\n"
    )
    first, second = cluster_of(tmp_path, document(more=entries)).ignores
    assert first[:4] == ("PS214", f"{tmp_path}/lb.cfg", "on the management VLAN", "2027-03-01")
    assert second[:4] == ("PS301", "", "a", None)


def test_services_are_patterns(tmp_path: Path) -> None:
    ports = tmp_path / "ports"
    ports.mkdir()
    for name in ("b.yaml", "a.yaml", "c.txt"):
        (ports / name).write_text("id: x\n")
    cluster = cluster_of(tmp_path, document(more='services: ["ports/*.yaml", ports/a.yaml]\n'))
    assert cluster.services == (f"{tmp_path}/ports/a.yaml", f"{tmp_path}/ports/b.yaml"), "sorted, each once"


def test_a_pattern_does_not_lead_out_of_the_repository(tmp_path: Path) -> None:
    inside = tmp_path / "repository"
    inside.mkdir()
    (tmp_path / "outside.yaml").write_text("id: x\n")
    for pattern in ("../*.yaml", "../outside.yaml"):
        with pytest.raises(InputError, match="outside the repository"):
            cluster_of(inside, document(more=f'services: ["{pattern}"]\n'))
    (inside / "link.yaml").symlink_to("../outside.yaml")
    with pytest.raises(InputError, match="outside the repository"):
        cluster_of(inside, document(more="services: [link.yaml]\n"))


def test_a_config_above_the_folder_but_inside_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared.nft").write_text(FILTER)
    folder = tmp_path / "clusters" / "one"
    folder.mkdir(parents=True)
    text = document(configs="configs:\n  - {path: ../../shared.nft, at: {host: control-plane}}\n")
    assert cluster_of(folder, text).configs[0].path == f"{tmp_path}/shared.nft"


def test_a_folder_whose_name_begins_like_the_repository_is_outside(tmp_path: Path) -> None:
    (tmp_path / "repository-old").mkdir()
    (tmp_path / "repository-old" / "fw.nft").write_text(FILTER)
    inside = tmp_path / "repository"
    inside.mkdir()
    text = document(configs="configs:\n  - {path: ../repository-old/fw.nft, at: {host: control-plane}}\n")
    with pytest.raises(InputError, match="outside the repository"):
        cluster_of(inside, text)


@pytest.fixture(name="many")
def repository_of_many(tmp_path: Path) -> Path:
    for name in ("zeta", "alpha", "beta/inner"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        cluster_of(folder, document(more="phase: running\n"))
    (tmp_path / "node_modules" / "x").mkdir(parents=True)
    (tmp_path / "node_modules" / "x" / "portspec.yaml").write_text("not a cluster file\n")
    return tmp_path


def checked(folder: Path, *paths: str) -> list[str]:
    run = portspec(["check", *paths, "--format", "json"], cwd=folder)
    assert run.err == ""
    return [file["path"] for file in json.loads(run.out)["files"]]


def test_a_repository_holds_many_clusters(many: Path) -> None:
    assert checked(many) == ["alpha/fw.nft", "beta/inner/fw.nft", "zeta/fw.nft"]


def test_a_single_config_is_checked_with_its_own_cluster(many: Path) -> None:
    assert checked(many, "beta/inner/fw.nft") == ["beta/inner/fw.nft"]
    assert checked(many / "zeta", "fw.nft") == ["fw.nft"]


def test_one_bad_cluster_stops_the_run(many: Path) -> None:
    (many / "beta" / "inner" / "portspec.yaml").write_text("release: 4.18\n")
    run = portspec(["check"], cwd=many)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("beta/inner/portspec.yaml:1:1: ")


# platform, features: whether the site's balancer is asked for
BALANCERS = [
    ("none", "", "ha", True),
    ("external", "", "ha", True),
    ("baremetal", "", "ha", False),
    ("vsphere", "", "ha", False),
    ("openstack", "", "compact", False),
    ("baremetal", "user-managed-balancer", "ha", True),
    ("none", "", "compact", True),
    ("none", "", "single-node", False),
]


@pytest.mark.parametrize(("platform", "feature", "topology", "expected"), BALANCERS)
def test_without_a_balancer_a_flow_is_direct(
    platform: str, feature: str, topology: str, expected: bool, tmp_path: Path
) -> None:
    """A filter between administrators and nodes that lets only the balancer in is right only where there is one."""
    more = f"platform: {platform}\ntopology: {topology}\nfeatures: [{feature}]\n"
    roles = "roles: {control-plane: 192.0.2.1, api-balancer: 192.0.2.9, admin: 10.0.0.0/8}\n"
    configs = "configs:\n  - {path: edge.nft, at: {between: [[admin], [control-plane, api-balancer]]}}\n"
    (tmp_path / "edge.nft").write_text(
        "table ip filter {\n chain forward {\n  type filter hook forward priority 0; policy drop;\n"
        "  ct state established,related accept\n  ip daddr 192.0.2.9 tcp dport 6443 accept\n }\n}\n"
    )
    cluster_of(tmp_path, document(roles, configs, more))
    run = portspec(["check", "--format", "json", "--select", "PS101"], cwd=tmp_path)
    blocked = {(found["service"], found["port"]) for found in json.loads(run.out)["findings"]}
    assert (("kube-apiserver", "6443") not in blocked) == expected, run.out
