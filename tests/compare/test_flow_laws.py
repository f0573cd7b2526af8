"""The flows of a change, held against single packets: newly exposed is what gets through now, should not, and did not or was
none's business before; and the same of what is blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest
from compare.mutating import mutant, read_or_none
from running import REPOSITORY

from portspec.checks.exposure import forbidden
from portspec.checks.filters import FilterJudge
from portspec.checks.fleet import Prepared, Request, Target, prepare
from portspec.cluster.model import BetweenPlace, HostPlace
from portspec.compare.delta import filters_of
from portspec.compare.flows import FlowChange, flow_changes
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.registry import read
from portspec.packets.boxes import Box

MUTANTS = 6
PACKETS = 1500
REQUEST = Request(None, None, None, "2026-06-01")


def prepared(example: str, phase: str | None = None) -> Prepared:
    target = Target(str(REPOSITORY / "examples" / example / "portspec.yaml"), None)
    return prepare(target, REQUEST._replace(phase=phase))  # type: ignore[arg-type]


class Sample(NamedTuple):
    source: int
    destination: int
    port: int


def samples(judge: FilterJudge, changes: list[FlowChange], seed: int) -> Iterator[Sample]:
    """Packets near the edges of roles, ports and of what is said to change; most of them to machines behind the filter."""
    rng = Random(seed)
    place = judge.entry.at
    roles = list(judge.cluster.roles.values())
    here = [place.addresses] if isinstance(place, HostPlace) and place.addresses else roles
    sources = near([span for addresses in roles for span in addresses]) + [
        box.sources.first for one in changes for box in one.boxes
    ]
    behind = near([span for addresses in here for span in addresses])
    points = [one for deny in judge.policy.denies for span in deny.ports for one in span if one >> 16 == 6]
    points += [
        one for change in changes for box in change.boxes for span in box.ports for one in span if one >> 16 == 6
    ]
    ports = sorted({(point & 65535) + step for point in points for step in (-1, 0, 1)} & set(range(65536)))
    for _ in range(PACKETS):
        port = rng.choice(ports) if rng.random() < 0.6 else rng.choice((22623, 6443, 2379, 2380, 10250, 1936))
        yield Sample(rng.choice(sources), rng.choice(behind if rng.random() < 0.9 else sources), port)


def near(spans: list[tuple[int, int]]) -> list[int]:
    points = {point + step for span in spans for point in span for step in (-1, 0, 1)}
    return sorted(point for point in points if 0 < point < 1 << 32)


def inside(sample: Sample, boxes: tuple[Box, ...] | list[Box]) -> bool:
    point = 6 << 16 | sample.port
    return any(
        sample.source in box.sources and sample.destination in box.destinations and point in box.ports for box in boxes
    )


def passes(judge: FilterJudge, way: str, sample: Sample) -> bool:
    packet = Packet(sample.source, sample.destination, 6, sample.port, 40000)
    return replay(judge.ruleset, way, packet).verdict == "accept"


def banned(judge: FilterJudge) -> list[Box]:
    return [box for ban in forbidden(judge.policy, judge.cluster, judge.entry.at) for box in ban.boxes]


def needed(judge: FilterJudge, way: str) -> list[Box]:
    return [box for answer in judge.hops() if answer.hop.path == way for box in answer.hop.boxes]


def hold(old: FilterJudge, new: FilterJudge, changes: list[FlowChange], seed: int) -> Counter[str]:
    """Every sample lies in just the changes that it should."""
    counts: Counter[str] = Counter()
    way = "forward" if isinstance(new.entry.at, BetweenPlace) else "input"
    bans, needs = [banned(judge) for judge in (old, new)], [needed(judge, way) for judge in (old, new)]
    for sample in samples(new, changes, seed):
        if sample.source == sample.destination:
            continue
        through = [passes(judge, way, sample) for judge in (old, new)]
        exposed = [let and inside(sample, ban) for let, ban in zip(through, bans, strict=True)]
        blocked = [not let and inside(sample, need) for let, need in zip(through, needs, strict=True)]
        expected = {
            "exposed": exposed[1] and not exposed[0],
            "no-longer-exposed": exposed[0] and not exposed[1],
            "blocked": blocked[1] and not blocked[0],
            "no-longer-blocked": blocked[0] and not blocked[1],
        }
        for kind, is_so in expected.items():
            found = any(one.kind == kind and one.way == way and inside(sample, one.boxes) for one in changes)
            assert found == is_so, (kind, sample, through)
            counts[kind] += is_so
    return counts


@pytest.mark.parametrize("example", ["upi-right", "upi-broken"])
def test_mutated_filters(example: str) -> None:
    whole = prepared(example)
    counts: Counter[str] = Counter()
    for entry, judge in filters_of(whole, read):
        if not isinstance(entry.at, HostPlace | BetweenPlace):
            continue
        for seed in range(MUTANTS):
            text = mutant(judge.ruleset.source.text, seed)
            ruleset = read_or_none(text, judge.ruleset.format)
            if ruleset is not None:
                new = FilterJudge(judge.path, ruleset, whole.cluster, whole.policy, entry)
                counts += hold(judge, new, flow_changes(judge, new), seed)
    assert counts["blocked"]
    assert counts["exposed"]


def test_another_phase() -> None:
    """Nothing of the rules changes, and what is asked of them does."""
    install, running = prepared("upi-broken"), prepared("upi-broken", "running")
    counts: Counter[str] = Counter()
    for (_, old), (_, new) in zip(filters_of(install, read), filters_of(running, read), strict=True):
        changes = flow_changes(old, new)
        assert not any(change.kind in ("opened", "closed") for change in changes)
        counts += hold(old, new, changes, 1)
    assert counts["no-longer-exposed"] or counts["exposed"] or counts["no-longer-blocked"]


def test_from_the_wrong_to_the_right() -> None:
    wrong, right = prepared("upi-broken"), prepared("upi-right")
    counts: Counter[str] = Counter()
    for (_, old), (_, new) in zip(filters_of(wrong, read), filters_of(right, read), strict=True):
        assert flow_changes(new, new) == []
        counts += hold(old, new, flow_changes(old, new), 2)
    assert counts["no-longer-exposed"]
    assert counts["no-longer-blocked"]
    assert not counts["exposed"]
    assert not counts["blocked"]
