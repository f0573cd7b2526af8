"""Sets of packets in the words of a person: few ranges, and what they leave out where that is shorter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portspec.checks.phrases import ports_phrase
from portspec.configs.firewall.context import EVERY_PORT, Context
from portspec.configs.firewall.naive import Packet
from portspec.packets.addresses import ANY_V4, ANY_V6, format_address, format_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ANY_PORTS, NAMES, WITH_PORTS
from portspec.report.compare_words import COMPARE
from portspec.report.printable import printable

FLAGS = {1: "fin", 2: "syn", 4: "rst", 8: "psh", 16: "ack", 32: "urg", 64: "ece", 128: "cwr"}
MOST_SPANS = 4
BLANK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")


def addresses(found: IntervalSet, lang: str, everybody: str = "any-address") -> str:
    """Addresses; `everybody` is the word for all of them."""
    words = COMPARE[lang]
    parts = []
    whole = 0
    for family, word in ((ANY_V4, "any-ipv4"), (ANY_V6, "any-ipv6")):
        mine = found & family
        if not mine:
            continue
        rest = family - mine
        whole += not rest
        if rest and len(rest.spans) >= len(mine.spans):
            parts.append(format_addresses(mine, MOST_SPANS))
        elif rest:
            parts.append(words["but"].format(all=words[word], few=format_addresses(rest, MOST_SPANS)))
        else:
            parts.append(words[word])
    return words[everybody] if whole == 2 else words["list"].join(parts)


def points(found: IntervalSet, lang: str) -> str:
    """Points of the port line."""
    if found == ANY_PORTS:
        return COMPARE[lang]["any-port"]
    rest = ANY_PORTS - found
    told = ports_phrase(found)
    if len(rest.spans) < len(found.spans):
        told = COMPARE[lang]["but"].format(all=COMPARE[lang]["any-port"], few=ports_phrase(rest))
    return told if lang == "en" else told.replace("any ", "任何 ")


def flow(box: Box, lang: str) -> str:
    """A box: `22623/tcp from anyone to 192.168.22.201`."""
    return closed_up(
        COMPARE[lang]["flow"].format(
            ports=points(box.ports, lang),
            sources=addresses(box.sources, lang, "anyone"),
            destinations=addresses(box.destinations, lang),
        )
    )


def closed_up(text: str) -> str:
    """Without the blanks between Chinese characters: a phrase that is filled in may begin or end with either."""
    return text if text.isascii() else BLANK.sub("", text)


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes for a reader: those that differ in the family alone are one. No packet has two families, so nothing is added
    where both sides of each are whole families."""
    v4 = {(box.ports): box for box in boxes if box.sources == ANY_V4 and box.destinations == ANY_V4}
    v6 = {(box.ports): box for box in boxes if box.sources == ANY_V6 and box.destinations == ANY_V6}
    both = v4.keys() & v6.keys()
    found = []
    for box in boxes:
        if box.ports in both and box is v6[box.ports]:
            continue
        if box.ports in both and box is v4[box.ports]:
            found.append(Box(ANY_V4 | ANY_V6, ANY_V4 | ANY_V6, box.ports))
        else:
            found.append(box)
    return found


def circumstances(contexts: Sequence[Context], lang: str, *, usual: bool) -> str:
    """When something holds; empty when that is for every first packet and `usual`."""
    words = COMPARE[lang]
    first = contexts[0]
    told: list[str] = []
    states = tuple(dict.fromkeys(context.state for context in contexts))
    if not usual or states[0] != "new":
        told.append(words["state"].format(states=words["list"].join(states)))
    for side, name in (("in-interface", first.in_interface), ("out-interface", first.out_interface)):
        names = {context[2 if side == "in-interface" else 3] for context in contexts}
        if name and len(names) == 1:
            shown = words["another"] if name.startswith("other0") else printable(name)
            told.append(words[side].format(name=shown))
    if first.source_ports != EVERY_PORT and all(context.source_ports == first.source_ports for context in contexts):
        told.append(words["source-ports"].format(ports=_numbers(first.source_ports)))
    bits = {context.tcp_flags for context in contexts}
    if len(bits) == 1 and first.tcp_flags not in (None, 2, 16):
        told.append(words["flags"].format(flags=flags(first.tcp_flags or 0) or words["no-flags"]))
    return closed_up(words["list"].join(told))


def flags(bits: int) -> str:
    """TCP flags by their names."""
    return "+".join(name for bit, name in FLAGS.items() if bits & bit)


def _numbers(ports: IntervalSet) -> str:
    spans = [f"{first}" if first == last else f"{first}-{last}" for first, last in ports]
    return ", ".join([*spans[:3], f"+{len(spans) - 3}"] if len(spans) > 3 else spans)


def packet(found: Packet) -> str:
    """A packet in one line."""
    number = found.transport if isinstance(found.transport, int) else 0
    name = NAMES.get(number, str(number))
    traffic = f"{found.port}/{name}" if number in WITH_PORTS and found.port is not None else name
    if found.icmp_type is not None:
        traffic += f" type {found.icmp_type}"
    if found.source_port not in (None, 40000):
        traffic += f" (source port {found.source_port})"
    return f"{format_address(found.source)} → {format_address(found.destination)} {traffic} {found.state}"
