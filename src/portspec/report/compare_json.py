"""A comparison of two configs as JSON: `schema/comparison.schema.json` describes it."""

from __future__ import annotations

from typing import Any

from portspec.compare.balancers import BalancerComparison, Served
from portspec.compare.model import Difference, FilterComparison, Pair
from portspec.compare.probing import Probing
from portspec.compare.serving import Seat, Service
from portspec.configs.firewall.context import EVERY_PORT, Context
from portspec.configs.firewall.naive import Replay
from portspec.configs.folders import place
from portspec.packets.addresses import format_address, format_span
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import NAMES, WITH_PORTS
from portspec.report.as_json import safe_json
from portspec.report.compare import verdict
from portspec.report.compare_sets import FLAGS
from portspec.source import SourceText

VERSION = 1


def render(found: FilterComparison | BalancerComparison, lang: str) -> str:
    """One object, indented, ending with a newline."""
    return safe_json(document(found, lang))


def document(found: FilterComparison | BalancerComparison, lang: str) -> dict[str, Any]:
    """The comparison as plain data."""
    made: dict[str, Any] = {
        "version": VERSION,
        "kind": "balancer" if isinstance(found, BalancerComparison) else "filter",
        "old": {"path": found.old.path, "format": found.formats[0]},
        "new": {"path": found.new.path, "format": found.formats[1]},
        "relation": found.relation,
        "message": verdict(found, lang),
    }
    if isinstance(found, BalancerComparison):
        return {
            **made,
            "taken": [format_address(one) for one in found.taken],
            "given_up": [format_address(one) for one in found.given_up],
            "differences": [_served(one) for one in found.differences],
            "probes": [
                {
                    "members": list(one.members),
                    "old": [_probing(way) for way in one.old],
                    "new": [_probing(way) for way in one.new],
                }
                for one in found.probes
            ],
        }
    return {
        **made,
        "families": list(found.families),
        "left_out": list(found.left_out),
        "taken_alike": list(found.taken_alike),
        "ways": [
            {
                "way": way.way,
                "relation": way.relation,
                "refused": [
                    {
                        "refusal": one.refusal,
                        "packets": [box(each) for each in one.boxes],
                        "witness": pair(one.pair, found.old, found.new),
                    }
                    for one in way.refused
                ],
            }
            for way in found.ways
        ],
        "differences": [difference(one, found.old, found.new) for one in found.differences],
    }


def _probing(one: Probing) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "request": one.request or None,
        "expect": one.expect or None,
        "target": one.target or None,
        "out_after_ms": one.removal,
    }


def difference(one: Difference, old: SourceText, new: SourceText) -> dict[str, Any]:
    """One difference of two filters."""
    return {
        "way": one.way,
        "direction": one.direction,
        "confidence": "certain" if one.certain else "possible",
        "packets": [box(each) for each in one.boxes],
        "contexts": [_context(each) for each in one.contexts],
        "witness": pair(one.pair, old, new),
    }


def box(found: Box) -> dict[str, Any]:
    """A product of sources, destinations and ports."""
    return {
        "sources": [format_span(first, last) for first, last in found.sources],
        "destinations": [format_span(first, last) for first, last in found.destinations],
        "traffic": traffic(found.ports),
    }


def traffic(points: IntervalSet) -> list[dict[str, Any]]:
    """Stretches of the port line; `ports` null: every one, or the transport has none. `transport` null: every one."""
    found: list[dict[str, Any]] = []
    for first, last in points:
        low, high = first >> 16, last >> 16
        if (low, high) == (0, 255) and (first & 65535, last & 65535) == (0, 65535):
            return [{"transport": None, "ports": None}]
        for protocol in range(low, high + 1):
            begin = first & 65535 if protocol == low else 0
            end = last & 65535 if protocol == high else 65535
            whole = (begin, end) == (0, 65535) or protocol not in WITH_PORTS
            ports = None if whole else f"{begin}" if begin == end else f"{begin}-{end}"
            made = {"transport": NAMES.get(protocol, str(protocol)), "ports": ports}
            if not found or found[-1] != made:
                found.append(made)
    return found


def pair(found: Pair, old: SourceText, new: SourceText) -> dict[str, Any]:
    """A packet with its way through both versions."""
    packet = found.packet
    number = packet.transport if isinstance(packet.transport, int) else 0
    return {
        "source": format_address(packet.source),
        "source_port": packet.source_port,
        "destination": format_address(packet.destination),
        "transport": NAMES.get(number, str(number)),
        "port": packet.port,
        "icmp_type": packet.icmp_type,
        "state": packet.state,
        "in_interface": packet.in_interface or None,
        "out_interface": packet.out_interface or None,
        "tcp_flags": _flags(packet.tcp_flags),
        "assumed": [{"match": reason, "holds": true} for reason, true in found.assumed],
        "old": _replay(found.old, old),
        "new": _replay(found.new, new),
    }


def _replay(found: Replay, source: SourceText) -> dict[str, Any]:
    path, line = place(source, found.line)
    return {
        "verdict": found.verdict,
        "path": path if line else None,
        "line": line or None,
        "trace": [
            dict(zip(("path", "line"), place(source, span.line), strict=True)) | {"text": text, "outcome": outcome}
            for span, text, outcome in found.steps
        ],
    }


def _context(found: Context) -> dict[str, Any]:
    ports = found.source_ports
    return {
        "state": found.state,
        "in_interface": found.in_interface or None,
        "out_interface": found.out_interface or None,
        "source_ports": None if ports == EVERY_PORT else [f"{a}" if a == b else f"{a}-{b}" for a, b in ports],
        "tcp_flags": _flags(found.tcp_flags),
    }


def _flags(bits: int | None) -> list[str] | None:
    return None if bits is None else [name for bit, name in FLAGS.items() if bits & bit]


def _served(one: Served) -> dict[str, Any]:
    example = one.example
    return {
        "change": one.change,
        "confidence": "certain" if one.certain else "possible",
        "addresses": [str(where) for where in one.places],
        "ports": [f"{first}" if first == last else f"{first}-{last}" for first, last in one.ports],
        "sources": [format_span(first, last) for first, last in one.sources],
        "server_names": [name or None for name in one.server_names],
        "gained": [_seat(seat) for seat in one.gained],
        "lost": [_seat(seat) for seat in one.lost],
        "old": [_service(service) for service in one.old],
        "new": [_service(service) for service in one.new],
        "client": {
            "source": format_address(example.source),
            "address": str(example.where),
            "port": example.port,
            "server_name": example.server_name or None,
        },
    }


def _service(found: Service) -> dict[str, Any]:
    return {
        "mode": found.mode,
        "tls": found.tls,
        "accept_proxy": found.accept_proxy,
        "admitted": found.admitted,
        "turns": [
            {
                "condition": turn.condition or None,
                "forwarding": turn.rotation.forwarding if turn.rotation else None,
                "members": [_seat(seat) for seat in sorted(turn.rotation.seats, key=repr)] if turn.rotation else [],
            }
            for turn in found.turns
        ],
    }


def _seat(found: Seat) -> dict[str, Any]:
    return {
        "host": found.host,
        "port": found.port,
        "offset": found.offset,
        "backup": found.backup,
        "tls": found.tls,
        "proxy_protocol": found.proxy_protocol,
    }
