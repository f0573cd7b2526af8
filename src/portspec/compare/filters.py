"""Two packet filters as sets of packets: what one lets through and the other does not, whatever dialects they are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.compare.contexts import STATES, base_chains, contexts
from portspec.compare.differing import Budget, common, outside, tidy
from portspec.compare.model import Difference, Direction, FilterComparison, Refused, Way, WayComparison
from portspec.compare.refusing import refused_otherwise
from portspec.compare.witnesses import witness
from portspec.compare.worlds import Assumed, alike, shared_reasons, worlds
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.ways import WAYS
from portspec.errors import InputError
from portspec.packets.boxes import V4_BOX, V6_BOX, Box

FAMILIES = {"IPv4": V4_BOX, "IPv6": V6_BOX}
MOST_ASKED = 20
"""Contexts that a judge is asked about: it gives up when it has taken too many packets apart, whatever for."""
MOST_ASIDE = 1_000_000
"""Pieces looked at for what is only said beside."""
DIRECTIONS: tuple[Direction, ...] = ("more", "less")


class _Found:
    """Packets of one direction: those that differ for certain, and those that may, by context."""

    def __init__(self) -> None:
        self.by_boxes: dict[tuple[Direction, bool, tuple[Box, ...]], list[tuple[Context, Assumed]]] = {}

    def add(self, direction: Direction, certain: bool, boxes: tuple[Box, ...], context: Context, at: Assumed) -> None:
        if boxes:
            self.by_boxes.setdefault((direction, certain, boxes), []).append((context, at))


def compare_filters(
    old: Ruleset,
    new: Ruleset,
    *,
    ways: Sequence[Way] = WAYS,
    families: Sequence[str] = tuple(FAMILIES),
    states: Sequence[str] = STATES,
) -> FilterComparison:
    """Compare two filters on some ways, for packets of some families and states of connection.

    A file of iptables-save is the filter of one family and says nothing of the other. Raises InputError where nothing
    can be compared, or where the filters take packets apart into too many pieces.
    """
    judges = _judges(old, new)
    compared = [name for name in families if all(_speaks_of(judge, FAMILIES[name]) for judge in judges)]
    if not compared:
        raise InputError(
            f"nothing to compare: no family of addresses that both files are about ({', '.join(families)} asked for)",
            new.source.path,
            hint="an iptables file is about one family: compare it with that of the same one",
        )
    asked = [way for way in ways if any(base_chains(ruleset, way) for ruleset in (old, new))]
    if not asked:
        raise InputError(f"nothing to compare: neither file filters {', '.join(ways)}", new.source.path)
    boxes = [FAMILIES[name] for name in compared]
    budget = Budget(new.source.path)
    return FilterComparison(
        old.source,
        new.source,
        (old.format, new.format),
        tuple(compared),
        tuple(name for name in families if name not in compared),
        tuple(dict.fromkeys(reason for way in asked for reason in shared_reasons(old, new, way))),
        tuple(
            WayComparison(way, tuple(_way(old, new, way, boxes, states, budget)), _refused(old, new, way, boxes))
            for way in asked
        ),
    )


def _speaks_of(judge: Judge, box: Box) -> bool:
    return judge.ruleset.format != "iptables" or any(judge.sees(way, box.sources) for way in WAYS)


def _judges(old: Ruleset, new: Ruleset) -> tuple[Judge, Judge]:
    return Judge(old), Judge(new)


def _way(
    old: Ruleset, new: Ruleset, way: Way, query: list[Box], states: Sequence[str], budget: Budget
) -> Iterator[Difference]:
    if alike(old, new, way):
        return
    found = _Found()
    possible_worlds = worlds(old, new, way)
    judges = _judges(old, new)
    for number, context in enumerate(contexts((old, new), way, states)):
        if number % MOST_ASKED == 0:
            judges = _judges(old, new)
        _compare_in(judges, way, query, context, possible_worlds, found, budget)
    told: dict[tuple[Direction, bool], list[Box]] = {}
    for (direction, certain, boxes), places in sorted(found.by_boxes.items(), key=lambda item: not item[0][1]):
        before = told.setdefault((direction, certain), [])
        fresh = tidy(outside(boxes, before, budget), budget) if before else boxes
        if fresh:
            before += fresh
            here = tuple(context for context, _ in places)
            context, assumed = places[0]
            pair = witness(old, new, way, direction, fresh, context, assumed, certain=certain)
            yield Difference(way, direction, certain, here, fresh, pair)


def _refused(old: Ruleset, new: Ruleset, way: Way, query: list[Box]) -> tuple[Refused, ...]:
    """What is said beside the comparison, as far as that does not take too long."""
    if alike(old, new, way):
        return ()
    try:
        return tuple(refused_otherwise(old, new, way, query, Budget(new.source.path, MOST_ASIDE)))
    except InputError:
        return ()


def _compare_in(
    judges: tuple[Judge, Judge],
    way: Way,
    query: list[Box],
    context: Context,
    possible_worlds: list[Assumed],
    found: _Found,
    budget: Budget,
) -> None:
    """Compare in one context. What differs whatever is taken of the unknown matches differs for certain."""
    surely: dict[Direction, list[Box] | None] = dict.fromkeys(DIRECTIONS)
    perhaps: dict[Direction, list[tuple[Assumed, list[Box]]]] = {direction: [] for direction in DIRECTIONS}
    sides = [_accepted(judge, way, query, context) for judge in judges]
    if sides[0][0] is sides[0][1] and sides[1][0] is sides[1][1]:
        possible_worlds = [()]
    elif not outside(sides[0][1], sides[1][0], budget) and not outside(sides[1][1], sides[0][0], budget):
        return
    for assumed in possible_worlds:
        here = context._replace(assumed=assumed)
        if assumed:
            sides = [_accepted(judge, way, query, here) for judge in judges]
        for direction, (one, other) in zip(DIRECTIONS, (reversed(sides), sides), strict=True):
            certain = outside(one[0], other[1], budget)
            perhaps[direction].append((assumed, outside(one[1], other[0], budget)))
            before = surely[direction]
            surely[direction] = certain if before is None else common(before, certain, budget)
    for direction in DIRECTIONS:
        certain = surely[direction] or []
        found.add(direction, True, tidy(certain, budget), context, possible_worlds[0])
        told = list(certain)
        for assumed, boxes in perhaps[direction]:
            left = tidy(outside(boxes, told, budget), budget)
            found.add(direction, False, left, context, assumed)
            told += left


def _accepted(judge: Judge, way: Way, query: list[Box], context: Context) -> tuple[list[Box], list[Box]]:
    """What gets through for certain, and what may."""
    accepted = judge.accepted(way, query, context)
    certain = boxes_of(accepted.certain)
    return certain, certain if accepted.possible is accepted.certain else boxes_of(accepted.possible)
