"""Fields and their values as packets: the boxes and conditions that a match comes to."""

from __future__ import annotations

from portspec.configs.firewall.model import (
    Condition,
    InterfaceCondition,
    MarkCondition,
    SourcePortCondition,
    StateCondition,
    TcpFlagsCondition,
    Unknown,
)
from portspec.configs.firewall.nftables.bitmasks import bits
from portspec.configs.firewall.nftables.fields import (
    IN_BOXES,
    PORTED,
    V4,
    V6,
    WITHOUT_PORTS,
    field_box,
    implied_box,
    is_raw,
)
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.matched import Matched, Way
from portspec.configs.firewall.nftables.names import STATES
from portspec.configs.firewall.nftables.values import DOMAINS, Field, Wrong, value
from portspec.configs.firewall.nftables.vocabulary import VERDICTS
from portspec.packets.addresses import ANY
from portspec.packets.boxes import ANY_BOX, Box, meet, subtract_all
from portspec.packets.intervals import EMPTY, IntervalSet

Part = IntervalSet | Condition
"""One value of an element: numbers, or the condition that it comes to."""

Tuple = tuple[Part, ...]
MOST_BOXES = 20_000
MOST_MARKS = 32
"""Marks of one match that become conditions."""
MOST_SUBTRACTED = 2_000
"""Elements of a negated concatenation; their difference costs their number squared."""


def apply(matched: Matched, fields: list[Field], tuples: list[Tuple], *, negated: bool, text: str) -> None:
    """Narrow by a (concatenated) match: the fields' values are one of the tuples, or, negated, none of them."""
    for field in fields:
        matched.narrow([implied_box(field)])
    plain = [_numbers(found) for found in tuples]
    inside = all(field.kind in IN_BOXES for field in fields)
    if len(fields) == 1:
        united = IntervalSet.union(found[0] for found in plain)
        _apply_one(matched, fields[0], DOMAINS[fields[0].kind] - united if negated else united, text)
        return
    if inside and len(plain) > MOST_BOXES:
        tuples = [*_united(plain)]
    if negated:
        _exclude(matched, fields, tuples, inside=inside, text=text)
        return
    grouped: dict[tuple[Condition, ...], list[Box]] = {}
    for found in tuples:
        box = _tuple_box(fields, found)
        if box is not None:
            grouped.setdefault(_conditions(fields, found, text), []).append(box)
    ways = [Way(tuple(boxes), conditions) for conditions, boxes in grouped.items()]
    open_ = _without_ports(fields, tuples)
    if open_:
        ways.append(Way(open_, (Unknown(text),)))
    if ways:
        matched.either(ways, text)
    else:
        matched.boxes = ()


def _exclude(matched: Matched, fields: list[Field], tuples: list[Tuple], *, inside: bool, text: str) -> None:
    """Keep what is in none of the elements. One with a condition would ask for every way not to be it: left open."""
    boxes = [box for found in tuples if (box := _tuple_box(fields, found)) is not None]
    if not inside or len(boxes) > MOST_SUBTRACTED:
        matched.unknown(text)
        return
    rest = subtract_all(_families(matched.boxes), boxes)
    open_ = _without_ports(fields, tuples)
    if not open_:
        matched.narrow(rest)
        return
    certain = [part for box in rest for part in subtract_all([box], list(open_))]
    matched.either([Way(tuple(certain)), Way(open_, (Unknown(text),))], text)


def _apply_one(matched: Matched, field: Field, found: IntervalSet, text: str) -> None:
    if field.kind == "mark":
        _apply_mark(matched, found, text)
        return
    boxes = (field_box(field, found),) if field.kind in IN_BOXES else (ANY_BOX,)
    conditions = _conditions([field], (found,), text)
    if is_raw(field):
        if field.kind == "sport":
            boxes = (Box(ANY, ANY, PORTED),)
        matched.either([Way(boxes, conditions), Way((WITHOUT_PORTS,), (Unknown(text),))], text)
        return
    matched.narrow(boxes)
    matched.require(*conditions)


def _apply_mark(matched: Matched, found: IntervalSet, text: str) -> None:
    """Few marks, or all but few, are conditions; more are left open."""
    others = DOMAINS["mark"] - found
    if not found:
        matched.boxes = ()
    elif found.size <= MOST_MARKS:
        marks = [mark for low, high in found for mark in range(low, high + 1)]
        matched.either([Way((ANY_BOX,), (MarkCondition(mark),)) for mark in marks], text)
    elif others.size <= MOST_MARKS:
        matched.require(*(MarkCondition(mark, negated=True) for low, high in others for mark in range(low, high + 1)))
    else:
        matched.unknown(text)


