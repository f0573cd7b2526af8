"""The real programs take what is rendered: no error, and no warning where they give any."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from configs.balancer.nginx.nginx_program import MODULE
from conftest_programs import require, require_namespaces
from render.clusters import CASES, Made
from render.rendering import Rendered, everything

from portspec.render.pools import listening

SOME = [
    made for made in CASES if made.name in ("ha-none-v4-install", "ha-none-v6-running", "compact-none-dual-install")
]
PLAIN = [*SOME, next(made for made in CASES if made.name.startswith("ha-baremetal-"))]


@cache
def rendered(made: Made) -> tuple[Rendered, ...]:
    return tuple(everything(made.policy(), made.cluster()))


def of_format(cases: Sequence[Made], *formats: str) -> list[Any]:
    """Each rendering of some formats as a parameter."""
    return [
        pytest.param(made, one, id=f"{made.name}-{one.path}")
        for made in cases
        for one in rendered(made)
        if one.format in formats
    ]


def alone(command: Sequence[str], addresses: Sequence[str] = (), given: str = "") -> str:
    """What a program says in a network namespace of its own that has some addresses. Fails when the program does."""
    require_namespaces()
    script = ["ip link set lo up", "ip link add eth0 type veth peer name eth1", "ip link set eth0 up"]
    script += [f"ip addr add {address} dev lo{' nodad' if ':' in address else ''}" for address in addresses]
    script.append('exec "$@"')
    done = subprocess.run(
        ["unshare", "-n", "sh", "-ec", "\n".join(script), "sh", *command],
        input=given, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def bound(made: Made) -> list[str]:
    """The addresses that a balancer of this cluster listens on."""
    found = {address for balancer in ("api", "ingress") for address in listening(made.cluster(), balancer)}
    return [f"{address}/{128 if ':' in address else 32}" for address in sorted(found)]


@pytest.mark.parametrize(("made", "one"), of_format(SOME, "haproxy"))
def test_haproxy_takes_it(made: Made, one: Rendered, tmp_path: Path) -> None:
    haproxy = require("haproxy", package="haproxy")
    done = subprocess.run(
        [haproxy, "-c", "-V", "-f", str(one.write(tmp_path))], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert "ALERT" not in done.stderr
    assert made.policy().balances


@pytest.mark.parametrize(("made", "one"), of_format(SOME, "nginx"))
def test_nginx_takes_it(made: Made, one: Rendered, tmp_path: Path) -> None:
    nginx = require("nginx", package="nginx")
    path = one.write(tmp_path)
    path.write_text(path.read_text().replace(f"# load_module {MODULE};", f"load_module {MODULE};\npid {tmp_path}/pid;"))
    said = alone([nginx, "-t", "-p", str(tmp_path), "-c", str(path), "-e", str(tmp_path / "error.log")], bound(made))
    assert "test is successful" in said
    assert "warn" not in said


@pytest.mark.parametrize(("made", "one"), of_format(SOME, "keepalived"))
def test_keepalived_takes_it(made: Made, one: Rendered, tmp_path: Path) -> None:
    keepalived = require("keepalived", package="keepalived")
    said = alone([keepalived, "--config-test", "--use-file", str(one.write(tmp_path))], bound(made))
    assert [line for line in said.splitlines() if "interface" not in line.lower()] == []


@pytest.mark.parametrize(("made", "one"), of_format(PLAIN, "nftables"))
def test_nft_takes_it(made: Made, one: Rendered, tmp_path: Path) -> None:
    del made
    nft = require("nft", package="nftables")
    path = str(one.write(tmp_path))
    assert alone([nft, "-c", "-f", path]) == ""
    # Loaded again, it takes the place of what was there.
    twice = alone(
        ["sh", "-ec", f"{nft} -f {path}; {nft} -s list ruleset; echo ==; {nft} -f {path}; {nft} -s list ruleset"]
    )
    first, _, second = twice.partition("==\n")
    assert first == second
    assert "policy drop" in first


@pytest.mark.parametrize(("made", "one"), of_format(PLAIN, "iptables"))
def test_iptables_restore_takes_it(made: Made, one: Rendered) -> None:
    del made
    program = "ip6tables-nft-restore" if ".ipv6." in one.path else "iptables-nft-restore"
    restore = require(program, package="iptables")
    assert alone([restore, "--test"], given=one.files[""]) == ""


@pytest.mark.parametrize(("made", "one"), of_format(PLAIN, "firewalld"))
def test_firewalld_takes_it(made: Made, one: Rendered, tmp_path: Path) -> None:
    del made
    offline = require("firewall-offline-cmd", package="firewalld")
    folder = tmp_path / "etc"
    if "" in one.files:
        (folder / "zones").mkdir(parents=True)
        (folder / "zones" / "portspec.xml").write_text(one.files[""])
        (folder / "firewalld.conf").write_text("DefaultZone=portspec\n")
    else:
        one._replace(path="etc").write(tmp_path)
    said = alone([offline, f"--system-config={folder}", "--check-config"])
    assert said == ""  # a port or an address that it does not take is a warning
    zone = alone([offline, f"--system-config={folder}", "--get-default-zone"])
    assert zone.strip() == "portspec"
