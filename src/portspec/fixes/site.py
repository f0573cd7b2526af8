"""What a writer knows when it proposes a change."""

from __future__ import annotations

import re
from typing import NamedTuple

from portspec.cluster.model import Cluster, ConfigEntry
from portspec.configs.balancer.model import Balancer
from portspec.configs.firewall.model import Ruleset
from portspec.packets.addresses import format_address, parse_addresses
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.policy.model import Policy
from portspec.source import SourceText

MOST_MACHINES = 64
"""No pool is written out of a network."""


class Site(NamedTuple):
    """One config as it stands: its text, its model, its entry, the cluster that it belongs to, and what is asked of it."""

    cluster: Cluster
    entry: ConfigEntry
    source: SourceText
    model: Ruleset | Balancer
    policy: Policy

    @property
    def path(self) -> str:
        """How findings and edits name the file."""
        return self.source.path


def indentation(line: str) -> str:
    """The blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def addresses_of(cluster: Cluster, roles: str) -> IntervalSet:
    """The addresses of roles that a finding lists."""
    found = EMPTY
    for role in roles.split(", "):
        found |= cluster.addresses(role)
    return found


def machines(cluster: Cluster, phrase: str) -> list[tuple[str, str]]:
    """(name, address) of the machines that a finding lists, as far as it lists them; the name is the cluster file's."""
    names = {address: name.partition(".")[0] for name, address in cluster.hosts.items()}
    found: list[tuple[str, str]] = []
    for part in phrase.split(", "):
        try:
            addresses = parse_addresses(part)
        except ValueError:  # "+3": more than a sentence names
            continue
        if addresses.size > MOST_MACHINES:
            return []
        for first, last in addresses:
            for point in range(first, last + 1):
                shown = format_address(point)
                found.append((names.get(point, "node-" + shown.replace(".", "-").replace(":", "-")), shown))
    return found


def port_pattern(port: str) -> str:
    """Where a line names this port behind an address."""
    return rf"(?<=[\w.\]*]:){re.escape(port)}(?!\d)"
