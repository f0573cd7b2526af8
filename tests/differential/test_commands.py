"""Random scripts of iptables, ip6tables, nft and firewall-cmd commands, run by a shell in a namespace: what the programs then list means
what the script is read as."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest_programs import require, require_namespaces

from differential.test_two_dialects import CONTEXTS, accepted
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import join
from portspec.configs.registry import read
from portspec.source import SourceText

SCRIPTS = 60
ZONE_SCRIPTS = 12
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


ZONES = ("public", "internal", "drop", "dmz", "block")
OPTIONS = (
    "--add-port=6443/tcp", "--add-port=9000-9999/udp", "--add-service=https", "--add-service=dns", "--remove-service=ssh", "--add-protocol=esp",
    "--add-source-port=53/udp", "--add-icmp-block=echo-request", "--add-masquerade", "--remove-forward", "--add-interface=eth0", "--set-target=DROP",
    "--add-source=10.1.0.0/16", "--add-rich-rule='rule family=\"ipv4\" source address=\"10.1.2.0/24\" port port=\"22\" protocol=\"tcp\" drop'",
    "--add-rich-rule='rule priority=\"-5\" service name=\"http\" accept'", "--add-forward-port=port=80:proto=tcp:toport=8080",
)  # fmt: skip


def zone_script(seed: int) -> str:
    """A script of firewall-cmd. An interface or a source is bound once."""
    pick = random.Random(seed)
    lines = ["#!/bin/sh", "set -e"]
    bound: set[str] = set()
    if pick.random() < 0.4:
        lines.append(f"firewall-cmd --set-default-zone={pick.choice(ZONES)}")
    for _ in range(pick.randint(2, 4)):
        options = [one for one in pick.sample(OPTIONS, pick.randint(1, 4)) if one not in bound]
        bound |= {one for one in options if one.startswith(("--add-interface", "--add-source="))}
        # What is removed and was never there, firewall-cmd only warns of.
        zone = f" --zone={pick.choice(ZONES)}" if pick.random() < 0.7 else ""
        lines += [f"firewall-cmd --permanent{zone} {option}" for option in options]
    return "\n".join(lines) + "\n"


def folder_after(text: str, folder: Path) -> Ruleset:
    """The folder that the commands leave behind, without a daemon."""
    program = require("firewall-offline-cmd", package="firewalld")
    (folder / "zones").mkdir(parents=True)
    (folder / "firewalld.conf").write_text("DefaultZone=public\n")
    offline = text.replace("firewall-cmd --permanent", "firewall-cmd").replace(
        "firewall-cmd", f"{program} --system-config={folder}"
    )
    # It fails where there is nothing to be done; the other program only warns.
    offline = offline.replace("set -e\n", "").replace("--remove-service=", "--remove-service-from-zone=")
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", offline], capture_output=True, text=True, timeout=120, check=False
    )
    said = [
        line
        for line in done.stderr.splitlines()
        if not line.startswith(("ZONE_ALREADY_SET", "ALREADY_", "NOT_ENABLED", "Warning"))
    ]
    assert not said, done.stderr
    for extra in ("helpers", "icmptypes", "ipsets", "policies", "services"):
        (folder / extra).mkdir(exist_ok=True)
    found = read(load(str(folder), "firewalld"))
    assert isinstance(found, Ruleset)
    return found


def test_zones_are_what_firewall_cmd_leaves_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require_namespaces()
    asked = 0
    for seed in range(ZONE_SCRIPTS):
        text = zone_script(seed)
        ours, theirs = read(SourceText("script", text)), folder_after(text, tmp_path / str(seed))
        assert isinstance(ours, Ruleset)
        for context in CONTEXTS:
            for path in ("input", "forward"):
                for v6 in (False, True):
                    one, other = (accepted(each, path, context, v6=v6) for each in (ours, theirs))
                    assert one == other, (seed, text, theirs.source.text)
                    asked += 1
    with capsys.disabled():
        print(f"\ncommands: {ZONE_SCRIPTS} scripts of firewall-cmd, {asked} questions, 0 differ")


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
