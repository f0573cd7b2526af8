"""The list of flows that people and programs read."""

from __future__ import annotations

import pytest

from portspec.policy.flows import FlowRecord, carried_forward, flows
from portspec.policy.model import Profile
from portspec.policy.resolve import narrow
from portspec.policy.store import releases, snapshot

KNOWN = snapshot("4.18")


def named(found: tuple[FlowRecord, ...]) -> set[tuple[str, str, str, str | None]]:
    return {(one.port or "", one.sender, one.target, one.via) for one in found}


def test_a_worker_joins_through_two_ports_and_never_etcd() -> None:
    found = [one for one in flows(KNOWN, Profile(), role="worker") if one.sender == "worker" and one.via == "api"]
    assert {one.port for one in found} == {"6443", "22623"}
    every = flows(KNOWN, Profile(), role="compute")
    assert not {one.port for one in every} & {"2379", "2380"}


def test_aliases_are_the_role() -> None:
    assert flows(KNOWN, Profile(), role="master") == flows(KNOWN, Profile(), role="control-plane")
    assert flows(KNOWN, Profile(), role="nobody") == ()


def test_phases() -> None:
    install, running = (flows(KNOWN, Profile(), phase=phase) for phase in ("install", "running"))
    assert named(running) < named(install)
    assert not any("bootstrap" in {one.sender, one.target} for one in running)


def test_a_cloud_router_ends_at_its_balancer() -> None:
    assert ("443", "client", "ingress-balancer", "ingress") in named(flows(KNOWN, Profile("aws")))


def test_json() -> None:
    (record,) = [
        one
        for one in flows(KNOWN, Profile())
        if (one.port, one.sender, one.target) == ("2379", "control-plane", "bootstrap")
    ]
    shown = record.as_json()
    assert {
        key: shown[key] for key in ("service", "port", "transport", "from", "to", "via", "necessity", "phases")
    } == {
        "service": "etcd",
        "port": "2379",
        "transport": "tcp",
        "from": "control-plane",
        "to": "bootstrap",
        "via": None,
        "necessity": "required",
        "phases": ["install"],
    }
    assert (shown["reach"], shown["carried_forward"]) == ("control-plane", False)
    assert "enhancement-etcd" in shown["sources"]


@pytest.mark.parametrize("release", releases())
def test_every_flow_says_why_in_both_languages_and_whence(release: str) -> None:
    for one in flows(snapshot(release), Profile()):
        assert one.purpose["en"]
        assert one.purpose["zh-TW"]
        assert one.sources


def test_carried_forward() -> None:
    port = KNOWN.services["etcd"].ports[0]
    for verified, carried in (("4.22", False), ("4.23", False), ("4.21", True), (None, True)):
        held = port._replace(lifetime=port.lifetime._replace(verified_through=verified))
        assert carried_forward(held, "4.22") is carried


def test_narrowing_drops_what_a_release_does_not_have() -> None:
    spec = {"a": [{"id": 1, "added": "4.16"}, {"id": 2, "removed": "4.16"}, {"id": 3, "verified_through": "4.15"}]}
    assert narrow(spec, "4.15") == {"a": [{"id": 2, "removed": "4.16"}, {"id": 3, "verified_through": "4.15"}]}
    assert [one["id"] for one in narrow(spec, "4.16")["a"]] == [1, 3]
    assert narrow(spec, "4.16")["a"][1]["carried_forward"] is True
