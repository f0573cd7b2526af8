"""`portspec init` from the files that people have: what it writes loads, says the same addresses, and keeps no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from running import REPOSITORY, portspec

from portspec.cluster.discovery.folder import look
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.packets.addresses import format_addresses
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

INSTALL = """\
apiVersion: v1
baseDomain: lab.example
metadata: {{name: ocp}}
compute:
- name: worker
  replicas: {workers}
controlPlane: {{name: master, replicas: {masters}}}
networking:
  networkType: {network}
  machineNetwork:
  - cidr: 192.0.2.0/24
platform:
{platform}
pullSecret: '{{"auths": {{"registry.example": {{"auth": "hidden-pull"}}}}}}'
sshKey: ssh-ed25519 hidden-key
"""
VIPS = "  baremetal:\n    apiVIPs: [192.0.2.5]\n    ingressVIPs: [192.0.2.6]\n"
AGENT = """\
apiVersion: v1beta1
kind: AgentConfig
rendezvousIP: 192.0.2.11
hosts:
- hostname: m0
  role: master
  networkConfig: &one
    interfaces:
    - {name: eth0, state: up, ipv4: {enabled: true, address: [{ip: 192.0.2.11, prefix-length: 24}], dhcp: false}}
    dns-resolver: {config: {server: [192.0.2.1]}}
- hostname: m1
  role: master
  networkConfig:
    interfaces:
    - name: eth0
      state: up
      ipv4: {enabled: true, address: [{ip: 192.0.2.12, prefix-length: 24}]}
      ipv6: {enabled: true, address: [{ip: "2001:db8::12", prefix-length: 64}]}
"""
INI = """\
[masters]
m0 ansible_host=192.0.2.11 ansible_password=hidden
m1 ansible_host="192.0.2.12"
[workers]
w0 ansible_host=192.0.2.21
[bootstrap]
boot ansible_host=192.0.2.10
[lb]
192.0.2.5
[nodes:children]
masters
workers
[masters:vars]
ansible_user=core
"""
YAML = """\
all:
  children:
    control_plane:
      hosts:
        m0: {ansible_host: 192.0.2.11, ansible_password: hidden}
    compute:
      hosts:
        w0: {ansible_host: 192.0.2.21}
        w1: {ansible_host: 2001:db8::22}
