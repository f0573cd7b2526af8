"""The words of one rule, as rules of the model."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portspec.configs.firewall.model import NO_FIRST_PACKET, Rule, StateCondition
from portspec.configs.firewall.nftables.asides import ASIDES
from portspec.configs.firewall.nftables.changes import TRACKED
from portspec.configs.firewall.nftables.fields import V4, V6, implied_box
from portspec.configs.firewall.nftables.headers import of_first_packets
from portspec.configs.firewall.nftables.selectors import LEADS
from portspec.configs.firewall.nftables.texts import ChainText, SetText, Words
from portspec.configs.firewall.nftables.values import Field, Wrong
from portspec.configs.firewall.nftables.verdict_maps import VerdictMaps
from portspec.configs.firewall.nftables.vocabulary import PLAIN, QUIET, UNKNOWN_MATCHES, VERDICTS
from portspec.packets.addresses import ANY, parse_network, v6_prefix
from portspec.packets.boxes import Box
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS
from portspec.source import Span

LATER = re.compile(r"ct status (?:dnat|snat|assured|seen-reply)(?: , (?:dnat|snat|assured|seen-reply))*")
"""Never true of a first packet: one that meets a translation on its way is another packet behind it."""
KIND = r"\b(?:local|multicast|broadcast|anycast|[2-5])\b"
KINDS = re.compile(rf"fib daddr type (!= |ne |== |eq )?({KIND}|\{{ ?{KIND}(?: ?, ?{KIND})* ?,? ?\}})")
MULTICAST = IntervalSet((parse_network("224.0.0.0/4"), v6_prefix(0xFF000000, 8)))
BROADCAST = IntervalSet((parse_network("255.255.255.255"),))
DESTINATIONS = {"local": ANY - MULTICAST - BROADCAST, "multicast": MULTICAST, "broadcast": BROADCAST, "anycast": EMPTY}
DESTINATIONS |= {"2": DESTINATIONS["local"], "5": MULTICAST, "3": BROADCAST, "4": EMPTY}  # as nft -n prints them
"""What comes in by the input hook for one host is for a local address of its own; the rest is for a group or for all."""


class RuleReader(VerdictMaps):
    """Reads one rule. `sets` are those of its table, `chains` its table's chains.
    `marks`: some rule of the file sets marks, so that a packet's mark is not the one that it came with."""

    def __init__(
        self,
        words: Words,
        span: Span,
        sets: Mapping[str, SetText],
        chains: Mapping[str, ChainText],
        hook: str,
        *,
        marks: bool,
    ) -> None:
        super().__init__(words, span, sets, chains, marks=marks)
        self.hook = hook

    def read(self) -> list[Rule]:
        """The rules of the model, in order; a verdict map gives several. Raises Wrong."""
        while self.at < len(self.words):
            if self.statement():
                return self.found
        self.emit("continue", "")
        return self.found

    def statement(self) -> bool:
        """Read one match or statement; True when it ends the rule."""
        word = self.words[self.at]
        text = word.text
        if word.kind in ("string", "symbol"):
            raise Wrong(word, f"expected a match or a statement, found {text!r}")
        if text in ("jump", "goto"):
            self.at += 1
            target = self.take("the name of a chain")
            self.known_chain(target)
            self.nothing_behind(text)
            self.emit("jump" if text == "jump" else "goto", target.text)
            return True
        if text in PLAIN:
            self.at += 1
            if text == "reject":
                self.reject()
            self.nothing_behind(text)
        if text in VERDICTS:
            self.emit(VERDICTS[text], text.upper() if VERDICTS[text] == "unknown" else "")
            return True
        if text in ("add", "update", "delete") and self.peek(1).startswith("@"):
            self.dynamic()
            return False
        if text == "set" and self.peek(1) in ("add", "update"):
            self.dynamic_of_old()
            return False
        if text in QUIET or text in UNKNOWN_MATCHES:
            self.aside(text)
            return False
        if text == "xt":
            return self.xtables()
        if text in LEADS and self.sets_field():
            self.skip_set()
            return False
        if text in LEADS or text.startswith("@"):
            return self.match()
        raise Wrong(word, f"{text!r} is no match or statement that is known")

    def nothing_behind(self, verdict: str) -> None:
        """Behind a verdict only a comment may stand."""
        if self.peek() == "comment":
            self.comment()
        elif self.at < len(self.words):
            raise Wrong(self.words[self.at], f"nothing can come behind {verdict}, which ends the rule")

    def comment(self) -> None:
        self.at += 1
        self.take("a text")
        if self.at < len(self.words):
            raise Wrong(self.words[self.at], "a comment ends the rule")

    def reject(self) -> None:
        """What `with …` implies of the packet: a reset answers TCP only, an ICMP error its own family."""
        if self.peek() != "with":
            return
        self.at += 1
        kind = self.take("icmp, icmpv6, icmpx or tcp reset")
        if kind.text == "tcp":
            word = self.take("reset")
            if word.text != "reset":
                raise Wrong(word, f"expected reset, found {word.text!r}")
            self.matched.narrow([implied_box(Field("flags", "tcp", (6,)))])
            return
        if kind.text not in ("icmp", "icmpv6", "icmpx"):
            raise Wrong(kind, f"cannot reject with {kind.text!r}", "known: icmp, icmpv6, icmpx, tcp reset")
        if self.peek() in ("type", "code"):
            self.at += 1
        self.take("a reason such as port-unreachable")
        if kind.text != "icmpx":
            self.matched.narrow([V4 if kind.text == "icmp" else V6])

    def aside(self, text: str) -> None:
        """A statement without a verdict."""
        start = self.at
        if text == "comment":
            self.comment()
            return
        self.at += 1
        ASIDES[text](self)
        said = self.text_from(start)
        if text in UNKNOWN_MATCHES or " map " in said:
            self.matched.unknown(said)

    def xtables(self) -> bool:
        """`xt match string`, `xt target "NFLOG"`: how nft lists what only iptables-nft can spell."""
        start = self.at
        self.at += 1
        kind = self.take("match or target")
        if kind.text not in ("match", "target"):
            raise Wrong(kind, f"expected match or target, found {kind.text!r}")
        name = self.take("a name")
        if name.text == ("comment" if kind.text == "match" else "LOG"):
            return False
        if kind.text == "match":
            self.matched.unknown(self.text_from(start))
            return False
        self.emit("unknown", name.text)
        return True

    def match(self) -> bool:
        start = self.at
        fields = [self.field()]
        while self.peek() == ".":
            self.at += 1
            fields.append(self.field())
        if self.peek() == "set":
            self.at = start
            self.skip_set()
            return False
        if any(field.kind in ("other", "raw") for field in fields):
            self.not_modelled(fields, start)
            return False
        mask = self.mask()
        if self.peek() == "vmap":
            self.at += 1
            self.verdict_map(fields, start, mask)
            return False
        operator = self.operator()
        words = self.right_side()
        self.compare(fields, operator, words, self.text_from(start), mask)
        return False

    def not_modelled(self, fields: list[Field], start: int) -> None:
        """A match on something that is not looked at here: skip it whole, keep what it implies."""
        depth = 0
        self.operator()
        value = self.at
        while self.at < len(self.words):
            if self.peek() == "vmap":
                self.at += 1
                self.verdict_map(fields, start, [])
                return
            # The value may be a word that begins a match elsewhere: `ether type ip`.
            if depth == 0 and self.at > value and self.begins():
                break
            depth += (self.peek() == "{") - (self.peek() == "}")
            self.at += 1
        text = self.text_from(start)
        kinds = KINDS.fullmatch(text) if self.hook == "input" else None
        if kinds is not None:
            found = EMPTY
            for kind in re.findall(KIND, kinds[2]):
                found = found | DESTINATIONS[kind]
            negated = kinds[1] in ("!= ", "ne ")
            self.matched.narrow([Box(ANY, ANY - found if negated else found, ANY_PORTS)])
            return
        first = of_first_packets(text)
        if first is not None:
            box, holds = first
            self.matched.narrow([box])
            if not holds:
                self.matched.require(NO_FIRST_PACKET)
            return
        for each in fields:
            self.matched.narrow([implied_box(each)])
            if each.text.startswith("ct ") and each.text != "ct count":
                self.matched.require(StateCondition(TRACKED))
        if LATER.fullmatch(text):
            self.matched.require(StateCondition(TRACKED - {"new"}))
        if any(each.text == "ct count" for each in fields):
            self.perhaps_dropped(text)
        self.matched.unknown(text)
