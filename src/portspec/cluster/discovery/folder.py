"""The files of a folder: which of them say something about the cluster, and which are configs to check."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.cluster.discovery.agentconfig import read_agent_config
from portspec.cluster.discovery.balancerfile import read_balancer
from portspec.cluster.discovery.installconfig import read_install_config
from portspec.cluster.discovery.inventory import read_inventory
from portspec.cluster.discovery.said import Said, names_balancer, role_of_name, words_of
from portspec.configs.balancer.model import Balancer
from portspec.configs.files import load
from portspec.configs.registry import detect, read, readers
from portspec.errors import InputError
from portspec.source import SourceText

INSTALL_NAMES = ("install-config.yaml", "install-config.yml")
AGENT_NAMES = ("agent-config.yaml", "agent-config.yml")
INVENTORY_NAMES = (
    "hosts",
    "hosts.ini",
    "hosts.yml",
    "hosts.yaml",
    "inventory",
    "inventory.ini",
    "inventory.yml",
    "inventory.yaml",
)
SKIPPED = frozenset({"node_modules", "__pycache__"})
MOST_FILES = 5_000
LARGEST = 4 * 1024 * 1024
EDGE_WORDS = frozenset({"edge", "perimeter", "border", "gateway", "outer"})


class Candidate(NamedTuple):
    """A config that was found: its path below the folder, its kind, and the place that the words of its path tell: a
    role, `balancer`, `between`, or "" where they tell none."""

    path: str
    kind: str
    place: str


class Found(NamedTuple):
    """What a folder says, and the configs in it."""

    said: tuple[Said, ...]
    candidates: tuple[Candidate, ...]


def look(folder: str, given: Sequence[str] = ()) -> Found:
    """Read a folder and the files given beside. Raises InputError for a file that looks like one of these and cannot be
    read, and for a given one that says nothing."""
    said: list[Said] = []
    candidates: list[Candidate] = []
    for path in given:
        found = _say(path, load(path, path, LARGEST))
        if found is None:
            raise InputError(
                "says nothing about a cluster: expected install-config.yaml, agent-config.yaml, an Ansible inventory or "
                "a load balancer's config",
                path,
            )
        said += found
    done = {os.path.realpath(path) for path in given}
    for path in _files(folder):
        if os.path.realpath(path) in done:
            stated = None
        elif os.path.basename(path) in (*INSTALL_NAMES, *AGENT_NAMES, *INVENTORY_NAMES):
            stated = _say(path, load(path, path, LARGEST))
        else:
            stated = None
        if stated is not None:
            said += stated
            continue
        candidate = _candidate(folder, path)
        if candidate is not None:
            candidates.append(candidate)
            if candidate.kind == "balancer" and os.path.realpath(path) not in done:
                model = read(load(path, path))
                said += read_balancer(model) if isinstance(model, Balancer) else []
    return Found(tuple(dict.fromkeys(said)), tuple(candidates))


def _say(path: str, source: SourceText) -> list[Said] | None:
    """What a file says; None when it is none of those that say something."""
    name = os.path.basename(path)
    if name in INSTALL_NAMES:
        return read_install_config(source)
    if name in AGENT_NAMES:
        return read_agent_config(source)
    if name in INVENTORY_NAMES:
        return read_inventory(source)
    if "baseDomain:" in source.text:
        return read_install_config(source)
    if "rendezvousIP:" in source.text or "kind: AgentConfig" in source.text:
        return read_agent_config(source)
    try:
        kind = detect(source)
    except InputError:
        return read_inventory(source) if "ansible_host" in source.text else None
    model = read(source, kind)
    return read_balancer(model) if isinstance(model, Balancer) else None


def _files(folder: str) -> Iterator[str]:
    """Regular files of a folder and below in a stable order, without hidden ones and links."""
    seen = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(names):
            path = os.path.normpath(os.path.join(here, name)).replace(os.sep, "/")
            if name.startswith((".", "portspec.")) or os.path.islink(path) or not os.path.isfile(path):
                continue
            seen += 1
            if seen > MOST_FILES:
                raise InputError(f"more than {MOST_FILES} files: name the folder of one cluster", folder)
            yield path


def _candidate(folder: str, path: str) -> Candidate | None:
    """The config that a file is; None for anything else."""
    if os.path.getsize(path) > LARGEST or path.endswith((".md", ".txt", ".json.gz")):
        return None
    try:
        format_name = detect(load(path, path, LARGEST))
    except InputError:
        return None
    kind = "balancer" if ".balancer." in readers()[format_name].__name__ else "firewall"
    inside = os.path.relpath(path, folder).replace(os.sep, "/")
    return Candidate(inside, kind, "balancer" if kind == "balancer" else _place(inside))


def _place(path: str) -> str:
    """Where a packet filter is enforced, by the words of its path; the file's own name says more than its folders'."""
    stem = os.path.splitext(path)[0]
    for part in reversed(stem.split("/")):
        if EDGE_WORDS & set(words_of(part)):
            return "between"
        if (role := role_of_name(part)) is not None:
            return role
        if names_balancer(part):
            return "api-balancer"
    return ""
