"""The same fact twice: two records of one port, holder, flow or balancer whose release ranges overlap."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import combinations

from portspec.spec.view import Fact, Problem, SpecView, port_of
from portspec.yamlsource import plain

NAME = "overlap"

LAST = 65535

Same = Callable[[Fact, Fact], bool]


def check(spec: SpecView) -> Iterator[Problem]:
    """Every pair of records that say the same of one release and phase."""
    for service in spec.roots("service"):
        yield from _overlapping(service.parts("ports"), _same_port, "port")
        for port in service.parts("ports"):
            yield from _overlapping(port.parts("held_by"), _same_holder, "holder")
            yield from _overlapping(port.parts("flows"), _same_flow, "flow")
    for balancer in spec.records("balancers"):
        yield from _overlapping(balancer.parts("ports"), _same_number, "port")
    for root in spec.roots("handover"):
        yield from _overlapping(root.parts("ports"), _same_number, "port")
    for part in spec.records("note", "parts"):
        yield from _overlapping(part.parts("rows"), _same_number, "row")
    yield from _clashes(spec)


def _overlapping(facts: list[Fact], same: Same, kind: str) -> Iterator[Problem]:
    for first, second in combinations(facts, 2):
        if _together(first, second) and same(first, second):
            message = f"the same {kind} as in line {first.node.span.line}, for overlapping releases"
            yield second.problem(second.node.span, NAME, message)


def _together(first: Fact, second: Fact) -> bool:
    """Whether two facts share a release, a phase, and the condition that they are bound to."""
    shared = set(first.phases()) & set(second.phases())
    return bool(shared) and first.overlaps(second) and _condition(first) == _condition(second)


def _same_port(first: Fact, second: Fact) -> bool:
    if first.text("transport") != second.text("transport"):
        return False
    one, other = _numbers(first), _numbers(second)
    return one[0] <= other[1] and other[0] <= one[1]


def _same_number(first: Fact, second: Fact) -> bool:
    return port_of(first) == port_of(second) and first.text("service") == second.text("service")


def _same_holder(first: Fact, second: Fact) -> bool:
    return first.text("role") == second.text("role")


def _same_flow(first: Fact, second: Fact) -> bool:
    """Whether two flows have a sender and a target in common; a flow without targets goes to every holder."""
    if first.text("via") != second.text("via") or not set(first.names("from")) & set(second.names("from")):
        return False
    one, other = set(first.names("to")), set(second.names("to"))
    return not one or not other or bool(one & other)


def _clashes(spec: SpecView) -> Iterator[Problem]:
    """The same port of two services that one role is said to hold at the same time.

    An outside party is many hosts, each with a service of its own.
    """
    outside = {name for name, role in spec.ids("roles").items() if role.text("kind") == "outside"}
    ports = [(service, port) for service in spec.roots("service") for port in service.parts("ports")]
    for (one, first), (other, second) in combinations(ports, 2):
        if one is other or port_of(first) != port_of(second) or not _together(first, second):
            continue
        for holder in (holder for holder in first.parts("held_by") if holder.text("role") not in outside):
            for rival in second.parts("held_by"):
                if _same_holder(holder, rival) and _together(holder, rival):
                    name = one.text("id")
                    message = f"{rival.text('role')} holds {port_of(first)} for {name} already, in overlapping releases"
                    yield rival.problem(rival.node.span, NAME, message)


def _numbers(fact: Fact) -> tuple[int, int]:
    """First and last port; all of them for a transport without ports, none for what is no number."""
    text = fact.text("port")
    if text is None:
        return 0, LAST
    first, _, last = text.partition("-")
    if not first.isdigit():
        return LAST, 0
    return int(first), int(last) if last.isdigit() else int(first)


def _condition(fact: Fact) -> Hashable:
    """A condition in a form that does not depend on the order in which it is written."""
    node = fact.get("condition")
    return None if node is None else _ordered(plain(node))


def _ordered(value: object) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _ordered(item)) for key, item in value.items())
    if isinstance(value, list):
        return frozenset(_ordered(item) for item in value)
    return str(value)
