"""firewalld itself as the judge's loader: its own code reads a config folder and writes the kernel's rules in a namespace.

The code is python3-firewall's, as the daemon runs it at its start: `Firewall.start()` loads the stock and the folder, checks them,
and hands the ruleset to the kernel by libnftables. Only D-Bus is left out, over which the daemon is told of changes later.

A case is one text: packets at its head (see `handwritten`), and files that each begin with a line `== PATH`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from differential.hosts import Hosts
from differential.namespaces import RefusedError
from differential.probes import Probe
from differential.recorder import Observation, recorder
from differential.testbed import Testbed
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read

PYTHON = "/usr/bin/python3"
"""Debian's own, which has the package."""
LOADER = """
import sys
from firewall import config
config.set_system_config_paths(sys.argv[1])
config.FIREWALLD_TEMPDIR = sys.argv[1]
config.COMMANDS.update(modprobe="/bin/true", rmmod="/bin/true")
from firewall.core.fw import Firewall
from firewall.core.logger import log
log.setInfoLogLevel(log.NO_INFO)
firewall = Firewall()
firewall.start()
sys.exit(firewall._state != "RUNNING")
"""
_FILE = re.compile(r"^== (\S+)\n", re.MULTILINE)
NO_REVERSE_PATH = "IPv6_rpfilter=no\n"
"""The packets of the testbed come by any interface, also by those that do not lead back to their sender."""


def unpack(text: str, folder: Path) -> Path:
    """Write the files of a case. Where it does not speak of the reverse path, that is not checked."""
    parts = _FILE.split(text)
    files = dict(zip(parts[1::2], parts[2::2], strict=True))
    conf = files.get("firewalld.conf", "")
    files["firewalld.conf"] = conf if "IPv6_rpfilter" in conf else conf + NO_REVERSE_PATH
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def read_folder(folder: Path) -> Ruleset:
    """What portspec makes of a folder. Raises InputError."""
    model = read(load(str(folder), folder.name))
    assert isinstance(model, Ruleset)
    assert model.format == "firewalld"
    return model


def start(testbed: Testbed, folder: Path) -> None:
    """Let firewalld load a folder into a testbed's host. Raises RefusedError where it refuses the folder."""
    testbed.host.run([PYTHON, "-c", LOADER, str(folder)])


def judge(judges: Hosts, folder: Path, probes: Sequence[Probe]) -> list[Observation]:
    """The kernel's verdict on each probe under what firewalld made of a folder."""
    observed: dict[int, Observation] = {}
    for testbed in (judges.terminal, judges.router):
        mine = [index for index, probe in enumerate(probes) if (probe.path == "input") == testbed.terminal]
        if not mine:
            continue
        asked = [probes[index] for index in mine]
        testbed.prepare(asked)
        testbed.load("nftables", "", recorder(asked, first=testbed._first))
        start(testbed, folder)
        observed.update(zip(mine, testbed.observe(asked), strict=True))
    return [observed[index] for index in range(len(probes))]


def refuses(judges: Hosts, folder: Path) -> bool:
    """Whether firewalld refuses to start with a folder."""
    judges.terminal.prepare([])
    try:
        start(judges.terminal, folder)
    except RefusedError:
        return True
    return False
