"""What is rendered does in the kernel what the policy asks: hops of the cluster get in, their neighbours do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

import pytest
from conftest_programs import require
from render.clusters import CASES, Made
from render.rendering import dialects, plans

from differential import firewalld_live
from differential.hosts import Hosts
from differential.probes import ACK, ICMP, ICMPV6, TCP, UDP, Path, Probe
from differential.testbed import Dialect
from portspec.checks.hops import Hop, hops
from portspec.packets.addresses import V4_LAST, V6_BASE, V6_LAST, is_v6, parse_address
from portspec.packets.intervals import IntervalSet
from portspec.render.plan import Plan

STRANGERS = {False: parse_address("198.51.100.7"), True: parse_address("2001:db8:dead::7")}
HOSTS = ("control-plane", "ingress-balancer", "edge-0")
SOME = {made.name: made for made in CASES if made.name in ("ha-none-dual-install", "compact-none-v4-running")}
SENT = (TCP, UDP)
ERRORS = {False: (ICMP, (3, 11, 12)), True: (ICMPV6, (1, 2, 3, 4))}
NEIGHBOURS = (134, 135, 136)
REDIRECT = 137
MOST = 400


def probes_of(plan: Plan, asked: list[Hop]) -> Iterator[Probe]:
    """Packets of each hop at its ends, and packets just beside them: of another source, port or connection."""
    path: Path = "forward" if plan.forwards else "input"
    for hop in asked:
        for box in hop.boxes:
            (first, _), (_, last) = box.sources.spans[0], box.sources.spans[-1]
            target = box.destinations.first
            v6 = is_v6(target)
            for point in (box.ports.first, box.ports.spans[-1][1]):
                protocol, low = point >> 16, point & 65535
                if protocol not in SENT:
                    continue
                for source in (first, last, first - 1, last + 1, STRANGERS[v6]):
                    if _sendable(source, v6=v6) and source != target:
                        yield Probe(path, source, target, protocol, low)
                yield Probe(path, first, target, protocol, low + 1)
                yield Probe(path, first, target, TCP + UDP - protocol, low)
    targets = {is_v6(box.destinations.first): box.destinations.first for hop in asked for box in hop.boxes}
    for target in targets.values():
        yield from _others(plan, target)


def _others(plan: Plan, target: int) -> Iterator[Probe]:
    path: Path = "forward" if plan.forwards else "input"
    v6 = is_v6(target)
    protocol, errors = ERRORS[v6]
    for kind in (*errors, 8, 128, 13, REDIRECT):
        yield Probe(path, STRANGERS[v6], target, protocol, kind << 8)
    if v6 and not plan.forwards:
        for kind in NEIGHBOURS:
            yield Probe(path, STRANGERS[v6], target, protocol, kind << 8)
    for port in (22, 80, 2379, 22623, 30000):
        yield Probe(path, STRANGERS[v6], target, TCP, port)
        yield Probe(path, STRANGERS[v6], target, TCP, port, flags=ACK, state="established", source_port=41000)


def _sendable(source: int, *, v6: bool) -> bool:
    """Whether an address is one that a machine has: 0.0.0.0/8, multicast and loopback are dropped before any filter."""
    if v6:
        return V6_BASE + (0x2000 << 112) <= source < V6_LAST and source >> 112 & 0xFF00 != 0xFF00
    return 1 << 24 <= source < 224 << 24 and source >> 24 != 127 and source < V4_LAST


def wanted(plan: Plan, asked: list[Hop], probe: Probe) -> bool:
    """Whether a packet should get through: as a hop says, as everybody, or as what belongs to a connection."""
    if probe.state == "established":
        return True
    if probe.protocol in (ICMP, ICMPV6):
        protocol, errors = ERRORS[probe.v6]
        more = (*NEIGHBOURS, REDIRECT) if probe.v6 and not plan.forwards else ()
        if probe.protocol == protocol and probe.low >> 8 in (*errors, *more):
            return True
    point = probe.protocol << 16 | probe.low
    everybody = IntervalSet(
        span for opening in plan.openings if opening.from_anyone and "client" in opening.roles for span in opening.ports
    )
    return any(
        (probe.source in box.sources or (point in everybody and hop.source == "client"))
        and probe.destination in box.destinations
        and point in box.ports
        for hop in asked
        for box in hop.boxes
    )


CHOSEN = [(made, name) for made in SOME.values() for name in HOSTS]


def chosen(made: Made, name: str) -> tuple[Plan, list[Hop], list[Probe]]:
    policy, cluster = made.policy(), made.cluster()
    plan = next(plan for called, _, plan in plans(policy, cluster) if called == name)
    path = "forward" if plan.forwards else "input"
    asked = [hop for hop in hops(policy, cluster, plan.place)[0] if hop.path == path]
    found = list(dict.fromkeys(probes_of(plan, asked)))
    return plan, asked, found[:: max(1, len(found) // MOST)]


def disagreeing(plan: Plan, asked: list[Hop], probes: list[Probe], accepted: list[bool]) -> list[str]:
    """Packets of which the kernel does something else than is asked. Both kinds must be among them."""
    expected = [wanted(plan, asked, probe) for probe in probes]
    assert sum(expected) > 10
    assert sum(not one for one in expected) > 10
    return [
        f"{probe}: {'in' if got else 'not in'}"
        for probe, want, got in zip(probes, expected, accepted, strict=True)
        if want != got
    ]


@pytest.mark.parametrize(("made", "name"), CHOSEN, ids=lambda value: getattr(value, "name", value))
def test_nftables_does_as_asked(judges: Hosts, made: Made, name: str) -> None:
    plan, asked, probes = chosen(made, name)
    text = next(iter(dialects(plan, name, ""))).files[""]
    observed = judges.judge("nftables", text, probes)
    assert disagreeing(plan, asked, probes, [one.accepted for one in observed]) == []


@pytest.mark.parametrize(
    ("made", "name", "dialect"),
    [
        (made, name, dialect)
        for made, name in CHOSEN
        for dialect in ("iptables-nft", "iptables-legacy", "ip6tables-nft")
        if "dual" in made.name or dialect.startswith("iptables")
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_iptables_does_as_asked(judges: Hosts, made: Made, name: str, dialect: Dialect) -> None:
    plan, asked, probes = chosen(made, name)
    family = "ipv6" if dialect.startswith("ip6") else "ipv4"
    text = next(one for one in dialects(plan, name, "") if f".{family}." in one.path).files[""]
    mine = [probe for probe in probes if probe.v6 == (family == "ipv6")]
    observed = judges.judge(judges.loader(dialect), text, mine)
    assert disagreeing(plan, asked, mine, [one.accepted for one in observed]) == []


@pytest.mark.parametrize(
    ("made", "name"),
    [case for case in CHOSEN if case[1] != "edge-0"],
    ids=lambda value: getattr(value, "name", value),
)
def test_firewalld_does_as_asked(judges: Hosts, made: Made, name: str, tmp_path: FilePath) -> None:
    require("firewalld", package="firewalld")
    plan, asked, every = chosen(made, name)
    # firewalld drops an error that belongs to no connection before any zone is asked.
    probes = [probe for probe in every if (probe.protocol, probe.low >> 8) not in _errors()]
    assert len(probes) < len(every)
    folder = next(one for one in dialects(plan, name, "") if one.path.endswith("-firewalld"))
    conf = folder.write(tmp_path) / "firewalld.conf"
    conf.write_text(conf.read_text() + firewalld_live.NO_REVERSE_PATH)
    observed = firewalld_live.judge(judges, tmp_path / folder.path, probes)
    assert disagreeing(plan, asked, probes, [one.accepted for one in observed]) == []


def _errors() -> set[tuple[int, int]]:
    """ICMP types that are about another packet: connection tracking calls them invalid where it does not know that."""
    return {(protocol, kind) for protocol, kinds in ERRORS.values() for kind in kinds} | {(ICMPV6, REDIRECT)}
