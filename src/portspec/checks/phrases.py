"""Short phrases for findings: role names, addresses and boxes as a person would write them."""

from __future__ import annotations

from portspec.checks.exposure import FEW_HELD_BACK, Exposure
from portspec.checks.hops import Hop
from portspec.cluster.model import Cluster
from portspec.packets.addresses import ANY_V4, ANY_V6, format_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, NAMES, WITH_PORTS


def hop_values(cluster: Cluster, hop: Hop) -> dict[str, str]:
    """The values that every finding about a hop fills into its sentence."""
    flow = hop.flows[0]
    return {
        "port": flow.port or "-",
        "traffic": f"{flow.port}/{flow.transport}" if flow.port else flow.transport,
        "transport": flow.transport,
        "source": hop.source,
        "target": hop.target,
        "source_addresses": format_addresses(cluster.addresses(hop.source)),
        "target_addresses": format_addresses(cluster.addresses(hop.target)),
        "flows": flows_phrase(hop),
        "necessity": flow.necessity,
    }


def flows_phrase(hop: Hop) -> str:
    """Whose flows take the hop: `worker, admin via api`."""
    seen: dict[str, None] = {}
    for flow in hop.flows:
        seen[flow.flow_source + (f" via {flow.via}" if flow.via else "")] = None
    return ", ".join(seen)


def sources_phrase(exposure: Exposure) -> str:
    """Who gets through: `0.0.0.0/0` where nobody outside is held back, `0.0.0.0/0 (!10.2.0.0/16)` where few are, else the
    addresses."""
    shown: list[str] = []
    plain = EMPTY
    for family, text in ((ANY_V4, "0.0.0.0/0"), (ANY_V6, "::/0")):
        through, held_back = exposure.sources & family, exposure.held_back & family
        if through and not held_back:
            shown.append(text)
        elif through.size > held_back.size and len(held_back.spans) <= min(FEW_HELD_BACK, len(through.spans) - 1):
            shown.append(f"{text} (!{format_addresses(held_back)})")
        else:
            plain = plain | through
    return ", ".join([*shown, *([format_addresses(plain, most=3)] if plain else [])])


VARIANTS = ("certain", "possible", "certain-some", "possible-some")


def variant_of(exposure: Exposure) -> str:
    """Which sentence tells of it: `certain` or `possible`, with `-some` where not everyone named gets to every port."""
    return ("certain" if exposure.certain else "possible") + ("-some" if exposure.mixed else "")


def numbers_phrase(points: IntervalSet, most: int = 4) -> str:
    """Points of one protocol as numbers: `80, 8000-8099`."""
    shown = [
        str(first & 65535) if first == last else f"{first & 65535}-{last & 65535}"
        for first, last in points.spans[:most]
    ]
    return ", ".join([*shown, f"+{len(points.spans) - most}"] if len(points.spans) > most else shown)


def box_phrase(boxes: tuple[Box, ...]) -> str:
    """The ends of some boxes: `192.168.22.213 → 192.168.22.201`."""
    sources, destinations = EMPTY, EMPTY
    for box in boxes:
        sources = sources | box.sources
        destinations = destinations | box.destinations
    return f"{format_addresses(sources)} → {format_addresses(destinations)}"


def ports_phrase(points: IntervalSet, most: int = 4) -> str:
    """Points of the port line as `22/tcp, 8000-8999/tcp, any udp`."""
    if points == ANY_PORTS:
        return "any"
    shown: list[str] = []
    more = 0
    for first, last in points:
        if len(shown) >= most:
            more += (last >> 16) - (first >> 16) + 1
            continue
        for protocol in range(first >> 16, (last >> 16) + 1):
            low = first & 65535 if protocol == first >> 16 else 0
            high = last & 65535 if protocol == last >> 16 else 65535
            shown.append(_ports_of(protocol, low, high))
    more += len(shown[most:])
    return ", ".join([*shown[:most], f"+{more}"] if more else shown)


def _ports_of(protocol: int, low: int, high: int) -> str:
    name = NAMES.get(protocol, str(protocol))
    if protocol not in WITH_PORTS or (low == 0 and high == 65535):
        return f"any {name}"
    return f"{low}/{name}" if low == high else f"{low}-{high}/{name}"
