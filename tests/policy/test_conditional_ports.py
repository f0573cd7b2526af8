"""A port of a balancer that only some clusters have: the registry of a cluster that carries its own release images."""

from __future__ import annotations

import pytest

from portspec.policy.model import Policy, Profile
from portspec.policy.store import policy, releases

FEATURE = ("internal-release-image",)
PORT = "22625"


def balanced(made: Policy) -> set[int]:
    return {one.port for one in made.balances if one.balancer == "api"}


def hops(made: Policy) -> set[tuple[str, str, str]]:
    return {(one.source, one.target, one.leg) for one in made.allows if one.port == PORT}


@pytest.mark.parametrize("platform", ["none", "external", "aws"])
def test_a_balancer_passes_it_on_with_the_feature_only(platform: str) -> None:
    with_it, without = policy("5.0", Profile(platform, features=FEATURE)), policy("5.0", Profile(platform))
    assert balanced(with_it) == {6443, 22623, 22625}
    assert balanced(without) == {6443, 22623}
    assert hops(without) == set()
    assert hops(with_it) == {
        ("control-plane", "api-balancer", "to-balancer"),
        ("worker", "api-balancer", "to-balancer"),
        ("api-balancer", "control-plane", "from-balancer"),
        ("control-plane", "control-plane", "direct"),
        ("worker", "control-plane", "direct"),
    }
    (one,) = [one for one in with_it.balances if str(one.port) == PORT]
    assert one.members == {"install": ("control-plane",), "running": ("control-plane",)}
    assert (one.layer, one.health, one.persistence, one.audience, one.backup) == (4, None, "any", "cluster", ())
    (audience,) = [one for one in with_it.denies if (one.port, one.holder) == (PORT, "api-balancer")]
    assert audience.reach == "cluster"


def test_without_a_balancer_nodes_ask_the_control_plane_directly() -> None:
    made = policy("5.0", Profile("baremetal", features=FEATURE))
    assert made.balances == ()
    assert hops(made) == {("control-plane", "control-plane", "direct"), ("worker", "control-plane", "direct")}


@pytest.mark.parametrize("release", [one for one in releases() if one != "5.0"])
def test_it_comes_with_one_release(release: str) -> None:
    assert balanced(policy(release, Profile(features=FEATURE))) == {6443, 22623}
