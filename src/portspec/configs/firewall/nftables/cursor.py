"""The words of one rule, and where its statements and the sides of its matches begin and end."""

from __future__ import annotations

from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.lists import words_of_list
from portspec.configs.firewall.nftables.selectors import (
    FIELDS,
    LEADS,
    NOT_MODELLED,
    OF_A_DIRECTION,
    PROTOCOLS_OF,
    SHORT_META,
    TUNNELS,
)
from portspec.configs.firewall.nftables.texts import Words
from portspec.configs.firewall.nftables.values import Field, Wrong
from portspec.configs.firewall.nftables.vocabulary import OPERATORS, QUIET, UNKNOWN_MATCHES, VERDICTS

JOINTS = frozenset({"and", "or", "xor", "|", "&", "^", "<<", ">>", "map", ".", ",", ":", "mod", "offset", "seed"})
"""Words that join the parts of a value."""

BINARY = frozenset({"&", "and", "|", "or", "^", "xor", "<<", ">>"})
"""Operators that change a field before it is compared."""

Mask = list[tuple[str, Words]]
"""What is done to a field before it is compared: operators with their operands."""


class Cursor:
    """A cursor over the words of a rule."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.at = 0
        self.loaded: list[Field] = []
        """Fields of the packet that the value of a set statement is made of."""

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.words[at].text if at < len(self.words) else ""

    def take(self, expected: str) -> Token:
        if self.at >= len(self.words):
            raise Wrong(self.words[-1], f"the rule ends here; expected {expected}")
        self.at += 1
        return self.words[self.at - 1]

    def text_from(self, start: int) -> str:
        return " ".join(
            word.text if word.kind != "list" else words_of_list(word.text) for word in self.words[start : self.at]
        )

    def begins(self) -> bool:
        """Whether a new statement begins at this word."""
        word = self.words[self.at]
        if word.kind != "word":
            return False
        text, before = word.text, self.words[self.at - 1].text
        if text in ("packets", "bytes", "prefix", "level", "group", "flags", "all", "over", "burst", "rate", "snaplen"):
            return False
        if before in ("level", "flags", "group", "prefix", "flow") or (
            before == "," and self.peek(-2) in ("options", "sequence")
        ):
            return False
        leads = text in LEADS and text not in ("day", "hour", "time")
        return (
            text in VERDICTS
            or text in QUIET
            or text in UNKNOWN_MATCHES
            or leads
            or text in ("jump", "goto", "add", "update")
        )

    def expression(self) -> None:
        """Skip the value that a field is set to: `1`, `ct mark and 0xff`, `tcp dport map { … }`."""
        self.operand()
        while self.peek() in JOINTS:
            self.at += 1
            self.operand()

    def operand(self) -> None:
        text = self.peek()
        if text in ("{", "(") and self.words[self.at].kind == "symbol":
            self.braces()
        elif text in LEADS or (text.startswith("@") and self.peek(1) == ","):
            self.loaded.append(self.field())
        else:
            self.take("a value")

    def braces(self) -> None:
        """Skip what stands in braces."""
        depth = 0
        while True:
            text = self.take("'}'").text
            depth += (text in "{(") - (text in "})")
            if depth <= 0:
                return

    # The sides of a match

    def field(self) -> Field:
        lead = self.take("a field")
        if lead.text.startswith("@"):
            # Raw payload: @th,16,16
            for _ in range(2):
                self.take("','")
                self.take("a number")
            return Field("raw", "payload")
        if lead.text == "fib":
            return self.fib()
        if lead.text == "jhash":
            return self.hashed()
        count = LEADS.get(lead.text)
        if count is None or lead.kind != "word":
            raise Wrong(lead, f"{lead.text!r} is no field that is known")
        names: tuple[str, ...] = (lead.text,) if lead.text not in SHORT_META else ("meta", lead.text)
        for _ in range(count - 1):
            names = (*names, self.take("the name of a field").text)
        if names[0] in TUNNELS and names[1] in LEADS:
            names = (*names, self.take("the name of a field").text)
        if names[0] == "ct" and names[1] in ("original", "reply"):
            while self.peek() in OF_A_DIRECTION:
                self.at += 1
        self.rounds()
        known = NOT_MODELLED.get(names[0])
        if names not in FIELDS and known is not None and names[1] not in known:
            raise Wrong(self.words[self.at - 1], f"{names[0]} has no field {names[1]!r}")
        return FIELDS.get(names, Field("other", " ".join(names), PROTOCOLS_OF.get(names[0], ())))

    def fib(self) -> Field:
        """`fib saddr . iif oif`: what the routes say."""
        keys = ""
        while self.peek() not in ("type", "oif", "oifname", "check"):
            keys += f" {self.take('type, oif, oifname or check').text}"
        return Field("other", f"fib{keys} {self.take('type, oif or oifname').text}")

    def hashed(self) -> Field:
        """`jhash ip saddr . tcp dport mod 4 seed 0xdead`."""
        while True:
            if self.peek() == "jhash":
                raise Wrong(self.words[self.at], "a hash of a hash")
            self.field()
            if self.peek() != ".":
                break
            self.at += 1
        self.rounds()
        return Field("other", "jhash")

    def rounds(self) -> None:
        """What follows a hash or a number generator."""
        while self.peek() in ("mod", "seed", "offset"):
            self.at += 1
            self.take("a number")

    def mask(self) -> Mask:
        """`& (fin | syn)`, `and 0xff`: what is done to the field before it is compared."""
        found: Mask = []
        while self.peek() in BINARY and self.words[self.at].kind != "string":
            operator = self.take("an operator").text
            words: Words = []
            depth = 0
            while True:
                word = self.take("a value")
                if word.kind == "symbol" and word.text in "()":
                    depth += 1 if word.text == "(" else -1
                elif word.kind != "symbol" or word.text == "|":
                    words.append(word)
                else:
                    raise Wrong(word, f"expected a value, found {word.text!r}")
                if depth <= 0:
                    break
            found.append((operator, words))
        return found

    def operator(self) -> str:
        """The comparison that is written; empty where none is."""
        text = self.peek()
        if text in OPERATORS and self.words[self.at].kind == "symbol":
            self.at += 1
            return text
        if text == "!":
            # tcp flags ! syn: none of the flags is set.
            self.at += 1
            return "!"
        aliases = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
        if text in aliases:
            self.at += 1
            return aliases[text]
        return ""

    def right_side(self) -> Words:
        """The words of the value: one, several joined by commas or '.', a set in braces, a sum of flags."""
        found: Words = []
        if self.peek() in ("{", "(") and self.words[self.at].kind == "symbol":
            close = "}" if self.peek() == "{" else ")"
            depth = 0
            while True:
                word = self.take(f"'{close}'")
                found.append(word)
                if word.kind == "symbol":
                    depth += (word.text in "{(") - (word.text in "})")
                if depth == 0:
                    return found
        found.append(self.take("a value"))
        while self.peek() in (",", ".", "|", "/", "-") or (self.peek() == "or" and found):
            found.append(self.take("a value"))
            found.append(self.take("a value"))
        return found
