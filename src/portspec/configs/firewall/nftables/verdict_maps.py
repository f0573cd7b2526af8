"""Verdict maps: `tcp dport vmap { 22 : accept, 80 : jump web, * : drop }`."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Condition
from portspec.configs.firewall.nftables.changes import Changes
from portspec.configs.firewall.nftables.comparisons import bare
from portspec.configs.firewall.nftables.cursor import Mask
from portspec.configs.firewall.nftables.fields import implied_box
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.lists import opened
from portspec.configs.firewall.nftables.matched import Matched, Way
from portspec.configs.firewall.nftables.texts import ChainText, SetText, Words, elements
from portspec.configs.firewall.nftables.values import Field, Wrong
from portspec.configs.firewall.nftables.vocabulary import VERDICTS
from portspec.packets.boxes import Box
from portspec.source import Span

OPEN, CLOSE, COMMA = (Token("symbol", text, 0, 0) for text in "{},")


class VerdictMaps(Changes):
    """Reads them. `chains` are those of the rule's table."""

    def __init__(
        self, words: Words, span: Span, sets: Mapping[str, SetText], chains: Mapping[str, ChainText], *, marks: bool
    ) -> None:
        super().__init__(words, span, sets, marks=marks)
        self.chains = chains

    def known_chain(self, word: Token) -> None:
        chain = self.chains.get(word.text)
        if chain is None:
            raise Wrong(word, f"no chain {word.text!r} in this table")
        if chain.hook is not None:
            raise Wrong(word, f"chain {word.text!r} is a base chain: nothing can jump to it")

    def verdict_map(self, fields: list[Field], start: int, mask: Mask) -> None:
        """`tcp dport vmap { 22 : accept, 80 : jump web }`: one rule per element; a packet that fits none goes on."""
        self.settle()
        words = self.right_side()
        text = self.text_from(start)
        whole = True
        if len(words) == 1 and words[0].kind == "word" and words[0].text.startswith("@"):
            found = self.sets.get(words[0].text[1:])
            if found is None:
                raise Wrong(words[0], f"no map {words[0].text} in this table")
            parts, whole = found.elements, "dynamic" not in found.flags
        else:
            parts = elements(words)
        if not parts and words[0].text == "{":
            raise Wrong(words[0], f"{fields[0].text}: a map without elements")
        parts = opened(parts)
        keys = [self.split(part)[0] for part in parts]
        going_on: dict[tuple[Condition, ...], list[Box]] = {}
        for part in parts:
            for boxes, conditions in self.map_element(fields, part, keys, text, mask):
                going_on.setdefault(conditions, []).extend(boxes)
        if not whole:
            open_end = self.matched.copy()
            open_end.unknown(text)
            self.emit("unknown", "vmap", open_end)
        # What the map does not hold leaves the rule, as does what comes back from a jump.
        self.matched = Matched()
        if going_on:
            self.matched.either([Way(tuple(boxes), conditions) for conditions, boxes in going_on.items()], text)
        else:
            self.matched.boxes = ()

    def split(self, words: Words) -> tuple[Words, Words]:
        """The key and the verdict of an element."""
        colon = next((at for at, word in enumerate(words) if word.kind == "word" and word.text == ":"), -1)
        if colon <= 0 or colon + 1 >= len(words):
            raise Wrong(words[0], "expected `value : verdict`")
        return bare(words[:colon]), words[colon + 1 :]

    def map_element(self, fields: list[Field], words: Words, keys: list[Words], text: str, mask: Mask) -> list[Way]:
        """The rule of one element; what goes on behind the map. `*` is what none of the other elements holds."""
        key, verdict = self.split(words)
        outer, self.matched = self.matched, self.matched.copy()
        if any(field.kind in ("other", "raw") for field in fields):
            self.left_open(fields, "==", text)
        elif is_default(key):
            listed = [word for other in keys if not is_default(other) for word in (*other, COMMA)]
            if listed:
                self.compare(fields, "!=", [OPEN, *listed, CLOSE], text, mask)
            for field in fields:
                self.matched.narrow([implied_box(field)])
        else:
            self.compare(fields, "==", key, text, mask)
        matched, self.matched = self.matched, outer
        action = verdict[0].text
        behind = verdict[2 if action in ("jump", "goto") else 1 :]
        if behind:
            raise Wrong(behind[0], f"expected a comma or the end of the map, found {behind[0].text!r}")
        if action in ("jump", "goto"):
            if len(verdict) < 2:
                raise Wrong(verdict[0], "expected the name of a chain")
            self.known_chain(verdict[1])
            self.emit("jump" if action == "jump" else "goto", verdict[1].text, matched)
        elif action in ("accept", "drop", "return", "continue"):
            self.emit(VERDICTS[action], "", matched)
        else:
            raise Wrong(verdict[0], f"{action!r} is no verdict", "known: accept, drop, jump, goto, return, continue")
        return matched.ways() if action == "continue" else []


def is_default(key: Words) -> bool:
    """Whether the key of an element is `*`."""
    return len(key) == 1 and key[0].kind == "word" and key[0].text == "*"
