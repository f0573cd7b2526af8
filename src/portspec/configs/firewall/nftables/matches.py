"""Matches of a rule, collected into boxes and conditions."""

from __future__ import annotations

from portspec.configs.firewall.model import (
    Condition,
    InterfaceCondition,
    MarkCondition,
    SourcePortCondition,
    StateCondition,
    Unknown,
)
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.names import STATES
from portspec.configs.firewall.nftables.values import DOMAINS, Field, Wrong, value
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.packets.boxes import ANY_BOX, Box, meet, subtract_all
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS

Tuple = tuple[IntervalSet, ...]
IN_BOXES = frozenset({
    "saddr4", "daddr4", "saddr6", "daddr6", "dport", "l4proto", "l4proto4", "l4proto6", "icmp-type", "icmpv6-type",
    "icmp-code", "icmpv6-code", "nfproto",
})  # fmt: skip
"""Fields that the algebra of boxes decides."""

MOST_BOXES = 20_000
MOST_PAIRS = 300_000
"""Pairs of boxes that one match may cost; a rule that asks for more is left open."""
MOST_SUBTRACTED = 2_000
"""Elements of a negated concatenation; their difference costs their number squared."""

V4, V6 = Box(ANY_V4, ANY_V4, ANY_PORTS), Box(ANY_V6, ANY_V6, ANY_PORTS)


class Matched:
    """What a rule's matches have come to: boxes that hold the packets, and conditions."""

    def __init__(self, boxes: tuple[Box, ...] = (ANY_BOX,), conditions: tuple[Condition, ...] = ()) -> None:
        self.boxes = boxes
        self.conditions = conditions

    def copy(self) -> Matched:
        return Matched(self.boxes, self.conditions)

    def narrow(self, boxes: list[Box]) -> None:
        """Keep the packets of some boxes."""
        if len(boxes) == 1 and boxes[0] == ANY_BOX:
            return
        if len(self.boxes) > 1 and len(self.boxes) * len(boxes) > MOST_PAIRS:
            self.unknown(f"{len(boxes)} elements beside {len(self.boxes)} others")
            return
        found = [common for mine in self.boxes for other in boxes if (common := meet(mine, other)) is not None]
        self.boxes = tuple(found)

    def require(self, condition: Condition) -> None:
        """Add a condition."""
        if condition not in self.conditions:
            self.conditions = (*self.conditions, condition)

    def unknown(self, reason: str) -> None:
        """Something that is not modelled."""
        self.require(Unknown(reason))


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
    if kind == "nfproto":
        families = (ANY_V4 if 4 in found else EMPTY) | (ANY_V6 if 6 in found else EMPTY)
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
    domain = DOMAINS.get(field.kind)
    if field.kind in IN_BOXES and domain is not None:
        return field_box(field, domain)
    if field.protocols:
        return Box(ANY, ANY, IntervalSet((number << 16, number << 16 | 65535) for number in field.protocols))
    return ANY_BOX


def apply(matched: Matched, fields: list[Field], tuples: list[Tuple], *, negated: bool, text: str) -> None:
    """Narrow by a (concatenated) match: the fields' values are one of the tuples, or, negated, none of them."""
    # `th` implies no protocol: beside `meta l4proto` a packet of another protocol is not in the set, so it differs.
    free = negated and any(field.kind.startswith("l4proto") for field in fields)
    for field in fields:
        if not (free and field.text.startswith("th ")):
            matched.narrow([implied_box(field)])
    if len(tuples) > MOST_BOXES:
        tuples = _united(tuples)
    if len(fields) == 1:
        united = IntervalSet(span for found in tuples for span in found[0].spans)
        _apply_one(matched, fields[0], DOMAINS[fields[0].kind] - united if negated else united, text)
        return
    inside = [field for field in fields if field.kind in IN_BOXES]
    if len(inside) == len(fields):
        boxes = [box for found in tuples if (box := _tuple_box(fields, found)) is not None]
        if negated and len(boxes) > MOST_SUBTRACTED:
            matched.unknown(text)
            return
        matched.narrow(subtract_all(_families(matched.boxes), boxes) if negated else boxes)
        return
    if len(tuples) == 1 and not negated:
        for field, found in zip(fields, tuples[0], strict=True):
            _apply_one(matched, field, found, text)
        return
    # A source port or an interface in a concatenation of several elements: only the outline is exact.
    if not negated:
        outlines = [
            _tuple_box(inside, tuple(f for f, fd in zip(found, fields, strict=True) if fd in inside))
            for found in tuples
        ]
        matched.narrow([box for box in outlines if box is not None])
    matched.unknown(text)


def _apply_one(matched: Matched, field: Field, found: IntervalSet, text: str) -> None:
    if field.kind in IN_BOXES:
        matched.narrow([field_box(field, found)])
    elif field.kind == "sport":
        matched.require(SourcePortCondition(found))
    elif field.kind == "mark":
        if found.size == 1:
            matched.require(MarkCondition(found.first))
        elif (DOMAINS["mark"] - found).size == 1:
            matched.require(MarkCondition((DOMAINS["mark"] - found).first, negated=True))
        else:
            matched.unknown(text)
    else:
        matched.unknown(text)


def _tuple_box(fields: list[Field], found: Tuple) -> Box | None:
    box: Box | None = ANY_BOX
    for field, values in zip(fields, found, strict=True):
        if box is not None:
            box = meet(box, field_box(field, values))
    return box


def _families(boxes: tuple[Box, ...]) -> list[Box]:
    return [part for box in boxes for family in (V4, V6) if (part := meet(box, family)) is not None]


def _united(tuples: list[Tuple]) -> list[Tuple]:
    """Elements that agree in all but the first field, put together."""
    grouped: dict[Tuple, list[IntervalSet]] = {}
    for found in tuples:
        grouped.setdefault(found[1:], []).append(found[0])
    return [(IntervalSet(span for part in parts for span in part.spans), *rest) for rest, parts in grouped.items()]


def states(words: list[Token]) -> frozenset[str]:
    """Connection states by name. Raises Wrong."""
    found = set()
    for word in words:
        if word.kind == "symbol":
            continue
        if word.text not in STATES:
            raise Wrong(word, f"ct state: {word.text!r} is no state", f"known: {', '.join(STATES)}")
        found.add(word.text)
    return frozenset(found)


def state_condition(found: frozenset[str], *, negated: bool) -> StateCondition:
    """The condition on the connection state."""
    return StateCondition(frozenset(STATES) - found if negated else found)


def interface_condition(field: Field, words: list[Token], *, negated: bool) -> InterfaceCondition:
    """The condition on an interface."""
    names = frozenset(word.text for word in words if word.kind != "symbol")
    return InterfaceCondition("in" if field.kind == "in" else "out", names, negated)


def element(fields: list[Field], words: list[Token]) -> Tuple:
    """One element of a set: values joined by `.`. Raises Wrong."""
    parts: list[list[Token]] = [[]]
    for word in words:
        if word.kind == "word" and word.text == ".":
            parts.append([])
        else:
            parts[-1].append(word)
    if len(parts) != len(fields) or not all(parts):
        raise Wrong(words[0], f"expected {len(fields)} value{'s' if len(fields) > 1 else ''} joined by '.'")
    return tuple(value(field, _joined(part)) for field, part in zip(fields, parts, strict=True))


def _joined(words: list[Token]) -> Token:
    """`22 - 25`, written with blanks, as one word."""
    if len(words) == 1:
        return words[0]
    text = "".join(word.text for word in words)
    return words[0]._replace(text=text, stop=words[-1].stop)
