"""The same fact twice: two records of one port, holder or flow whose release ranges overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from portspec.spec.view import Fact, Problem, SpecView, port_of
from portspec.yamlsource import plain

NAME = "overlap"

Key = tuple[object, ...]


def check(spec: SpecView) -> Iterator[Problem]:
    """Every pair of records that say the same of one release."""
    for service in spec.roots("service"):
        yield from _overlapping(service.parts("ports"), _port, "port")
        for port in service.parts("ports"):
            yield from _overlapping(port.parts("held_by"), _holder, "holder")
            yield from _overlapping(port.parts("flows"), _flow, "flow")


def _overlapping(facts: list[Fact], key: Callable[[Fact], Key], kind: str) -> Iterator[Problem]:
    for first, second in combinations(facts, 2):
        if key(first) == key(second) and first.overlaps(second) and set(first.phases()) & set(second.phases()):
            line = first.node.span.line
            message = f"the same {kind} as in line {line}, for overlapping releases"
            yield second.problem(second.node.span, NAME, message)


def _port(fact: Fact) -> Key:
    return (port_of(fact), _condition(fact))


def _holder(fact: Fact) -> Key:
    return (fact.text("role"), _condition(fact))


def _flow(fact: Fact) -> Key:
    return (frozenset(fact.names("from")), frozenset(fact.names("to")), fact.text("via"), _condition(fact))


def _condition(fact: Fact) -> str:
    node = fact.get("condition")
    return "" if node is None else repr(plain(node))
