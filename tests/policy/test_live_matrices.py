"""Every published flow matrix as a live cluster's: what is left over beside the spec is what the spec explains."""

from __future__ import annotations

from typing import Any

import pytest
from spec.ledger import FACTS, table
from spec.test_facts import MATRIX

from portspec.policy.live import LiveComparison, compare_matrix
from portspec.policy.matrix import read_matrix
from portspec.policy.store import releases, snapshot
from portspec.report import matrix as report
from portspec.report.commatrix import COLUMNS, ROLES
from portspec.source import SourceText
from portspec.spec.releases import release_key

PUBLISHED = [
    (release, environment)
    for release in releases()
    for environment in MATRIX
    if release_key(release) >= (4, 16) and (environment == "merged") is (release in {"4.16", "4.17"})
]
Left = dict[str, dict[str, set[str]]]
MERGED: Left = {
    "unknown": {"10260/tcp": {"control-plane"}},
    "within": {"10258/tcp": {"control-plane"}},
    "excluded": {f"{port}/tcp": {"control-plane"} for port in (80, 443, 1936, 10300, 10309)},
    "optionality": {"8080/tcp": {"control-plane"}},
}
"""The merged matrix is of all platforms and held here against bare metal: two ports of the cloud controller manager;
the routers' rows of the control plane; left-overs of CSI drivers; a port that was open by accident."""


def explained(release: str, environment: str) -> Left:
    """What is left, by kind: ports and their roles."""
    if environment == "merged":
        return MERGED
    left: Left = {}
    if environment in {"aws", "aws-sno"}:
        role = "worker" if environment == "aws" else "control-plane"
        left["excluded"] = {"80/tcp": {role}, "443/tcp": {role}}  # routers are behind a service there
    if release == "4.18":
        left["optionality"] = {"8080/tcp": {"control-plane"}}
    return left


def published(release: str, environment: str) -> str:
    """The matrix in the plugin's form, from the facts that the tests keep."""
    lines = [",".join(COLUMNS)]
    for row in table(FACTS / "listeners.csv"):
        if row["environment"] == environment and (
            release_key(row["first"]) <= release_key(release) <= release_key(row["last"])
        ):
            role, optional = ROLES.get(row["role"], row["role"]), "true" if row["optional"] == "yes" else "false"
            lines.append(f"Ingress,{row['transport'].upper()},{row['port']},,,,,{role},{optional}")
    return "\n".join(lines) + "\n"


def compared(release: str, environment: str) -> LiveComparison:
    source = SourceText("matrix.csv", published(release, environment))
    return compare_matrix(snapshot(release), MATRIX[environment], read_matrix(source))


def left_over(found: LiveComparison) -> Left:
    names: dict[str, dict[str, set[str]]] = {}
    for part in ("unknown", "excluded", "within", "missing", "optionality"):
        for one in getattr(found, part):
            row: Any = getattr(one, "row", one)
            role = {"master": "control-plane"}.get(row.role, row.role)
            names.setdefault(part, {}).setdefault(f"{row.port}/{row.transport}", set()).add(role)
    return names


@pytest.mark.parametrize(("release", "environment"), PUBLISHED)
def test_what_is_left_over_is_explained(release: str, environment: str) -> None:
    found = compared(release, environment)
    assert found.matched > 25
    assert left_over(found) == explained(release, environment)


@pytest.mark.parametrize(("release", "environment"), PUBLISHED)
def test_each_of_them_says_why(release: str, environment: str) -> None:
    """An exclusion's reason, the place where the spec has the port, or what is noted of the matrix's own error."""
    found = compared(release, environment)
    assert all(one.exclusion and one.exclusion.reason for one in found.excluded)
    assert all([other.service for other in one.elsewhere] == ["cloud-controller-manager"] for one in found.unknown)
    for pair in found.optionality:
        text = report.as_text(found, "en").replace("\n", " ")
        noted = [one for one in pair.listener.conflicts if one.source in report.MATRICES]
        assert noted
        assert any(" ".join(one.text["en"].split()[:5]) in " ".join(text.split()) for one in noted)


def test_a_range_is_never_missing() -> None:
    """Node ports are required on clouds, and none listens before a service is given one."""
    found = compared("4.18", "aws")
    assert ("30000-32767", "worker", "required") in {(one.port, one.role, one.necessity) for one in found.absent}
    assert found.missing == ()
