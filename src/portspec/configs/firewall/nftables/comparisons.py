"""A field compared with values: what it narrows the packets of a rule to."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import MarkCondition
from portspec.configs.firewall.nftables.bitmasks import ALL_FLAGS, accepted, bits, flag_conditions, listed
from portspec.configs.firewall.nftables.cursor import Cursor, Mask
from portspec.configs.firewall.nftables.fields import implied_box
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.lists import addresses, opened
from portspec.configs.firewall.nftables.matched import Matched, Way
from portspec.configs.firewall.nftables.matches import (
    Tuple,
    apply,
    element,
    interface_condition,
    state_condition,
)
from portspec.configs.firewall.nftables.texts import SetText, Words, elements
from portspec.configs.firewall.nftables.values import DOMAINS, Field, Wrong, compared, value
from portspec.configs.firewall.nftables.vocabulary import EXTRAS
from portspec.packets.boxes import ANY_BOX
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple

NEIGHBOURS = (("saddr4", "daddr4"), ("sport", "dport"), ("icmp-type", "icmp-code"), ("icmpv6-type", "icmpv6-code"))
"""Kinds of fields that stand beside each other in a packet, together no longer than a register of the kernel's."""
NEIGHBOUR = frozenset(kind for pair in NEIGHBOURS for kind in pair)


class Unequal(NamedTuple):
    """`tcp sport != 53`: a field that is not one value."""

    field: Field
    tuples: list[Tuple]
    text: str


class Comparisons(Cursor):
    """Reads matches into `matched`. `sets` are those of the rule's table; `marks`: some rule of the file sets marks,
    so that a packet's mark is not the one that it came with."""

    def __init__(self, words: Words, sets: Mapping[str, SetText], *, marks: bool) -> None:
        super().__init__(words)
        self.sets = sets
        self.marks = marks
        self.matched = Matched()
        self.unequal: list[Unequal] = []
        """Comparisons that wait for their neighbours."""

    def compare(self, fields: list[Field], operator: str, words: Words, text: str, mask: Mask) -> None:
        """One comparison. `operator` is empty where none is written."""
        field = fields[0]
        alone = len(fields) == 1
        if alone and field.kind in ("state", "flags"):
            self.bit_field(field, operator, words, text, mask)
            return
        if operator == "!":
            raise Wrong(words[0], f"{field.text}: `!` is for flags and states", "write !=")
        if not _is_set(words) and any(word.kind == "symbol" and word.text == "," for word in words):
            raise Wrong(words[0], f"{field.text}: a list stands in braces", "write { 22, 80 }")
        parts, whole = self.elements_of(words)
        if not parts and words[0].text == "{":
            raise Wrong(words[0], f"{field.text}: a set without elements")
        relation = operator in ("<", ">", "<=", ">=")
        if relation and (_is_set(words) or not alone):
            raise Wrong(words[0], f"{field.text}: {operator} compares with one value")
        if not whole or (self.marks and any(each.kind == "mark" for each in fields)):
            self.left_open(fields, operator, text)
        elif mask:
            self.masked(fields, mask, operator, parts, text)
        elif alone and field.kind in ("in", "out"):
            if relation:
                self.matched.unknown(text)
                return
            names = [word for part in opened(parts) for word in part]
            self.matched.require(interface_condition(field, names, negated=operator == "!="))
        else:
            tuples = self.values(fields, words, parts)
            if relation:
                found = tuples[0][0]
                assert isinstance(found, IntervalSet)  # nothing else is read for a field that has numbers
                tuples = [(compared(field, operator, found),)]
            if operator == "!=" and alone and _is_named(words):
                # What is not in a long set is worked out once, however many rules ask for it.
                known = self.sets[words[0].text[1:]].read
                outside = ("!=", field.text)
                if outside not in known:
                    united = IntervalSet.union(one for (one,) in tuples if isinstance(one, IntervalSet))
                    known[outside] = [(DOMAINS[field.kind] - united,)]
                apply(self.matched, fields, known[outside], negated=False, text=text)
                return
            if operator == "!=" and alone and not _is_set(words) and field.kind in NEIGHBOUR and _is_one(tuples):
                self.unequal.append(Unequal(field, tuples, text))
                return
            apply(self.matched, fields, tuples, negated=operator == "!=", text=text)

    def settle(self) -> None:
        """Make the comparisons that have waited, at the latest where the rule decides.

        A statement such as `counter` between them makes no difference.

        nft 1.0.6 puts comparisons of neighbouring fields with one value each into one, also where they ask for values
        that the fields do not have: `tcp sport != 53 tcp dport != 80` then is false only of a packet with both, though
        it lists them as they were written (seen in the kernel; `payload_try_merge` in nft's statement.c). Another
        version may not, so that packets with just one of the values are left open.
        """
        waiting, self.unequal = self.unequal, []
        for pair in NEIGHBOURS:
            found = [one for one in waiting if one.field.kind in pair]
            if len({one.field.kind for one in found}) < len(pair):
                for one in found:
                    apply(self.matched, [one.field], one.tuples, negated=True, text=one.text)
                continue
            text = " ".join(one.text for one in found)
            neither, ways = Matched(), []
            for one in found:
                self.matched.narrow([implied_box(one.field)])
                apply(neither, [one.field], one.tuples, negated=True, text=one.text)
                alone = Matched()
                apply(alone, [one.field], one.tuples, negated=True, text=one.text)
                alone.unknown(text)
                ways += alone.ways()
            self.matched.either([*neither.ways(), *ways], text)

    def values(self, fields: list[Field], words: Words, parts: list[Words]) -> list[Tuple]:
        """The elements as values; those of a named set are read once."""
        if not _is_named(words):
            return elements_read(fields, parts)
        known = self.sets[words[0].text[1:]].read
        kinds = tuple(field.text for field in fields)
        if kinds not in known:
            found = elements_read(fields, parts)
            if len(fields) == 1 and found:
                found = [(IntervalSet.union(one for (one,) in found if isinstance(one, IntervalSet)),)]
            known[kinds] = found
        return known[kinds]

    def left_open(self, fields: list[Field], operator: str, text: str) -> None:
        """A comparison that is not decided here: a packet that it holds for has the fields, unless it is negated."""
        if operator != "!=":
            for field in fields:
                self.matched.narrow([implied_box(field)])
        self.matched.unknown(text)

    def elements_of(self, words: Words) -> tuple[list[Words], bool]:
        """The elements of the right side, and whether they are all there are."""
        if _is_named(words):
            found = self.sets.get(words[0].text[1:])
            if found is None:
                raise Wrong(words[0], f"no set {words[0].text} in this table")
            return [bare(part) for part in found.elements], "dynamic" not in found.flags
        return [bare(part) for part in elements(words)], True

    def bit_field(self, field: Field, operator: str, words: Words, text: str, mask: Mask) -> None:
        """TCP flags and connection states: every value that they may have is tried."""
        self.matched.narrow([implied_box(field)])
        masked = None
        if mask:
            if len(mask) > 1 or mask[0][0] not in ("&", "and"):
                self.matched.unknown(text)
                return
            masked = bits(field, mask[0][1])
        if _is_set(words):
            parts, whole = self.elements_of(words)
            if not whole:
                self.matched.unknown(text)
                return
            if operator not in ("", "==", "!="):
                raise Wrong(words[0], f"{field.text}: {operator} compares with one value")
            found = listed(field, operator, masked, frozenset(bits(field, part) for part in opened(parts)))
        else:
            texts = [word.text for word in words]
            if "/" in texts and not mask:
                # tcp flags syn / fin,syn,rst,ack: value / mask
                at = texts.index("/")
                masked, words, operator = bits(field, words[at + 1 :]), words[:at], operator or "=="
            found = accepted(field, operator, masked, bits(field, words))
        self.accept_bits(field, found, text)

    def accept_bits(self, field: Field, found: frozenset[int], text: str) -> None:
        if field.kind == "state":
            self.matched.require(state_condition(found))
        elif not found:
            self.matched.boxes = ()
        elif found != ALL_FLAGS:
            self.matched.either([Way((ANY_BOX,), conditions) for conditions in flag_conditions(found)], text)

    def masked(self, fields: list[Field], mask: Mask, operator: str, parts: list[Words], text: str) -> None:
        """`ip saddr & 255.255.255.0 == 192.0.2.0`: exact where the mask is a prefix's, and for marks."""
        field = fields[0]
        parts = opened(parts)
        equal = operator in ("", "==", "!=")
        if len(fields) == 1 and equal and len(mask) == 1 and mask[0][0] in ("&", "and") and len(mask[0][1]) == 1:
            by = mask[0][1][0]
            if field.kind == "mark" and len(parts) == 1 and len(parts[0]) == 1:
                number, bits_ = value(field, parts[0][0]), value(field, by)
                if number.is_one and bits_.is_one:
                    self.matched.require(MarkCondition(number.first, bits_.first, operator == "!="))
                    return
            networks = [_network(field, part, by) for part in parts] if field.kind[:5] in ("saddr", "daddr") else [None]
            if None not in networks:
                tuples: list[Tuple] = [(network,) for network in networks if network is not None]
                apply(self.matched, fields, tuples, negated=operator == "!=", text=text)
                return
        self.left_open(fields, "", text)


