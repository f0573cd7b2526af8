"""Rules that no packet gets to or that change nothing, and chains that nothing leads to.

A rule is covered when every packet that it may match has met a rule before it, in the same chain, that ends the way of
all of them. What is not known never covers: a rate limit may let the packet go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from portspec.configs.firewall.columns import RuleColumns
from portspec.configs.firewall.loops import targets_of
from portspec.configs.firewall.model import (
    Chain,
    Condition,
    InterfaceCondition,
    Rule,
    Ruleset,
    SourcePortCondition,
    StateCondition,
    Unknown,
)
from portspec.packets.boxes import V4_BOX, V6_BOX, Box, meet, overlap, subtract
from portspec.records import NamedTuple
from portspec.source import Span

ENDS = frozenset({"accept", "drop", "reject", "goto", "return"})
"""What ends a packet's way through a chain; where a goto leads does not matter to the rules behind it."""

STATES = frozenset({"new", "established", "related", "invalid", "untracked"})

VERDICTS: Mapping[str, str] = {"accept": "accept", "drop": "block", "reject": "block"}

MOST_RULES = 5_000
"""Of so many rules in a ruleset all are looked at unasked."""

MOST_WORK = 200_000
"""So much unasked: pairs of rules, and boxes that come of them, about a microsecond each."""

MANY_ROWS = 4
"""Of so many rows those are picked out that share packets with others."""

CROWDED = 16
"""Where a row shares its first address with so many others, it is not looked up by that."""

SPANS = 8
"""So many spans of a list cost what a box does."""

THOROUGH = 100 * MOST_WORK


class Covered(NamedTuple):
    """A rule that no packet gets to, as it is written: a verdict map is one. `by` are the rules before it that take all
    of its packets, in order; empty: no packet is as it asks.

    `kind`: `shadowed` when one of those decides otherwise, `redundant` when all decide alike, `unreached` when the rule
    itself decides nothing, `never` when there are none.
    """

    kind: Literal["shadowed", "redundant", "unreached", "never"]
    chain: Chain
    rule: Rule
    by: tuple[Rule, ...]

    @property
    def named(self) -> Rule | None:
        """Of the rules that take its packets, one to name: the first that decides otherwise, else the first; rather one
        that takes new connections than one that only takes what belongs to old ones."""
        verdict = VERDICTS.get(self.rule.action)
        others = [rule for rule in self.by if VERDICTS.get(rule.action) != verdict] or self.by
        if "new" in _states(self.rule):
            others = [rule for rule in others if "new" in _states(rule)] or others
        return next(iter(others), None)


class Idle(NamedTuple):
    """What of a ruleset has no effect. `unreached` are chains that no base chain leads to. `whole` is False when the
    rules were too many to look at all."""

    covered: tuple[Covered, ...]
    unreached: tuple[Chain, ...]
    whole: bool


class _TooMuchError(Exception):
    """The rules overlap too often."""


def idle(ruleset: Ruleset, *, thorough: bool = False) -> Idle:
    """Find what has no effect; `thorough` takes its time where the rules are many.

    Chains of translation are left out: there a rule is met once for a connection.
    """
    chains = [chain for chain in ruleset.chains.values() if chain.kind != "nat"]
    whole = thorough or sum(len(chain.rules) for chain in chains) <= MOST_RULES
    work = _Work(THOROUGH if thorough else MOST_WORK)
    covered: list[Covered] = []
    for chain in chains if whole else ():
        try:
            covered += _covered(chain, work)
        except _TooMuchError:
            whole = False
            break
    return Idle(tuple(covered), tuple(_unreached(ruleset)), whole)


