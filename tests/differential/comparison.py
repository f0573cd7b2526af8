"""portspec's verdicts beside the kernel's: both evaluators are asked about every probe.

The replay is asked about each packet alone. The evaluator on sets is asked about whole boxes: all probes that share
a connection state, interfaces, source port and flags become one product of sources, destinations and ports, and each
probe must lie in the part of the answer that the kernel's verdict names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from differential.ipsets import joined
from differential.network import outgoing_interface
from differential.probes import ICMP, ICMPV6, TCP, Path, Probe
from differential.recorder import Observation
from differential.testbed import Dialect
from portspec.configs.firewall.context import EVERY_PORT, Context
from portspec.configs.firewall.evaluate import Answer, Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, Replay, replay
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS

Verdict = Literal["allowed", "blocked", "unknown"]

NOT_IN_PATH = ""
"""The name of an interface that a packet does not have."""


class Disagreement(NamedTuple):
    """A probe on which the kernel and portspec differ. `by` names the evaluator."""

    probe: Probe
    observation: Observation
    by: Literal["replay", "sets"]
    verdict: Verdict
    replayed: Replay


class Comparison(NamedTuple):
    """What came of one ruleset: how many probes were judged and how many of them left unknown."""

    judged: int
    unknown: int
    disagreements: tuple[Disagreement, ...]


def read_ruleset(dialect: Dialect, text: str) -> Ruleset:
    """What portspec's reader makes of the text; the format is found by its content. Raises InputError."""
    source = joined(text)
    ruleset = read(source)
    expected = "nftables" if dialect == "nftables" else "iptables"
    if not isinstance(ruleset, Ruleset) or ruleset.format != expected:
        raise InputError(f"taken for {ruleset.format}, not {expected}", source.path)
    return ruleset


def compare(
    ruleset: Ruleset, probes: Sequence[Probe], observations: Sequence[Observation], *, may_be_unknown: bool
) -> Comparison:
    """Hold portspec's answers against the kernel's. An unknown counts as a disagreement unless it `may_be`; the
    evaluator on sets must leave open just what the replay does."""
    found: list[Disagreement] = []
    unknown = 0
    in_sets = _asked_in_sets(ruleset, probes, observations)
    for probe, observation, from_sets in zip(probes, observations, in_sets, strict=True):
        replayed = replay(ruleset, probe.path, packet_of(probe, observation))
        alone = _verdict_of(replayed)
        expected: Verdict = "allowed" if observation.accepted else "blocked"
        unknown += alone == "unknown"
        tolerated = (expected, "unknown") if may_be_unknown else (expected,)
        if alone not in tolerated:
            found.append(Disagreement(probe, observation, "replay", alone, replayed))
        elif from_sets != alone:
            found.append(Disagreement(probe, observation, "sets", from_sets, replayed))
    return Comparison(len(probes), unknown, tuple(found))


def packet_of(probe: Probe, observation: Observation) -> Packet:
    """The probe as portspec's packet, with the connection state that the kernel gave it."""
    with_type = probe.protocol in (ICMP, ICMPV6)
    return Packet(
        source=probe.source,
        destination=probe.destination,
        transport=probe.protocol,
        port=probe.low if probe.protocol in WITH_PORTS else None,
        source_port=probe.source_port if probe.protocol in WITH_PORTS else None,
        state=observation.state or probe.state,
        in_interface=NOT_IN_PATH if probe.path == "output" else probe.in_interface,
        out_interface=NOT_IN_PATH if probe.path == "input" else outgoing_interface(probe),
        icmp_type=probe.low >> 8 if with_type else None,
        icmp_code=probe.low & 255 if with_type else None,
        mark=0,
        tcp_flags=probe.flags if probe.protocol == TCP else None,
    )


def _asked_in_sets(ruleset: Ruleset, probes: Sequence[Probe], observations: Sequence[Observation]) -> list[Verdict]:
    judge = Judge(ruleset)
    groups: dict[tuple[Path, bool, Context], list[int]] = defaultdict(list)
    for index, (probe, observation) in enumerate(zip(probes, observations, strict=True)):
        groups[probe.path, probe.v6, _context(probe, observation)].append(index)
    verdicts: dict[int, Verdict] = {}
    for (path, _, context), members in groups.items():
        group = [probes[index] for index in members]
        query = Box(
            IntervalSet((probe.source, probe.source) for probe in group),
            IntervalSet((probe.destination, probe.destination) for probe in group),
            IntervalSet(_points(probe) for probe in group),
        )
        answer = judge.partition(path, (query,), context)
        for index in members:
            verdicts[index] = _place(answer, probes[index])
    return [verdicts[index] for index in range(len(probes))]


def _context(probe: Probe, observation: Observation) -> Context:
    packet = packet_of(probe, observation)
    return Context(
        state=packet.state,
        source_ports=EVERY_PORT if packet.source_port is None else IntervalSet.of(packet.source_port),
        in_interface=packet.in_interface,
        out_interface=packet.out_interface,
        tcp_flags=packet.tcp_flags,
        mark=packet.mark,
    )


def _points(probe: Probe) -> tuple[int, int]:
    base = probe.protocol << 16
    if probe.protocol in WITH_PORTS or probe.protocol in (ICMP, ICMPV6):
        return base | probe.low, base | probe.low
    return base, base | 65535


def _place(answer: Answer, probe: Probe) -> Verdict:
    first, last = _points(probe)
    parts: tuple[tuple[Verdict, tuple[Box, ...]], ...] = (
        ("allowed", answer.allowed), ("blocked", answer.blocked), ("unknown", answer.unknown)
    )  # fmt: skip
    places = [
        name
        for name, boxes in parts
        if any(
            probe.source in box.sources
            and probe.destination in box.destinations
            and IntervalSet.of(first, last).overlaps(box.ports)
            for box in boxes
        )
    ]
    if len(places) != 1:
        raise AssertionError(f"{probe} lies in {places or 'no part'} of the answer")
    return places[0]


def _verdict_of(replayed: Replay) -> Verdict:
    if replayed.verdict == "unknown":
        return "unknown"
    return "allowed" if replayed.verdict == "accept" else "blocked"
