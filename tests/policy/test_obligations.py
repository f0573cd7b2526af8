"""What the sources say, held against the compiled policy: who must get where, who never, what balancers do."""

from __future__ import annotations

import pytest
from policy.profiles import PROFILES

from portspec.policy.model import Allow, Policy, Profile
from portspec.policy.store import policy, releases
from portspec.spec.releases import release_key

HA = PROFILES["none"]
CLUSTER = ("bootstrap", "control-plane", "worker", "api-balancer", "ingress-balancer")


def hops(made: Policy, port: str) -> set[tuple[str, str, str]]:
    """(source, target, phases) of the hops to a port of the cluster that must get through."""
    return {
        (one.source, one.target, "+".join(one.phases))
        for one in made.allows
        if one.port == port and one.necessity == "required" and one.target in CLUSTER
    }


BOTH = "install+running"

REQUIRED = {
    ("none", "2379"): {("control-plane", "control-plane", BOTH), ("control-plane", "bootstrap", "install")},
    ("none", "2380"): {
        ("control-plane", "control-plane", BOTH),
        ("control-plane", "bootstrap", "install"),
        ("bootstrap", "control-plane", "install"),
    },
    ("none", "22623"): {
        ("control-plane", "api-balancer", "install"),
        ("control-plane", "api-balancer", BOTH),
        ("worker", "api-balancer", BOTH),
        ("api-balancer", "bootstrap", "install"),
        ("api-balancer", "control-plane", BOTH),
    },
    ("baremetal", "22623"): {
        ("control-plane", "bootstrap", "install"),
        ("control-plane", "control-plane", BOTH),
        ("worker", "control-plane", BOTH),
    },
    ("none", "10250"): {
        ("control-plane", "control-plane", BOTH),
        ("control-plane", "worker", BOTH),
        ("worker", "control-plane", BOTH),
        ("worker", "worker", BOTH),
    },
    ("none", "10257"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("none", "10259"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("none", "9979"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("none", "9978"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("none", "9980"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("none", "80"): {("client", "ingress-balancer", BOTH), ("ingress-balancer", "worker", BOTH)},
    ("none", "1936"): {("control-plane", "worker", BOTH), ("worker", "worker", BOTH)},
    ("baremetal", "80"): {("client", "worker", BOTH)},
    ("compact", "80"): {("client", "ingress-balancer", BOTH), ("ingress-balancer", "control-plane", BOTH)},
    ("single-node", "80"): {("client", "control-plane", BOTH)},
    ("aws", "80"): {("client", "ingress-balancer", BOTH)},
    ("aws", "1936"): set(),
    ("none", "6080"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("gcp", "6080"): {
        ("api-balancer", "control-plane", BOTH),
        ("control-plane", "control-plane", BOTH),
        ("worker", "control-plane", BOTH),
    },
    ("none", "22624"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("gcp", "22624"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("assisted", "22624"): {("control-plane", "control-plane", BOTH), ("worker", "control-plane", BOTH)},
    ("single-node", "10257"): set(),
}


@pytest.mark.parametrize(("profile", "port"), REQUIRED, ids=lambda value: value)
def test_required_hops(profile: str, port: str) -> None:
    assert hops(policy("4.18", PROFILES[profile]), port) == REQUIRED[profile, port]


def every_allow() -> list[tuple[str, str, Allow]]:
    return [
        (release, name, one)
        for release in releases()
        for name, profile in PROFILES.items()
        for one in policy(release, profile).allows
    ]


def test_no_worker_ever_gets_to_etcd() -> None:
    for release, name, one in every_allow():
        if one.port in {"2379", "2380"}:
            ends = {one.source, one.target, one.flow_source, one.flow_target}
            assert ends <= {"control-plane", "bootstrap"}, (release, name, one.id)


def test_the_bootstrap_host_takes_part_in_the_install_phase_only() -> None:
    for release, name, one in every_allow():
        if "bootstrap" in {one.source, one.target}:
            assert one.phases == ("install",), (release, name, one.id)


def test_nobody_outside_the_cluster_gets_to_the_machine_config_server() -> None:
    inside = {"bootstrap", "control-plane", "worker", "api-balancer"}
    for release, name, one in every_allow():
        if one.service == "machine-config-server":
            assert {one.source, one.target} <= inside, (release, name, one.id)


def test_workers_are_not_sent_to_the_bootstrap_host_for_their_config() -> None:
    for release, name, one in every_allow():
        if one.port == "22623" and one.flow_source == "worker":
            assert one.flow_target == "control-plane", (release, name, one.id)


def test_a_flow_via_a_balancer_is_two_hops() -> None:
    for release, name, one in every_allow():
        assert (one.leg == "direct") is (one.via is None), (release, name, one.id)
        if one.leg == "to-balancer":
            assert (one.source, one.target) == (one.flow_source, f"{one.via}-balancer")
        elif one.leg == "from-balancer":
            assert (one.source, one.target) == (f"{one.via}-balancer", one.flow_target)


def test_a_policy_names_actual_roles_only() -> None:
    """`ingress-node` becomes worker or control plane; a compact cluster has no workers; no balancer, no role of it."""
    for _release, name, one in every_allow():
        roles = {one.source, one.target}
        assert "ingress-node" not in roles
        if name in {"compact", "single-node"}:
            assert "worker" not in roles
        if name in {"single-node", "baremetal"}:
            assert not roles & {"api-balancer", "ingress-balancer"}


@pytest.mark.parametrize(
    ("port", "holder", "reach"),
    [
        ("6443", "control-plane", "public"),
        ("6443", "api-balancer", "public"),
        ("22623", "api-balancer", "cluster"),
        ("22623", "control-plane", "cluster"),
        ("22624", "control-plane", "cluster"),
        ("2379", "control-plane", "control-plane"),
        ("2380", "bootstrap", "control-plane"),
        ("9979", "control-plane", "cluster"),
        ("10250", "worker", "cluster"),
        ("443", "ingress-balancer", "public"),
        ("1936", "worker", "cluster"),
    ],
)
def test_reach(port: str, holder: str, reach: str) -> None:
    (found,) = [one for one in policy("4.18", HA).denies if (one.port, one.holder) == (port, holder)]
    assert found.reach == reach


def test_what_is_asked_of_the_api_balancer() -> None:
    api, mcs, *ingress = sorted(
        policy("4.18", HA).balances, key=lambda one: (one.balancer, -one.port == -6443, one.port)
    )
    by_port = {one.port: one for one in (api, mcs, *ingress)}
    assert set(by_port) == {6443, 22623, 80, 443}
    for port in (6443, 22623):
        one = by_port[port]
        assert one.members == {"install": ("bootstrap", "control-plane"), "running": ("control-plane",)}
        assert (one.layer, one.persistence, one.backup) == (4, "forbidden", ("bootstrap",))
    assert by_port[6443].health == ("required", "https", "/readyz", 6443, 30_000)
    assert by_port[22623].health == ("recommended", "https", "/healthz", 22623, None)
    assert (by_port[6443].audience, by_port[22623].audience) == ("public", "cluster")
    assert by_port[443].members == {"install": ("worker",), "running": ("worker",)}
    assert by_port[443].health == ("recommended", "http", "/healthz/ready", 1936, 45_000)


@pytest.mark.parametrize(
    ("profile", "balancers"),
    [
        ("none", {"api", "ingress"}),
        ("compact", {"api", "ingress"}),
        ("single-node", set()),
        ("baremetal", set()),
        ("baremetal with its own balancer", {"api", "ingress"}),
        ("aws", {"api"}),
    ],
)
def test_who_configures_a_balancer(profile: str, balancers: set[str]) -> None:
    assert {one.balancer for one in policy("4.18", PROFILES[profile]).balances} == balancers


def since(first: str) -> list[str]:
    """A release and every later one."""
    return [name for name in releases() if release_key(name) >= release_key(first)]


def installs(made: Policy) -> bool:
    """Whether the agent's installation needs the second port of the Machine Config Server."""
    return any(
        one.port == "22624" and one.necessity == "required" and "bootstrap" in one.flow_target for one in made.allows
    )


def test_releases_differ_where_the_sources_do() -> None:
    """The direct fetch from the Machine Config Server is documented since 4.16. Its port without TLS is in the flow
    matrix since 4.16; the Assisted Installer asks for it in every release."""
    direct = "allow:machine-config-server:22623/tcp:worker>control-plane:direct"
    with_it = [name for name in releases() if any(one.id == direct for one in policy(name, HA).allows)]
    assert with_it == since("4.16")
    gcp = [name for name in releases() if any(one.id == direct for one in policy(name, Profile("gcp")).allows)]
    assert gcp == list(releases())
    assert [name for name in releases() if hops(policy(name, HA), "22624")] == since("4.16")
    assert all(hops(policy(name, PROFILES["assisted"]), "22624") for name in releases())
