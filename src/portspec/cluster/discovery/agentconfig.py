"""What agent-config.yaml says: hosts with their roles and static addresses, and which of them bootstraps."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.cluster.discovery.installconfig import HOST_ROLES
from portspec.cluster.discovery.nmstate import child, items, name_servers, static_addresses, text
from portspec.cluster.discovery.said import Said, address_of
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, load_yaml


def read_agent_config(source: SourceText) -> list[Said]:
    """Everything that the file says. Raises InputError when it is no agent-config."""
    root = load_yaml(source)
    if not isinstance(root, MappingNode) or not {"rendezvousIP", "hosts"} & root.entries.keys():
        raise InputError("is no agent-config: it has neither `rendezvousIP` nor `hosts`", source.path, 1, 1)
    return list(_said(root, source.path))


def _said(root: MappingNode, path: str) -> Iterator[Said]:
    node = child(root, "rendezvousIP")
    if node is not None:
        address = address_of(text(node))
        if address is None:
            raise InputError("rendezvousIP: expected one address", path, *node.span[:2])
        # This host runs the bootstrap services, and becomes a control plane node once they are done.
        yield Said("role", "bootstrap", address, path, node.span.line)
        yield Said("role", "control-plane", address, path, node.span.line)
    for host in items(child(root, "hosts")):
        found = list(static_addresses(child(host, "networkConfig")))
        name = text(child(host, "hostname"))
        stated = HOST_ROLES.get(text(child(host, "role")))
        role = stated or (None if child(host, "role") is not None else _guess(name))
        if role is not None:
            yield from (Said("role", role, one, path, line, stated is not None) for one, line in found)
        if name and len(found) == 1:
            yield Said("host", name, found[0][0], path, found[0][1])
        yield from (Said("role", "dns", one, path, line) for one, line in name_servers(child(host, "networkConfig")))
    for one in items(child(root, "additionalNTPSources")):
        if (address := address_of(text(one))) is not None:
            yield Said("role", "ntp", address, path, one.span.line)


def _guess(name: str) -> str | None:
    from portspec.cluster.discovery.said import role_of_name

    return role_of_name(name)
