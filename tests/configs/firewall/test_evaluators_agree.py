"""The evaluator on sets and the naive one give every packet the same verdict, over generated rulesets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portspec.checks.passing import Passing
from portspec.configs.firewall import blockers, bundles, columns, order, runs
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.model import (
    Chain,
    Condition,
    Rule,
    Ruleset,
    SourcePortCondition,
    StateCondition,
    Unknown,
)
from portspec.configs.firewall.naive import Packet, replay
from portspec.packets.boxes import Box, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports
from portspec.source import SourceText, Span

ADDRESSES = IntervalSet.of(0, 7)
PORTS = ports(6, 0, 5)
UNIVERSE = Box(ADDRESSES, ADDRESSES, PORTS)
PARTS = (
    Box(IntervalSet.of(2, 3), ADDRESSES, PORTS),
    Box(IntervalSet([(0, 1), (5, 6)]), ADDRESSES, ports(6, 3, 3)),
    Box(ADDRESSES, IntervalSet.of(4), ports(6, 2, 3)),
)
CLIENT = IntervalSet.of(1024, 65535)


def spans(first: int, last: int) -> st.SearchStrategy[IntervalSet]:
    pair = st.tuples(st.integers(first, last), st.integers(first, last)).map(lambda two: (min(two), max(two)))
    return st.lists(pair, min_size=1, max_size=2).map(IntervalSet)


BOXES = st.builds(
    Box,
    st.one_of(st.just(ADDRESSES), spans(0, 7)),
    st.one_of(st.just(ADDRESSES), spans(0, 7)),
    st.one_of(st.just(PORTS), spans(6 << 16, 6 << 16 | 5)),
)
CONDITIONS: st.SearchStrategy[tuple[Condition, ...]] = st.one_of(
    st.just(()),
    st.just(()),
    st.just(()),
    st.sampled_from(
        [
            (StateCondition(frozenset({"new"})),),
            (StateCondition(frozenset({"established"})),),
            (SourcePortCondition(IntervalSet.of(0, 1023)),),
            (Unknown("-m limit"),),
        ]
    ),
)


@st.composite
def rulesets(draw: st.DrawFn, unknowns: bool) -> Ruleset:
    chains: dict[tuple[str, str], Chain] = {}
    names = ["base", "later", "one", "two"]
    for depth, name in enumerate(names):
        below = names[max(depth, 1) + 1 :]
        rules = []
        for number in range(draw(st.integers(0, 6))):
            actions = ["accept", "accept", "drop", "drop", "reject", "continue", "return"]
            action = draw(st.sampled_from(actions + ["jump", "goto", "jump"] * bool(below) + ["unknown"] * unknowns))
            target = draw(st.sampled_from(below)) if action in ("jump", "goto") else ""
            conditions = draw(CONDITIONS)
            if not unknowns:
                conditions = tuple(one for one in conditions if not isinstance(one, Unknown))
            boxes = tuple(draw(st.lists(BOXES, min_size=1, max_size=2)))
            rules.append(Rule(boxes, conditions, action, target, Span(depth * 100 + number + 1)))  # type: ignore[arg-type]
        hook = "input" if depth < 2 else None
        policy = draw(st.sampled_from(["accept", "drop"]))
        chains["t", name] = Chain(name, "t", rules, Span(depth * 100 + 99), hook, depth, policy)  # type: ignore[arg-type]
    return Ruleset("test", SourceText("test", ""), chains)


def _holds(box: Box, source: int, destination: int, point: int) -> bool:
    return source in box.sources and destination in box.destinations and point in box.ports


def compare(ruleset: Ruleset, query: Box = UNIVERSE) -> None:
    answer = Judge(ruleset).partition("input", [query], Context(source_ports=CLIENT))
    accepted = Judge(ruleset).accepted("input", [query], Context(source_ports=CLIENT))
    for source in range(8):
        for destination in range(8):
            for port in range(6):
                if not _holds(query, source, destination, 6 << 16 | port):
                    continue
                packet = Packet(source, destination, 6, port, source_port=40000)
                verdict = replay(ruleset, "input", packet).verdict
                point = 6 << 16 | port
                parts = {
                    name: sum(_holds(box, source, destination, point) for box in getattr(answer, name))
                    for name in ("allowed", "blocked", "unknown")
                }
                expected = {"accept": "allowed", "unknown": "unknown"}.get(verdict, "blocked")
                assert parts == {name: int(name == expected) for name in parts}, (packet, verdict)
                through = [
                    any(_holds(box, source, destination, point) for box in boxes_of(pieces))
                    for pieces in (accepted.certain, accepted.possible)
                ]
                assert through == [verdict == "accept", verdict in ("accept", "unknown")]


@settings(deadline=None, max_examples=60)
@given(rulesets(unknowns=False))
def test_without_unknown_matches(ruleset: Ruleset) -> None:
    compare(ruleset)


@pytest.fixture(scope="module")
def everything_indexed() -> Iterator[None]:
    """Thresholds so low that small rulesets take the paths of large ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "BUNDLED", 2)
        patch.setattr(order, "NARROW", 2)
        patch.setattr(blockers, "CROWD", 2)
        patch.setattr(runs, "FEW", 2)
        patch.setattr(bundles, "FEW", 2)
        patch.setattr(bundles, "MOST_PASSES", 1)
        yield


