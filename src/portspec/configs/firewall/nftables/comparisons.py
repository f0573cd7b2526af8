"""A field compared with values: what it narrows the packets of a rule to."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import TcpFlagsCondition
from portspec.configs.firewall.nftables.cursor import Cursor
from portspec.configs.firewall.nftables.matches import (
    Matched,
    Tuple,
    apply,
    element,
    implied_box,
    interface_condition,
    state_condition,
    states,
)
from portspec.configs.firewall.nftables.names import FLAGS
from portspec.configs.firewall.nftables.texts import SetText, Words, elements
from portspec.configs.firewall.nftables.values import Field, Wrong, compared, value
from portspec.configs.firewall.nftables.vocabulary import EXTRAS
from portspec.packets.intervals import IntervalSet


class Comparisons(Cursor):
    """Reads matches into `matched`. `sets` are those of the rule's table; `marks`: some rule of the file sets marks,
    so that a packet's mark is not the one that it came with."""

    def __init__(self, words: Words, sets: Mapping[str, SetText], *, marks: bool) -> None:
        super().__init__(words)
        self.sets = sets
        self.marks = marks
        self.matched = Matched()

    def compare(self, fields: list[Field], operator: str, words: Words, text: str, mask: Words) -> None:
        field = fields[0]
        if len(fields) == 1 and field.kind in ("state", "in", "out", "flags"):
            self.special(field, operator, words, text, mask)
            return
        if any(each.kind in ("state", "in", "out", "flags") for each in fields):
            self.left_open(fields, operator, text)
            return
        if words[0].text != "{" and any(word.text == "," for word in words):
            raise Wrong(words[0], f"{field.text}: a list stands in braces", "write { 22, 80 }")
        parts, whole = self.elements_of(words)
        if not parts and words[0].text == "{":
            raise Wrong(words[0], f"{field.text}: a set without elements")
        if not whole or (self.marks and any(each.kind == "mark" for each in fields)):
            self.left_open(fields, operator, text)
            return
        tuples = self.values(fields, words, parts)
        if operator in ("<", ">", "<=", ">=") and len(fields) == 1 and tuples:
            tuples = [(compared(field, operator, tuples[0][0]),)]
        apply(self.matched, fields, tuples, negated=operator == "!=", text=text)

    def values(self, fields: list[Field], words: Words, parts: list[Words]) -> list[Tuple]:
        """The elements as values; those of a named set are read once."""
        if not words[0].text.startswith("@"):
            return [element(fields, part) for part in parts]
        known = self.sets[words[0].text[1:]].read
        kinds = tuple(field.text for field in fields)
        if kinds not in known:
            found = [element(fields, part) for part in parts]
            if len(fields) == 1 and found:
                found = [(IntervalSet(span for values in found for span in values[0].spans),)]
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
        if len(words) == 1 and words[0].text.startswith("@"):
            found = self.sets.get(words[0].text[1:])
            if found is None:
                raise Wrong(words[0], f"no set {words[0].text} in this table")
            return [bare(part) for part in found.elements], "dynamic" not in found.flags
        return [bare(part) for part in elements(words)], True

    def special(self, field: Field, operator: str, words: Words, text: str, mask: Words) -> None:
        """Fields that are conditions rather than numbers."""
        if len(words) == 1 and words[0].text.startswith("@"):
            parts, whole = self.elements_of(words)
            if not whole or field.kind == "flags":
                self.matched.unknown(text)
                return
            words = [word for part in parts for word in part]
        negated = operator == "!="
        if field.kind == "state":
            self.matched.require(state_condition(states(words), negated=negated))
        elif field.kind in ("in", "out"):
            self.matched.require(interface_condition(field, words, negated=negated))
        else:
            self.matched.narrow([implied_box(field)])
            self.flags(operator, words, text, mask)

    def flags(self, operator: str, words: Words, text: str, mask: Words) -> None:
        texts = [word.text for word in words]
        if operator == "!":
            self.matched.require(TcpFlagsCondition(_bits(words), 0))
            return
        if "/" in texts:
            # tcp flags syn / fin,syn,rst,ack: value / mask
            at = texts.index("/")
            value_bits, mask_bits = _bits(words[:at]), _bits(words[at + 1 :])
        elif mask:
            value_bits, mask_bits = _bits(words), _bits(mask)
        elif operator == "==" and "{" in texts:
            self.matched.unknown(text)
            return
        elif operator == "==" and not self.explicit_equal():
            # Without an operator: any of the flags is set.
            bits = _bits(words)
            self.matched.require(TcpFlagsCondition(bits, 0, negated=True))
            return
        else:
            value_bits, mask_bits = _bits(words), 0xFF
        self.matched.require(TcpFlagsCondition(mask_bits, value_bits, operator == "!="))

    def explicit_equal(self) -> bool:
        """Whether the comparison that was just read had `==` written out."""
        at = self.at - 1
        while at >= 0 and self.words[at].text != "flags":
            if self.words[at].text in ("==", "eq"):
                return True
            at -= 1
        return False

    def masked(self, fields: list[Field], mask: Words, operator: str, words: Words, text: str) -> None:
        """`ip saddr & 255.255.255.0 == 192.0.2.0`: exact where the mask is a prefix's."""
        field = fields[0]
        if field.kind[:5] in ("saddr", "daddr") and len(mask) == 2 and mask[0].text in ("&", "and") and len(words) == 1:
            prefix = words[0]._replace(text=f"{words[0].text}/{mask[1].text}")
            try:
                found = value(field, prefix)
            except Wrong:
                found = None
            if found is not None and value(field, words[0]).first == found.first:
                apply(self.matched, fields, [(found,)], negated=operator == "!=", text=text)
                return
        self.matched.narrow([implied_box(field)])
        self.matched.unknown(text)


def bare(words: Words) -> Words:
    """An element without its timeout, comment or counter."""
    for at, word in enumerate(words):
        if at and word.kind == "word" and word.text in EXTRAS:
            return words[:at]
    return words


def _bits(words: Words) -> int:
    bits = 0
    for word in words:
        text = word.text.lower()
        if word.kind == "symbol" or text in ("and", "or", "|", "&"):
            continue
        if text in FLAGS:
            bits |= FLAGS[text]
        elif text.startswith("0x") or text.isdigit():
            bits |= int(text, 0)
        else:
            raise Wrong(word, f"tcp flags: {word.text!r} is no flag", f"known: {', '.join(FLAGS)}")
    return bits
