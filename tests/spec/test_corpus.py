"""The spec against everything that its sources know, both ways (facts/README.md): nothing missing, nothing made up."""

from __future__ import annotations

import pytest
from spec.ledger import (
    FACTS,
    Row,
    conflicts_of,
    ends,
    every_port,
    has_flow,
    has_listener,
    is_excluded,
    ledger,
    table,
)

from portspec.policy.store import releases, snapshot
from portspec.spec.releases import release_key

LEDGER = ledger()
KINDS = {"flow", "covers", "conflict", "listener", "excluded"}


@pytest.mark.parametrize("row", LEDGER, ids=lambda row: row.place)
def test_every_row_is_in_the_spec_or_excluded_with_a_reason(row: Row) -> None:
    assert row.kind in KINDS
    assert bool(row.excluded) == (row.kind == "excluded")
    spoken_of = [release for release in releases() if row.holds_in(release)]
    assert spoken_of, "no release of the spec"
    for release in spoken_of:
        known = snapshot(release)
        assert row.sources <= set(known.sources), row.sources - set(known.sources)
        unknown = {*row.senders, *row.targets} - set(known.roles)
        assert row.kind == "excluded" or not unknown, unknown
        for profile in row.profiles:
            told = (release, profile, row)
            if row.kind == "flow":
                assert has_flow(row, known, profile), told
            elif row.kind == "listener":
                assert has_listener(row, known, profile), told
            elif row.kind == "conflict":
                ports = [port for _, port in every_port(known) if row.touches(port)]
                found = {conflict.source for port in ports for conflict in conflicts_of(port)}
                assert row.sources & found, told
            elif row.kind == "excluded":
                assert row.excluded in known.exclusions, told
                exclusion = known.exclusions[row.excluded]
                assert is_excluded(row, exclusion), told
                assert row.sources & set(exclusion.sources), told


@pytest.mark.parametrize("release", releases())
def test_every_flow_of_the_spec_is_known_by_each_source_that_it_cites(release: str) -> None:
    rows = [row for row in LEDGER if row.kind in {"flow", "covers"} and row.holds_in(release)]
    missing = []
    for service, port in every_port(snapshot(release)):
        near = [row for row in rows if row.backs(port)]
        for flow in port.flows or ():
            for source in flow.sources:
                backed = {
                    pair for row in near if source in row.sources and row.via == (flow.via or "") for pair in row.pairs
                }
                if not ends(port, flow) <= backed:
                    missing.append((service.id, port.port, source, ends(port, flow) - backed))
    assert missing == []


@pytest.mark.parametrize("release", releases())
def test_every_port_of_the_spec_is_known_by_a_source_that_it_cites(release: str) -> None:
    """No port that no source knows: the matrix, or a row of the ledger."""
    rows = [row for row in LEDGER if row.holds_in(release)]
    matrix = {
        (row["transport"], int(row["port"]))
        for row in table(FACTS / "listeners.csv")
        if release_key(row["first"]) <= release_key(release) <= release_key(row["last"])
    }
    for service, port in every_port(snapshot(release)):
        cited = {*port.sources, *(source for flow in port.flows or () for source in flow.sources)}
        in_ledger = any(row.backs(port) and row.sources & cited for row in rows)
        assert in_ledger or (port.transport, port.first) in matrix, (service.id, port.port)


def test_every_conflict_of_the_ports_is_in_the_ledger() -> None:
    """Beside the matrices', which `test_facts` needs."""
    rows = [row for row in LEDGER if row.kind == "conflict"]
    for release in releases():
        for service, port in every_port(snapshot(release)):
            for conflict in conflicts_of(port):
                if conflict.source not in {"flow-matrix", "flow-matrix-docs", "docs-lb-user-infra-old"}:
                    found = any(conflict.source in row.sources and row.touches(port) for row in rows)
                    assert found, (service.id, port.port, conflict)


def test_every_exclusion_excludes_something() -> None:
    used = {row.excluded for row in LEDGER}
    matrix = table(FACTS / "listeners.csv")
    for release in releases():
        for exclusion in snapshot(release).exclusions.values():
            in_matrix = any(
                row["transport"] == exclusion.transport and row["port"] in exclusion.ports for row in matrix
            )
            assert exclusion.id in used or in_matrix, exclusion.id


def test_no_fact_of_the_tables_is_left_out() -> None:
    """Each row of the tables that the ledger was written from stands in the ledger."""
    named = {fact for row in LEDGER for fact in row.facts}
    for record in table(FACTS / "tables.csv"):
        numbers = {int(fact[1:]) for fact in named if fact.startswith(record["prefix"])}
        missing = sorted(set(table_numbers(record)) - numbers)
        assert missing == [], (record["prefix"], missing)


def table_numbers(record: dict[str, str]) -> range:
    return range(1, int(record["rows"]) + 1)


def test_every_port_says_up_to_which_release_somebody_looked() -> None:
    for service, port in every_port(snapshot("4.22")):
        assert port.lifetime.verified_through is not None, (service.id, port.port)
