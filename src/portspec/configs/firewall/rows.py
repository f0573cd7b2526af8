"""Rules as rows: one source span and a shape. Many rules of a large file share few shapes.

A row is what the evaluator on sets works with. Rules that are kept as columns already have them; others are taken
apart into their boxes and source spans.
"""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.firewall.columns import RuleColumns, Shape
from portspec.configs.firewall.model import Rule

Row = tuple[int, int, int, Shape]
"""(number of the rule in its chain, first source, last source, shape)."""


def rows_of(rules: Sequence[Rule]) -> list[Row]:
    """The rows of a chain's rules."""
    if isinstance(rules, RuleColumns):
        return _rows_of_columns(rules)
    found: list[Row] = []
    for number, rule in enumerate(rules):
        for box in rule.boxes:
            shape = Shape(box.destinations, box.ports, rule.conditions, rule.action, rule.target)
            found += [(number, first, last, shape) for first, last in box.sources.spans]
    return found


def _rows_of_columns(rules: RuleColumns) -> list[Row]:
    shapes = [rules.shapes[number] for number in rules.numbers]
    rows = list(zip(range(len(shapes)), rules.firsts, rules.lasts, shapes, strict=True))
    if not rules.scattered:
        return rows
    found: list[Row] = []
    for row in rows:
        sources = rules.scattered.get(row[0])
        if sources is None:
            found.append(row)
        else:
            found += [(row[0], first, last, row[3]) for first, last in sources.spans]
    return found