@settings(deadline=None, max_examples=60)
@given(rulesets(unknowns=False), st.sampled_from([UNIVERSE, *PARTS]))
def test_with_indexes(everything_indexed: None, ruleset: Ruleset, query: Box) -> None:
    compare(ruleset, query)


@settings(deadline=None, max_examples=100)
@given(rulesets(unknowns=False), st.sampled_from([UNIVERSE, *PARTS]))
def test_with_rows_taken_in_turn(ruleset: Ruleset, query: Box) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "MOST_PAIRS", -1)
        compare(ruleset, query)


@settings(deadline=None, max_examples=150)
@given(
    rulesets(unknowns=False), st.sampled_from([UNIVERSE, *PARTS]), BOXES, st.sampled_from([(0, 100), (0, 1), (1000, 8)])
)
def test_bundles_answer_as_their_boxes_do(
    everything_indexed: None, ruleset: Ruleset, query: Box, asked: Box, thresholds: tuple[int, int]
) -> None:
    pieces = Judge(ruleset).accepted("input", [query], Context(source_ports=CLIENT)).certain
    with pytest.MonkeyPatch.context() as patch:
        # Rows outside are left out, rows that share a source are looked up, or each row is looked at.
        patch.setattr(bundles, "FEW_ROWS", thresholds[0])
        patch.setattr(bundles, "SHARE", thresholds[1])
        parts = [
            passing.within(asked.sources, asked.destinations, asked.ports)
            for passing in (Passing(pieces), Passing(boxes_of(pieces)))
        ]
    assert [part and (part.sources, part.ports) for part in parts[:1]] == [
        part and (part.sources, part.ports) for part in parts[1:]
    ]
    if parts[0] is not None:
        example = parts[0].example
        assert all(example)
        assert example.sources <= asked.sources
        assert example.ports <= asked.ports
        assert not subtract_all([example], boxes_of(pieces))


@pytest.fixture(scope="module")
def scattered_rows() -> Iterator[None]:
    """Every rule of more than one range of sources is one row, which is judged by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "MANY_SPANS", 2)
        patch.setattr(runs, "BUNDLED", 2)
        patch.setattr(bundles, "FEW", 1)
        patch.setattr(order, "NARROW", 3)
        yield


@settings(deadline=None, max_examples=100)
@given(rulesets(unknowns=True), st.one_of(st.just(UNIVERSE), st.sampled_from(PARTS)))
def test_with_long_lists_as_one_row(scattered_rows: None, ruleset: Ruleset, query: Box) -> None:
    compare(ruleset, query)
    for chain in ruleset.chains.values():
        rows = columns.columns_of(chain.rules)
        # What reads the rules as columns meets the same rules, with all of their sources.
        assert [(rule.span, box) for rule in rows for box in rule.boxes if len(box.sources.spans) > 1] == [
            (rule.span, box) for rule in chain.rules for box in rule.boxes if len(box.sources.spans) > 1
        ]
        for source in range(8):
            for destination in range(8):
                held = [rows[at] for at in rows.holding(source, destination)]
                assert all(
                    source in box.sources and destination in box.destinations for rule in held for box in rule.boxes
                )
                assert {rule.span for rule in held} == {
                    rule.span
                    for rule in chain.rules
                    if any(source in box.sources and destination in box.destinations for box in rule.boxes)
                }


@settings(deadline=None, max_examples=60)
@given(rulesets(unknowns=True))
def test_with_unknown_matches(ruleset: Ruleset) -> None:
    compare(ruleset)
