"""The small worlds that generated rulesets and their probes draw from: few enough values that packets hit rules."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from differential.probes import ACK, FIN, ICMP, ICMPV6, PSH, RST, SCTP, SYN, TCP, UDP, Path, Probe, State
from portspec.packets.addresses import V6_BASE, parse_addresses
from portspec.packets.intervals import IntervalSet

Value = int | str

V4_APART = (
    "10.1.2.0/24", "10.1.3.0-10.1.3.9", "192.168.22.200", "192.168.22.201-192.168.22.203", "192.168.22.211",
    "172.16.5.0/24", "198.51.100.7", "203.0.113.128/25", "10.2.0.0/16",
)  # fmt: skip
V4_WIDE = ("10.0.0.0/8", "10.1.0.0/16", "192.168.22.0/24", "192.168.22.192/26", "0.0.0.0/0")
V6_APART = (
    "2001:db8:a::/64", "2001:db8:b::5", "2001:db8:b::10-2001:db8:b::1f", "2001:db8:c:1::/64", "fd00:22::200",
)  # fmt: skip
V6_WIDE = ("2001:db8::/32", "2001:db8:b::/48", "fd00::/8")
PORTS_APART = ("22", "53", "80", "443", "1936", "2379-2380", "6443", "9000-9999", "10250", "22623-22624", "65535")
PORTS_WIDE = ("1024-65535", "0-1023", "6440-6450", "22000-23000")
SOURCE_PORTS = ("53", "67-68", "1024-65535", "0-1023", "32768-60999", "40000")
V4_ERRORS, V6_ERRORS = (3, 11, 12), (1, 2, 3, 4)
ICMP_TYPES = {ICMP: (8, 0, 3, 11, 13, 17, 5), ICMPV6: (128, 129, 1, 2, 3, 4, 133, 134, 135, 136)}
PLAIN_PROTOCOLS = (112, 50, 47)
FLAGS = (SYN, ACK, SYN | ACK, PSH | ACK, FIN | ACK, RST, FIN | PSH | 32, 0, SYN | FIN, SYN | 64 | 128)
UNROUTABLE = (
    parse_addresses("0.0.0.0/8")
    | parse_addresses("127.0.0.0/8")
    | IntervalSet.of(parse_addresses("224.0.0.0").first, V6_BASE - 1)
)


class Hint(NamedTuple):
    """Values of one field of a probe that a match is about: inside it, at its edges and just outside."""

    field: str
    values: tuple[Value, ...]


def span_of(text: str) -> tuple[int, int]:
    """(first, last) of a port or a port range."""
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def address_edges(texts: Iterable[str]) -> tuple[int, ...]:
    """The points of interest of addresses, prefixes and ranges, without those that no router passes on."""
    return tuple(
        point
        for point in _edges(parse_addresses(text).spans[0] for text in texts)
        if point > 0 and point not in UNROUTABLE
    )


def port_edges(texts: Iterable[str]) -> tuple[int, ...]:
    """The points of interest of ports and port ranges."""
    return tuple(point for point in _edges(span_of(text) for text in texts) if 0 <= point <= 65535)


def _edges(spans: Iterable[tuple[int, int]]) -> Iterable[int]:
    for first, last in spans:
        yield from (first, last, (first + last) // 2, first - 1, last + 1)


ADDRESSES = {False: address_edges(V4_APART), True: address_edges(V6_APART)}
PORTS = port_edges(PORTS_APART + PORTS_WIDE)


def probe_near(rng: Random, path: Path, hints: Iterable[Hint], families: tuple[bool, ...] = (False, True)) -> Probe:
    """A probe that mostly fulfils what the hints ask for, and strays in a field here and there."""
    wanted: dict[str, Value] = {}
    for hint in hints:
        if hint.values and rng.random() < 0.88:
            wanted[hint.field] = rng.choice(hint.values)
    v6 = _family(rng, wanted, families)
    protocol = int(wanted.get("protocol", 0)) or rng.choice(
        (TCP, TCP, TCP, UDP, UDP, ICMPV6 if v6 else ICMP, SCTP, *PLAIN_PROTOCOLS)
    )
    probe = Probe(
        path=path,
        source=_address(rng, wanted.get("source"), v6=v6),
        destination=_address(rng, wanted.get("destination"), v6=v6),
        protocol=protocol,
        low=_low(rng, wanted, protocol),
        source_port=int(wanted.get("source_port", rng.choice((40000, 40001, 53, 1023, 1024, 68)))),
        in_interface=str(wanted.get("in_interface", rng.choice(("eth0", "eth0", "eth1", "ens3")))),
    )
    return _with_state(rng, probe, wanted)


def _family(rng: Random, wanted: dict[str, Value], families: tuple[bool, ...]) -> bool:
    for field in ("source", "destination"):
        if field in wanted:
            return int(wanted[field]) > 1 << 32
    if wanted.get("protocol") in (ICMP, ICMPV6):
        return wanted["protocol"] == ICMPV6
    return rng.choice(families)


def _address(rng: Random, wanted: Value | None, *, v6: bool) -> int:
    if isinstance(wanted, int) and (wanted > 1 << 32) == v6:
        return wanted
    return rng.choice(ADDRESSES[v6])


def _low(rng: Random, wanted: dict[str, Value], protocol: int) -> int:
    if protocol in ICMP_TYPES:
        kind = wanted.get("icmp_type", rng.choice(ICMP_TYPES[protocol]))
        return int(kind) << 8 | int(wanted.get("icmp_code", rng.choice((0, 0, 1, 4))))
    return int(wanted.get("low", rng.choice(PORTS)))


def _with_state(rng: Random, probe: Probe, wanted: dict[str, Value]) -> Probe:
    state: State = wanted.get("state") or rng.choice(  # type: ignore[assignment]
        ("new",) * 12 + ("established",) * 4 + ("untracked", "invalid")
    )
    if probe.protocol in ICMP_TYPES and probe.low >> 8 in (V6_ERRORS if probe.v6 else V4_ERRORS):
        if rng.random() < 0.5:
            state = "related"
    elif state == "related":
        state = "established"
    if probe.protocol == TCP:
        flags = {"established": (ACK, SYN | ACK, PSH | ACK, FIN | ACK), "invalid": (ACK, SYN | FIN, 0)}
        probe = probe._replace(flags=int(wanted.get("flags", rng.choice(flags.get(state, (SYN,))))))
    return probe._replace(state=state)
