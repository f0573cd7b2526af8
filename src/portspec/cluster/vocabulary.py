"""The words that a cluster file may use."""

from __future__ import annotations

NODE_ROLES = ("bootstrap", "control-plane", "worker", "windows-node")
"""Roles of machines of the cluster: an address belongs to one of them, unless the topology puts them on one host."""

BALANCER_ROLES = ("api-balancer", "ingress-balancer")

OUTSIDE_ROLES = (
    "admin", "client", "dns", "ntp", "dhcp", "registry", "bmc", "provisioner", "vcenter", "internet",
    "platform-api", "esxi", "proxy", "identity-provider", "log-server", "tang-server", "storage", "bgp-peer",
    "remote-cluster", "hub", "management-cluster", "assisted-service", "source-hypervisor",
)  # fmt: skip

ROLES = (*NODE_ROLES, "ingress-node", *BALANCER_ROLES, *OUTSIDE_ROLES)

ROLE_ALIASES = {"master": "control-plane", "compute": "worker"}
"""Older names, which OpenShift itself still uses in places."""

PLATFORMS = (
    "none", "baremetal", "vsphere", "aws", "azure", "gcp", "openstack", "ibmcloud", "powervs", "nutanix",
    "external",
)  # fmt: skip
"""Platform types of install-config.yaml."""

NETWORKS = ("OVNKubernetes", "OpenShiftSDN", "third-party")
TOPOLOGIES = ("ha", "compact", "single-node")
PHASES = ("install", "running")

TOP_KEYS = (
    "release", "platform", "network", "topology", "features", "phase",
    "roles", "hosts", "configs", "services", "ignore",
)  # fmt: skip
CONFIG_KEYS = ("path", "with", "at", "format")
PLACE_KEYS = ("host", "between", "balancer")
IGNORE_KEYS = ("code", "path", "reason", "until")
BALANCERS = ("api", "ingress")
