"""Whatever the files of a cluster say: init writes a cluster file that passes its schema, and whose first check runs."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from running import REPOSITORY

from portspec.cli import main
from portspec.cluster.vocabulary import PLATFORMS
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

SCHEMA = Draft202012Validator(json.loads((REPOSITORY / "schema" / "cluster.schema.json").read_text(encoding="utf-8")))
TO_COME = re.compile(r"portspec render (.+)")

number = st.integers(1, 200)
name = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True) | st.sampled_from(
    ["null", "yes", "0x10", "m-0", "1e3", "m:0"]
)
role_word = st.sampled_from(["master", "worker", "arbiter", "bootstrap", "", "other"])


def v4(part: int) -> str:
    return f"192.0.2.{part}"


def v6(part: int) -> str:
    return f"2001:db8::{part:x}"


@st.composite
def networks(draw: st.DrawFn, parts: list[int]) -> dict[str, Any]:
    """One interface with addresses that no other host has."""
    part = parts.pop() if parts else 200
    interface: dict[str, Any] = {"name": "eth0", "state": draw(st.sampled_from(["up", "down", "up"]))}
    if draw(st.booleans()):
        interface["ipv4"] = {"enabled": True, "address": [{"ip": v4(part), "prefix-length": 24}]}
    if draw(st.booleans()):
        interface["ipv6"] = {"enabled": draw(st.booleans()), "address": [{"ip": v6(part)}, {"ip": "fe80::1"}]}
    made: dict[str, Any] = {"interfaces": [interface]}
    if draw(st.booleans()):
        made["dns-resolver"] = {"config": {"server": [draw(st.sampled_from(["192.0.2.250", "name", "fd00::53"]))]}}
    return made


@st.composite
def install_configs(draw: st.DrawFn, parts: list[int]) -> str:
    platform = draw(st.sampled_from(PLATFORMS))
    inside: dict[str, Any] = {}
    if draw(st.booleans()):
        inside["apiVIPs"] = [v4(240), *([v6(240)] if draw(st.booleans()) else [])]
        inside["ingressVIPs"] = [v4(241)]
    elif draw(st.booleans()):
        inside["apiVIP"], inside["ingressVIP"] = v4(240), v4(241)
    if draw(st.booleans()):
        inside["hosts"] = [
            {"name": draw(name), "role": draw(role_word), "networkConfig": draw(networks(parts))}
            for _ in range(draw(st.integers(0, 3)))
        ]
    config: dict[str, Any] = {
        "apiVersion": "v1",
        "baseDomain": "x.example",
        "platform": {platform: inside},
        "pullSecret": "hidden-secret",
    }
    if draw(st.booleans()):
        config["networking"] = {
            "networkType": draw(st.sampled_from(["OVNKubernetes", "OpenShiftSDN", "Calico", ""])),
            "machineNetwork": draw(st.sampled_from([[], [{"cidr": "192.0.2.0/24"}], [{"cidr": "192.0.2.0/24"}, {"cidr": "2001:db8::/64"}]])),
        }  # fmt: skip
    if draw(st.booleans()):
        config["controlPlane"] = {"name": "master", "replicas": draw(st.sampled_from([1, 3]))}
        config["compute"] = [{"name": "worker", "replicas": draw(st.sampled_from([0, 2]))}]
    return json.dumps(config, indent=1)


@st.composite
def agent_configs(draw: st.DrawFn, parts: list[int]) -> str:
    hosts = [
        {"hostname": draw(name), **({"role": role} if (role := draw(role_word)) else {}), "networkConfig": draw(networks(parts))}
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    return json.dumps({"kind": "AgentConfig", "rendezvousIP": draw(st.sampled_from([v4(1), v4(230)])), "hosts": hosts})


@st.composite
def inventories(draw: st.DrawFn, parts: list[int]) -> str:
    groups: dict[str, list[str]] = {}
    for _ in range(draw(st.integers(0, 6))):
        group = draw(st.sampled_from(["masters", "workers", "bootstrap", "lb", "other", "control_plane"]))
        part = parts.pop() if parts else 201
        host = draw(st.sampled_from([f"n{part}", v4(part), f"N{part}.x.example"]))
        groups.setdefault(group, []).append(f"{host} ansible_host={v4(part)}" if host != v4(part) else host)
    return "\n".join(line for group, hosts in groups.items() for line in (f"[{group}]", *hosts)) + "\n[all:vars]\na=b\n"


@st.composite
def balancers(draw: st.DrawFn, parts: list[int]) -> str:
    lines = []
    for port in draw(st.lists(st.sampled_from([6443, 22623, 80, 443]), max_size=4, unique=True)):
        bound = draw(st.sampled_from(["*", v4(240), ":::"])).rstrip(":")
        lines += [f"listen p{port}", f"  bind {bound or '*'}:{port}", "  mode tcp"]
        for number in draw(st.lists(st.integers(0, 2), max_size=3, unique=True)):
            kind = draw(st.sampled_from(["master", "worker", "bootstrap", "srv"]))
            lines.append(f"  server {kind}-{number} {v4(100 + number + 10 * len(kind))}:{port} check")
    return "\n".join(lines) + "\n"


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    parts = draw(st.lists(number, min_size=12, max_size=12, unique=True))
    files: dict[str, str] = {}
    for path, texts in (
        ("install-config.yaml", install_configs), ("agent-config.yaml", agent_configs), ("hosts", inventories),
        ("lb/haproxy.cfg", balancers),
    ):  # fmt: skip
        if draw(st.booleans()):
            files[path] = draw(texts(parts))
    if draw(st.booleans()):
        files["firewall/master.nft"] = "table inet f { chain i { type filter hook input priority 0; policy drop; } }\n"
    return files


@settings(max_examples=150, deadline=None)
@given(files=folders(), phase=st.sampled_from([None, "install", "running"]))
def test_what_is_written_passes_its_schema_and_is_checked(
    files: dict[str, str], phase: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cluster")
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    before = os.getcwd()
    os.chdir(folder)
    try:
        _try_out(folder, phase)
    finally:
        os.chdir(before)


REFUSED = re.compile(
    r"\.: no config to check, and no address of a node\n"
    r"|install-config\.yaml:\d+:1: unknown network 'OpenShiftSDN' in 4\.18"
    r"|\S+:\d+:1: \S+ is of \S+ here, and of \S+ in \S+:\d+\n"
)
"""What may keep a cluster file from being written: nothing is said, a plugin that the release does not have, or two files."""
MISSING = re.compile(
    r"portspec\.yaml: .*\n  (?:(?:add|give addresses to) .* under `roles:`|name the machines one by one; .*)\n"
)


def run(*arguments: str) -> tuple[int, str]:
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        return main(arguments), told.getvalue()


def _try_out(folder: Path, phase: str | None) -> None:
    chosen = [] if phase is None else ["--phase", phase]
    code, told = run("init", "--yes", "--release", "4.18", *chosen)
    written = folder / "portspec.yaml"
    assert written.exists() == (code == 0)
    if code != 0:
        assert REFUSED.match(told), told
        return
    text = written.read_text(encoding="utf-8")
    assert "hidden" not in text
    assert list(SCHEMA.iter_errors(plain(load_yaml(SourceText("portspec.yaml", text))))) == []
    to_come = TO_COME.search(text)
    if to_come:
        path = Path(to_come[1].rpartition(" ")[2])
        path.parent.mkdir(exist_ok=True)
        code, told = run("render", *to_come[1].split())
        if code != 0:  # it says which addresses it takes
            assert MISSING.match(told), told
            return
    code, told = run("check", "--day", "2026-11-01")
    assert (code, told) in ((0, ""), (1, ""))
