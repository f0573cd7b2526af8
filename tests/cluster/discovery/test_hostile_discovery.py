"""Files that cannot be used, or would cost too much: told with their place, exit code 2, nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import portspec

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
DEEP = "platform: " + "[" * 5000 + "]" * 5000 + "\n"
FILES = {
    "aliases upon aliases": ("install-config.yaml", (BOMB + "platform: {none: {}}\n").encode()),
    "very deep": ("install-config.yaml", DEEP.encode()),
    "deep blocks": ("agent-config.yaml", "\n".join(" " * depth + "a:" for depth in range(2000)).encode()),
    "an anchor in itself": ("install-config.yaml", b"platform: &a {none: *a}\n"),
    "binary": ("install-config.yaml", bytes(range(256)) * 10),
    "Latin-1": ("hosts", "[masters]\nm\xfc ansible_host=192.0.2.1\n".encode("latin-1")),
    "UTF-16": ("agent-config.yaml", "rendezvousIP: 192.0.2.1\n".encode("utf-16")),
    "no text at all": ("install-config.yaml", b""),
    "larger than a config may be": ("install-config.yaml", b"platform: {none: {}}\n" + b"#" * (5 << 20)),
    "a tag that makes objects": ("install-config.yaml", b"platform: !!python/object/apply:os.system [touch owned]\n"),
    "two documents": ("install-config.yaml", b"platform: {none: {}}\n---\nplatform: {aws: {}}\n"),
    "a key twice": ("install-config.yaml", b"platform: {none: {}}\nplatform: {aws: {}}\n"),
    "a template": ("hosts.yml", b"all: {{ groups }}\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    path, data = FILES[name]
    (tmp_path / path).write_bytes(data)
    run = portspec(["init", "--yes", "--release", "4.18"], cwd=tmp_path, timeout=20)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"{path}: ") or run.err.startswith(f"{path}:")
    assert "Traceback" not in run.err
    assert len(run.err.splitlines()) <= 2
    assert os.listdir(tmp_path) == [path]


WRONG_TYPES = (
    "7",
    "x",
    "[]",
    "[[]]",
    "{}",
    "{a: [1]}",
    "null",
    "[null]",
    "[{}]",
    "!!binary aGk=",
    "2026-01-01",
    '""',
    "[x, {y: z}]",
)
INSTALL_PLACES = (
    "platform: @", "platform: {none: @}", "platform: {baremetal: {apiVIPs: @}}", "platform: {baremetal: {hosts: @}}",
    "platform: {baremetal: {hosts: [{role: @, name: @, networkConfig: @}]}}",
    "platform: {baremetal: {hosts: [{role: master, networkConfig: {interfaces: @, dns-resolver: @}}]}}",
    "platform: {baremetal: {hosts: [{role: master, networkConfig: {interfaces: [{state: @, ipv4: @, ipv6: {enabled: @, address: @}}]}}]}}",
    "platform: {baremetal: {hosts: [{bmc: {address: @}}]}}", "platform: {vsphere: {vcenters: @}}",
    "platform: {none: {}}\nnetworking: @", "platform: {none: {}}\nnetworking: {networkType: @, machineNetwork: @, machineCIDR: @}",
    "platform: {none: {}}\nnetworking: {machineNetwork: [{cidr: @}]}", "platform: {none: {}}\ncompute: @",
    "platform: {none: {}}\ncompute: [{replicas: @}]\ncontrolPlane: {replicas: @}", "platform: {none: {}}\nbootstrapInPlace: @",
)  # fmt: skip
AGENT_PLACES = (
    "rendezvousIP: @", "hosts: @", "hosts: [@]", "hosts: [{hostname: @, role: @, networkConfig: @}]",
    "additionalNTPSources: @\nhosts: []",
    "hosts: [{role: master, networkConfig: {interfaces: [{ipv4: {address: [{ip: @}]}}]}}]",
)  # fmt: skip
INVENTORY_PLACES = (
    "@", "all: @", "all: {children: @}", "all: {children: {masters: @}}", "all: {children: {masters: {hosts: @}}}",
    "all: {children: {masters: {hosts: {m0: @}}}}", "all: {children: {masters: {hosts: {m0: {ansible_host: @}}}}}",
)  # fmt: skip
PLACES = [
    *(("install-config.yaml", text) for text in INSTALL_PLACES),
    *(("agent-config.yaml", text) for text in AGENT_PLACES),
    *(("inventory.yml", text) for text in INVENTORY_PLACES),
]


@pytest.mark.parametrize(("path", "text"), PLACES)
def test_a_value_of_another_type_anywhere(
    path: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said with its place, or left out where it is nothing that init needs; never a file that does not load."""
    from portspec.cli import main

    for value in WRONG_TYPES:
        (tmp_path / path).write_text(text.replace("@", value) + "\n", encoding="utf-8")
        written = tmp_path / "portspec.yaml"
        code = main(["init", str(tmp_path), "--yes", "--release", "4.18"])
        told = capsys.readouterr().err
        assert code in (0, 2)
        assert written.exists() == (code == 0)
        if code == 0:
            written.unlink()
        else:
            assert told.startswith((f"{tmp_path / path}:", f"{tmp_path}: no config to check")), (value, told)
