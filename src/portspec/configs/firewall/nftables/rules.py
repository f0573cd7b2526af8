"""The words of one rule, as rules of the model."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Action, Rule
from portspec.configs.firewall.nftables.asides import ASIDES
from portspec.configs.firewall.nftables.comparisons import Comparisons, bare
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.matches import V4, V6, Matched, apply, element, implied_box
from portspec.configs.firewall.nftables.selectors import LEADS, TRANSPORTS
from portspec.configs.firewall.nftables.texts import ChainText, SetText, Words, elements
from portspec.configs.firewall.nftables.values import Field, Wrong
from portspec.configs.firewall.nftables.vocabulary import PLAIN, QUIET, UNKNOWN_MATCHES, VERDICTS
from portspec.source import Span


class RuleReader(Comparisons):
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
        super().__init__(words, sets, marks=marks)
        self.span = span
        self.chains = chains
        self.hook = hook
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
        if text in ("add", "update", "delete", "set", "map") and (
            self.peek(1).startswith("@") or self.peek(2).startswith("@")
        ):
            self.dynamic()
            return False
        if text in QUIET or text in UNKNOWN_MATCHES:
            self.aside(text)
            return False
        if text in LEADS and self.sets_field():
            self.skip_set()
            return False
        if text == "fib":
            self.fib()
            return False
        if text in LEADS or text.startswith("@"):
            return self.match()
        raise Wrong(word, f"{text!r} is no match or statement that is known")

    def known_chain(self, word: Token) -> None:
        chain = self.chains.get(word.text)
        if chain is None:
            raise Wrong(word, f"no chain {word.text!r} in this table")
        if chain.hook is not None:
            raise Wrong(word, f"chain {word.text!r} is a base chain: nothing can jump to it")

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
        if text in UNKNOWN_MATCHES:
            self.matched.unknown(self.text_from(start))

    def dynamic(self) -> None:
        """`add @set { ip saddr limit rate … }`: matching where the fields are there, and only if a limit inside does."""
        start = self.at
        while self.peek() != "{":
            self.take("'{'")
        behind = self.at + 1
        self.braces()
        end, self.at = self.at, behind
        while True:
            self.matched.narrow([implied_box(self.field())])
            if self.peek() != ".":
                break
            self.at += 1
        self.at = end
        inner = self.text_from(start)
        if any(f" {word} " in inner for word in ("limit", "quota", "ct")):
            self.matched.unknown(inner)

    def sets_field(self) -> bool:
        """Whether `meta mark set 1` or `tcp option maxseg size set rt mtu` begins here."""
        return "set" in (self.peek(LEADS[self.peek()]), self.peek(4) if self.peek(1) == "option" else "")

    def skip_set(self) -> None:
        """What is set is not looked at here, or is a mark; only a packet that has the field goes on."""
        lead = self.peek()
        if lead in ("ip", "ip6"):
            self.matched.narrow([V4 if lead == "ip" else V6])
        elif lead in TRANSPORTS:
            self.matched.narrow([implied_box(Field("flags", lead, TRANSPORTS[lead]))])
        while self.take("set").text != "set":
            pass
        self.expression()

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
        self.operator()
        value = self.at
        while self.at < len(self.words):
            if self.peek() == "vmap":
                self.at += 1
                self.verdict_map(fields, start)
                return
            # The value may be a word that begins a match elsewhere: `ether type ip`.
            if depth == 0 and self.at > value and self.begins():
                break
            depth += (self.peek() == "{") - (self.peek() == "}")
            self.at += 1
        for each in fields:
            self.matched.narrow([implied_box(each)])
        self.matched.unknown(self.text_from(start))

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
        key, verdict = bare(words[:colon]), words[colon + 1 :]
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
