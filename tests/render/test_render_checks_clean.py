"""What is rendered passes the check without a finding: every dialect, both phases, IPv4, IPv6 and both."""

from __future__ import annotations

from pathlib import Path

import pytest
from render.clusters import CASES, Made, make
from render.random_clusters import random_cluster
from render.rendering import Rendered, everything

from portspec.checks.fleet import Request, check_all
from portspec.configs.registry import formats

DAY = "2025-03-01"
SEEDS = range(16)


def checked(folder: Path, made: Made, found: list[Rendered]) -> list[str]:
    """The findings about some configs, one line each; notes about roles that the cluster file lacks are left out."""
    for one in found:
        one.write(folder)
    path = made.write(folder, [one.entry for one in found])
    (result,) = check_all([str(path)], Request(None, None, None, DAY))
    assert [(file.path.rpartition("/")[2], file.format) for file in result.files] == [
        (one.path, one.format) for one in found
    ]
    given = set(made.cluster().roles)
    return [
        f"{finding.path}:{finding.span.line if finding.span else 0}: {finding.code} {finding.variant} {dict(finding.values)}"
        for finding in result.findings
        if (finding.code, finding.variant) != ("PS001", "roles") or given & set(finding.values["roles"].split(", "))
    ]


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_what_is_rendered_has_no_finding(made: Made, tmp_path: Path) -> None:
    found = list(everything(made.policy(), made.cluster()))
    assert {one.format for one in found} >= {"nftables", "iptables", "firewalld", "machineconfig"}
    assert bool(made.policy().balances) == ("haproxy" in {one.format for one in found})
    assert checked(tmp_path, made, found) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cluster_made_by_chance_has_no_finding(seed: int, tmp_path: Path) -> None:
    made = random_cluster(seed)
    assert checked(tmp_path, made, list(everything(made.policy(), made.cluster()))) == []


@pytest.mark.parametrize("made", CASES[::5], ids=lambda made: made.name)
def test_what_is_optional_has_no_finding_either(made: Made, tmp_path: Path) -> None:
    assert checked(tmp_path, made, list(everything(made.policy(), made.cluster(), optional=True))) == []


def test_the_internet_in_both_families(tmp_path: Path) -> None:
    """A zone's file alone cannot say that firewalld is to let out what goes to 6to4 addresses; a folder does."""
    made = make("ha", "none", "dual", "install")
    made = made._replace(head=made.head + '  internet: ["0.0.0.0/0", "::/0"]\n')
    found = list(everything(made.policy(), made.cluster()))
    assert checked(tmp_path, made, [one for one in found if not one.path.endswith(".xml")]) == []


def test_every_format_that_is_rendered_is_read() -> None:
    made = make("ha", "none", "dual", "install")
    rendered = {one.format for one in everything(made.policy(), made.cluster())}
    assert rendered <= set(formats())
    assert rendered == {"haproxy", "nginx", "keepalived", "nftables", "iptables", "firewalld", "machineconfig"}


WRONG = {
    "a rule less": ("nft", "tcp dport 22623 accept", "", "PS101"),
    "a port less": ("nft", "{ 2379, 9107 }", "2379", "PS101"),
    "no replies": ("nft", "ct state established,related accept", "", "PS102"),
    "from anyone": ("nft", "ip saddr 192.168.22.10 tcp dport 22623", "tcp dport 22623", "PS201"),
    "a policy that accepts": ("rules", ":INPUT DROP", ":INPUT ACCEPT", "PS203"),
    "a rule twice": ("rules", "-A INPUT -i lo", "-A INPUT -s 192.168.22.10/32 -p tcp -m tcp --dport 22623 -j ACCEPT\n-A INPUT -i lo", "PS402"),
    "a zone that accepts": ("xml", 'target="DROP"', 'target="ACCEPT"', "PS203"),
    "a member less": ("cfg", "  server master-0 192.168.22.201:6443", "  # server", "PS305"),
    "the bootstrap host is no backup": ("cfg", " backup", "", "PS314"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_rendering_that_is_spoilt_has_a_finding(name: str, tmp_path: Path) -> None:
    ending, old, new, code = WRONG[name]
    made = make("ha", "none", "v4", "install")
    wanted = {"nft": "control-plane.nft", "rules": "control-plane.ipv4.rules", "xml": "control-plane.xml"}
    found = [
        one for one in everything(made.policy(), made.cluster()) if one.path == wanted.get(ending, f"haproxy.{ending}")
    ]
    spoilt = [one._replace(files={"": one.files[""].replace(old, new)}) for one in found]
    assert spoilt != found
    assert code in " ".join(checked(tmp_path, made, spoilt))
