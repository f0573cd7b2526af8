"""Packets as bytes: IPv4 and IPv6 headers with TCP, UDP, SCTP, ICMP or a bare payload behind them.

The packet's number travels where no ruleset looks: in the identification field of IPv4 and in the flow label of
IPv6. So the kernel can be asked about each packet by its number, whatever addresses and ports it carries.
"""

from __future__ import annotations

from struct import pack, unpack

from differential.probes import ACK, ICMP, ICMPV6, SCTP, SYN, TCP, UDP, Probe
from portspec.packets.addresses import V6_BASE

ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}
"""Type numbers of echo request and echo reply."""

VERIFICATION_TAG = 0x01020304


def packet(probe: Probe, number: int, *, inner: bytes = b"", sequence: int = 0, answers: bool = False) -> bytes:
    """The IP packet of a probe. `inner` is what an ICMP error complains about; `answers`: an SCTP INIT ACK."""
    if probe.protocol == TCP:
        segment = pack(
            "!HHIIBBHHH", probe.source_port, probe.low, sequence, sequence if probe.flags & ACK else 0, 5 << 4,
            probe.flags, 8192, 0, 0,
        )  # fmt: skip
        payload = _with_checksum(probe, segment, 16)
    elif probe.protocol == UDP:
        payload = _with_checksum(probe, pack("!HHHH", probe.source_port, probe.low, 12, 0) + b"port", 6)
    elif probe.protocol == SCTP:
        chunk = pack("!BBHIIHHI", 2 if answers else 1, 0, 20, VERIFICATION_TAG, 65536, 1, 1, 1)
        payload = pack("!HHII", probe.source_port, probe.low, VERIFICATION_TAG if answers else 0, 0) + chunk
    elif probe.protocol in ECHO:
        head = pack("!BBHHH", probe.low >> 8, probe.low & 255, 0, 0 if inner else probe.source_port, 1)
        payload = _with_checksum(probe, head + (inner or bytes(16)), 2)
    else:
        payload = pack("!HH", probe.source_port, probe.low) + bytes(20)
    return _header(probe, number, len(payload)) + payload


def reverse(probe: Probe) -> Probe:
    """The packet that travels the other way on the same connection."""
    if probe.protocol in ECHO:
        request, reply = ECHO[probe.protocol]
        return probe._replace(
            source=probe.destination,
            destination=probe.source,
            low=(request if probe.low >> 8 == reply else reply) << 8
            | probe.low & 255,  # an answer has the code asked by
        )
    return probe._replace(
        source=probe.destination, destination=probe.source, low=probe.source_port, source_port=probe.low
    )


def openers(probe: Probe, number: int) -> list[tuple[bool, bytes]]:
    """What must pass before the probe is `established` or `related`: (whether it runs with the probe, packet)."""
    back = reverse(probe)
    if probe.state == "related":
        return [(False, packet(related_datagram(probe), number))]
    if probe.protocol == TCP:
        return [
            (False, packet(back._replace(flags=SYN), number, sequence=1)),
            (True, packet(probe._replace(flags=SYN | ACK), number, sequence=2)),
            (False, packet(back._replace(flags=ACK), number, sequence=2)),
        ]
    if probe.protocol in ECHO and probe.low >> 8 == ECHO[probe.protocol][0]:
        return [(True, packet(probe, number)), (False, packet(back, number))]
    return [(False, packet(back, number))]


def related_datagram(probe: Probe) -> Probe:
    """The UDP datagram that a `related` ICMP error answers."""
    return Probe(probe.path, probe.destination, probe.source, UDP, 30000 + probe.source_port % 9973, probe.source_port)


def _header(probe: Probe, number: int, length: int) -> bytes:
    if probe.v6:
        return (
            pack("!IHBB", 6 << 28 | number, length, probe.protocol, 64)
            + (probe.source - V6_BASE).to_bytes(16, "big")
            + (probe.destination - V6_BASE).to_bytes(16, "big")
        )
    head = pack("!BBHHHBBHII", 0x45, 0, 20 + length, number, 0, 64, probe.protocol, 0, probe.source, probe.destination)
    return head[:10] + pack("!H", _checksum(head)) + head[12:]


def _with_checksum(probe: Probe, payload: bytes, at: int) -> bytes:
    if probe.protocol == ICMP:
        pseudo = b""
    elif probe.v6:
        pseudo = (
            (probe.source - V6_BASE).to_bytes(16, "big")
            + (probe.destination - V6_BASE).to_bytes(16, "big")
            + pack("!II", len(payload), probe.protocol)
        )
    else:
        pseudo = pack("!IIHH", probe.source, probe.destination, probe.protocol, len(payload))
    return payload[:at] + pack("!H", _checksum(pseudo + payload)) + payload[at + 2 :]


def _checksum(octets: bytes) -> int:
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
