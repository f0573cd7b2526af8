"""Clusters without some of the machines: a hosted one has workers only, a bootstrap in place has no bootstrap host."""

from __future__ import annotations

from itertools import product

import pytest

from portspec.policy.flows import flows
from portspec.policy.live import listeners
from portspec.policy.model import Policy, Profile
from portspec.policy.store import policy, releases, snapshot
from portspec.spec.releases import release_key

HOSTED = "hosted-control-planes"
IN_PLACE = "bootstrap-in-place"
ELSEWHERE = {"control-plane", "bootstrap", "api-balancer"}
"""What a hosted cluster leaves to its management cluster."""
PLATFORMS = ("none", "baremetal", "aws", "azure")
TOPOLOGIES = ("ha", "compact", "single-node")


def named(made: Policy) -> set[str]:
    """Every role that an obligation names."""
    found = {role for one in made.allows for role in (one.source, one.target, one.flow_source, one.flow_target)}
    found |= {one.holder for one in made.denies}
    for one in made.balances:
        found |= {role for roles in one.members.values() for role in roles} | set(one.backup)
    return found


@pytest.mark.parametrize("release", releases())
def test_a_hosted_cluster_asks_nothing_of_machines_that_it_lacks(release: str) -> None:
    known = snapshot(release)
    for platform, topology in product(PLATFORMS, TOPOLOGIES):
        for more in ((), ("internal-release-image",) if release_key(release) >= (5, 0) else ("user-managed-balancer",)):
            profile = Profile(platform, topology=topology, features=tuple(sorted((HOSTED, *more))))
            made = policy(release, profile)
            assert not named(made) & ELSEWHERE, (profile, named(made) & ELSEWHERE)
            assert {one.balancer for one in made.balances} <= {"ingress"}
            listed = flows(known, profile)
            assert not {role for one in listed for role in (one.sender, one.target)} & ELSEWHERE
            assert all(one.via in {None, "ingress"} for one in listed)
            assert {one.role for one in listeners(known, profile)} == {"worker"}


def hops(made: Policy, port: str) -> set[tuple[str, str]]:
    return {(one.source, one.target) for one in made.allows if one.port == port and one.necessity == "required"}


@pytest.mark.parametrize("release", [one for one in releases() if release_key(one) >= (4, 18)])
def test_a_hosted_cluster_keeps_what_its_workers_need(release: str) -> None:
    made, base = policy(release, Profile(features=(HOSTED,))), policy(release, Profile())
    assert hops(made, "6443") == {("worker", "management-cluster"), ("admin", "management-cluster")}
    for gone in ("22623", "22624", "2379", "2380", "6080", "10257", "10259"):
        assert hops(base, gone), gone
        assert not hops(made, gone), gone
    for kept in ("10250", "6081", "9100", "80", "443", "53"):
        among = {one for one in hops(base, kept) if "worker" in one and not set(one) & ELSEWHERE}
        assert among, kept
        assert among <= hops(made, kept), kept
    (https,) = [one for one in made.balances if one.port == 443]
    assert https.members == {"install": ("worker",), "running": ("worker",)}


def test_without_the_feature_nothing_is_elsewhere() -> None:
    assert named(policy("4.18", Profile())) >= ELSEWHERE


@pytest.mark.parametrize("release", releases())
def test_a_bootstrap_in_place_has_no_bootstrap_host(release: str) -> None:
    for platform in ("none", "baremetal"):
        usual = policy(release, Profile(platform, topology="single-node"))
        made = policy(release, Profile(platform, topology="single-node", features=(IN_PLACE,)))
        assert "bootstrap" in named(usual)
        assert "bootstrap" not in named(made)
        left = {one.id for one in made.allows}
        wanted = {one.id for one in usual.allows if "bootstrap" not in {one.source, one.target, one.flow_target}}
        assert left == wanted, "nothing else changes"
        assert ("admin", "control-plane") in hops(made, "6443")
