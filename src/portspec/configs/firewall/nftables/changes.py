"""Statements that change a packet or fill a set: what they write is not looked at, but only a packet that has the fields
goes on, and one with another address or port is another packet."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Action, Rule, StateCondition
from portspec.configs.firewall.nftables.comparisons import Comparisons
from portspec.configs.firewall.nftables.fields import IN_BOXES, implied_box
from portspec.configs.firewall.nftables.matched import Matched
from portspec.configs.firewall.nftables.selectors import LEADS
from portspec.configs.firewall.nftables.texts import SetText, Words
from portspec.source import Span

EVERY_PACKET_HAS = frozenset({"meta priority", "meta length", "numgen inc", "numgen random", "symhash"})
TRACKED = frozenset({"new", "established", "related"})
"""States of packets that belong to a connection: only of those `ct` knows anything but the state."""


class Changes(Comparisons):
    """Reads them, and collects the rules of the model in `found`."""

    def __init__(self, words: Words, span: Span, sets: Mapping[str, SetText], *, marks: bool) -> None:
        super().__init__(words, sets, marks=marks)
        self.span = span
        self.found: list[Rule] = []

    def emit(self, action: Action, target: str, matched: Matched | None = None) -> None:
        if matched is None:
            self.settle()
        for boxes, conditions in (matched or self.matched).ways():
            self.found.append(Rule(boxes, conditions, action, target, self.span))

    def perhaps_dropped(self, text: str) -> None:
        """A packet of no connection that cannot be told from others by its ports is dropped where connections are
        counted (nft_connlimit in the kernel), whatever stands behind it in the rule."""
        self.settle()
        dropped = self.matched.copy()
        dropped.require(StateCondition(frozenset({"invalid", "untracked"})))
        dropped.unknown(text)
        self.emit("drop", "", dropped)

    def dynamic(self) -> None:
        """`add @set { ip saddr limit rate … }`: matching where the fields are there, and only if a limit inside does."""
        self.settle()
        start = self.at
        while self.peek() != "{":
            self.take("'{'")
        behind = self.at + 1
        self.braces()
        end, self.at = self.at, behind
        self.keys()
        while self.at < end:
            # What an element of a map is given may be a field as well.
            if self.peek(-1) == ":" and self.peek() in LEADS:
                self.matched.narrow([implied_box(self.field())])
            else:
                self.at += 1
        inner = self.text_from(start)
        if " ct count " in inner:
            self.perhaps_dropped(inner)
        if any(f" {word} " in inner for word in ("limit", "quota", "ct")):
            self.matched.unknown(inner)

    def dynamic_of_old(self) -> None:
        """`set add ip saddr @s`, which newer releases write `add @s { ip saddr }`."""
        self.settle()
        self.at += 2
        self.keys()
        while not self.take("a set").text.startswith("@"):
            pass

    def keys(self) -> None:
        """The fields that an element is made of: a packet that has none of them does not match."""
        while True:
            self.matched.narrow([implied_box(self.field())])
            self.mask()
            if self.peek() != ".":
                return
            self.at += 1

    def sets_field(self) -> bool:
        """Whether `meta mark set 1` or `tcp option maxseg size set rt mtu` begins here."""
        return "set" in (self.peek(LEADS[self.peek()]), self.peek(4) if self.peek(1) == "option" else "")

    def skip_set(self) -> None:
        """What is set is not looked at here, or is a mark; only a packet that has the fields goes on. One that is given
        another address or port is another packet."""
        self.settle()
        start = self.at
        field = self.field()
        while self.take("set").text != "set":
            pass
        self.matched.narrow([implied_box(field)])
        self.loaded = []
        self.expression()
        text = self.text_from(start)
        for each in self.loaded:
            self.matched.narrow([implied_box(each)])
            if each.text.startswith("ct ") and each.kind != "state":
                self.matched.require(StateCondition(TRACKED))
            elif each.kind == "raw" or (each.kind == "other" and each.text not in EVERY_PACKET_HAS):
                self.matched.unknown(text)
        if " map " in text:
            self.matched.unknown(text)
        if field.kind in IN_BOXES or field.kind in ("sport", "flags", "raw"):
            self.emit("unknown", f"{field.text} set")