"""


class Case(NamedTuple):
    files: dict[str, str]
    roles: dict[str, str]
    said: dict[str, str]
    options: tuple[str, ...] = ()


def install(platform: str, masters: int = 3, workers: int = 2, network: str = "OVNKubernetes") -> str:
    return INSTALL.format(platform=platform, masters=masters, workers=workers, network=network)


EVERYBODY = {"client": "0.0.0.0/0"}
CASES = {
    "virtual addresses": Case(
        {"install-config.yaml": install(VIPS), "agent-config.yaml": AGENT},
        {
            "bootstrap": "192.0.2.11",
            "control-plane": "192.0.2.12, 2001:db8::12",
            "api-balancer": "192.0.2.5",
            "ingress-balancer": "192.0.2.6",
            "dns": "192.0.2.1",
        },
        {"platform": "baremetal", "topology": "ha", "phase": "install"},
    ),
    "the bootstrap host is gone": Case(
        {"install-config.yaml": install(VIPS, workers=0), "agent-config.yaml": AGENT},
        {"control-plane": "192.0.2.11-192.0.2.12, 2001:db8::12"},
        {"topology": "compact", "phase": "running"},
        ("--phase", "running"),
    ),
    "the deprecated keys": Case(
        {
            "install-config.yaml": install("  vsphere:\n    apiVIP: 192.0.2.5\n    ingressVIP: 192.0.2.6\n"),
            "hosts": YAML,
        },
        {"api-balancer": "192.0.2.5", "ingress-balancer": "192.0.2.6"},
        {"platform": "vsphere", "phase": "running"},
        ("--phase", "running"),
    ),
    "another network plugin": Case(
        {"install-config.yaml": install("  none: {}", network="Calico"), "inventory": INI},
        {"control-plane": "192.0.2.11-192.0.2.12", "worker": "192.0.2.21", "bootstrap": "192.0.2.10"},
        {"network": "third-party", "phase": "install", "topology": "ha"},
    ),
    "an inventory as YAML": Case(
        {"hosts.yml": YAML}, {"control-plane": "192.0.2.11", "worker": "192.0.2.21, 2001:db8::22"}, {"topology": "ha"}
    ),
    "one node": Case(
        {
            "install-config.yaml": install("  none: {}\nbootstrapInPlace: {installationDisk: /dev/sda}", 1, 0),
            "hosts": "[master]\nn0 ansible_host=192.0.2.9\n",
        },
        {"control-plane": "192.0.2.9"},
        {"topology": "single-node"},
    ),
}


def loaded(folder: Path) -> Cluster:
    path = folder / "portspec.yaml"
    return load_cluster(SourceText(str(path), path.read_text(encoding="utf-8")), written=False)


@pytest.mark.parametrize("name", CASES)
def test_what_is_written(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    for path, text in case.files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    run = portspec(["init", "--yes", "--release", "4.18", *case.options], cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    text = (tmp_path / "portspec.yaml").read_text(encoding="utf-8")
    assert "hidden" not in text + run.out
    schema = json.loads((REPOSITORY / "schema" / "cluster.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(plain(load_yaml(SourceText("portspec.yaml", text))))
    cluster = loaded(tmp_path)
    for role, addresses in case.roles.items():
        assert format_addresses(cluster.addresses(role), 9) == addresses, role
    stated = {**cluster.profile._asdict(), "phase": cluster.phase}
    assert {key: stated[key] for key in case.said} == case.said


def test_a_first_check_of_the_example(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(REPOSITORY / "examples" / "upi-right", tmp_path / "upi")
    (tmp_path / "upi" / "portspec.yaml").unlink()
    assert portspec(["init", "upi", "--yes", "--release", "4.18"], cwd=tmp_path).code == 0
    told = json.loads(portspec(["check", "upi", "--format", "json"], cwd=tmp_path).out)
    assert len(told["files"]) == 6
    assert {one["code"] for one in told["findings"]} <= {"PS001", "PS201", "PS202"}


RENDERED = ("virtual addresses", "another network plugin", "one node", "an inventory as YAML")


@pytest.mark.parametrize("name", RENDERED)
def test_what_is_rendered_for_it_checks_clean(name: str, tmp_path: Path) -> None:
    for path, text in CASES[name].files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert portspec(["init", "--yes", "--release", "4.18"], cwd=tmp_path).code == 0
    (to_come,) = loaded(tmp_path).configs
    file = Path(to_come.path).relative_to(tmp_path)
    assert f"--output {file}" in (tmp_path / "portspec.yaml").read_text(encoding="utf-8")
    kind = ["haproxy"] if file.suffix == ".cfg" else ["nftables", "--role", file.stem]
    (tmp_path / file).parent.mkdir()
    assert portspec(["render", *kind, "--output", str(file)], cwd=tmp_path).code == 0
    run = portspec(["check", "--concise"], cwd=tmp_path)
    assert (run.code, run.err) == (0, "")


def test_workers_are_the_rest_of_the_machine_network(tmp_path: Path) -> None:
    for path, text in CASES["virtual addresses"].files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    run = portspec(["init", "--yes", "--release", "4.18"], cwd=tmp_path)
    assert "  worker: 192.0.2.0/24 (assumed)\n" in run.out
    workers = loaded(tmp_path).addresses("worker")
    assert (
        workers.size == 256 - 5
    )  # less the bootstrapping one, a control plane node, two virtual addresses, the name server


def test_it_replaces_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(INI, encoding="utf-8")
    (tmp_path / "portspec.yml").write_text("mine\n", encoding="utf-8")
    refused = portspec(["init", "--yes"], cwd=tmp_path)
    assert (refused.code, refused.err) == (2, "portspec.yml: is there already\n  --force replaces it\n")
    assert (tmp_path / "portspec.yml").read_text(encoding="utf-8") == "mine\n"
    assert portspec(["init", "--yes", "--force"], cwd=tmp_path).code == 0
    assert not (tmp_path / "portspec.yaml").exists()


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_without_a_terminal_nothing_is_asked(language: str, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(INI, encoding="utf-8")
    run = portspec(["init", "--lang", language], cwd=tmp_path)
    assert run.code == 2
    assert "--yes" in run.err
    assert not (tmp_path / "portspec.yaml").exists()


BAD = {
    "nothing": ({}, "no config to check, and no address of a node"),
    "no platform": ({"install-config.yaml": "apiVersion: v1\n"}, "install-config.yaml:1:1: is no install-config"),
    "two platforms": (
        {"install-config.yaml": "platform:\n  none: {}\n  aws: {}\n"},
        "install-config.yaml:2:3: platform: expected one key",
    ),
    "an unknown platform": (
        {"install-config.yaml": "platform:\n  moon: {}\n"},
        "install-config.yaml:2:3: platform: 'moon'",
    ),
    "a name to meet at": ({"agent-config.yaml": "rendezvousIP: host\n"}, "agent-config.yaml:1:15: rendezvousIP"),
    "broken YAML": ({"install-config.yaml": "platform: {none: {}\n"}, "install-config.yaml:2:1: "),
    "two roles": (
        {"hosts": "[masters]\na ansible_host=192.0.2.1\n[workers]\na\n"},
        "hosts:4:1: 192.0.2.1 is of worker here, and of control-plane in hosts:2",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used(name: str, tmp_path: Path) -> None:
    files, told = BAD[name]
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    run = portspec(["init", "--yes"], cwd=tmp_path)
    assert run.code == 2
    assert told in run.err
    assert not (tmp_path / "portspec.yaml").exists()


node = st.integers(1, 90)


@settings(max_examples=60, deadline=None)
@given(masters=st.sets(node, min_size=1, max_size=5), workers=st.sets(node, max_size=5), six=st.booleans())
def test_an_inventory_is_read_whole(
    masters: set[int], workers: set[int], six: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = "2001:db8::" if six else "192.0.2."
    groups = {"control-plane": masters, "worker": workers - masters}
    lines = []
    for role, numbers in groups.items():
        lines += [f"[{role}]", *(f"n{number} ansible_host={base}{number}" for number in sorted(numbers))]
    folder = tmp_path_factory.mktemp("inventory")
    (folder / "hosts").write_text("\n".join(lines), encoding="utf-8")
    found = {(one.name, one.value) for one in look(str(folder)).said if one.what == "role"}
    assert found == {(role, f"{base}{number}") for role, numbers in groups.items() for number in numbers}
