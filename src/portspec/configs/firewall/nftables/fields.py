"""Fields of packets in the algebra of boxes: which packets have a field, and which have it with some values."""

from __future__ import annotations

from portspec.configs.firewall.nftables.names import ETHERTYPES, FAMILIES
from portspec.configs.firewall.nftables.values import DOMAINS, Field
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.packets.boxes import ANY_BOX, Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, WITH_PORTS

IN_BOXES = frozenset({
    "saddr4", "daddr4", "saddr6", "daddr6", "dport", "l4proto", "l4proto4", "l4proto6", "icmp-type", "icmpv6-type",
    "icmp-code", "icmpv6-code", "nfproto", "ethertype",
})  # fmt: skip
"""Fields that the algebra of boxes decides."""

V4, V6 = Box(ANY_V4, ANY_V4, ANY_PORTS), Box(ANY_V6, ANY_V6, ANY_PORTS)
PORTED = IntervalSet((number << 16, number << 16 | 65535) for number in WITH_PORTS)
WITHOUT_PORTS = Box(ANY, ANY, ANY_PORTS - PORTED)
"""Packets of protocols without ports. `th dport` reads their bytes all the same, so it is left open what it finds."""


def is_raw(field: Field) -> bool:
    """Whether the field is `th dport` or `th sport`, which look at any protocol."""
    return field.text.startswith("th ")


def field_box(field: Field, found: IntervalSet) -> Box:
    """The packets whose field has one of the values, with what the field implies."""
    kind = field.kind
    if kind == "saddr4":
        return Box(found, ANY_V4, ANY_PORTS)
    if kind == "daddr4":
        return Box(ANY_V4, found, ANY_PORTS)
    if kind == "saddr6":
        return Box(found, ANY_V6, ANY_PORTS)
    if kind == "daddr6":
        return Box(ANY_V6, found, ANY_PORTS)
    if kind in ("nfproto", "ethertype"):
        four, six = (FAMILIES["ipv4"], FAMILIES["ipv6"]) if kind == "nfproto" else (ETHERTYPES["ip"], ETHERTYPES["ip6"])
        families = (ANY_V4 if four in found else EMPTY) | (ANY_V6 if six in found else EMPTY)
        return Box(families, families, ANY_PORTS)
    if kind == "dport":
        spans = ((number << 16 | low, number << 16 | high) for number in field.protocols for low, high in found)
        return Box(ANY, ANY, IntervalSet(spans))
    if kind in ("l4proto", "l4proto4", "l4proto6"):
        family = {"l4proto": ANY, "l4proto4": ANY_V4, "l4proto6": ANY_V6}[kind]
        return Box(family, family, IntervalSet((low << 16, high << 16 | 65535) for low, high in found))
    base = field.protocols[0] << 16
    family = ANY_V4 if field.protocols[0] == 1 else ANY_V6
    if kind.endswith("type"):
        return Box(family, family, IntervalSet((base | low << 8, base | high << 8 | 255) for low, high in found))
    codes = ((base | kind_ << 8 | low, base | kind_ << 8 | high) for kind_ in range(256) for low, high in found)
    return Box(family, family, IntervalSet(codes))


def implied_box(field: Field) -> Box:
    """The packets that have the field at all."""
    if is_raw(field):
        return ANY_BOX
    domain = DOMAINS.get(field.kind)
    if field.kind in IN_BOXES and domain is not None:
        return field_box(field, domain)
    family = {"ip": ANY_V4, "icmp": ANY_V4, "igmp": ANY_V4, "ip6": ANY_V6, "icmpv6": ANY_V6}.get(
        field.text.partition(" ")[0], ANY
    )
    spans = [(number << 16, number << 16 | 65535) for number in field.protocols]
    return Box(family, family, IntervalSet(spans) if spans else ANY_PORTS)
