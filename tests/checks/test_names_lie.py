"""Names lie: with a cluster file the addresses decide who a member is, without one what a name says is only possible."""

from __future__ import annotations

import pytest
from checks.standard import check_text

from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT, RUNNING, wrong
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.cluster.model import Cluster, ConfigEntry, Unplaced
from portspec.policy.model import Phase, Profile
from portspec.policy.store import policy
from portspec.source import SourceText

API = "192.168.22.201:6443 check"
OFF_BY_ONE = RIGHT.replace(
    "  server master-0 192.168.22.201:22623 check inter 1s\n  server master-1 192.168.22.202:22623 check inter 1s\n  server master-2 192.168.22.203:22623",
    "  server master-1 192.168.22.201:22623 check inter 1s\n  server master-2 192.168.22.202:22623 check inter 1s\n  server master-3 192.168.22.203:22623",
)


def bare(text: str, phase: Phase) -> ClusterResult:
    """What is found in a config without a cluster file."""
    entry = ConfigEntry("haproxy.cfg", Unplaced(), "haproxy", None)
    cluster = Cluster("", "", "4.18", Profile(), phase, {}, {}, (entry,), ())
    return check_cluster(policy("4.18", Profile()), cluster, [(entry, SourceText("haproxy.cfg", text))], "2026-11-23")


def short(found: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    return {(one.code, one.severity, one.confidence) for one in found}


# what the labels say → the config, and what is found by addresses while the cluster runs
BY_ADDRESS = {
    "a bootstrap host that is called master1": (
        RUNNING.replace(f"server master-0 {API}", f"server master1 192.168.22.200:6443 check\n  server master-0 {API}"),
        {("PS307", "error", "certain"), ("PS309", "warning", "certain")},
    ),
    "a control-plane node that is called bootstrap": (
        RUNNING.replace(f"server master-0 {API}", f"server bootstrap {API}"),
        set(),
    ),
    "a worker that is called master-0": (
        RUNNING.replace(f"server master-0 {API}", "server master-0 192.168.22.211:6443 check"),
        {("PS304", "error", "certain"), ("PS305", "error", "certain")},
    ),
    "labels that are off by one": ("".join(x for x in OFF_BY_ONE.splitlines(keepends=True) if "bootstrap" not in x), set()),
    "three names for one host": (
        RUNNING.replace("server master-1 192.168.22.202:22623", "server api-0 192.168.22.201:22623").replace(
            "server master-2 192.168.22.203:22623", "server old-name ocp-master-0.lab.example:22623"
        ),
        {("PS313", "warning", "certain"), ("PS305", "error", "certain")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_ADDRESS)
def test_with_a_cluster_file_addresses_decide(name: str) -> None:
    text, expected = BY_ADDRESS[name]
    found = check_text(text, config_format="haproxy", phase="running").findings
    assert short(found) == expected, [str(one) for one in found]


def test_three_names_are_told_twice() -> None:
    text, _ = BY_ADDRESS["three names for one host"]
    found = check_text(text, config_format="haproxy", phase="running").findings
    assert [one.values["second"] for one in found if one.code == "PS313"] == ["api-0", "old-name"]


# the same labels without a cluster file: what a name says may be so
BY_NAME = {
    "a bootstrap host that is called master1": (
        RUNNING.replace(f"server master-0 {API}", "server master1 192.168.22.200:6443 check"),
        set(),
    ),
    "a control-plane node that is called bootstrap": (
        RUNNING.replace(f"server master-0 {API}", f"server bootstrap {API}"),
        {("PS307", "warning", "possible")},
    ),
    "a control-plane node that is called worker": (
        RUNNING.replace(f"server master-0 {API}", f"server worker-7 {API}"),
        {("PS304", "warning", "possible")},
    ),
    "labels that are off by one": ("".join(x for x in OFF_BY_ONE.splitlines(keepends=True) if "bootstrap" not in x), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_without_one_a_name_is_only_possible(name: str) -> None:
    text, expected = BY_NAME[name]
    found = [one for one in bare(text, "running").findings if one.code not in ("PS001", "PS309")]
    assert short(tuple(found)) == expected


def test_one_host_twice_is_seen_without_a_cluster_file_too() -> None:
    text = wrong("server master-1 192.168.22.202:22623", "server api-0 192.168.22.201:22623")
    assert [one.values["second"] for one in bare(text, "install").findings if one.code == "PS313"] == ["api-0"]


@pytest.mark.parametrize("lead", ["internal", "cluster"])
def test_what_is_published_beside_is_possible_by_name(lead: str) -> None:
    inner = "22623" if lead == "internal" else "30443"
    text = f"{RIGHT}\nlisten more\n  bind 192.168.22.10:8443\n  server master-0 192.168.22.201:{inner} check\n"
    certain = {one.variant: one.confidence for one in check_text(text, config_format="haproxy").findings}
    possible = {one.variant: one.confidence for one in bare(text, "install").findings if one.code == "PS326"}
    assert certain == {lead: "certain"}
    assert possible == {lead: "possible"}
