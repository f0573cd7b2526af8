"""The spec against what its sources know, both ways: nothing missing, nothing claimed beyond them (facts/README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from spec.ledger import conflicts_of, every_port, profiles_of

from portspec.policy.model import Profile
from portspec.policy.paths import holders_of, ports_of
from portspec.policy.store import releases, snapshot
from portspec.policy.topology import actual_role, holds
from portspec.spec.model import Port, Probe, Snapshot
from portspec.spec.releases import release_key

FACTS = Path(__file__).parent / "facts"
MATRIX = {
    "merged": Profile("baremetal"),
    "bm": Profile("baremetal"),
    "aws": Profile("aws"),
    "none-sno": Profile("none", topology="single-node"),
    "aws-sno": Profile("aws", topology="single-node"),
}
"""The profile of each environment of the flow matrix. The merged one is of all platforms, bare metal the fullest."""

NODES = {"control-plane", "worker", "ingress-node"}
TIMINGS = ("interval_ms", "timeout_ms", "healthy", "unhealthy")


def table(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def in_matrix(release: str) -> dict[str, list[dict[str, str]]]:
    """Per environment of a release, the rows of the matrix."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in table("listeners"):
        if release_key(row["first"]) <= release_key(release) <= release_key(row["last"]):
            found.setdefault(row["environment"], []).append(row)
    return found


def held(known: Snapshot, profile: Profile, row: dict[str, str]) -> Iterator[Port]:
    """The ports of the spec that are a row of the matrix: same transport, same port, and the role holds it."""
    for service in known.services.values():
        for port in ports_of(service, profile):
            roles = {role for role, holder in holders_of(known, port, profile) if "running" in holder.phases}
            if (port.transport, port.port) == (row["transport"], row["port"]) and row["role"] in roles:
                yield port


def required_to(known: Snapshot, port: Port, role: str, profile: Profile) -> bool:
    """Whether a flow to the role on this port is required under a profile, with no feature on."""
    holders = [holder.role for _, holder in holders_of(known, port, profile)]
    return any(
        flow.necessity == "required"
        and holds(flow.condition, profile)
        and any(actual_role(target, profile) == role for target in flow.targets or holders)
        for flow in port.flows or ()
    )


@pytest.mark.parametrize("release", [release for release in releases() if release_key(release) >= (4, 16)])
def test_every_row_of_the_flow_matrix(release: str) -> None:
    """In the spec, required unless it is optional; or an exclusion or a recorded conflict says why not."""
    told = in_matrix(release)
    assert set(told) == ({"merged"} if release in {"4.16", "4.17"} else set(MATRIX) - {"merged"})
    known = snapshot(release)
    wrong = []
    for environment, rows in told.items():
        source = "flow-matrix-docs" if environment == "merged" else "flow-matrix"
        for row in rows:
            profile = MATRIX[environment]
            ports = list(held(known, profile, row))
            if any(row["optional"] == "yes" or required_to(known, port, row["role"], profile) for port in ports):
                assert all(source in port.sources for port in ports), (row, "does not cite the matrix")
                continue
            same = [
                port for _, port in every_port(known) if (port.transport, port.port) == (row["transport"], row["port"])
            ]
            recorded = {conflict.source for port in same for conflict in conflicts_of(port)}
            if source not in recorded and not excluded(known, row, source):
                wrong.append((environment, row["transport"], row["port"], row["role"], bool(ports)))
    assert wrong == []


def excluded(known: Snapshot, row: dict[str, str], source: str) -> bool:
    """Whether an exclusion that cites the matrix names the row."""
    return any(
        exclusion.transport == row["transport"]
        and row["port"] in exclusion.ports
        and (not exclusion.roles or row["role"] in exclusion.roles)
        and source in exclusion.sources
        for exclusion in known.exclusions.values()
    )


@pytest.mark.parametrize("release", releases())
def test_what_the_bootstrap_host_serves(release: str) -> None:
    """What the table has up to the release, where it has it, and each port ends with its own event."""
    told = [row for row in table("bootstrap") if release_key(row["added"] or "4.1") <= release_key(release)]
    found: dict[tuple[str, str | None], Port] = {
        (port.transport, port.port): port
        for _, port in every_port(snapshot(release))
        if any(holder.role == "bootstrap" for holder in port.holders)
    }
    assert set(found) == {(row["transport"], row["port"] or None) for row in told}
    handed = {(one.transport, str(one.port)): one for one in snapshot(release).handover.ports}
    assert {key: one.ends_with for key, one in handed.items()} == {
        (row["transport"], row["port"]): row["ends_with"] for row in told if row["ends_with"]
    }
    for row in told:
        key = (row["transport"], row["port"] or None)
        cited = {*found[key].sources, *(handed[key].sources if key in handed else ())}
        assert set(row["source"].split()) <= cited, row
        assert all(holder.phases == ("install",) for holder in found[key].holders if holder.role == "bootstrap")
        assert all(bootstrap_serves(found[key], profile) for profile in profiles_of(row["when"])), row
        assert bootstrap_serves(found[key], Profile("none")) == (not row["when"]), row


def bootstrap_serves(port: Port, profile: Profile) -> bool:
    """Whether the bootstrap host listens on a port under a profile."""
    return holds(port.condition, profile) and any(
        holder.role == "bootstrap" and holds(holder.condition, profile) for holder in port.holders
    )


@pytest.mark.parametrize("release", releases())
def test_the_handover_is_in_the_order_of_the_sources(release: str) -> None:
    handover = snapshot(release).handover
    assert [event.id for event in handover.events] == [row["event"] for row in table("events")]
    assert [(port.before.role, port.after.role) for port in handover.ports] == [
        ("bootstrap", "control-plane") for _ in handover.ports
    ]


@pytest.mark.parametrize("release", releases())
def test_how_many_etcd_members_the_end_of_the_bootstrap_takes(release: str) -> None:
    told = [row for row in table("etcd-members") if release_key(row["first"] or "4.1") <= release_key(release)]
    found = snapshot(release).handover.etcd_members
    assert [(one.id, str(one.members)) for one in found] == [(row["scaling"], row["members"]) for row in told]
    for one, row in zip(found, told, strict=True):
        assert set(row["source"].split()) <= set(one.sources)
        assert all(holds(one.condition, profile) for profile in profiles_of(row["when"]))
        assert holds(one.condition, Profile()) == (not row["when"])


@pytest.mark.parametrize("release", releases())
def test_what_a_bootstrap_in_place_does_without(release: str) -> None:
    found = snapshot(release).handover.variants
    told = table("variants")
    assert [one.id for one in found] == [row["variant"] for row in told]
    for one, row in zip(found, told, strict=True):
        assert one.without == tuple(row["without"].split())
        assert one.sources == tuple(row["source"].split())
        assert all(holds(one.condition, profile) for profile in profiles_of(row["when"]))
        assert not holds(one.condition, Profile())


def test_ports_of_the_host_services_range_may_be_reached_within_the_cluster() -> None:
    """The documentation opens 9000-9999 among all machines, so nothing in it may be an exposure there."""
    found = [port for _, port in every_port(snapshot("4.22")) if 9000 <= (port.first or 0) <= (port.last or 0) <= 9999]
    on_nodes = [port for port in found if any(holder.role in NODES for holder in port.holders)]
    assert on_nodes
    for port in on_nodes:
        assert port.reach in {"cluster", "site"}


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
