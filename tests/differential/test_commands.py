"""Random scripts of iptables, ip6tables and nft commands, run by a shell in a namespace: what the programs then list means
what the script is read as."""

from __future__ import annotations

import random
import subprocess
from collections import Counter

import pytest
from conftest_programs import require, require_namespaces

from differential.test_two_dialects import CONTEXTS, accepted
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import join
from portspec.configs.registry import read
from portspec.source import SourceText

SCRIPTS = 60
PROGRAMS = {False: "iptables", True: "ip6tables"}
RULES = (
    "-p tcp --dport 22 -j ACCEPT", "-p tcp -m multiport --dports 80,443 -j DROP", "-p udp --dport 53 -j ACCEPT", "-j ACCEPT", "-j DROP",
    "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", "-i eth0 -p tcp -j DROP", "-p tcp -m comment --comment 'it''s a; \"test\"' -j ACCEPT",
    "-j a", "-p tcp -j b", "-p udp -g a", "-j RETURN",
)  # fmt: skip
ADDRESSES = {
    False: ("10.1.0.0/16", "192.168.22.201", "172.16.5.0/24"),
    True: ("2001:db8::/32", "fd00:22::200", "2001:db8:b::/48"),
}
NFT = (
    "nft add rule inet f i tcp dport 22 accept", "nft add rule inet f i tcp dport '{ 80, 443 }' drop", "nft insert rule inet f i udp dport 53 accept",
    "nft 'add rule inet f i ct state established accept'", "nft add rule inet f i ip saddr 10.1.0.0/16 jump c", "nft add rule inet f c drop",
)  # fmt: skip


def script(seed: int) -> str:
    """A script that the real programs take, mostly."""
    pick = random.Random(seed)
    lines = ["#!/bin/sh", "set -e", "IPT=iptables"]
    for v6 in (False, True):
        program = PROGRAMS[v6]
        chains = {"INPUT": 0, "a": 0, "b": 0}
        lines += [f"{program} -P INPUT {pick.choice(('DROP', 'ACCEPT'))}", f"{program} -N a; {program} -N b"]
        for _ in range(pick.randint(3, 14)):
            chain = pick.choice(("INPUT", "INPUT", "a", "b"))
            rule = pick.choice(RULES[:-4] if chain != "INPUT" else RULES)
            if pick.random() < 0.5:
                rule = f"-s {pick.choice(ADDRESSES[v6])} {rule}"
            kind = pick.random()
            if kind < 0.55 or not chains[chain]:
                lines.append(f"{program} -A {chain} {rule}")
                chains[chain] += 1
            elif kind < 0.8:
                lines.append(f"{program} -I {chain} {pick.randint(1, chains[chain])} {rule}")
                chains[chain] += 1
            elif kind < 0.9:
                lines.append(f"{program} -D {chain} {pick.randint(1, chains[chain])}")
                chains[chain] -= 1
            else:
                lines.append(f"{program} -R {chain} {pick.randint(1, chains[chain])} {rule}")
    if pick.random() < 0.5:
        policy = pick.choice(("accept", "drop"))
        lines += [
            "nft add table inet f",
            f"nft add chain inet f i '{{ type filter hook input priority 10; policy {policy}; }}'",
            "nft add chain inet f c",
        ]
        lines += pick.choices(NFT, k=pick.randint(1, 5))
    return "\n".join(lines) + "\n"


def listed(text: str) -> Ruleset:
    """What the programs list after the script has run on a host of its own."""
    after = "iptables-save; echo =====; ip6tables-save; echo =====; nft list table inet f 2>/dev/null || true"
    run = ["unshare", "-n", "sh", "-c", f"PATH=$PATH:/usr/sbin:/sbin\n{text}{after}"]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
    parts = [
        SourceText(f"part-{number}", part) for number, part in enumerate(done.stdout.split("=====\n")) if part.strip()
    ]
    found = read(join(parts[0], parts[1:]))
    assert isinstance(found, Ruleset)
    return found


def test_scripts_build_what_the_programs_list(capsys: pytest.CaptureFixture[str]) -> None:
    require("iptables", package="iptables")
    require("nft", package="nftables")
    require_namespaces()
    counts: Counter[str] = Counter()
    for seed in range(SCRIPTS):
        text = script(seed)
        ours, theirs = read(SourceText("script", text)), listed(text)
        assert isinstance(ours, Ruleset)
        for context in CONTEXTS:
            for v6 in (False, True):
                one, other = (accepted(each, "input", context, v6=v6) for each in (ours, theirs))
                assert one == other, (seed, text, theirs.source.text)
                counts["asked"] += 1
                counts["something"] += bool(one[0].boxes)
    with capsys.disabled():
        print(f"\ncommands: {SCRIPTS} scripts, {counts['asked']} questions, 0 differ")
    assert counts["something"] > counts["asked"] / 4