def elements_read(fields: list[Field], parts: list[Words]) -> list[Tuple]:
    """The elements as values; a long list of addresses is one of them. Raises Wrong."""
    if len(fields) == 1 and fields[0].kind[:5] in ("saddr", "daddr"):
        found: list[Tuple] = []
        for part in parts:
            listed_ = addresses(part[0].text, v6=fields[0].kind[5:] == "6") if part[0].kind == "list" else None
            found += [(listed_,)] if listed_ is not None else [element(fields, one) for one in opened([part])]
        return found
    return [element(fields, part) for part in opened(parts)]


def _network(field: Field, part: Words, mask: Token) -> IntervalSet | None:
    """The addresses that are one value under a mask; None where the mask is no prefix's or the value has other bits."""
    if len(part) != 1:
        return None
    try:
        found = value(field, part[0]._replace(text=f"{part[0].text}/{mask.text}"))
        return found if value(field, part[0]).first == found.first else None
    except Wrong:
        return None


def _is_one(tuples: list[Tuple]) -> bool:
    """Whether there is one value, and no range or network."""
    return len(tuples) == 1 and isinstance(tuples[0][0], IntervalSet) and tuples[0][0].is_one


def _is_named(words: Words) -> bool:
    return len(words) == 1 and words[0].kind == "word" and words[0].text.startswith("@")


def _is_set(words: Words) -> bool:
    return _is_named(words) or (words[0].kind == "symbol" and words[0].text == "{")


def bare(words: Words) -> Words:
    """An element without its timeout, comment or counter."""
    for at, word in enumerate(words):
        if at and word.kind == "word" and word.text in EXTRAS:
            return words[:at]
    return words
