"""The nftables filter of a role as MachineConfig, and as the Butane file that one is made from."""

from __future__ import annotations

import base64

from portspec.cluster.model import HostPlace
from portspec.errors import InputError
from portspec.render.nftables import TABLE, as_nftables
from portspec.render.plan import Plan, comment

POOLS = {"control-plane": "master", "worker": "worker", "ingress-node": "worker"}
"""The Machine Config Operator's pools that every cluster has. Routers run on workers."""
FILE = "/etc/sysconfig/portspec.nft"
UNIT = "portspec-nftables.service"
SPEC = "4.12.0"
"""Of Butane: of the oldest release that the spec knows, which newer clusters take as well; its Ignition is 3.2.0."""
IGNITION = "3.2.0"
UNIT_TEXT = f"""\
[Unit]
Description=Packet filter of portspec
Documentation=man:nft(8)
Wants=network-pre.target
Before=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f {FILE}
ExecReload=/usr/sbin/nft -f {FILE}
ExecStop=/usr/sbin/nft delete table inet {TABLE}

[Install]
WantedBy=multi-user.target
"""
"""A unit of its own: the distribution's flushes every table when it stops, those of the network plugin too."""


def as_butane(plan: Plan) -> str:
    """A Butane file, in which the filter can be read."""
    pool = _pool(plan)
    lines = [
        *comment(plan.head[:2]),
        "variant: openshift",
        f"version: {SPEC}",
        "metadata:",
        f"  name: 98-portspec-nftables-{pool}",
        "  labels:",
        f"    machineconfiguration.openshift.io/role: {pool}",
        "systemd:",
        "  units:",
        f"    - name: {UNIT}",
        "      enabled: true",
        "      contents: |",
        *_indented(UNIT_TEXT, 8),
        "storage:",
        "  files:",
        f"    - path: {FILE}",
        "      mode: 0600",
        "      overwrite: true",
        "      contents:",
        "        inline: |",
        *_indented(as_nftables(plan), 10),
    ]
    return "\n".join(lines) + "\n"


def as_machineconfig(plan: Plan) -> str:
    """A MachineConfig, in which the filter is packed as Ignition wants it. `portspec render butane` gives it to read."""
    pool = _pool(plan)
    packed = base64.b64encode(as_nftables(plan).encode()).decode()
    lines = [
        *comment(plan.head[:2]),
        "apiVersion: machineconfiguration.openshift.io/v1",
        "kind: MachineConfig",
        "metadata:",
        f"  name: 98-portspec-nftables-{pool}",
        "  labels:",
        f"    machineconfiguration.openshift.io/role: {pool}",
        "spec:",
        "  config:",
        "    ignition:",
        f"      version: {IGNITION}",
        "    storage:",
        "      files:",
        f"        - path: {FILE}",
        "          mode: 384",
        "          overwrite: true",
        "          contents:",
        f"            source: data:text/plain;charset=utf-8;base64,{packed}",
        "    systemd:",
        "      units:",
        f"        - name: {UNIT}",
        "          enabled: true",
        "          contents: |",
        *_indented(UNIT_TEXT, 12),
    ]
    return "\n".join(lines) + "\n"


def _pool(plan: Plan) -> str:
    role = plan.place.role if isinstance(plan.place, HostPlace) else ""
    if role not in POOLS:
        raise InputError(
            f"no pool of the Machine Config Operator holds {plan.label}",
            hint=f"a MachineConfig is for --role {' or '.join(POOLS)}; others take nftables",
        )
    return POOLS[role]


def _indented(text: str, by: int) -> list[str]:
    # A tab is no indentation in YAML, but may stand in a block's own lines.
    return [f"{' ' * by}{line}".rstrip() for line in text.splitlines()]