class _Work:
    """Counts what was done."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise _TooMuchError


def _covered(chain: Chain, work: _Work) -> Iterator[Covered]:
    before = _Before()
    rules = chain.rules
    if isinstance(rules, RuleColumns) and len(rules) >= MANY_ROWS:
        rules = [rules[row] for row in _rows_to_look_at(rules)]
    for written in _written(rules):
        parts = [rule for rule in written if rule.boxes and _states(rule)]
        if not parts:
            yield Covered("never", chain, written[0], ())
            continue
        deciding = [rule for rule in parts if rule.action != "continue"] or parts
        found = {id(rule): _takers(rule, before.near(rule, work), work) for rule in deciding}
        if all(found.values()):
            kinds = {_kind(rule, found[id(rule)]): rule for rule in deciding}
            kind = next(kind for kind in ("shadowed", "redundant", "unreached") if kind in kinds)
            by = {taker.span: taker for rule in deciding for taker in found[id(rule)]}
            yield Covered(kind, chain, kinds[kind], tuple(by.values()))
        for rule in deciding:
            if not found[id(rule)] and rule.action in ENDS and not any(map(_may_pass, rule.conditions)):
                before.add(rule)


def _rows_to_look_at(columns: RuleColumns) -> Iterable[int]:
    """The rows of a chain that may be covered, and those before them that may have a part in it, in order.

    Of a long list nearly no row shares packets with one before it, and that is seen from the columns: a row is covered only
    if its first packet is taken by a row before it. What is left is looked at as ever.
    """
    order, firsts, lasts = columns.order, columns.firsts, columns.lasts
    points, numbers = columns.points, columns.numbers
    fresh, takes = set(), set()
    for number in set(numbers):
        template = columns.templates[number]
        rule = Rule((), template.conditions, template.action, template.target, Span(0))
        if "new" in _states(rule):
            fresh.add(number)
            if rule.action in ENDS and not any(map(_may_pass, rule.conditions)):
                takes.add(number)
    wanted: set[int] = set()
    most = CROWDED * len(firsts)
    for row, first in enumerate(firsts):
        point = points[row]
        most -= order.most(first, first)
        if most < 0:
            return range(len(firsts))  # sources tell little here: all are looked at, by their ports
        # Rows for connections that are known already are few.
        if numbers[row] not in fresh or any(
            other < row and numbers[other] in takes and (point < 0 or points[other] < 0 or points[other] == point)
            for other in order.touching(first, first)
        ):
            wanted.add(row)
    for row in list(wanted):
        most -= order.most(firsts[row], lasts[row])
        if most < 0:
            return range(len(firsts))
        wanted.update(other for other in order.touching(firsts[row], lasts[row]) if other < row)
    # A rule of several rows is looked at as a whole.
    ends = sorted(wanted)
    for row in ends:
        for step in (-1, 1):
            beside = row + step
            while (
                0 <= beside < len(numbers) and beside not in wanted and columns.span_of(beside) == columns.span_of(row)
            ):
                wanted.add(beside)
                beside += step
    return sorted(wanted)


class _Before:
    """The rules that end a packet's way, so far. Of those with one source host, or one port, only those of the same
    host or port may share packets with a rule that has one."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._anywhere: list[int] = []
        self._at: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})

    def add(self, rule: Rule) -> None:
        number = len(self._rules)
        self._rules.append(rule)
        for found, key in zip(self._at, _keys(rule), strict=True):
            if key is not None:
                found.setdefault(key, []).append(number)
                return
        self._anywhere.append(number)

    def near(self, rule: Rule, work: _Work) -> list[Rule]:
        """The rules that may share packets with one, in order."""
        numbers = list(self._anywhere)
        for found, key in zip(self._at, _keys(rule), strict=True):
            if key is None:
                numbers += [number for theirs in found.values() for number in theirs]
            else:
                numbers += found.get(key, ())
        work.spend(len(numbers) + 1)
        return [self._rules[number] for number in sorted(numbers)]


def _keys(rule: Rule) -> tuple[int | None, int | None]:
    """The one source address of a rule, and the one point of its ports; None where there are more."""
    sources = {box.sources.first if box.sources.is_one else None for box in rule.boxes}
    points = {box.ports.first if box.ports.is_one else None for box in rule.boxes}
    return (sources.pop() if len(sources) == 1 else None), (points.pop() if len(points) == 1 else None)


