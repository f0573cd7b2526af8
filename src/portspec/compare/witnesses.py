"""A packet that shows a difference, replayed in both versions by the naive evaluator before anybody is told of it."""

from __future__ import annotations

from portspec.compare.model import Direction, Pair, Way
from portspec.compare.worlds import Assumed
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import ICMP, Packet, replay
from portspec.configs.firewall.source_ports import CLIENT_PORT
from portspec.errors import InputError
from portspec.packets.addresses import V4_LAST, parse_network, v6_prefix
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS
from portspec.packets.witness import pick_address, pick_packet

COMMON = tuple(6 << 16 | port for port in (22623, 6443, 2379, 10250, 22, 443, 80))
"""Ports that a reader knows: taken for the example where they are among the packets."""


def witness(
    old: Ruleset,
    new: Ruleset,
    way: Way,
    direction: Direction,
    boxes: tuple[Box, ...],
    context: Context,
    assumed: Assumed,
    *,
    certain: bool,
) -> Pair:
    """A readable packet out of some boxes, with what becomes of it in both versions.

    Raises InputError where the two evaluators disagree about it: then nothing is known.
    """
    packet = packet_of(plainest(boxes), context)
    pair = Pair(packet, replay(old, way, packet, None, assumed), replay(new, way, packet, None, assumed), assumed)
    if context.tcp_flags is None and not certain:
        # The flags were left open; the replay has to be told some.
        for bits in range(256):
            if shows(pair, direction, certain=certain):
                break
            other = packet._replace(tcp_flags=bits)
            pair = Pair(other, replay(old, way, other, None, assumed), replay(new, way, other, None, assumed), assumed)
        return pair
    if not shows(pair, direction, certain=certain):
        raise InputError(
            f"the two evaluators disagree about a packet ({pair.old.verdict}, {pair.new.verdict}; expected {direction})",
            new.source.path,
            hint="this is an error of portspec: please report it with both files",
        )
    return pair


def shows(pair: Pair, direction: Direction, *, certain: bool) -> bool:
    """Whether a packet fares as the difference says."""
    lets, stops = (pair.new, pair.old) if direction == "more" else (pair.old, pair.new)
    if certain:
        return lets.verdict == "accept" and stops.verdict in ("drop", "reject")
    return lets.verdict in ("accept", "unknown") and stops.verdict != "accept"


def packet_of(box: Box, context: Context) -> Packet:
    """A readable packet of a box in a context."""
    point = next((one for one in COMMON if one in box.ports), None)
    source, destination, picked = pick_packet(box)
    if source == destination or box.destinations >= _beside(source):
        # "Anyone" to "anywhere": two hosts that a reader can tell apart.
        others = box.destinations - IntervalSet.of(source)
        destination = pick_address(others & _beside(source) or others) if others else destination
    point = picked if point is None or box.ports.size < 2 else point
    protocol, low = point >> 16, point & 65535
    source_port = None
    if protocol in WITH_PORTS:
        source_port = CLIENT_PORT if CLIENT_PORT in context.source_ports else context.source_ports.first
    return Packet(
        source=source,
        destination=destination,
        transport=protocol,
        port=low if protocol in WITH_PORTS else None,
        source_port=source_port,
        state=context.state,
        in_interface=context.in_interface,
        out_interface=context.out_interface,
        icmp_type=low >> 8 if protocol in ICMP else None,
        icmp_code=low & 255 if protocol in ICMP else None,
        mark=context.mark,
        tcp_flags=context.tcp_flags,
    )


def _beside(address: int) -> IntervalSet:
    """Documentation addresses of the same family, other than those that stand for an outsider."""
    if address > V4_LAST:
        return IntervalSet((v6_prefix(0x20010DB8, 32),))
    return IntervalSet((parse_network("192.0.2.0/24"),))


def plainest(boxes: tuple[Box, ...]) -> Box:
    """The box whose example a reader knows best: of TCP, of a port that is known."""
    return min(
        boxes,
        key=lambda box: (
            next((number for number, point in enumerate(COMMON) if point in box.ports), len(COMMON)),
            box.sources.first > 1 << 33,
        ),
    )
