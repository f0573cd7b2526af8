"""Random scripts of ufw commands, run by the real ufw in a namespace on a copy of its files: what iptables-save and ip6tables-save then
print means what the script is read as, and a command is refused where ufw refuses it."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest_programs import absent, require, require_namespaces

from differential.test_two_dialects import CONTEXTS, accepted
from portspec.configs.firewall.commands.ufw.profiles import OF_BOTH, OF_UDP, PROFILES
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.services import SERVICES
from portspec.configs.folders import join
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.packets.addresses import format_address
from portspec.packets.sets import PacketSet
from portspec.source import SourceText

SCRIPTS = int(os.environ.get("PORTSPEC_DIFFERENTIAL", "24"))
PACKAGE = Path("/etc/ufw/applications.d")
ADDRESSES = {
    "v4": ("10.1.0.0/16", "10.1.2.3", "192.168.22.201/32", "172.16.5.7/255.255.255.0", "0.0.0.0/0", "10.0.0.0/8"),
    "v6": ("2001:db8::/32", "fd00:22::200", "2001:db8:b::7/48", "::/0", "fd00::1/128"),
}
PORTS = ("22", "80", "443", "6443", "53", "http", "https", "domain", "ntp", "ssh")
LISTS = ("80,443", "9000:9999", "443,80,8000:8099", "1:1023", "22,2222")
APPLICATIONS = ("WWW Full", "DNS", "CIFS", "ssh", "NFS", "mail submission", "Kerberos Full", "MSN", "Nobody")
INTERFACES = ("eth0", "eth1", "ens3", "eth+")
NOT_FOLLOWED = "is not followed"
PLAIN = ("esp", "ah", "gre", "igmp", "ipv6", "vrrp")


def one_rule(pick: random.Random) -> str:
    """A rule without what stands before it, mostly one that ufw takes."""
    words: list[str] = []
    interface = pick.random() < 0.25
    if interface:
        words += [pick.choice(("in", "out")), "on", pick.choice(INTERFACES)]
    elif pick.random() < 0.2:
        words.append(pick.choice(("in", "out")))
    if pick.random() < 0.2:
        words.append(pick.choice(("log", "log-all")))
    kind = pick.random()
    if kind < 0.3 and not interface:
        short = pick.choice((pick.choice(PORTS), f"{pick.choice(PORTS)}/{pick.choice(('tcp', 'udp'))}",
                             f"{pick.choice(LISTS)}/{pick.choice(('tcp', 'udp'))}", f"'{pick.choice(APPLICATIONS)}'"))  # fmt: skip
        words.append(short)
    else:
        words += long_rule(pick)
    if pick.random() < 0.15:
        words += ["comment", f"'{pick.choice(('a b', 'web', '# x'))}'"]
    return " ".join(words)


def long_rule(pick: random.Random) -> list[str]:
    family = pick.choice(("v4", "v4", "v6"))
    parts: list[list[str]] = []
    protocol = pick.choice(("tcp", "tcp", "udp", "", "", pick.choice(PLAIN)))
    for side in ("from", "to"):
        if side == "from" or pick.random() < 0.8:
            address = pick.choice(("any", "any", *ADDRESSES[family]))
            part = [side, address]
            chance = pick.random()
            if chance < (0.15 if side == "from" else 0.6) and protocol not in PLAIN:
                part += ["port", pick.choice(LISTS if protocol and pick.random() < 0.4 else PORTS)]
            elif chance > 0.94 and not protocol:
                part += ["app", f"'{pick.choice(APPLICATIONS)}'"]
            parts.append(part)
    if protocol:
        parts.insert(pick.randint(0, len(parts)), ["proto", protocol])
        if parts[0][0] != "proto":
            # `port` goes with the address before it, wherever `proto` stands.
            parts.sort(key=lambda part: part[0] == "proto")
    return [word for part in parts for word in part]


def script(seed: int) -> list[str]:
    """The commands, one to a line."""
    pick = random.Random(seed)
    lines = [
        f"ufw default {pick.choice(('allow', 'deny', 'reject'))} {direction}"
        for direction in ("incoming", "outgoing", "routed")
        if pick.random() < 0.5
    ]
    made: list[str] = []
    for _ in range(pick.randint(4, 10)):
        action = pick.choice(("allow", "allow", "deny", "reject", "limit"))
        rule = f"{action} {one_rule(pick)}"
        route = "route " if pick.random() < 0.2 else ""
        if route and " on " not in rule:
            rule = re.sub(r"^(\w+) (?:in|out) ", r"\1 ", rule)
        elif route and pick.random() < 0.5:
            rule = re.sub(r" (in|out) on \S+", " in on eth0 out on eth1", rule)
        chance = pick.random()
        if made and chance < 0.15:
            lines.append(f"ufw {pick.choice(made)}")
        elif made and chance < 0.25:
            lines.append(f"ufw --force delete {pick.randint(1, len(made) + 1)}")
        elif made and chance < 0.4:
            kept = pick.choice(made)
            lines.append(f"ufw {'route ' if kept.startswith('route ') else ''}delete {kept.removeprefix('route ')}")
        elif made and chance < 0.6:
            lines.append(f"ufw {route}insert {pick.randint(1, len(made) + 1)} {rule}")
        elif chance < 0.7:
            lines.append(f"ufw {route}prepend {rule}")
        else:
            lines.append(f"ufw {route}{rule}")
            made.append(f"{route}{rule}")
    if pick.random() < 0.3:
        lines.append(f"ufw logging {pick.choice(('off', 'medium', 'full'))}")
    if pick.random() < 0.2:
        lines.insert(pick.randint(1, len(lines)), "ufw --force reset")
    return [*lines, "ufw --force enable"]


def problem(text: str) -> str:
    """The line and the words of the error that a script is; empty where it is none."""
    try:
        read(SourceText("script", text), "commands")
    except InputError as error:
        return f"{error.line}: {error.message}"
    return ""


def left_behind(commands: list[str], folder: Path) -> tuple[list[int], Ruleset]:
    """The numbers of the lines that ufw refuses, and the filter that it leaves behind."""
    (folder / "etc/default").mkdir(parents=True)
    shutil.copytree("/etc/ufw", folder / "etc/ufw")
    shutil.copytree("/lib/ufw", folder / "lib/ufw")
    # As they are installed, whatever a machine's own ufw does.
    for path in Path("/usr/share/ufw/iptables").iterdir():
        shutil.copy(path, folder / "etc/ufw" / path.name)
    (folder / "etc/ufw/ufw.conf").write_text("ENABLED=no\nLOGLEVEL=low\n")
    (folder / "etc/default/ufw").write_text(
        'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n'
        'DEFAULT_APPLICATION_POLICY="SKIP"\nMANAGE_BUILTINS=no\nIPT_SYSCTL=\nIPT_MODULES=\n'
    )
    real = f"{require('ufw', package='ufw')} --rootdir=/ --datadir={folder}"
    lines = ["PATH=$PATH:/usr/sbin:/sbin", f'ufw() {{ {real} "$@" >/dev/null 2>&1; }}']
    lines += [f"{command} || echo refused {number}" for number, command in enumerate(commands, 1)]
    lines += ["echo =====; iptables-save; echo =====; ip6tables-save"]
    run = ["unshare", "-n", "sh", "-c", "\n".join(lines)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=True)
    told, *parts = done.stdout.split("=====\n")
    found = read(join(SourceText("v4", parts[0]), [SourceText("v6", parts[1])]))
    assert isinstance(found, Ruleset)
    return [int(line.split()[1]) for line in told.splitlines()], found


def different(one: tuple[PacketSet, PacketSet], other: tuple[PacketSet, PacketSet]) -> str:
    """Where two answers differ, to be read by a person."""
    return "; ".join(
        f"{name}: {describe(*(mine ^ theirs).witness())} ({'ours' if mine - theirs else 'ufw'})"
        for name, mine, theirs in zip(("certain", "possible"), one, other, strict=True)
        if mine != theirs
    )


def describe(source: int, destination: int, point: int) -> str:
    """A packet as a person reads it."""
    return f"{format_address(source)} → {format_address(destination)} {point >> 16}/{point & 0xFFFF}"


def test_scripts_mean_what_ufw_makes_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require("ufw", package="ufw")
    require_namespaces()
    counts: Counter[str] = Counter()
    seed = 0
    while counts["scripts"] < SCRIPTS:
        seed += 1
        commands = script(seed)
        if NOT_FOLLOWED in problem("\n".join(commands)):
            counts["left out"] += 1
            continue
        counts["scripts"] += 1
        # What ufw refuses is refused here, and then left out, as a shell goes on without it.
        refused, theirs = left_behind(commands, tmp_path / str(seed))
        kept = list(commands)
        for number in refused:
            kept[number - 1] = ""
            text = "\n".join([*kept[: number - 1], commands[number - 1]])
            assert problem(text).startswith(f"{number}:"), (seed, commands, problem(text))
            counts["refused"] += 1
        text = "\n".join(kept) + "\n"
        ours = read(SourceText("script", text), "commands")
        assert isinstance(ours, Ruleset)
        for context in CONTEXTS:
            for path in ("input", "output", "forward"):
                for v6 in (False, True):
                    one, other = (accepted(each, path, context, v6=v6) for each in (ours, theirs))
                    assert one == other, (seed, path, context, text, different(one, other), theirs.source.text)
                    counts["asked"] += 1
                    counts["something"] += bool(one[0].boxes)
        counts["commands"] += len(commands)
    with capsys.disabled():
        print(
            f"\nufw: {SCRIPTS} scripts of {counts['commands']} commands, {counts['refused']} of them refused by both, "
            f"{counts['asked']} questions, 0 differ; {counts['left out']} scripts not followed"
        )
    assert counts["something"] > counts["asked"] / 4
    assert counts["refused"] > 0
    assert counts["left out"] < SCRIPTS


def test_profiles_are_those_of_the_package() -> None:
    require("ufw", package="ufw")
    found: dict[str, tuple[str, ...]] = {}
    for path in PACKAGE.glob("ufw-*"):
        name = ""
        for line in path.read_text().splitlines():
            if line.startswith("["):
                name = line.strip("[]")
            elif line.startswith("ports="):
                found[name] = tuple(line.removeprefix("ports=").split("|"))
    assert found
    assert {name: PROFILES.get(name) for name in found} == found


def test_services_have_their_protocols() -> None:
    path = Path("/etc/services")
    if not path.exists():
        absent("/etc/services is not here: install the Debian package netbase")
    known: dict[str, set[str]] = {}
    for line in path.read_text().splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1:
            protocol = words[1].partition("/")[2]
            for name in (words[0], *words[2:]):
                known.setdefault(name, set()).add(protocol)
    for name in SERVICES.keys() & known.keys():
        told = {"tcp", "udp"} if name in OF_BOTH else {"udp"} if name in OF_UDP else {"tcp"}
        assert known[name] & {"tcp", "udp"} == told, name
