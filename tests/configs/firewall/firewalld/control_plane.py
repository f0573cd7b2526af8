"""The host firewall of a control plane node in both forms: as nftables in examples/upi-right, and as a firewalld folder."""

from __future__ import annotations

from pathlib import Path

from running import REPOSITORY

EXAMPLE = REPOSITORY / "examples" / "upi-right"
CONF = "DefaultZone=control-plane\nRFC3964_IPv4=no\n"
ZONE = """<?xml version="1.0" encoding="utf-8"?>
<zone target="DROP">
  <short>Control plane</short>
  <rule family="ipv4">
    <source address="192.168.22.10"/>
    <service name="openshift-api"/>
    <accept/>
  </rule>
  <rule family="ipv4"><source ipset="nodes"/><service name="openshift-node"/><accept/></rule>
  <rule family="ipv4"><source ipset="etcd-peers"/><service name="openshift-etcd"/><accept/></rule>
  <rule family="ipv4"><source address="10.1.0.0/16"/><service name="ssh"/><accept/></rule>
  <protocol value="icmp"/>
</zone>
"""
FILES = {
    "firewalld.conf": CONF,
    "zones/control-plane.xml": ZONE,
    "services/openshift-api.xml": '<service>\n  <port port="6443" protocol="tcp"/>\n  <port port="22623" protocol="tcp"/>\n</service>\n',
    "services/openshift-node.xml": "<service>\n"
    + "".join(
        f'  <port port="{port}" protocol="tcp"/>\n'
        for port in ("6080", "8798", "17697", "22624", "9000-9999", "10250-10259")
    )
    + "".join(f'  <port port="{port}" protocol="udp"/>\n' for port in ("6081", "9000-9999"))
    + '  <include service="openshift-api"/>\n</service>\n',
    "services/openshift-etcd.xml": "<service>\n"
    + "".join(f'  <port port="{port}" protocol="tcp"/>\n' for port in ("2379-2380", "9978", "9980"))
    + "</service>\n",
    "ipsets/nodes.xml": '<ipset type="hash:ip">\n'
    + "".join(f"  <entry>192.168.22.{last}</entry>\n" for last in (200, 201, 202, 203, 211, 212, 213))
    + "</ipset>\n",
    "ipsets/etcd-peers.xml": '<ipset type="hash:net">\n  <entry>192.168.22.200/30</entry>\n</ipset>\n',
}


def repository(folder: Path, config: str, *, format_: str = "") -> Path:
    """A cluster file that names one config for the control plane; the path of its folder."""
    head = (EXAMPLE / "portspec.yaml").read_text(encoding="utf-8").partition("configs:")[0]
    named = f", format: {format_}" if format_ else ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".git").mkdir(exist_ok=True)
    entry = f"configs:\n  - {{path: {config}, at: {{host: control-plane}}{named}}}\n"
    (folder / "portspec.yaml").write_text(head + entry, encoding="utf-8")
    return folder


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
