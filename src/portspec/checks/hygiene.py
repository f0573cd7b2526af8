"""What the PS4xx checks share: where a filter has rules, chains and sets of no effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portspec.checks.api import Case, PlacedFilter
from portspec.checks.finding import Finding, Place, Severity
from portspec.configs.firewall.shadows import Covered
from portspec.configs.folders import place
from portspec.source import Span

MADE_BY_A_PROGRAM = frozenset({"firewalld"})
"""Formats whose rules are not written one by one: what makes them repeats itself, and nobody can take a rule out."""


def filters(case: Case) -> Iterator[PlacedFilter]:
    """The filters whose rules somebody writes."""
    return (placed for placed in case.filters if placed.ruleset.format not in MADE_BY_A_PROGRAM)


def covered(case: Case) -> Iterator[tuple[PlacedFilter, Covered]]:
    """Every rule that no packet gets to, with its filter."""
    for placed in filters(case):
        for found in placed.judge.idle().covered:
            if is_written(placed, found.rule.span):
                yield placed, found


def is_written(placed: PlacedFilter, span: Span) -> bool:
    """Whether what stands at a place is in a file of somebody's, and not brought along by a program."""
    return not place(placed.ruleset.source, span.line)[0].startswith("(")


def finding(
    placed: PlacedFilter, code: str, variant: str, severity: Severity, span: Span | None, values: Mapping[str, str]
) -> Finding:
    """A finding about a filter as it is written."""
    return Finding(code, variant, severity, "certain", placed.path, span, values)


def rule_finding(placed: PlacedFilter, found: Covered, code: str, variant: str, severity: Severity) -> Finding:
    """A finding about a rule, with the rules that take its packets as places that take part."""
    values = {"chain": found.chain.name, "verdict": found.rule.action}
    if found.named is not None:
        values |= {"other_line": str(found.named.span.line), "other_verdict": found.named.action}
    made = finding(placed, code, variant, severity, found.rule.span, values)
    return made._replace(related=tuple(Place(placed.path, rule.span) for rule in found.by[:MOST_RELATED]))


MOST_RELATED = 10
"""So many rules are named as those that cover another."""


def listed(names: list[str], most: int = 5) -> str:
    """Some names, and how many more there are."""
    return ", ".join([*names[:most], f"+{len(names) - most}"] if len(names) > most else names)
