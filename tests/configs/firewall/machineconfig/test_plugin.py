"""The product's own plugin: its nftables files pass every flow that is required, and open etcd, the Machine Config Server
and the kubelet to whoever reaches the node."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from checks.standard import STANDARD, check_text
from configs.firewall.machineconfig import plugin
from conftest_programs import require, require_namespaces

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.configs.firewall.nftables import read
from portspec.policy.model import Policy
from portspec.policy.store import policy, releases
from portspec.source import SourceText

RELEASES = releases()
ROLES = tuple(plugin.POOLS)
FORMS: dict[str, Callable[[Policy, str], str]] = {
    "nftables": plugin.ruleset, "butane": plugin.butane, "machineconfig": plugin.machine_config,
}  # fmt: skip
EXPOSED = {
    "control-plane": {"2379", "2380", "22623", "10250"},
    "worker": {"10250"},
}
"""Ports that must never be open to everybody."""


def checked(release: str, role: str, form: str) -> ClusterResult:
    text = FORMS[form](policy(release, STANDARD), role)
    return check_text(text, f"host {role}", phase="running", release=release)


def said(finding: Finding) -> tuple[object, ...]:
    """A finding without its place."""
    return finding.code, finding.variant, finding.severity, finding.confidence, tuple(sorted(finding.values.items()))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("release", RELEASES)
def test_every_required_hop_gets_through(release: str, role: str) -> None:
    result = checked(release, role, "nftables")
    blocked = [finding for finding in result.findings if finding.code in ("PS101", "PS102", "PS103")]
    held = {
        allow.transport
        for allow in result.policy.allows
        if allow.target == role and allow.necessity == "required" and "running" in allow.phases
    }
    assert held, "a role to which no flow is required shows nothing"
    assert [finding.values for finding in blocked if finding.severity == "error"] == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("release", RELEASES)
def test_what_is_open_to_everybody_is_reported(release: str, role: str) -> None:
    result = checked(release, role, "nftables")
    exposures = [finding for finding in result.findings if finding.code == "PS201"]
    reported = {port for port in EXPOSED[role] for finding in exposures if finding.port == port}
    assert reported == EXPOSED[role]
    assert all(finding.confidence == "certain" for finding in exposures)


@pytest.mark.parametrize("role", ROLES)
def test_all_forms_of_the_file_come_to_the_same(role: str) -> None:
    bare = sorted(said(finding) for finding in checked("4.18", role, "nftables").findings)
    assert bare
    for form in ("butane", "machineconfig"):
        assert sorted(said(finding) for finding in checked("4.18", role, form).findings) == bare


def test_a_file_for_other_nodes_is_told() -> None:
    """The MachineConfig of the workers, placed on the control plane."""
    text = plugin.machine_config(policy("4.18", STANDARD), "worker")
    result = check_text(text, "host control-plane", phase="running")
    found = [finding for finding in result.findings if finding.code == "PS004"]
    assert [(finding.variant, finding.values["role"], finding.values["at"]) for finding in found] == [
        ("role", "worker", "control-plane")
    ]
    assert [finding.span.line for finding in found if finding.span] == [6]


def test_where_a_rule_stands_inside_the_data_is_told() -> None:
    result = checked("4.18", "control-plane", "machineconfig")
    exposed = [finding for finding in result.findings if finding.code == "PS201"]
    bare = plugin.AGAIN + plugin.ruleset(policy("4.18", STANDARD), "control-plane").partition("\n")[2]
    lines = bare.split("\n")
    for finding in exposed:
        assert finding.span is not None
        path, _, line = finding.span.within.rpartition(":")
        assert path == "/etc/sysconfig/nftables.conf"
        assert "dport" in lines[int(line) - 1]


@pytest.mark.parametrize("role", ROLES)
def test_nft_takes_the_file(role: str, tmp_path: Path) -> None:
    require_namespaces()
    path = tmp_path / "plugin.nft"
    path.write_text(plugin.ruleset(policy("4.18", STANDARD), role), encoding="utf-8")
    command = ["unshare", "-n", require("nft", package="nftables"), "-c", "-f", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    read(SourceText("plugin.nft", path.read_text(encoding="utf-8")))
