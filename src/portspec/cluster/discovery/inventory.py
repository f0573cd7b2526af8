"""What an Ansible inventory says, INI or YAML: the groups' names tell roles, `ansible_host` the addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.cluster.discovery.nmstate import child, text
from portspec.cluster.discovery.said import Said, address_of, names_balancer, role_of_name
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, Node, load_yaml

SECTION = re.compile(r"\[([^\]:]+)(?::(\w+))?\]")
ADDRESS = re.compile(r"""(?:^|\s)ansible_host\s*=\s*["']?([^\s"'#]+)""")


def read_inventory(source: SourceText) -> list[Said]:
    """Everything that the groups say. Raises InputError for YAML that cannot be read."""
    if SECTION.search(source.text) and not source.path.endswith((".yml", ".yaml")):
        return list(dict.fromkeys(_ini(source)))
    return list(dict.fromkeys(_yaml(load_yaml(source), "", source.path)))


def _ini(source: SourceText) -> Iterator[Said]:
    """Groups of hosts; sections of variables and of child groups name no host."""
    group = kind = ""
    known: dict[str, str] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        written = line.strip()
        if not written or written[0] in "#;":
            continue
        if (section := SECTION.match(written)) is not None:
            group, kind = section[1].strip(), section[2] or ""
        elif not kind:
            name = written.split()[0]
            stated = ADDRESS.search(written)
            address = address_of(stated[1] if stated else known.get(name, name))
            if address is not None:
                known[name] = address
                yield from _of_host(group, name, address, source.path, number)


def _yaml(node: Node, group: str, path: str) -> Iterator[Said]:
    if not isinstance(node, MappingNode):
        return
    for key, entry in node.entries.items():
        if key == "hosts" and isinstance(entry.value, MappingNode):
            for name, host in entry.value.entries.items():
                address = address_of(text(child(host.value, "ansible_host")) or name)
                if address is not None:
                    yield from _of_host(group, name, address, path, host.key_span.line)
        elif key == "children":
            yield from _yaml(entry.value, "", path)
        elif key != "vars" and isinstance(entry.value, MappingNode):
            yield from _yaml(entry.value, key, path)


def _of_host(group: str, name: str, address: str, path: str, line: int) -> Iterator[Said]:
    role = role_of_name(group)
    if role is not None:
        yield Said("role", role, address, path, line)
    elif names_balancer(group):
        yield Said("role", "api-balancer", address, path, line)
        yield Said("role", "ingress-balancer", address, path, line)
    if name != address and (role is not None or names_balancer(group)):
        yield Said("host", name, address, path, line)
