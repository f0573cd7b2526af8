"""The words of one rule, as rules of the model."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Action, Rule, TcpFlagsCondition
from portspec.configs.firewall.nftables.document import SetText, Words, elements
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.matches import (
    V4,
    V6,
    Matched,
    apply,
    element,
    implied_box,
    interface_condition,
    state_condition,
    states,
)
from portspec.configs.firewall.nftables.names import FLAGS
from portspec.configs.firewall.nftables.selectors import FIELDS, LEADS, SHORT_META
from portspec.configs.firewall.nftables.values import Field, Wrong, compared, value
from portspec.source import Span

VERDICTS: Mapping[str, Action] = {
    "accept": "accept", "drop": "drop", "return": "return", "continue": "continue", "reject": "reject",
    "queue": "unknown", "masquerade": "accept", "snat": "accept", "dnat": "unknown", "redirect": "unknown",
    "tproxy": "unknown", "synproxy": "unknown", "dup": "continue", "fwd": "unknown",
    # What is not tracked has another state for every later rule.
    "notrack": "unknown",
}  # fmt: skip
"""Statements that end a rule. What changes the destination may send the packet anywhere, so it is open; what changes
the source only ends its NAT chain."""

UNKNOWN_MATCHES = frozenset({"limit", "quota", "meter", "connlimit"})
QUIET = frozenset({"counter", "log", "comment", "flow", "nftrace", "trace", "secmark"})
"""Statements without a say in the verdict."""

OPERATORS = frozenset({"==", "!=", "<", ">", "<=", ">="})
EXTRAS = frozenset({"timeout", "expires", "comment", "counter", "limit"})


class RuleReader:
    """Reads one rule. `sets` are those of its table, `chains` the names of its table's chains.
    `marks`: some rule of the file sets marks, so that a packet's mark is not the one that it came with."""

    def __init__(
        self, words: Words, span: Span, sets: Mapping[str, SetText], chains: frozenset[str], hook: str, *, marks: bool
    ) -> None:
        self.words = words
        self.span = span
        self.sets = sets
        self.chains = chains
        self.hook = hook
        self.marks = marks
        self.at = 0
        self.matched = Matched()
        self.found: list[Rule] = []

    def read(self) -> list[Rule]:
        """The rules of the model, in order; a verdict map gives several. Raises Wrong."""
        while self.at < len(self.words):
            if self.statement():
                return self.found
        self.emit("continue", "")
        return self.found

    def emit(self, action: Action, target: str, matched: Matched | None = None) -> None:
        made = matched or self.matched
        self.found.append(Rule(made.boxes, made.conditions, action, target, self.span))

    # Words

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.words[at].text if at < len(self.words) else ""

    def take(self, expected: str) -> Token:
        if self.at >= len(self.words):
            raise Wrong(self.words[-1], f"the rule ends here; expected {expected}")
        self.at += 1
        return self.words[self.at - 1]

    def text_from(self, start: int) -> str:
        return " ".join(word.text for word in self.words[start : self.at])

    # Statements

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
            self.emit("jump" if text == "jump" else "goto", target.text)
            return True
        if text == "reject":
            self.reject()
        if text in VERDICTS:
            self.emit(VERDICTS[text], text.upper() if VERDICTS[text] == "unknown" else "")
            return True
        if text in ("add", "update", "delete", "set", "map") and (
            self.peek(1).startswith("@") or self.peek(2).startswith("@")
        ):
            self.dynamic()
            return False
        if text in QUIET or text in UNKNOWN_MATCHES:
            self.quiet(text)
            return False
        if text in ("meta", "ct", "ip", "ip6", "mark", "tcp", "udp") and "set" in (self.peek(1), self.peek(2)):
            self.skip_set()
            return False
        if text == "fib":
            self.fib()
            return False
        if text in LEADS or text.startswith("@"):
            return self.match()
        raise Wrong(word, f"{text!r} is no match or statement that is known")

    def known_chain(self, word: Token) -> None:
        if word.text not in self.chains:
            raise Wrong(word, f"no chain {word.text!r} in this table")

    def reject(self) -> None:
        """What `reject with …` implies of the packet: a reset answers TCP only, an ICMP error its own family."""
        words = [word.text for word in self.words[self.at :]]
        if words[1:4] == ["with", "tcp", "reset"]:
            self.matched.narrow([implied_box(Field("flags", "tcp", (6,)))])
        elif words[1:3] == ["with", "icmp"]:
            self.matched.narrow([V4])
        elif words[1:3] == ["with", "icmpv6"]:
            self.matched.narrow([V6])

    def quiet(self, text: str) -> None:
        """Skip a statement with its options: up to the next word that begins another."""
        start = self.at
        self.at += 1
        if text == "comment":
            self.take("a text")
            return
        while self.at < len(self.words) and not self.begins():
            self.at += 1
        if text in UNKNOWN_MATCHES:
            self.matched.unknown(self.text_from(start))

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
        leads = text in LEADS and text not in ("day", "hour", "time", "length")
        return (
            text in VERDICTS
            or text in QUIET
            or text in UNKNOWN_MATCHES
            or leads
            or text in ("jump", "goto", "fib", "add", "update")
        )

    def dynamic(self) -> None:
        """`add @set { ip saddr limit rate … }`: matching only if a limit inside does."""
        start = self.at
        depth = 0
        while self.at < len(self.words):
            text = self.words[self.at].text
            depth += (text == "{") - (text == "}")
            self.at += 1
            if text == "}" and depth == 0:
                break
        inner = self.text_from(start)
        if any(f" {word} " in inner for word in ("limit", "quota", "ct")):
            self.matched.unknown(inner)

    def skip_set(self) -> None:
        """`meta mark set 1`: changes what is not looked at here, or a mark."""
        while self.peek() != "set":
            self.at += 1
        self.at += 1
        depth = 0
        while self.at < len(self.words):
            if depth == 0 and self.at and self.words[self.at - 1].text != "set" and self.begins():
                return
            text = self.words[self.at].text
            depth += (text == "{") - (text == "}")
            self.at += 1

    def fib(self) -> None:
        start = self.at
        while self.at < len(self.words) and self.peek() != "type" and self.peek() not in ("oif", "oifname", "check"):
            self.at += 1
        kind = self.peek()
        self.at += 1
        operator = self.operator()
        words = self.right_side()
        texts = {word.text for word in words}
        if self.hook == "input" and kind == "type" and self.words[start + 1].text == "daddr" and texts == {"local"}:
            # What comes in by the input hook is for a local address.
            if operator == "!=":
                self.matched.boxes = ()
            return
        self.matched.unknown(self.text_from(start))

    # Matches

    def match(self) -> bool:
        start = self.at
        fields = [self.field()]
        while self.peek() == ".":
            self.at += 1
            fields.append(self.field())
        if any(field.kind in ("other", "raw") for field in fields):
            self.not_modelled(fields, start)
            return False
        mask = self.mask()
        if self.peek() == "vmap":
            self.at += 1
            self.verdict_map(fields, start)
            return False
        if self.peek() == "set":
            self.skip_set()
            return False
        operator = self.operator()
        words = self.right_side()
        text = self.text_from(start)
        if mask and fields[0].kind != "flags":
            self.masked(fields, mask, operator, words, text)
            return False
        self.compare(fields, operator, words, text, mask)
        return False

    def not_modelled(self, fields: list[Field], start: int) -> None:
        """A match on something that is not looked at here: skip it whole, keep what it implies."""
        depth = 0
        while self.at < len(self.words):
            if self.peek() == "vmap":
                self.at += 1
                self.verdict_map(fields, start)
                return
            if depth == 0 and self.begins():
                break
            depth += (self.peek() == "{") - (self.peek() == "}")
            self.at += 1
        for each in fields:
            self.matched.narrow([implied_box(each)])
        self.matched.unknown(self.text_from(start))

    def field(self) -> Field:
        lead = self.take("a field")
        if lead.text.startswith("@"):
            # Raw payload: @th,16,16
            while self.peek() in (",",) or self.peek().isdigit():
                self.at += 1
            return Field("raw", "payload")
        count = LEADS.get(lead.text)
        if count is None:
            raise Wrong(lead, f"{lead.text!r} is no field that is known")
        names: tuple[str, ...] = (lead.text,) if lead.text not in SHORT_META else ("meta", lead.text)
        for _ in range(count - 1):
            names = (*names, self.take("the name of a field").text)
        if names[0] == "ct" and names[1] in ("original", "reply"):
            while self.peek() in (
                "ip",
                "ip6",
                "saddr",
                "daddr",
                "proto-src",
                "proto-dst",
                "l3proto",
                "protocol",
                "packets",
                "bytes",
            ):
                self.at += 1
        return FIELDS.get(names, Field("other", " ".join(names)))

    def mask(self) -> Words:
        """`& (fin | syn)`, `and 0xff`: the words of a mask behind the field."""
        if self.peek() not in ("&", "and", "|", "^", "<<", ">>"):
            return []
        found: Words = []
        while self.at < len(self.words) and self.peek() not in OPERATORS:
            found.append(self.words[self.at])
            self.at += 1
            if found[-1].text not in ("&", "and", "|", "or", "(", ",", "^", "<<", ">>") and self.peek() not in (
                "|",
                "or",
                ")",
                ",",
                *OPERATORS,
            ):
                break
        return found

    def operator(self) -> str:
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
        return "=="

    def right_side(self) -> Words:
        """The words of the value: one, several joined by commas or '.', a set in braces, a sum of flags."""
        found: Words = []
        if self.peek() == "{" or self.peek() == "(":
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

    def compare(self, fields: list[Field], operator: str, words: Words, text: str, mask: Words) -> None:
        field = fields[0]
        if len(fields) == 1 and field.kind in ("state", "in", "out", "flags"):
            self.special(field, operator, words, text, mask)
            return
        if any(each.kind in ("state", "in", "out", "flags") for each in fields):
            self.matched.unknown(text)
            return
        parts, whole = self.elements_of(words)
        if not whole or (self.marks and any(each.kind == "mark" for each in fields)):
            self.matched.unknown(text)
            return
        tuples = [element(fields, part) for part in parts]
        if operator in ("<", ">", "<=", ">=") and len(fields) == 1 and tuples:
            tuples = [(compared(field, operator, tuples[0][0]),)]
        apply(self.matched, fields, tuples, negated=operator == "!=", text=text)

    def elements_of(self, words: Words) -> tuple[list[Words], bool]:
        """The elements of the right side, and whether they are all there are."""
        if len(words) == 1 and words[0].text.startswith("@"):
            found = self.sets.get(words[0].text[1:])
            if found is None:
                raise Wrong(words[0], f"no set {words[0].text} in this table")
            return [_bare(part) for part in found.elements], "dynamic" not in found.flags
        return [_bare(part) for part in elements(words)], True

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

    # Verdict maps

    def verdict_map(self, fields: list[Field], start: int) -> None:
        """`tcp dport vmap { 22 : accept, 80 : jump web }`: one rule per element; a packet that fits none goes on."""
        words = self.right_side()
        text = self.text_from(start)
        whole = True
        if len(words) == 1 and words[0].text.startswith("@"):
            found = self.sets.get(words[0].text[1:])
            if found is None:
                raise Wrong(words[0], f"no map {words[0].text} in this table")
            parts, whole = found.elements, "dynamic" not in found.flags
        else:
            parts = elements(words)
        for part in parts:
            self.map_element(fields, part, text)
        if not whole:
            open_end = self.matched.copy()
            open_end.unknown(text)
            self.emit("unknown", "vmap", open_end)

    def map_element(self, fields: list[Field], words: Words, text: str) -> None:
        colon = next((at for at, word in enumerate(words) if word.kind == "word" and word.text == ":"), -1)
        if colon <= 0 or colon + 1 >= len(words):
            raise Wrong(words[0], "expected `value : verdict`")
        key, verdict = _bare(words[:colon]), words[colon + 1 :]
        matched = self.matched.copy()
        outer, self.matched = self.matched, matched
        if key[0].text == "*" and len(fields) == 1:
            pass
        elif any(field.kind in ("other", "raw") for field in fields):
            matched.unknown(text)
        elif len(fields) == 1 and fields[0].kind in ("state", "in", "out", "flags"):
            self.special(fields[0], "==", key, text, [])
        else:
            apply(matched, fields, [element(fields, key)], negated=False, text=text)
        self.matched = outer
        action = verdict[0].text
        if action in ("jump", "goto"):
            if len(verdict) < 2:
                raise Wrong(verdict[0], "expected the name of a chain")
            self.known_chain(verdict[1])
            self.emit("jump" if action == "jump" else "goto", verdict[1].text, matched)
        elif action in ("accept", "drop", "return", "continue", "queue"):
            self.emit(VERDICTS[action], "QUEUE" if action == "queue" else "", matched)
        else:
            raise Wrong(
                verdict[0], f"{action!r} is no verdict", "known: accept, drop, jump, goto, return, continue, queue"
            )


def _bare(words: Words) -> Words:
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