def _conditions(fields: list[Field], found: Tuple, text: str) -> tuple[Condition, ...]:
    """The conditions that an element comes to, beside its box."""
    conditions: list[Condition] = []
    for field, part in zip(fields, found, strict=True):
        if not isinstance(part, IntervalSet):
            conditions.append(part)
        elif field.kind == "sport":
            conditions.append(SourcePortCondition(part))
        elif field.kind == "mark":
            conditions.append(MarkCondition(part.first) if part.size == 1 else Unknown(text))
        elif field.kind not in IN_BOXES:
            conditions.append(Unknown(text))
    return tuple(dict.fromkeys(conditions))


def _numbers(found: Tuple) -> tuple[IntervalSet, ...]:
    return tuple(part if isinstance(part, IntervalSet) else EMPTY for part in found)


def _tuple_box(fields: list[Field], found: Tuple) -> Box | None:
    box: Box | None = ANY_BOX
    for field, part in zip(fields, found, strict=True):
        if box is None:
            return None
        if field.kind in IN_BOXES and isinstance(part, IntervalSet):
            box = meet(box, field_box(field, part))
        elif is_raw(field):
            box = meet(box, Box(ANY, ANY, PORTED))
    return box


def _without_ports(fields: list[Field], tuples: list[Tuple]) -> tuple[Box, ...]:
    """What elements with `th dport` may find in packets that have no ports, by their other fields."""
    if not any(is_raw(field) for field in fields):
        return ()
    others = [number for number, field in enumerate(fields) if not is_raw(field)]
    outlines = (
        _tuple_box([fields[number] for number in others], tuple(found[number] for number in others)) for found in tuples
    )
    boxes = (meet(box, WITHOUT_PORTS) for box in outlines if box is not None)
    return tuple(dict.fromkeys(box for box in boxes if box is not None))


def _families(boxes: tuple[Box, ...]) -> list[Box]:
    return [part for box in boxes for family in (V4, V6) if (part := meet(box, family)) is not None]


def _united(tuples: list[tuple[IntervalSet, ...]]) -> list[tuple[IntervalSet, ...]]:
    """Elements that agree in all but the first field, put together."""
    grouped: dict[tuple[IntervalSet, ...], list[IntervalSet]] = {}
    for found in tuples:
        grouped.setdefault(found[1:], []).append(found[0])
    return [(IntervalSet(span for part in parts for span in part.spans), *rest) for rest, parts in grouped.items()]


def state_condition(values: frozenset[int]) -> StateCondition:
    """The condition on the connection state, from the bits of the states."""
    return StateCondition(frozenset(name for name, bit in STATES.items() if bit in values))


def interface_condition(field: Field, words: list[Token], *, negated: bool) -> Condition:
    """The condition on an interface. One that is named by its number may be any."""
    for word in words:
        if word.kind == "word" and word.text in VERDICTS:
            raise Wrong(word, f"{field.text}: expected an interface, found {word.text!r}")
    names = frozenset(word.text for word in words if word.kind != "symbol")
    if field.text[-3:] in ("iif", "oif") and any(name.isdigit() for name in names):
        return Unknown(f"{field.text} {'!= ' if negated else ''}{' '.join(sorted(names))}")
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
    return tuple(_part(field, part) for field, part in zip(fields, parts, strict=True))


def _part(field: Field, words: list[Token]) -> Part:
    if field.kind in ("in", "out"):
        return interface_condition(field, words, negated=False)
    if field.kind == "state":
        return state_condition(frozenset({bits(field, words)}))
    if field.kind == "flags":
        return TcpFlagsCondition(0xFF, bits(field, words))
    return value(field, _joined(words))


def _joined(words: list[Token]) -> Token:
    """`22 - 25`, written with blanks, as one word. Raises Wrong for words that nothing joins."""
    if len(words) == 1:
        return words[0]
    texts = [word.text for word in words]
    dashed = texts[1] == "-" if len(texts) == 3 else texts[0].endswith("-") or texts[1].startswith("-")
    if len(texts) > 3 or not dashed or any(word.kind != "word" for word in words):
        raise Wrong(words[1], f"expected a comma or the end of the value, found {texts[1]!r}")
    return words[0]._replace(text="".join(texts), stop=words[-1].stop)
