"""Ports of a machine that has no system of its own yet: filters on the way must let them through, the machine's own
filter is not there, and a running node does not listen."""

from __future__ import annotations

from pathlib import Path

import pytest

from portspec.checks.hops import hops
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.policy.live import listeners
from portspec.policy.model import Allow, Policy, Profile
from portspec.policy.record import read_policy
from portspec.policy.store import policy, releases, snapshot
from portspec.source import SourceText

EARLY = {
    ("baremetal", ()): {("9999", "control-plane"), ("9999", "worker")},
    ("none", ()): set(),
    ("none", ("provisioned-by-hub",)): {("9999", "control-plane"), ("9999", "worker")},
    ("none", ("agent-based-installer",)): {("8090", "control-plane"), ("3001", "control-plane")},
    ("none", ("adding-nodes",)): {("8090", "worker")},
}
"""By platform and features, the ports and their targets in 4.20."""


def early(made: Policy) -> set[tuple[str | None, str]]:
    return {(one.port, one.target) for one in made.allows if one.before_system}


@pytest.mark.parametrize("profile", EARLY, ids=str)
def test_which_ports_these_are(profile: tuple[str, tuple[str, ...]]) -> None:
    made = policy("4.20", Profile(profile[0], features=profile[1]))
    assert early(made) == EARLY[profile]
    for port, target in early(made):
        assert all(one.before_system for one in made.allows if (one.port, one.target) == (port, target))


def test_a_document_keeps_it_and_older_ones_without_it_are_read() -> None:
    made = policy("4.20", Profile("baremetal"))
    purposes = {one.id: one.purpose for one in made.allows}
    services = {name: {**one._asdict()} for name, one in made.services.items()}
    back = read_policy(made.document, made.spec_version, made.digest, purposes, services)
    assert early(back) == early(made)
    old = {**made.document, "allow": [{**record} for record in made.document["allow"]]}
    for record in old["allow"]:
        record.pop("before_system", None)
    assert early(read_policy(old, made.spec_version, made.digest, purposes, services)) == set()


@pytest.mark.parametrize("release", releases())
def test_a_running_node_is_not_expected_to_listen(release: str) -> None:
    for platform, features in EARLY:
        if set(features) <= set(snapshot(release).features):
            found = {one.port for one in listeners(snapshot(release), Profile(platform, features=features))}
            assert not {"9999", "8090", "3001"} & found


CLUSTER = """\
release: "4.18"
platform: baremetal
phase: running
roles:
  control-plane: [192.168.22.201, 192.168.22.202]
  worker: 192.168.23.0/24
configs:
  - {path: host.nft, at: {host: PLACE}}
  - {path: between.nft, at: {between: [[control-plane], [worker]]}}
"""


def asked(cluster: Cluster, number: int) -> list[tuple[str, Allow]]:
    """The way and the flow of each hop to 9999 that a config's place sees."""
    found, _ = hops(policy("4.18", cluster.profile), cluster, cluster.configs[number].at)
    return [(hop.path, flow) for hop in found for flow in hop.flows if flow.port == "9999"]


@pytest.mark.parametrize("role", ["control-plane", "worker"])
def test_only_filters_on_the_way_have_to_let_it_through(role: str, tmp_path: Path) -> None:
    for name in ("host.nft", "between.nft"):
        (tmp_path / name).touch()
    cluster = load_cluster(SourceText(str(tmp_path / "portspec.yaml"), CLUSTER.replace("PLACE", role)))
    assert {(path, flow.target) for path, flow in asked(cluster, 1)} == {("forward", "worker")}
    ways = {(path, flow.source) for path, flow in asked(cluster, 0)}
    assert ways == ({("output", "control-plane")} if role == "control-plane" else set())