def _written(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """The rules of the model that are one rule as it is written, together; those that differ in their boxes alone,
    which a large file keeps in several rows, as one."""
    found: list[Rule] = []
    for rule in rules:
        if found and rule.span != found[0].span:
            yield found
            found = []
        if found and rule[1:] == found[-1][1:]:
            found[-1] = rule._replace(boxes=found[-1].boxes + rule.boxes)
        else:
            found.append(rule)
    if found:
        yield found


def _may_pass(condition: Condition) -> bool:
    """Whether a packet that seems to meet a condition may yet not do so."""
    return isinstance(condition, Unknown)


def _takers(rule: Rule, before: Sequence[Rule], work: _Work) -> tuple[Rule, ...]:
    """The rules that together take every packet of a rule, whatever its state; none where some packet is left."""
    mine = [part for box in rule.boxes for family in (V4_BOX, V6_BOX) if (part := meet(box, family)) is not None]
    near = [other for other in before if any(_overlap(box, theirs, work) for box in mine for theirs in other.boxes)]
    near = [other for other in near if _implied(rule.conditions, other.conditions)]
    # States that the same rules ask for are alike.
    alike = {tuple(state in _states(other) for other in near): state for state in _states(rule)}
    found: dict[int, Rule] = {}
    for state in alike.values():
        taken = _takers_of(mine, [other for other in near if state in _states(other)], work)
        if not taken:
            return ()
        found.update((id(other), other) for other in taken)
    return tuple(other for other in near if id(other) in found)


def _takers_of(mine: list[Box], others: Sequence[Rule], work: _Work) -> list[Rule]:
    rest = mine
    found: list[Rule] = []
    for other in others:
        if not any(_overlap(box, theirs, work) for box in rest for theirs in other.boxes):
            continue
        found.append(other)
        for theirs in other.boxes:
            rest = [part for box in rest for part in subtract(box, theirs)]
            work.spend(len(rest) + sum(map(_length, rest)))
        if not rest:
            return found
    return []


def _overlap(one: Box, other: Box, work: _Work) -> bool:
    """Whether two boxes share a packet; to look for it takes longer where both have long lists of addresses."""
    if one.sources.spans is not other.sources.spans:
        work.spend(min(_length(one), _length(other)))
    return overlap(one, other)


def _length(box: Box) -> int:
    """What a box costs for its long lists, in boxes."""
    return (len(box.sources.spans) + len(box.destinations.spans)) // SPANS


def _states(rule: Rule) -> frozenset[str]:
    """The connection states that a rule may match."""
    found = STATES
    for condition in rule.conditions:
        if isinstance(condition, StateCondition):
            found &= condition.states
    return found


def _implied(mine: Sequence[Condition], theirs: Sequence[Condition]) -> bool:
    """Whether packets that meet some conditions surely meet others, states aside."""
    return all(isinstance(one, StateCondition) or any(_implies(known, one) for known in mine) for one in theirs)


def _kind(rule: Rule, found: tuple[Rule, ...]) -> Literal["shadowed", "redundant", "unreached"]:
    verdict = VERDICTS.get(rule.action)
    if verdict is None:
        return "unreached"
    return "redundant" if all(VERDICTS.get(other.action) == verdict for other in found) else "shadowed"


def _implies(mine: Condition, theirs: Condition) -> bool:
    """Whether a packet for which one condition holds surely meets another one."""
    if mine == theirs:
        return True
    if isinstance(mine, SourcePortCondition) and isinstance(theirs, SourcePortCondition):
        return mine.ports <= theirs.ports
    if isinstance(mine, InterfaceCondition) and isinstance(theirs, InterfaceCondition):
        if mine.side != theirs.side or mine.negated:
            return False
        return all(_is_named(name, theirs.names) != theirs.negated for name in mine.names) and not (
            theirs.negated and any(name.endswith("*") for name in mine.names)
        )
    return False


def _is_named(name: str, names: frozenset[str]) -> bool:
    """Whether an interface, or all that a name with an open end stands for, is among some."""
    return any(name.startswith(known[:-1]) if known.endswith("*") else name == known for known in names)


def _unreached(ruleset: Ruleset) -> Iterator[Chain]:
    reached = [key for key, chain in ruleset.chains.items() if chain.hook is not None]
    seen = set(reached)
    jumping: dict[int, set[int]] = {}
    while reached:
        table, name = reached.pop()
        for target in targets_of(ruleset.chains[table, name], jumping):
            key = (table, target)
            if key not in seen and key in ruleset.chains:
                seen.add(key)
                reached.append(key)
    for key, chain in ruleset.chains.items():
        if key not in seen:
            yield chain


def lets_the_rest_in(chain: Chain) -> Span | None:
    """Where a chain accepts packets to no effect, since it blocks none: its first accepting rule; None where it does
    block some, by a rule, a policy or a chain that it leads to."""
    if chain.hook not in ("input", "forward") or chain.kind != "filter" or chain.policy != "accept":
        return None
    columns = chain.rules
    if isinstance(columns, RuleColumns) and any(
        columns.templates[number].action not in ("accept", "continue") for number in set(columns.numbers)
    ):
        return None
    first = None
    for rule in chain.rules:
        if rule.action not in ("accept", "continue"):
            return None
        if rule.action == "accept":
            first = first or rule.span
            if isinstance(columns, RuleColumns):
                break
    return first
