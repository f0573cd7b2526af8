"""Filters of a control plane node with mistakes, in every dialect: written from what `portspec render` gives for the right
cluster, with a port left out, a port open to anyone, a port that nothing needs, and a rule twice."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from running import REPOSITORY, portspec

Files = Mapping[str, str]
CLUSTER = (REPOSITORY / "examples" / "upi-right" / "portspec.yaml").read_text(encoding="utf-8").partition("configs:")[0]
LOST, OPEN, EXTRA = "10250", "2379", "8080"
"""A port that nobody gets to, one that anyone gets to, and one of no service."""
MISTAKES = ("lost", "open", "extra", "twice")


@cache
def rendered(kind: str) -> str:
    """What `portspec render` writes for the control plane of the right example, comments left out."""
    path = str(REPOSITORY / "examples" / "upi-right")
    done = portspec(["render", kind, "--role", "control-plane", "--cluster", path])
    assert done.code == 0, done.err
    return "".join(f"{line}\n" for line in done.out.splitlines() if not re.match(r"\s*(?:#(?!!)|<!--)", line))


def nftables(mistake: str) -> str:
    """A table of nft."""
    return _wrong(rendered("nftables"), mistake, r"^(\s+ip saddr .* accept)$", "    tcp dport {port} accept")


def iptables(mistake: str) -> str:
    """A file of iptables-save."""
    return _wrong(
        rendered("iptables"), mistake, r"^(-A INPUT .* -j ACCEPT)$", "-A INPUT -p tcp -m tcp --dport {port} -j ACCEPT"
    )


def zone(mistake: str) -> str:
    """A zone of firewalld."""
    return _wrong(
        rendered("firewalld"), mistake, r"^(\s+<rule .*<source .*</rule>)$", '  <port port="{port}" protocol="tcp"/>'
    )


def _wrong(text: str, mistake: str, rule: str, admitting: str) -> str:
    """The text with a mistake; `rule` fits a line that admits something, `admitting` is one that admits a port."""
    first = next(re.finditer(rule, text, re.MULTILINE))
    if mistake == "lost":
        made = re.sub(rf"^.*\b(?:{LOST})\b.*\n", _without_lost, text, flags=re.MULTILINE)
        assert made != text
        return made
    added = first[1] if mistake == "twice" else admitting.format(port={"open": OPEN, "extra": EXTRA}[mistake])
    return text[: first.end()] + "\n" + added + text[first.end() :]


def _without_lost(line: re.Match[str]) -> str:
    """A line without the port that gets lost, where it names others too."""
    kept = re.sub(rf"(?:,\s*\b{LOST}\b|\b{LOST}\b,\s*)(?!-)", "", line[0])
    return kept if kept != line[0] else ""


def shell(mistake: str) -> str:
    """A script of iptables commands."""
    lines = ["#!/bin/sh", "# The filter of the control plane."]
    for line in iptables(mistake).splitlines():
        policy = re.match(r":(INPUT|FORWARD|OUTPUT) (\w+)", line)
        if policy:
            lines.append(f"iptables -P {policy[1]} {policy[2]}")
        elif line.startswith("-"):
            lines.append(f"iptables {line}")
    return "\n".join(lines) + "\n"


def nft_commands(mistake: str) -> str:
    """A script of nft commands."""
    found = re.findall(
        r"^\s+((?:ip|ip6|ct|iif|iifname|tcp|udp|icmp|icmpv6|meta)\b.*)$", nftables(mistake), re.MULTILINE
    )
    lines = ["#!/bin/sh", "nft add table inet filter"]
    lines.append("nft add chain inet filter input '{ type filter hook input priority 0 ; policy drop ; }'")
    lines += [f"nft add rule inet filter input '{rule}'" for rule in found]
    return "\n".join(lines) + "\n"


def firewall_cmd(mistake: str) -> str:
    """A script of firewall-cmd commands."""
    lines = ["#!/bin/sh", "firewall-cmd --permanent --zone=public --set-target=DROP"]
    lines += [
        f"firewall-cmd --permanent --zone=public --remove-service={one}" for one in ("ssh", "dhcpv6-client", "cockpit")
    ]
    for line in zone(mistake).splitlines():
        port = re.match(r'\s+<port port="(\S+)" protocol="(\S+)"/>', line)
        if port:
            lines.append(f"firewall-cmd --permanent --zone=public --add-port={port[1]}/{port[2]}")
        elif "<source" in line:
            inner = re.sub(
                r"</?(?:rule)>|[<>]", " ", line.strip().removeprefix("<rule").removesuffix("</rule>")
            ).replace("/ ", " ")
            lines.append(
                f"firewall-cmd --permanent --zone=public --add-rich-rule='rule {' '.join(inner.replace('/', '/').split())}'"
            )
    lines = [re.sub(r'"/', '"', line).replace("accept/'", "accept'") for line in lines]
    return "\n".join([*lines, "firewall-cmd --reload"]) + "\n"


def playbook(mistake: str) -> str:
    """Tasks of Ansible that run iptables."""
    lines = ["- hosts: masters", "  tasks:"]
    for number, line in enumerate(shell(mistake).splitlines()[2:], 1):
        lines += [f"    - name: rule {number}", f"      ansible.builtin.command: {line}"]
    return "\n".join(lines) + "\n"


def modules(mistake: str) -> str:
    """Tasks of Ansible's module iptables."""
    lines = [
        "- hosts: masters",
        "  tasks:",
        "    - name: policy",
        "      ansible.builtin.iptables: {chain: INPUT, policy: DROP}",
    ]
    for line in iptables(mistake).splitlines():
        words = dict(re.findall(r"(-p|-s|--dport|--dports|--src-range|-j|-i|--ctstate|--icmp-type) (\S+)", line))
        if not line.startswith("-A INPUT") or "-j" not in words:
            continue
        keys = {
            "-p": "protocol", "-s": "source", "--dport": "destination_port", "--src-range": "src_range", "-i": "in_interface",
            "--icmp-type": "icmp_type", "-j": "jump",
        }  # fmt: skip
        said = [f'{keys[key]}: "{value}"' for key, value in words.items() if key in keys]
        said += [f"destination_ports: [{ports}]" for ports in [words.get("--dports", "").replace(",", ", ")] if ports]
        said += [f"ctstate: [{states}]" for states in [words.get("--ctstate", "").replace(",", ", ")] if states]
        lines += [
            f"    - name: rule {len(lines)}",
            "      ansible.builtin.iptables:",
            "        chain: INPUT",
            *(f"        {one}" for one in said),
        ]
    return "\n".join(lines) + "\n"


