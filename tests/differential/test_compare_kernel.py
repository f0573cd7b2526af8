"""Comparisons before the real kernel: a witness fares differently under the two rulesets, and where a comparison says equal
every probe fares alike."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from compare.mutating import mutant

from differential.comparison import read_ruleset
from differential.generated import Generated
from differential.hosts import Hosts
from differential.namespaces import RefusedError
from differential.network import INTERFACES, outgoing_interface
from differential.probes import SYN, Path, Probe
from differential.runs import Kind, generated
from differential.testbed import Dialect
from portspec.compare.contexts import SOME_INTERFACE
from portspec.compare.filters import compare_filters
from portspec.compare.model import Difference
from portspec.compare.witnesses import packet_of
from portspec.configs.firewall.naive import Packet
from portspec.errors import InputError
from portspec.packets.ports import WITH_PORTS

PAIRS = 60
SENDABLE = (6, 17, 132)
MOST_SENT = 8
"""Packets of one difference."""


def probe_of(packet: Packet, path: Path, unnamed: str) -> Probe | None:
    """The packet as one to be sent; None where the testbed has no such interface or route. `unnamed` stands for an interface
    that no rule names."""
    number = packet.transport
    assert isinstance(number, int)
    if number not in SENDABLE or packet.state != "new":
        return None
    arrives, leaves = (
        unnamed if name == SOME_INTERFACE else name for name in (packet.in_interface, packet.out_interface)
    )
    if (arrives or INTERFACES[0]) not in INTERFACES:
        return None
    probe = Probe(
        path,
        packet.source,
        packet.destination,
        number,
        packet.port or 0,
        packet.source_port or 0 if number in WITH_PORTS else 0,
        SYN if packet.tcp_flags is None else packet.tcp_flags,
        in_interface=arrives or INTERFACES[0],
    )
    try:
        way_out = outgoing_interface(probe)
    except ValueError:
        return None
    return probe if path == "input" or leaves in (None, way_out) else None


def sent(differences: tuple[Difference, ...], path: Path, text: str) -> list[tuple[Difference, Probe]]:
    """Packets of the certain differences that can be sent, of several boxes and circumstances."""
    unnamed = next((name for name in INTERFACES if name not in text and f"{name[0]}+" not in text), "")
    found: dict[Probe, Difference] = {}
    for one in differences:
        if not one.certain or one.way != path:
            continue
        packets = [packet_of(box, context) for box in one.boxes[:6] for context in one.contexts[:12]]
        probes = [probe_of(packet, path, unnamed) for packet in (one.pair.packet, *packets)]
        found.update((probe, one) for probe in [probe for probe in probes if probe is not None][:MOST_SENT])
    return [(one, probe) for probe, one in found.items()]


def judged(made: Generated, dialect: Dialect, text: str, judges: Hosts, counts: Counter[str]) -> None:
    """Compare a ruleset with a changed one, and ask the kernel."""
    try:
        old, new = read_ruleset(dialect, made.text), read_ruleset(dialect, text)
    except InputError:
        counts["unread"] += 1
        return
    family = {"ip6tables": ("IPv6",)}.get(dialect.partition("-")[0], ("IPv4", "IPv6"))
    found = compare_filters(old, new, ways=[made.path], families=family)
    witnesses = sent(found.differences, made.path, made.text + text)
    equal = list(made.probes) if found.relation == "equal" else []
    probes = [probe for _, probe in witnesses] + [
        probe for probe in equal if probe.state == "new" and probe.flags == SYN
    ]
    if not probes:
        counts["nothing to send"] += 1
        return
    try:
        before, after = (judges.judge(dialect, each, probes) for each in (made.text, text))
    except RefusedError:
        counts["refused"] += 1
        return
    counts[found.relation] += 1
    for number, (probe, one, other) in enumerate(zip(probes, before, after, strict=True)):
        if number < len(witnesses):
            direction = witnesses[number][0].direction
            assert (one.accepted, other.accepted) == (direction == "less", direction == "more"), (
                f"{probe}: {direction}\n{made.text}\n----\n{text}"
            )
            counts["witnesses"] += 1
        else:
            assert one.accepted == other.accepted, f"{probe}\n{made.text}\n----\n{text}"
            counts["probes that fare alike"] += 1


@pytest.mark.parametrize("kind", get_args(Kind))
def test_witnesses_fare_differently_in_the_kernel(
    judges: Hosts, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    counts: Counter[str] = Counter()
    for seed in range(PAIRS):
        dialect, made = generated(kind, 700_000 + seed)
        judged(made, judges.loader(dialect), mutant(made.text, seed, changes=8), judges, counts)
    with capsys.disabled():
        print(f"\n{kind}: " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    assert counts["witnesses"] >= 12
    assert counts["probes that fare alike"] >= 200
