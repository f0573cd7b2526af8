"""A host's whole iptables-save, with what Kubernetes, Docker, libvirt, ufw, fail2ban and firewalld write into it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from configs.firewall.asking import asked
from conftest_programs import require, require_namespaces

from portspec.configs.firewall.iptables import read
from portspec.source import SourceText

FILE = Path(__file__).parent / "field" / "node.rules"
TEXT = FILE.read_text(encoding="utf-8")
MARKED = '-A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP'
ANSWERS = {
    "input tcp port 22": "accept",
    "input tcp port 22 from 203.0.113.77": "reject -A f2b-sshd -s 203.0.113.77/32 -j REJECT --reject-with icmp-port-unreachable",
    "input tcp port 22 state established": "accept",
    "input tcp port 25 state established": "accept",
    "input tcp port 25": "reject -A INPUT -j REJECT --reject-with icmp-host-prohibited",
    "input udp port 4789": "accept",
    "input udp port 4790": "reject -A INPUT -j REJECT --reject-with icmp-host-prohibited",
    "input icmp type 8 code 0": "accept",
    "input icmp type 13 code 0": "reject -A INPUT -j REJECT --reject-with icmp-host-prohibited",
    "input tcp port 80": "unknown -A ufw-before-input -p tcp -m hashlimit --hashlimit-above 20/sec --hashlimit-burst 40 "
    "--hashlimit-mode srcip --hashlimit-name conn -m tcp --dport 80 -j DROP",
    "input udp port 68 sport 67": "accept",
    "input udp port 68 sport 68": "reject -A INPUT -j REJECT --reject-with icmp-host-prohibited",
}
"""What becomes of packets, the marked ones aside, and for those that do not get through the line that decides it."""


@pytest.mark.parametrize("packet", ANSWERS)
def test_what_becomes_of_packets(packet: str) -> None:
    text = TEXT.replace(MARKED, "")
    assert text != TEXT
    verdict, line = asked(text, packet, format_="iptables").split()
    told = verdict if verdict == "accept" else f"{verdict} {text.splitlines()[int(line) - 1]}"
    assert told == ANSWERS[packet]


def test_every_rule_is_there() -> None:
    chains = read(SourceText("node.rules", TEXT)).chains
    lines = {rule.span.line for chain in chains.values() for rule in chain.rules}
    assert lines == {at for at, line in enumerate(TEXT.splitlines(), 1) if line.startswith("-A")}
    assert len(chains) == TEXT.count("\n:")


def test_iptables_loads_it() -> None:
    require_namespaces()
    for variant in ("legacy", "nft"):
        program = require(f"iptables-{variant}-restore", package="iptables")
        loaded = subprocess.run(
            ["unshare", "-n", program], input=TEXT.encode(), capture_output=True, timeout=60, check=False
        )
        assert loaded.returncode == 0, loaded.stderr.decode()