def zone_modules(mistake: str) -> str:
    """Tasks of Ansible's module firewalld."""
    lines = ["- hosts: masters", "  tasks:"]
    for command in firewall_cmd(mistake).splitlines()[1:-1]:
        option = command.partition("--zone=public --")[2]
        verb, value = re.match(r"(set-target|remove-service|add-port|add-rich-rule)=(.*)", option).groups()  # type: ignore[union-attr]
        key = {"set-target": "target", "remove-service": "service", "add-port": "port", "add-rich-rule": "rich_rule"}[
            verb
        ]
        state = "disabled" if verb == "remove-service" else "present" if verb == "set-target" else "enabled"
        shown = value if value.startswith("'") else f'"{value}"'
        lines.append(
            f"    - ansible.posix.firewalld: {{zone: public, {key}: {shown}, permanent: true, state: {state}}}"
        )
    return "\n".join(lines) + "\n"


def butane(mistake: str) -> str:
    """A Butane file that carries the table in lines of its own."""
    return _carried(f"          inline: |\n{_indented(nftables(mistake), 12)}")


def butane_packed(mistake: str) -> str:
    """A Butane file that carries the table as data."""
    return _carried(
        f"          source: data:text/plain;charset=utf-8;base64,{base64.b64encode(nftables(mistake).encode()).decode()}\n"
    )


def _carried(contents: str) -> str:
    return (
        "variant: openshift\nversion: 4.18.0\nmetadata:\n  name: 98-nftables\n  labels:\n"
        "    machineconfiguration.openshift.io/role: master\nstorage:\n  files:\n    - path: /etc/sysconfig/nftables.conf\n"
        f"      mode: 0600\n      overwrite: true\n      contents:\n{contents}"
        "systemd:\n  units:\n    - name: nftables.service\n      enabled: true\n"
    )


def machine_config(mistake: str) -> str:
    """A MachineConfig, whose files are URLs."""
    url = "data:," + quote(nftables(mistake), safe="")
    return (
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata:\n  name: 98-nftables\n  labels:\n"
        "    machineconfiguration.openshift.io/role: master\nspec:\n  config:\n    ignition: {version: 3.4.0}\n    storage:\n"
        "      files:\n      - path: /etc/sysconfig/nftables.conf\n        mode: 384\n        overwrite: true\n"
        f"        contents:\n          source: {url}\n"
        "    systemd:\n      units:\n      - {name: nftables.service, enabled: true}\n"
    )


def _indented(text: str, width: int) -> str:
    return "".join(f"{' ' * width}{line}\n" if line else "\n" for line in text.splitlines())


def one_file(name: str, make: Callable[[str], str]) -> Callable[[str], Files]:
    """A config of one file."""
    return lambda mistake: {name: make(mistake)}


def folder(mistake: str) -> Files:
    """A folder such as /etc/firewalld."""
    return {
        "firewalld/firewalld.conf": "DefaultZone=nodes\nRFC3964_IPv4=no\n",
        "firewalld/zones/nodes.xml": zone(mistake),
    }


def including(mistake: str) -> Files:
    """A file of nft that has its table in another one."""
    return {"main.nft": 'include "tables.d/*.nft"\n', "tables.d/nodes.nft": nftables(mistake)}


DIALECTS: dict[str, Callable[[str], Files]] = {
    "nftables": one_file("host.nft", nftables),
    "nftables-including": including,
    "iptables": one_file("host.rules", iptables),
    "firewalld": one_file("zone.xml", zone),
    "firewalld-folder": folder,
    "shell": one_file("host.sh", shell),
    "nft-commands": one_file("nft.sh", nft_commands),
    "firewall-cmd": one_file("zone.sh", firewall_cmd),
    "ansible": one_file("play.yml", playbook),
    "modules": one_file("modules.yml", modules),
    "zone-modules": one_file("zone.yml", zone_modules),
    "butane": one_file("host.bu", butane),
    "butane-packed": one_file("packed.bu", butane_packed),
    "machineconfig": one_file("mc.yaml", machine_config),
}  # fmt: skip


SAME = frozenset(
    {("firewalld", "twice"), ("firewalld-folder", "twice"), ("firewall-cmd", "twice"), ("zone-modules", "twice")}
)
"""firewalld keeps one of two equal rules."""


def write(path: Path, dialect: str, mistake: str) -> Path:
    """A repository with the config and a cluster file that names it."""
    files = DIALECTS[dialect](mistake)
    (path / ".git").mkdir(parents=True)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    first = next(iter(files)).partition("/")[0]
    entry = f"configs:\n  - {{path: {first}, at: {{host: control-plane}}}}\n"
    (path / "portspec.yaml").write_text(CLUSTER + entry, encoding="utf-8")
    return path
