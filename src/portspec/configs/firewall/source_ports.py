"""Source ports, in classes that the rules of a filter treat alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.configs.firewall.columns import RuleColumns, Template
from portspec.configs.firewall.context import EVERY_PORT
from portspec.configs.firewall.model import Rule, Ruleset, SourcePortCondition
from portspec.packets.intervals import IntervalSet

CLIENT_PORT = 40000
"""A source port that an ordinary client has: Linux takes 32768 to 60999 (ip_local_port_range in ip-sysctl)."""

MOST_CLASSES = 16
"""So many classes are told apart."""


def source_port_classes(ruleset: Ruleset) -> list[IntervalSet]:
    """The classes, that of `CLIENT_PORT` first; one class of all ports where the rules tell too many apart."""
    classes = [EVERY_PORT]
    for ports in dict.fromkeys(_told(ruleset)):
        classes = [part for each in classes for part in (each & ports, each - ports) if part]
        if len(classes) > MOST_CLASSES:
            return [EVERY_PORT]
    return sorted(classes, key=lambda ports: (CLIENT_PORT not in ports, ports.spans))


def _told(ruleset: Ruleset) -> Iterator[IntervalSet]:
    seen: set[int] = set()
    for chain in ruleset.chains.values():
        rules: Iterable[Rule | Template] = chain.rules
        if isinstance(chain.rules, RuleColumns):
            # The chains of one table share their templates.
            rules = () if id(chain.rules.templates) in seen else chain.rules.templates
            seen.add(id(chain.rules.templates))
        for rule in rules:
            for condition in rule.conditions:
                if isinstance(condition, SourcePortCondition):
                    yield condition.ports
