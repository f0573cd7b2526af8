"""Laws of comparing filters: a filter equals itself; a difference has a packet; where there is none, no packet differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from compare.mutating import filter_of, mutant, read_or_none
from differential import ipt_rulesets, nft_rulesets
from differential.generated import Generated
from differential.network import outgoing_interface
from differential.probes import ICMP, ICMPV6, TCP, Probe
from running import REPOSITORY

from portspec.compare.contexts import EVERY_STATE
from portspec.compare.filters import compare_filters
from portspec.compare.model import Difference, FilterComparison
from portspec.compare.witnesses import packet_of
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.registry import read
from portspec.packets.ports import WITH_PORTS

SEEDS = range(14)
EXAMPLES = sorted((REPOSITORY / "examples").glob("*/firewall/*"))


def generated(kind: str, seed: int) -> Generated:
    return nft_rulesets.generate(seed) if kind == "nftables" else ipt_rulesets.generate(seed)[1]


def packets(made: Generated, seed: int) -> Iterator[Packet]:
    """The probes of a ruleset, which lie near its edges, and as many with one fact exchanged."""
    rng = Random(seed)
    for probe in made.probes:
        yield of_probe(probe)
        other = rng.choice(made.probes)
        if other.v6 == probe.v6:
            yield of_probe(probe._replace(source=other.source, destination=other.destination))
            yield of_probe(probe._replace(source_port=other.source_port, state=other.state))


def of_probe(probe: Probe) -> Packet:
    with_type = probe.protocol in (ICMP, ICMPV6)
    return Packet(
        source=probe.source,
        destination=probe.destination,
        transport=probe.protocol,
        port=probe.low if probe.protocol in WITH_PORTS else None,
        source_port=probe.source_port if probe.protocol in WITH_PORTS else None,
        state=probe.state,
        in_interface="" if probe.path == "output" else probe.in_interface,
        out_interface="" if probe.path == "input" else outgoing_interface(probe),
        icmp_type=probe.low >> 8 if with_type else None,
        icmp_code=probe.low & 255 if with_type else None,
        mark=0,
        tcp_flags=probe.flags if probe.protocol == TCP else None,
    )


def holds(one: Difference, packet: Packet) -> bool:
    """Whether a packet is among those of a difference, whatever the circumstances."""
    number = packet.transport
    assert isinstance(number, int)
    low = packet.port if packet.port is not None else (packet.icmp_type or 0) << 8 | (packet.icmp_code or 0)
    point = number << 16 | low
    return any(
        packet.source in box.sources and packet.destination in box.destinations and point in box.ports
        for box in one.boxes
    )


def compared(old: Ruleset, new: Ruleset) -> FilterComparison:
    return compare_filters(old, new, states=EVERY_STATE)


def check(old: Ruleset, new: Ruleset, asked: list[Packet], path: str) -> str:
    """Hold a comparison against single packets; what it says."""
    found = compared(old, new)
    for one in found.differences:
        for replayed, ruleset in ((one.pair.old, old), (one.pair.new, new)):
            assert replay(ruleset, one.way, one.pair.packet, None, one.pair.assumed) == replayed
        if one.certain:
            assert {one.pair.old.verdict == "accept", one.pair.new.verdict == "accept"} == {True, False}
    for packet in asked:
        before, after = replay(old, path, packet).verdict, replay(new, path, packet).verdict
        if "unknown" in (before, after) or (before == "accept") == (after == "accept"):
            continue
        direction = "more" if after == "accept" else "less"
        assert any(
            one.direction == direction and one.way == path and holds(one, packet) for one in found.differences
        ), (
            packet,
            before,
            after,
        )
    return found.relation


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_mutants_differ_where_packets_do(kind: str) -> None:
    counts: Counter[str] = Counter()
    for seed in SEEDS:
        made = generated(kind, seed)
        old = filter_of(made.text, kind)
        new = read_or_none(mutant(made.text, seed), kind)
        if new is not None:
            counts[check(old, new, list(packets(made, seed)), made.path)] += 1
    print(kind, counts)
    assert sum(counts.values()) >= len(SEEDS) / 2
    assert counts["equal"] >= 1
    assert counts["more"] + counts["less"] + counts["both"] >= 3


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_a_filter_equals_itself_in_other_words(kind: str) -> None:
    for seed in range(60):
        made = generated(kind, seed)
        old, new = filter_of(made.text, kind), filter_of("# the same again\n" + made.text, kind)
        assert compared(old, new).relation == "equal", made.text


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_it_does_so_by_its_packets_too(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look at the rules themselves."""
    monkeypatch.setattr("portspec.compare.filters.alike", lambda *_: False)
    undecided = 0
    for seed in SEEDS:
        made = generated(kind, seed)
        relation = compare_filters(filter_of(made.text, kind), filter_of("# again\n" + made.text, kind)).relation
        assert relation in ("equal", "unknown"), made.text
        undecided += relation != "equal"
    assert undecided <= len(SEEDS) / 4


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_an_example_equals_itself(path: Path) -> None:
    text = load(str(path), path.name)
    old = read(text)
    assert isinstance(old, Ruleset)
    assert compared(old, filter_of(text.text + "\n# more\n", old.format)).relation == "equal"


def test_a_packet_is_read_from_the_whole_of_a_box() -> None:
    """The witness of a box is a packet of it."""
    made = generated("nftables", 3)
    found = compared(filter_of(made.text, "nftables"), filter_of("table inet empty { }\n", "nftables"))
    assert found.differences
    for one in found.differences:
        for box in one.boxes:
            assert holds(one._replace(boxes=(box,)), packet_of(box, one.contexts[0]))
