"""What an Ansible inventory says, INI or YAML: the groups' names tell roles, `ansible_host` the addresses.

As Ansible has it, the order of sections does not matter, a host may have its address in one group and be named in another, a
group's hosts are those of its children too, and `192.0.2.[11:13]` names three hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from portspec.cluster.discovery.nmstate import child, text
from portspec.cluster.discovery.said import Said, address_of, names_balancer, role_of_name
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, Node, load_yaml

SECTION = re.compile(r"\[([^\]:]+)(?::(\w+))?\]")
ADDRESS = re.compile(r"""(?:^|\s)ansible_host\s*=\s*["']?([^\s"'#]+)""")
RANGE = re.compile(r"\[(\d{1,9}):(\d{1,9})\]")
MOST_HOSTS = 512
"""Of one range; a larger one is a network, which nobody means as so many nodes."""


class Named(NamedTuple):
    """A host that a group names. `stated` is its address there, empty where it says none."""

    group: str
    name: str
    stated: str
    line: int


class Inventory(NamedTuple):
    """The hosts of all groups, and the groups that each group is a child of."""

    hosts: tuple[Named, ...]
    parents: Mapping[str, Sequence[str]]


def read_inventory(source: SourceText) -> list[Said]:
    """Everything that the groups say. Raises InputError for YAML that cannot be read."""
    if SECTION.search(source.text) and not source.path.endswith((".yml", ".yaml")):
        found = _ini(source)
    else:
        hosts: list[Named] = []
        parents: dict[str, list[str]] = {}
        _yaml(load_yaml(source), "", hosts, parents)
        found = Inventory(tuple(hosts), parents)
    return list(dict.fromkeys(_said(found, source.path)))


def _said(found: Inventory, path: str) -> Iterator[Said]:
    known = {one.name: address for one in found.hosts if (address := address_of(one.stated or one.name)) is not None}
    for one in found.hosts:
        address = address_of(one.stated) if one.stated else known.get(one.name)
        if address is not None:
            yield from _of_host(_telling(one.group, found.parents), one, address, path)


def _telling(group: str, parents: Mapping[str, Sequence[str]]) -> str:
    """The group whose name tells what its hosts are: itself, or the nearest one that it belongs to."""
    waiting, seen = [group], {group}
    while waiting:
        for name in waiting:
            if role_of_name(name) is not None or names_balancer(name):
                return name
        waiting = [parent for name in waiting for parent in parents.get(name, ()) if parent not in seen]
        seen.update(waiting)
    return group


def _ini(source: SourceText) -> Inventory:
    """Sections of hosts and of child groups; those of variables say nothing here."""
    group = kind = ""
    hosts: list[Named] = []
    parents: dict[str, list[str]] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        written = line.strip()
        if not written or written[0] in "#;":
            continue
        if (section := SECTION.match(written)) is not None:
            group, kind = section[1].strip(), section[2] or ""
        elif kind == "children":
            parents.setdefault(written.split()[0], []).append(group)
        elif not kind:
            stated = ADDRESS.search(written)
            names = _spelled_out(written.split()[0])
            hosts += [Named(group, name, stated[1] if stated else "", number) for name in names]
    return Inventory(tuple(hosts), parents)


def _yaml(node: Node, group: str, hosts: list[Named], parents: dict[str, list[str]]) -> None:
    if not isinstance(node, MappingNode):
        return
    for key, entry in node.entries.items():
        if key == "hosts" and isinstance(entry.value, MappingNode):
            for pattern, host in entry.value.entries.items():
                stated = text(child(host.value, "ansible_host"))
                hosts += [Named(group, name, stated, host.key_span.line) for name in _spelled_out(pattern)]
        elif key == "children" and isinstance(entry.value, MappingNode):
            for name in entry.value.entries:
                parents.setdefault(name, []).append(group)
            _yaml(entry.value, group, hosts, parents)
        elif key != "vars" and isinstance(entry.value, MappingNode):
            _yaml(entry.value, key, hosts, parents)


def _spelled_out(pattern: str) -> list[str]:
    """The names that a pattern stands for; one of letters, or of very many, is left as it is."""
    found = RANGE.search(pattern)
    if found is None:
        return [pattern]
    first, last = int(found[1]), int(found[2])
    if not 0 <= last - first < MOST_HOSTS:
        return [pattern]
    names = (
        f"{number:0{len(found[1])}d}" if found[1].startswith("0") else str(number) for number in range(first, last + 1)
    )
    return [pattern[: found.start()] + name + pattern[found.end() :] for name in names]


def _of_host(group: str, one: Named, address: str, path: str) -> Iterator[Said]:
    role = role_of_name(group)
    if role is not None:
        yield Said("role", role, address, path, one.line)
    elif names_balancer(group):
        yield Said("role", "api-balancer", address, path, one.line)
        yield Said("role", "ingress-balancer", address, path, one.line)
    if one.name != address and (role is not None or names_balancer(group)):
        yield Said("host", one.name, address, path, one.line)
