"""install-config.yaml and agent-config.yaml as people write them: every fact with its line, and nothing secret."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from portspec.cluster.discovery.agentconfig import read_agent_config
from portspec.cluster.discovery.installconfig import read_install_config
from portspec.source import SourceText

VSPHERE = """\
baseDomain: corp.example
platform:
  vsphere:
    apiVIPs: [10.20.30.5, "2001:db8::5"]
    ingressVIP: 10.20.30.6
    vcenters:
    - {server: 10.9.9.9, user: admin, password: hidden}
    - {server: vc.corp.example, user: admin, password: hidden}
    hosts:
    - role: bootstrap
      networkDevice: {ipAddrs: [10.20.30.10/24], gateway: 10.20.30.1, nameservers: [10.1.1.1, name]}
    - role: control-plane
      networkDevice:
        ipAddrs: [10.20.30.11/24, "2001:db8::11/64"]
    - role: compute
      networkDevice: {ipAddrs: [10.20.30.21/24]}
pullSecret: hidden
sshKey: hidden
"""
BAREMETAL = """\
baseDomain: corp.example
controlPlane: {name: master, replicas: 3}
compute: [{name: worker, replicas: 0}, {name: edge, replicas: 2}]
networking: {networkType: OpenShiftSDN, machineCIDR: 10.0.0.0/16}
platform:
  baremetal:
    apiVIP: 10.0.0.5
    bootstrapExternalStaticIP: 10.0.0.9
    hosts:
    - name: m0
      role: master
      bmc: {address: "redfish-virtualmedia+https://10.7.0.1:8000/redfish/v1", username: u, password: hidden}
      networkConfig:
        interfaces:
        - {name: a, state: up, ipv4: {enabled: true, address: [{ip: 10.0.0.11}]}}
        - {name: b, state: down, ipv4: {enabled: true, address: [{ip: 10.0.0.99}]}}
        - {name: c, state: up, ipv6: {enabled: false, address: [{ip: "2001:db8::99"}]}}
        dns-resolver: {config: {server: [10.1.1.1]}}
    - name: w0
      role: worker
      bmc: {address: "ipmi://[2001:db8::7]:6230"}
    - name: x
      role: arbiter
      networkConfig: {interfaces: [{name: a, state: up, ipv4: {address: [{ip: 10.0.0.31}]}}]}
"""
AGENT = """\
rendezvousIP: 10.0.0.11
additionalNTPSources: [10.3.3.3, ntp.example]
hosts:
- hostname: ocp-master-0
  networkConfig: {interfaces: [{name: a, state: up, ipv4: {address: [{ip: 10.0.0.11}]}}]}
- hostname: node-7
  role: worker
  networkConfig:
    interfaces: [{name: a, state: up, ipv4: {address: [{ip: 10.0.0.21}, {ip: 169.254.1.1}]}, ipv6: {address: [{ip: "fe80::1"}]}}]
- hostname: worker-master
  networkConfig: {interfaces: [{name: a, state: up, ipv4: {address: [{ip: 10.0.0.31}]}}]}
"""


class Case(NamedTuple):
    text: str
    said: set[str]


INSTALL = {
    "vSphere": Case(
        VSPHERE,
        {
            "platform - vsphere 3", "role api-balancer: 10.20.30.5 4", "role api-balancer: 2001:db8::5 4",
            "role ingress-balancer: 10.20.30.6 5", "role vcenter: 10.9.9.9 7", "role bootstrap: 10.20.30.10 11",
            "role dns: 10.1.1.1 11", "role control-plane: 10.20.30.11 14", "role control-plane: 2001:db8::11 14",
            "role worker: 10.20.30.21 16",
        },
    ),
    "bare metal": Case(
        BAREMETAL,
        {
            "platform - baremetal 6", "network - OpenShiftSDN 4", "machines - 10.0.0.0/16 4", "workers - 2 3",
            "role api-balancer: 10.0.0.5 7", "role bootstrap: 10.0.0.9 8", "role control-plane: 10.0.0.11 15",
            "host m0: 10.0.0.11 15", "role dns: 10.1.1.1 18", "role bmc: 10.7.0.1 12", "role bmc: 2001:db8::7 21",
            "host x: 10.0.0.31 24",
        },
    ),
    "a plugin of somebody else": Case(
        "platform: {none: {}}\nnetworking: {networkType: Cilium}\n", {"platform - none 1", "network - third-party 2"}
    ),
    "one node": Case(
        "platform: {none: {}}\nbootstrapInPlace: {installationDisk: /dev/sda}\n",
        {"platform - none 1", "topology - single-node 2"},
    ),
    "one node by its numbers": Case(
        "platform: {none: {}}\ncontrolPlane: {replicas: 1}\ncompute: [{replicas: 0}]\n",
        {"platform - none 1", "topology - single-node 2"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INSTALL)
def test_an_install_config(name: str) -> None:
    case = INSTALL[name]
    said = read_install_config(SourceText("install-config.yaml", case.text))
    assert {f"{one.what} {f'{one.name}:' if one.name else '-'} {one.value} {one.line}" for one in said} == case.said
    assert "hidden" not in repr(said)


def test_an_agent_config() -> None:
    said = read_agent_config(SourceText("agent-config.yaml", AGENT))
    told = {
        f"{one.what} {f'{one.name}:' if one.name else '-'} {one.value} {one.line}{'' if one.sure else ' ?'}"
        for one in said
    }
    assert told == {
        "role bootstrap: 10.0.0.11 1", "role control-plane: 10.0.0.11 1", "role ntp: 10.3.3.3 2",
        "role control-plane: 10.0.0.11 5 ?", "host ocp-master-0: 10.0.0.11 5", "role worker: 10.0.0.21 9",
        "host node-7: 10.0.0.21 9", "host worker-master: 10.0.0.31 11",
    }  # fmt: skip
