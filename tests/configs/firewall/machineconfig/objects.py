"""MachineConfig and Butane objects that carry nftables files, written as people and tools write them."""

from __future__ import annotations

import base64
import gzip
import textwrap
from urllib.parse import quote

PATH = "/etc/sysconfig/nftables.conf"
RULESET = """\
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    tcp dport 22 accept
    tcp dport 23 jump { log; drop; }
  }
}
"""
UNIT = """\
[Unit]
Description=Netfilter Tables
[Service]
Type=oneshot
ExecStart=/sbin/nft -f /etc/sysconfig/nftables.conf
ExecStop=/sbin/nft 'add table inet filter; delete table inet filter'
[Install]
WantedBy=multi-user.target
"""
ENABLED = "      - {name: nftables.service, enabled: true}\n"
NAME = "98-nftables"


def plain(text: str) -> str:
    return f"data:,{quote(text)}"


def base64_of(text: str | bytes, kind: str = "") -> str:
    data = text.encode() if isinstance(text, str) else text
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def zipped(text: str | bytes) -> str:
    return base64_of(gzip.compress(text.encode() if isinstance(text, str) else text, mtime=0))


def file(source: str, path: str = PATH, more: str = "") -> str:
    """One file of a MachineConfig; its source is on the third line."""
    extra = f"          {more}\n" if more else ""
    return f"      - path: {path}\n        contents:\n          source: {source}\n{extra}"


def machine_config(files: str, units: str = ENABLED, role: str = "master", name: str = NAME) -> str:
    """A MachineConfig; its first file begins on line 12."""
    units = f"    systemd:\n      units:\n{units}" if units else ""
    return (
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata:\n  labels:\n"
        f"    machineconfiguration.openshift.io/role: {role}\n  name: {name}\nspec:\n  config:\n"
        f"    ignition: {{version: 3.5.0}}\n    storage:\n      files:\n{files}{units}"
    )


def unit(text: str = UNIT, name: str = "nftables.service", more: str = "enabled: true") -> str:
    return f"      - name: {name}\n        {more}\n        contents: |\n{textwrap.indent(text, ' ' * 10)}"


def butane(
    contents: str, role: str = "master", more: str = "", units: str = "    - {name: nftables.service, enabled: true}\n"
) -> str:
    """A Butane file; the contents of its one file begin on line 15, or, where `more` has lines, later."""
    return (
        "variant: openshift\nversion: 4.18.0\nmetadata:\n"
        f"  name: {NAME}\n  labels:\n    machineconfiguration.openshift.io/role: {role}\n"
        f"systemd:\n  units:\n{units}storage:\n  files:\n{more}    - path: {PATH}\n      mode: 0600\n      contents:\n{contents}"
    )


def inline(text: str = RULESET, style: str = "|", indent: int = 10) -> str:
    """`inline: |`, on line 15, with the ruleset below it."""
    return f"        inline: {style}\n{textwrap.indent(text, ' ' * indent)}"
