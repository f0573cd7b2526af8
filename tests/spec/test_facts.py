"""The spec against what its sources know, both ways: nothing missing, nothing claimed beyond them (facts/README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from portspec.policy.model import Profile
from portspec.policy.paths import holders_of, ports_of
from portspec.policy.store import releases, snapshot
from portspec.spec.model import Conflict, Flow, Port, Probe, Service, Snapshot
from portspec.spec.releases import covers, release_key

FACTS = Path(__file__).parent / "facts"
MATRIX = {
    "merged": Profile("baremetal"),
    "bm": Profile("baremetal"),
    "aws": Profile("aws"),
    "none-sno": Profile("none", topology="single-node"),
    "aws-sno": Profile("aws", topology="single-node"),
}
"""The profile of each environment of the flow matrix. The merged one is of all platforms, bare metal the fullest."""

TIMINGS = ("interval_ms", "timeout_ms", "healthy", "unhealthy")

Listener = tuple[str, str, str]
"""Transport, port, role."""


def table(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def every_port(known: Snapshot) -> Iterator[tuple[Service, Port]]:
    for service in known.services.values():
        for port in service.ports:
            yield service, port


def conflicts_of(port: Port) -> list[Conflict]:
    return [*port.conflicts, *(conflict for flow in port.flows or () for conflict in flow.conflicts)]


def in_matrix(release: str) -> Iterator[tuple[str, set[Listener]]]:
    """Per environment of a release, who listens as the matrix has it."""
    rows = [row for row in table("listeners") if release_key(row["first"]) <= release_key(release)]
    rows = [row for row in rows if release_key(release) <= release_key(row["last"])]
    for environment in dict.fromkeys(row["environment"] for row in rows):
        yield (
            environment,
            {(row["transport"], row["port"], row["role"]) for row in rows if row["environment"] == environment},
        )


def in_spec(release: str, profile: Profile) -> set[Listener]:
    return {
        (port.transport, str(port.port), role)
        for service in snapshot(release).services.values()
        for port in ports_of(service, profile)
        for role, holder in holders_of(port, profile)
        if "running" in holder.phases
    }


@pytest.mark.parametrize("release", [release for release in releases() if release_key(release) >= (4, 16)])
def test_who_listens_is_what_the_flow_matrix_says(release: str) -> None:
    told = dict(in_matrix(release))
    assert set(told) == ({"merged"} if release in {"4.16", "4.17"} else set(MATRIX) - {"merged"})
    for environment, listeners in told.items():
        found = in_spec(release, MATRIX[environment])
        assert found - listeners == set(), f"{environment}: the spec has a listener that the matrix has not"
        source = "flow-matrix-docs" if environment == "merged" else "flow-matrix"
        for transport, number, role in sorted(listeners - found):
            ports = [
                port for _, port in every_port(snapshot(release)) if (port.transport, port.port) == (transport, number)
            ]
            recorded = {conflict.source for port in ports for conflict in conflicts_of(port)}
            assert source in recorded, (
                f"{environment}: {number}/{transport} on {role} is not in the spec, nor the conflict"
            )


@pytest.mark.parametrize("release", releases())
def test_what_the_bootstrap_host_serves(release: str) -> None:
    """It serves the same ports in every release, and each ends with its own event."""
    told = table("bootstrap")
    found: dict[tuple[str, str | None], Port] = {
        (port.transport, port.port): port
        for _, port in every_port(snapshot(release))
        if any(holder.role == "bootstrap" for holder in port.holders)
    }
    assert set(found) == {(row["transport"], row["port"]) for row in told}
    handed = {(one.transport, str(one.port)): one for one in snapshot(release).handover.ports}
    assert {key: one.ends_with for key, one in handed.items()} == {
        (row["transport"], row["port"]): row["ends_with"] for row in told if row["ends_with"]
    }
    for row in told:
        key = (row["transport"], row["port"])
        cited = {*found[key].sources, *(handed[key].sources if key in handed else ())}
        assert set(row["source"].split()) <= cited, row
        assert all(holder.phases == ("install",) for holder in found[key].holders if holder.role == "bootstrap")


@pytest.mark.parametrize("release", releases())
def test_the_handover_is_in_the_order_of_the_sources(release: str) -> None:
    handover = snapshot(release).handover
    assert [event.id for event in handover.events] == [row["event"] for row in table("events")]
    assert [(port.before.role, port.after.role) for port in handover.ports] == [
        ("bootstrap", "control-plane") for _ in handover.ports
    ]


def covering(row: dict[str, str], port: Port, release: str) -> bool:
    """Whether a row of the facts is about a port and a release."""
    number = int(port.port or 0)
    within = int(row["first_port"]) <= number <= int(row["last_port"])
    return within and covers(row["since"], row["until"] or None, release)


def ends(port: Port, flow: Flow) -> set[tuple[str, str]]:
    """Senders and targets of a flow, pair by pair; a flow without targets goes to whoever listens in its phases."""
    targets = flow.targets or tuple(holder.role for holder in port.holders if set(holder.phases) & set(flow.phases))
    return {(sender, target) for sender in flow.senders for target in targets}


def pairs(row: dict[str, str]) -> set[tuple[str, str]]:
    return {(sender, target) for sender in row["from"].split() for target in row["to"].split()}


@pytest.mark.parametrize("release", releases())
def test_every_flow_that_a_source_knows_is_in_the_spec(release: str) -> None:
    known = list(every_port(snapshot(release)))
    for row in table("flows"):
        ports = [port for _, port in known if covering(row, port, release)]
        assert ports or not covers(row["since"], row["until"] or None, release), row
        for port in ports:
            if row["kind"] == "flow":
                found = {
                    pair
                    for flow in port.flows or ()
                    if (flow.via or "") == row["via"] and set(flow.sources) & set(row["sources"].split())
                    for pair in ends(port, flow)
                }
                assert pairs(row) <= found, (port.port, row)
            elif row["kind"] == "conflict":
                assert row["sources"] in {conflict.source for conflict in conflicts_of(port)}, (port.port, row)


@pytest.mark.parametrize("release", releases())
def test_every_flow_of_the_spec_is_known_by_each_source_that_it_cites(release: str) -> None:
    rows = [row for row in table("flows") if row["kind"] != "conflict"]
    for service, port in every_port(snapshot(release)):
        for flow in port.flows or ():
            for source in flow.sources:
                backed = {
                    pair
                    for row in rows
                    if source in row["sources"].split() and (flow.via or "") == row["via"]
                    if covering(row, port, release)
                    for pair in pairs(row)
                }
                assert ends(port, flow) <= backed, (service.id, port.port, source, ends(port, flow) - backed)


def test_every_conflict_of_the_ports_is_in_the_facts() -> None:
    """Beside the matrices', which `test_who_listens_is_what_the_flow_matrix_says` needs."""
    rows = [row for row in table("flows") if row["kind"] == "conflict"]
    for _, port in every_port(snapshot("4.22")):
        for conflict in conflicts_of(port):
            if conflict.source not in {"flow-matrix", "flow-matrix-docs", "docs-lb-user-infra-old"}:
                assert any(row["sources"] == conflict.source and covering(row, port, "4.22") for row in rows), conflict


