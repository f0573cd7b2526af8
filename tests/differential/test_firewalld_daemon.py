"""The daemon itself, with a message bus of its own: it makes the same ruleset as its code does where the other tests call it,
and what its tools list means what the folder means."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest_programs import require, require_namespaces

from differential.comparison import NOT_IN_PATH
from differential.firewalld_configs import GeneratedConfig, generate
from differential.firewalld_live import LOADER, PYTHON, read_folder, unpack
from differential.namespaces import Namespace
from differential.probes import TCP, Probe
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.registry import read
from portspec.packets.ports import WITH_PORTS
from portspec.source import SourceText

BUS = """<busconfig><type>system</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
LONGEST_START = 20.0
SEEDS = range(6000, 6012)
SAME_ORDER = {"PYTHONHASHSEED": "0"}
"""firewalld writes some rules in the order of Python's sets."""


@contextmanager
def running(command: Sequence[str], where: Namespace, environment: dict[str, str]) -> Iterator[None]:
    """A program inside a namespace, ended with the block."""
    quiet = subprocess.DEVNULL
    process = where.call(lambda: subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def told(command: Sequence[str], where: Namespace, environment: dict[str, str]) -> str:
    """What a program prints inside a namespace; empty when it fails."""
    done = where.call(
        lambda: subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)
    )
    return done.stdout if done.returncode == 0 else ""


def test_the_daemon_loads_what_its_code_loads(tmp_path: Path) -> None:
    require_namespaces()
    daemon = require("firewalld", package="firewalld")
    bus = require("dbus-daemon", package="dbus")
    made = zones_only(generate(3))
    folder = unpack(made.text, tmp_path / "firewalld")
    configuration = tmp_path / "bus.conf"
    configuration.write_text(BUS.format(socket=tmp_path / "bus"), encoding="utf-8")
    environment = {
        **os.environ,
        **SAME_ORDER,
        "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path / 'bus'}",
    }
    with Namespace() as alone, Namespace() as served:
        told([PYTHON, "-c", LOADER, str(folder)], alone, environment)
        expected = told(["nft", "list", "table", "inet", "firewalld"], alone, environment)
        with running([bus, f"--config-file={configuration}", "--nofork"], served, environment):
            while not (tmp_path / "bus").exists():
                time.sleep(0.05)
            options = ["--nofork", "--nopid", "--system-config", str(folder), "--log-target", "console"]
            with running([daemon, *options], served, environment):
                end = time.monotonic() + LONGEST_START
                while not told(["firewall-cmd", "--state"], served, environment):
                    assert time.monotonic() < end, "firewalld does not start"
                    time.sleep(0.1)
                ruleset = told(["nft", "list", "table", "inet", "firewalld"], served, environment)
                listing = told(["firewall-cmd", "--list-all-zones"], served, environment)
    assert expected
    assert ruleset == expected
    assert answers(read_listing(listing, made), made.probes) == answers(read_folder(folder), made.probes)


def zones_only(made: GeneratedConfig) -> GeneratedConfig:
    """A config without what no listing tells: policies, services of its own, sets."""
    files = {
        name: "\n".join(
            line for line in content.split("\n") if not any(word in line for word in ("ipset", '"own', '"wide'))
        )
        for name, content in made.files.items()
        if name.startswith(("zones/", "firewalld.conf"))
    }
    files["firewalld.conf"] = files["firewalld.conf"].replace("RFC3964_IPv4=no\n", "").replace("RFC3964_IPv4=no", "")
    return made._replace(files=files)


def read_listing(listing: str, made: GeneratedConfig) -> Ruleset:
    """The model of a listing, with the line that firewall-cmd 1.x leaves out."""
    default = made.files["firewalld.conf"].partition("\n")[0]
    model = read(SourceText("listing", f"{default}\n{listing}"))
    assert isinstance(model, Ruleset)
    return model


def answers(ruleset: Ruleset, probes: Sequence[Probe]) -> list[bool]:
    """Whether each probe gets through."""
    found = []
    for probe in probes:
        ported = probe.protocol in WITH_PORTS
        packet = Packet(
            source=probe.source,
            destination=probe.destination,
            transport=probe.protocol,
            port=probe.low if ported else None,
            source_port=probe.source_port if ported else None,
            state=probe.state,
            in_interface=NOT_IN_PATH if probe.path == "output" else probe.in_interface,
            out_interface=NOT_IN_PATH if probe.path == "input" else "eth1",
            icmp_type=None if ported else probe.low >> 8,
            icmp_code=None if ported else probe.low & 255,
            tcp_flags=probe.flags if probe.protocol == TCP else None,
        )
        replayed = replay(ruleset, probe.path, packet)
        assert replayed.verdict != "unknown"
        found.append(replayed.verdict == "accept")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_listing_means_what_the_folder_means(seed: int, tmp_path: Path) -> None:
    program = require("firewall-offline-cmd", package="firewalld")
    made = zones_only(generate(seed))
    folder = unpack(made.text, tmp_path / "firewalld")
    command = [program, "--system-config", str(folder), "--list-all-zones"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    expected = answers(read_folder(folder), made.probes)
    assert answers(read_listing(listing, made), made.probes) == expected
    assert len(set(expected)) == 2
