"""The blocks of a file: `table … { }`, `chain … { }`, `set … { }` and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from portspec.configs.firewall.nftables.includes import Files
from portspec.configs.firewall.nftables.lexer import Token, span_of
from portspec.configs.firewall.nftables.names import PRIORITIES
from portspec.configs.firewall.nftables.statements import Statements, shown
from portspec.configs.firewall.nftables.texts import ChainText, SetText, TableText, Words, elements, inner
from portspec.source import SourceText

if TYPE_CHECKING:
    from portspec.configs.firewall.nftables.rule_lines import RuleLines

FAMILIES = ("inet", "ip", "ip6", "arp", "bridge", "netdev")
SKIPPED = frozenset({"counter", "quota", "limit", "flowtable", "secmark", "synproxy", "ct"})
"""Objects that decide nothing by themselves."""

SET_FLAGS = ("constant", "interval", "dynamic", "timeout")
SET_LINES = frozenset({"timeout", "gc-interval", "size", "policy", "comment", "auto-merge", "counter", "last"})

PRIORITY = re.compile(
    rf"(?:(?P<name>{'|'.join(PRIORITIES)})(?: ?(?=[+-]|$)))?(?:(?P<sign>[+-]) ?(?=[0-9]))?(?P<number>0x[0-9a-f]+|[0-9]+)?"
)


class Blocks(Statements):
    """Reads tables, chains and sets into `tables`, by family and name."""

    def __init__(
        self, source: SourceText, files: Files | None = None, lines: RuleLines | None = None, *, bulk: bool = True
    ) -> None:
        super().__init__(source, files, lines, bulk=bulk)
        self.tables: dict[tuple[str, str], TableText] = {}
        self.current: TableText | None = None
        """The table whose rules are read."""
        self.inside_inline = False
        self.inlined = 0

    def table(self, word: Token) -> None:
        family = "ip"
        name = self.name("a family or the name of a table")
        if name.text in FAMILIES:
            family, name = name.text, self.name("the name of a table")
        table = self.tables.setdefault((family, name.text), TableText(self.source.span(word.start, name.stop)))
        if self.words[self.at].text != "{":
            self.nothing_more("'{'")
            return
        self.symbol("{")
        self.scopes.append({})
        while True:
            self.blanks()
            if self.variable():
                continue
            inner = self.next("'}'")
            if inner.text == "}" and inner.kind == "symbol":
                self.scopes.pop()
                return
            handler = INNER.get(inner.text) if inner.kind == "word" else None
            if handler is not None:
                handler(self, table, inner)
            elif inner.text == "flags":
                table.dormant = any(part.text == "dormant" for part in self.statement())
            elif inner.text == "include" and inner.kind == "word":
                self.include(inner)
            elif inner.text in SKIPPED or inner.text == "comment":
                self.statement()
            else:
                self.fail(inner, f"expected chain, set or map, found {shown(inner)}")

    def chain(self, table: TableText, word: Token) -> None:
        name = self.name("the name of a chain")
        chain = table.chains.setdefault(name.text, ChainText(self.source.span(word.start, name.stop)))
        self.current = table
        if self.words[self.at].text != "{":
            self.nothing_more("'{'")
            return
        self.symbol("{")
        self.scopes.append({})
        while True:
            self.blanks()
            if self.variable():
                continue
            first = self.words[self.at]
            if first.text == "}" and first.kind == "symbol":
                self.at += 1
                self.scopes.pop()
                return
            if first.kind == "stretch":
                self.at += 1
                chain.rules.append([first])
                continue
            if first.text == "include" and first.kind == "word":
                self.at += 1
                self.include(first)
                continue
            words = self.statement()
            if not words:
                self.fail(first, f"expected a rule, found {shown(first)}")
            if words[0].kind == "word" and words[0].text == "type" and len(words) > 2:
                self.hook(chain, words)
            elif words[0].kind == "word" and words[0].text == "policy":
                self.policy(chain, words)
            elif words[0].text != "comment" or len(words) != 2:
                chain.rules.append(words)

    def inline(self, brace: Token) -> Token:
        """`jump { log; drop; }`: a chain without a name, which nothing else can reach."""
        if self.current is None:
            self.fail(brace, "rules in braces stand in a chain only")
        if self.inside_inline:
            self.fail(brace, "rules in braces do not stand inside each other")
        table = self.current
        self.inlined += 1
        name = f"(inline {self.inlined})"
        chain = table.chains[name] = ChainText(self.source.span(brace.start, brace.stop))
        self.symbol("{")
        self.inside_inline = True
        while True:
            self.blanks()
            first = self.words[self.at]
            if first.text == "}" and first.kind == "symbol":
                self.at += 1
                self.inside_inline = False
                return Token("word", name, brace.start, brace.stop)
            words = self.statement()
            if not words or words[0].text in ("type", "policy", "include"):
                self.fail(first, f"expected a rule, found {shown(first)}")
            last = self.words[self.at - 1]
            if last.kind != "end":
                self.fail(self.words[self.at], "expected a semicolon or the end of the line before '}'")
            if words[0].text != "comment" or len(words) != 2:
                chain.rules.append(words)

    def hook(self, chain: ChainText, words: Words) -> None:
        """`type filter hook input [device eth0] priority filter - 5`."""
        texts = [word.text for word in words]
        if len(texts) < 6 or texts[2] != "hook" or "priority" not in texts:
            self.fail(words[0], "expected `type filter hook input priority 0`")
        chain.kind, chain.hook = texts[1], texts[3]
        if texts[1] not in ("filter", "nat", "route"):
            self.fail(words[1], f"no chain type {texts[1]!r}", "known: filter, nat, route")
        if texts[3] not in ("ingress", "egress", "prerouting", "input", "forward", "output", "postrouting"):
            self.fail(words[3], f"no hook {texts[3]!r}")
        if texts[4] not in ("device", "devices", "priority"):
            self.fail(words[4], f"expected device or priority, found {shown(words[4])}")
        chain.span = span_of(self.source, words)
        chain.priority = self.priority(words[texts.index("priority") + 1 :], words[0])

    def priority(self, words: Words, near: Token) -> int:
        """A number, a name, or a name with a number added or taken away."""
        text = " ".join(word.text for word in words)
        found = PRIORITY.fullmatch(text)
        if found is None or not (found["name"] or found["number"]):
            self.fail(words[0] if words else near, f"priority {text!r} is no number", f"names: {', '.join(PRIORITIES)}")
        digits = found["number"] or "0"
        number = int(digits, 16 if digits.startswith("0x") else 10)
        return (PRIORITIES[found["name"]] if found["name"] else 0) + (-number if found["sign"] == "-" else number)

    def policy(self, chain: ChainText, words: Words) -> None:
        if len(words) != 2 or words[1].text not in ("accept", "drop"):
            self.fail(words[-1], "expected `policy accept` or `policy drop`")
        if chain.hook is None:
            self.fail(words[0], "a chain without a hook has no policy", "put `type filter hook … priority …` before it")
        chain.policy = words[1].text

    def set(self, table: TableText, word: Token) -> None:
        name = self.name("the name of a set")
        found = table.sets.setdefault(name.text, SetText(self.source.span(word.start, name.stop)))
        typed = False
        self.symbol("{")
        while True:
            self.blanks()
            first = self.words[self.at]
            if first.text == "include" and first.kind == "word":
                self.at += 1
                self.include(first)
                continue
            if first.text == "}" and first.kind == "symbol":
                self.at += 1
                if not typed:
                    self.fail(name, f"{word.text} {name.text} has no type", "add a line such as `type ipv4_addr`")
                return
            words = self.statement()
            if not words:
                self.fail(first, f"expected type, flags or elements, found {shown(first)}")
            key = words[0].text
            if key in ("type", "typeof"):
                typed = True
            elif key == "flags":
                found.flags |= self.set_flags(words)
            elif key == "elements":
                found.elements += elements(inner(words[1:]))
            elif key in ("limit", "quota", "ct"):
                # Every element carries it, and matches only while it does.
                found.flags |= {"dynamic"}
            elif key not in SET_LINES:
                self.fail(words[0], f"expected type, flags or elements, found {shown(words[0])}")

    def set_flags(self, words: Words) -> frozenset[str]:
        found = [word for word in words[1:] if word.kind == "word"]
        for word in found:
            if word.text not in SET_FLAGS:
                self.fail(word, f"no set flag {word.text!r}", f"known: {', '.join(SET_FLAGS)}")
        return frozenset(word.text for word in found)

    def skip(self, table: TableText, word: Token) -> None:
        """Objects that decide nothing by themselves: counters, quotas, limits, flowtables."""
        del table, word
        self.statement()


INNER: dict[str, Callable[[Blocks, TableText, Token], None]] = {
    "chain": Blocks.chain,
    "set": Blocks.set,
    "map": Blocks.set,
    **dict.fromkeys(SKIPPED, Blocks.skip),
}
