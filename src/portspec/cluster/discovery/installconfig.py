"""What install-config.yaml says: platform, network plugin, shape, virtual addresses, static addresses of hosts.

Nothing else is taken from it: the pull secret, keys and passwords stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.discovery.nmstate import child, items, name_servers, static_addresses, text
from portspec.cluster.discovery.said import Said, address_of
from portspec.cluster.vocabulary import NETWORKS, PLATFORMS
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, Node, load_yaml

VIPS = {
    "apiVIPs": "api-balancer", "apiVIP": "api-balancer",
    "ingressVIPs": "ingress-balancer", "ingressVIP": "ingress-balancer",
}  # fmt: skip
"""The singular forms are deprecated since 4.12 and still read by the installer."""
HOST_ROLES = {
    "master": "control-plane", "control-plane": "control-plane", "arbiter": None,
    "worker": "worker", "compute": "worker", "bootstrap": "bootstrap",
}  # fmt: skip


def read_install_config(source: SourceText) -> list[Said]:
    """Everything that the file says. Raises InputError when it is no install-config."""
    root = load_yaml(source)
    if not isinstance(root, MappingNode) or "platform" not in root.entries:
        raise InputError("is no install-config: it has no `platform`", source.path, 1, 1)
    return list(_said(root, source.path))


def _said(root: MappingNode, path: str) -> Iterator[Said]:
    platform = root.entries["platform"].value
    if not isinstance(platform, MappingNode) or len(platform.entries) != 1:
        raise InputError("platform: expected one key, such as `none: {}`", path, *platform.span[:2])
    ((name, entry),) = platform.entries.items()
    if name not in PLATFORMS:
        known = f"known: {', '.join(PLATFORMS)}"
        raise InputError(f"platform: {name!r} is not known", path, *entry.key_span[:2], known)
    yield Said("platform", "", name, path, entry.key_span.line)
    yield from _networking(root, path)
    yield from _shape(root, path)
    for key, role in VIPS.items():
        node = child(entry.value, key)
        for one in items(node) or ((node,) if node is not None else ()):
            if (address := address_of(text(one))) is not None:
                yield Said("role", role, address, path, one.span.line)
    node = child(entry.value, "bootstrapExternalStaticIP")
    if node is not None and (address := address_of(text(node))) is not None:
        yield Said("role", "bootstrap", address, path, node.span.line)
    for host in items(child(entry.value, "hosts")):
        yield from _host(host, path)
    for vcenter in items(child(entry.value, "vcenters")):
        server = child(vcenter, "server")
        if server is not None and (address := address_of(text(server))) is not None:
            yield Said("role", "vcenter", address, path, server.span.line)


def _networking(root: MappingNode, path: str) -> Iterator[Said]:
    kind = child(root, "networking", "networkType")
    if kind is not None and text(kind):
        name = text(kind)
        yield Said("network", "", name if name in NETWORKS else "third-party", path, kind.span.line)
    for part in items(child(root, "networking", "machineNetwork")):
        cidr = child(part, "cidr")
        if cidr is not None and text(cidr):
            yield Said("machines", "", text(cidr), path, cidr.span.line)
    old = child(root, "networking", "machineCIDR")
    if old is not None and text(old):
        yield Said("machines", "", text(old), path, old.span.line)


def _shape(root: MappingNode, path: str) -> Iterator[Said]:
    masters = child(root, "controlPlane", "replicas")
    workers = [(node, text(node)) for pool in items(child(root, "compute")) if (node := child(pool, "replicas"))]
    made = sum(int(count) for _, count in workers if count.isdecimal()) if workers else None
    in_place = child(root, "bootstrapInPlace")
    if in_place is not None:
        yield Said("topology", "", "single-node", path, in_place.span.line)
    elif masters is not None and text(masters) == "1" and made == 0:
        yield Said("topology", "", "single-node", path, masters.span.line)
    elif made is not None:
        # 0 is what the product asks for wherever the user makes the machines; it may also mean that there are none.
        yield Said("workers", "", str(made), path, workers[0][0].span.line)


def _host(host: Node, path: str) -> Iterator[Said]:
    """A host of platform.baremetal (nmstate in `networkConfig`) or of platform.vsphere (`networkDevice`)."""
    role = HOST_ROLES.get(text(child(host, "role")))
    found = list(static_addresses(child(host, "networkConfig")))
    found += [
        (address, node.span.line)
        for node in items(child(host, "networkDevice", "ipAddrs"))
        if (address := address_of(text(node))) is not None
    ]
    name = text(child(host, "name"))
    if role is not None:
        yield from (Said("role", role, address, path, line) for address, line in found)
    if name and len(found) == 1:
        yield Said("host", name, found[0][0], path, found[0][1])
    yield from (Said("role", "dns", one, path, line) for one, line in name_servers(child(host, "networkConfig")))
    for one in items(child(host, "networkDevice", "nameservers")):
        if (address := address_of(text(one))) is not None:
            yield Said("role", "dns", address, path, one.span.line)
    management = child(host, "bmc", "address")
    if management is not None and (address := _host_of_url(text(management))) is not None:
        yield Said("role", "bmc", address, path, management.span.line)


def _host_of_url(url: str) -> str | None:
    """The address of a URL such as `redfish-virtualmedia+https://192.0.2.4/…`, or of a bare one; None for a name."""
    host = url.partition("://")[2] or url
    host = host.partition("/")[0].rpartition("@")[2]
    if host.startswith("["):
        return address_of(host[1:].partition("]")[0])
    return address_of(host.partition(":")[0] if host.count(":") == 1 else host)