def test_ports_of_the_host_services_range_may_be_reached_within_the_cluster() -> None:
    """The documentation opens 9000-9999 among all machines, so nothing in it may be an exposure there."""
    found = [port for _, port in every_port(snapshot("4.22")) if 9000 <= int(port.port or 0) <= 9999]
    assert [port.port for port in found] == ["9978", "9979", "9980"]
    for port in found:
        assert port.reach == "cluster"
        assert "docs-upi-network" in {*port.sources, *(source for flow in port.flows or () for source in flow.sources)}


def test_the_timings_of_probes() -> None:
    told = sorted(
        (row["balancer"], port, row["source"], row["kind"], *(row[name] for name in TIMINGS))
        for row in table("probes")
        for port in row["ports"].split()
    )
    found = sorted(
        (balancer.id, str(port.port), probe.source, probe.kind, *timings(probe))
        for balancer in snapshot("4.22").balancers.values()
        for port in balancer.ports
        for probe in port.probes
    )
    assert found == told


def timings(probe: Probe) -> Iterator[str]:
    for value in (probe.interval, probe.timeout, probe.healthy, probe.unhealthy):
        yield "" if value is None else str(value)


def test_every_probe_stays_within_the_hard_limit() -> None:
    """As load-balancer pages say of their own numbers: interval and timeout times the failures is at most the limit."""
    for balancer in snapshot("4.22").balancers.values():
        for port in balancer.ports:
            for probe in port.probes:
                if port.health and port.health.longest_removal and probe.interval and probe.unhealthy:
                    assert probe.interval * probe.unhealthy <= port.health.longest_removal, probe


def test_releases() -> None:
    found = [
        {
            "release": release.id,
            "kubernetes": release.kubernetes,
            "released": release.released,
            "support_ends": release.support_ends,
            "extended_ends": release.extended_ends or "",
            "network": release.network,
            "flow_matrix": release.flow_matrix,
        }
        for release in (snapshot(name).release for name in releases())
    ]
    assert found == table("releases")
