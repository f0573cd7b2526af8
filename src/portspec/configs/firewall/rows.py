"""Rules as rows: one source span and a shape. Many rules of a large file share few shapes.

A row is what the evaluator on sets works with. A reader whose files may hold 100,000 rules keeps rows itself (its rule
sequence has a method `rows`); for other readers they are made from the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from portspec.configs.firewall.model import Action, Condition, Rule
from portspec.packets.intervals import IntervalSet


class Shape(NamedTuple):
    """Everything of a rule but its source span."""

    destinations: IntervalSet
    ports: IntervalSet
    conditions: tuple[Condition, ...]
    action: Action
    target: str


Row = tuple[int, int, int, Shape]
"""(number of the rule in its chain, first source, last source, shape)."""


@runtime_checkable
class HasRows(Protocol):
    """A rule sequence that keeps rows."""

    def rows(self) -> Iterable[Row]:
        """The rows in the order of the rules."""


def rows_of(rules: Sequence[Rule]) -> Iterable[Row]:
    """The rows of a chain's rules."""
    if isinstance(rules, HasRows):
        return rules.rows()
    found: list[Row] = []
    for number, rule in enumerate(rules):
        for box in rule.boxes:
            shape = Shape(box.destinations, box.ports, rule.conditions, rule.action, rule.target)
            found += [(number, first, last, shape) for first, last in box.sources.spans]
    return found
