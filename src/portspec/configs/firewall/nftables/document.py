"""An nftables file taken apart: tables with their chains, rules (as words) and sets, before any rule is understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from portspec.configs.firewall.nftables.lexer import Token, span_of, tokens
from portspec.configs.firewall.nftables.names import PRIORITIES
from portspec.errors import InputError
from portspec.source import SourceText, Span

FAMILIES = ("inet", "ip", "ip6", "arp", "bridge", "netdev")
MOST_EXPANDED = 2_000_000
"""Words that variables may expand to in one file."""

Words = list[Token]


class ChainText:
    """A chain: where it is hooked, and its rules as words."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.kind = "filter"
        self.hook: str | None = None
        self.priority = 0
        self.policy = "accept"
        self.rules: list[Words] = []


class SetText:
    """A set or map: its flags and its elements as words."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.flags: frozenset[str] = frozenset()
        self.elements: list[Words] = []


class TableText:
    """A table."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.dormant = False
        self.chains: dict[str, ChainText] = {}
        self.sets: dict[str, SetText] = {}


class Document:
    """Reads a file from its first word to its last."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.words = tokens(source)
        self.at = 0
        self.tables: dict[tuple[str, str], TableText] = {}
        self.variables: dict[str, Words] = {}
        self.expanded = 0

    def fail(self, word: Token, message: str, hint: str = "") -> NoReturn:
        line, column = self.source.position(word.start)
        raise InputError(message, self.source.path, line, column, hint)

    def read(self) -> Document:
        while True:
            word = self.words[self.at]
            if word.kind == "end":
                if not word.text and self.at == len(self.words) - 1:
                    return self
                self.at += 1
                continue
            self.command()

    # Words

    def next(self, expected: str) -> Token:
        word = self.words[self.at]
        if word.kind == "end" and not word.text:
            self.fail(word, f"the file ends here; expected {expected}")
        self.at += 1
        return word

    def name(self, expected: str) -> Token:
        word = self.next(expected)
        if word.kind not in ("word", "string"):
            self.fail(word, f"expected {expected}, found {_shown(word)}")
        if word.text.startswith("$"):
            value = self.expand([word])
            if len(value) != 1:
                self.fail(word, f"expected {expected}; {word.text} holds more than one word")
            return value[0]
        return word

    def symbol(self, text: str) -> Token:
        word = self.next(f"'{text}'")
        if word.text != text or word.kind == "string":
            self.fail(word, f"expected '{text}', found {_shown(word)}")
        return word

    def blanks(self) -> None:
        while self.words[self.at].kind == "end" and self.words[self.at].text:
            self.at += 1

    def statement(self) -> Words:
        """The words up to the end of the statement; line ends inside braces do not count."""
        found: Words = []
        depth = 0
        while True:
            word = self.words[self.at]
            if word.kind == "end" and not word.text:
                if depth:
                    self.fail(word, "the file ends inside braces; expected '}'")
                return self.expand(found)
            if word.kind == "end" and depth == 0:
                self.at += 1
                return self.expand(found)
            if word.kind == "symbol":
                if word.text == "{":
                    depth += 1
                elif word.text == "}":
                    if depth == 0:
                        return self.expand(found)
                    depth -= 1
            self.at += 1
            if word.kind != "end":
                found.append(word)

    def expand(self, words: Words) -> Words:
        """Words with the variables replaced by their values, which stand at the variable's place."""
        if not any(word.kind == "word" and word.text.startswith("$") for word in words):
            return words
        found: Words = []
        for word in words:
            if word.kind != "word" or not word.text.startswith("$"):
                found.append(word)
                continue
            value = self.variables.get(word.text[1:])
            if value is None:
                known = ", ".join(f"${name}" for name in self.variables)
                self.fail(word, f"variable {word.text} is not defined", f"defined: {known}" if known else "")
            self.expanded += len(value)
            if self.expanded > MOST_EXPANDED:
                self.fail(word, f"variables expand to more than {MOST_EXPANDED} words")
            found += [part._replace(start=word.start, stop=word.stop) for part in value]
        return found

    # Commands

    def command(self) -> None:
        word = self.next("a command")
        handler = COMMANDS.get(word.text) if word.kind == "word" else None
        if handler is None:
            self.fail(word, f"expected a command such as `table inet filter {{`, found {_shown(word)}")
        handler(self, word)

    def define(self, word: Token) -> None:
        del word
        name = self.next("a name")
        self.symbol("=")
        self.variables[name.text] = self.statement()

    def undefine(self, word: Token) -> None:
        del word
        self.variables.pop(self.next("a name").text, None)
        self.statement()

    def include(self, word: Token) -> None:
        self.fail(
            word, "include is not read: the included rules would be missing", "give the output of `nft list ruleset`"
        )

    def flush(self, word: Token) -> None:
        what = self.next("ruleset, table, chain or set")
        rest = self.statement()
        if what.text == "ruleset":
            self.tables.clear()
            return
        key, names = self.target(what, rest)
        found = self.tables.get(key)
        if found is None:
            return
        if what.text == "table":
            for chain in found.chains.values():
                chain.rules.clear()
        elif what.text == "chain" and names and names[0].text in found.chains:
            found.chains[names[0].text].rules.clear()
        elif what.text in ("set", "map") and names and names[0].text in found.sets:
            found.sets[names[0].text].elements.clear()
        del word

    def delete(self, word: Token) -> None:
        what = self.next("table or chain")
        rest = self.statement()
        if what.text not in ("table", "chain", "set", "map"):
            self.fail(what, f"{word.text} {what.text} is not read", "give the output of `nft list ruleset`")
        key, names = self.target(what, rest)
        if what.text == "table":
            self.tables.pop(key, None)
        elif key in self.tables and names:
            self.tables[key].chains.pop(names[0].text, None)
            self.tables[key].sets.pop(names[0].text, None)

    def target(self, what: Token, words: Words) -> tuple[tuple[str, str], Words]:
        """(family, table) and the words behind it."""
        family = "ip"
        if words and words[0].text in FAMILIES:
            family, words = words[0].text, words[1:]
        if not words:
            self.fail(what, f"{what.text} needs the name of a table")
        return (family, words[0].text), words[1:]

    def add(self, word: Token) -> None:
        what = self.next("table, chain, rule, set, map or element")
        if what.text == "table":
            self.table(what)
            return
        family = "ip"
        first = self.name("a family or a table")
        if first.text in FAMILIES:
            family, first = first.text, self.name("the name of a table")
        table = self.tables.get((family, first.text))
        if table is None:
            self.fail(first, f"no table {family} {first.text}", "add the table first")
        if what.text == "rule":
            name = self.name("the name of a chain")
            chain = table.chains.get(name.text)
            if chain is None:
                self.fail(name, f"no chain {name.text} in table {family} {first.text}")
            rule = self.statement()
            if rule and rule[0].text in ("position", "handle", "index"):
                self.fail(
                    rule[0], "a rule placed by position or handle is not read", "give the output of `nft list ruleset`"
                )
            if rule:
                chain.rules.insert(0, rule) if word.text == "insert" else chain.rules.append(rule)
        elif what.text == "chain":
            self.chain(table, what)
        elif what.text in ("set", "map"):
            self.set(table, what)
        elif what.text == "element":
            name = self.name("the name of a set")
            if name.text not in table.sets:
                self.fail(name, f"no set {name.text} in table {family} {first.text}")
            table.sets[name.text].elements += elements(_inner(self.statement()))
        elif what.text in SKIPPED:
            self.statement()
        else:
            self.fail(what, f"cannot add {_shown(what)}", "expected table, chain, rule, set, map or element")

    def table(self, word: Token) -> None:
        family = "ip"
        name = self.name("a family or the name of a table")
        if name.text in FAMILIES:
            family, name = name.text, self.name("the name of a table")
        table = self.tables.setdefault((family, name.text), TableText(self.source.span(word.start, name.stop)))
        if self.words[self.at].text != "{":
            self.statement()
            return
        self.symbol("{")
        while True:
            self.blanks()
            inner = self.next("'}'")
            if inner.text == "}" and inner.kind == "symbol":
                return
            handler = INNER.get(inner.text) if inner.kind == "word" else None
            if handler is not None:
                handler(self, table, inner)
            elif inner.text in ("define", "redefine"):
                self.define(inner)
            elif inner.text == "flags":
                table.dormant = any(part.text == "dormant" for part in self.statement())
            elif inner.text in SKIPPED or inner.text in ("comment", "include"):
                if inner.text == "include":
                    self.include(inner)
                self.statement()
            else:
                self.fail(inner, f"expected chain, set or map, found {_shown(inner)}")

    def chain(self, table: TableText, word: Token) -> None:
        name = self.name("the name of a chain")
        chain = table.chains.setdefault(name.text, ChainText(self.source.span(word.start, name.stop)))
        if self.words[self.at].text != "{":
            self.statement()
            return
        self.symbol("{")
        while True:
            self.blanks()
            first = self.words[self.at]
            if first.text == "}" and first.kind == "symbol":
                self.at += 1
                return
            words = self.statement()
            if not words:
                self.fail(first, f"expected a rule, found {_shown(first)}")
            if words[0].kind == "word" and words[0].text == "type" and len(words) > 2:
                self.hook(chain, words)
            elif words[0].kind == "word" and words[0].text == "policy":
                self.policy(chain, words)
            elif words[0].text != "comment" or len(words) != 2:
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
        chain.span = span_of(self.source, words)
        chain.priority = self.number(words[texts.index("priority") + 1 :], words[0])

    def number(self, words: Words, near: Token) -> int:
        text = "".join(word.text for word in words)
        for name, value in PRIORITIES.items():
            if text.startswith(name):
                rest = text[len(name) :]
                if not rest:
                    return value
                text = f"{value}{rest}"
                base, sign, offset = text.rpartition(rest[0])
                if rest[0] in "+-" and offset.isdigit():
                    return int(base) + (int(offset) if sign == "+" else -int(offset))
        try:
            return int(text)
        except ValueError:
            self.fail(words[0] if words else near, f"priority {text!r} is no number", f"names: {', '.join(PRIORITIES)}")

    def policy(self, chain: ChainText, words: Words) -> None:
        if len(words) != 2 or words[1].text not in ("accept", "drop"):
            self.fail(words[-1], "expected `policy accept` or `policy drop`")
        chain.policy = words[1].text

    def set(self, table: TableText, word: Token) -> None:
        name = self.name("the name of a set")
        found = table.sets.setdefault(name.text, SetText(self.source.span(word.start, name.stop)))
        self.symbol("{")
        while True:
            self.blanks()
            first = self.words[self.at]
            if first.text == "}" and first.kind == "symbol":
                self.at += 1
                return
            words = self.statement()
            if not words:
                self.fail(first, f"expected type, flags or elements, found {_shown(first)}")
            if words[0].text == "flags":
                found.flags = frozenset(part.text for part in words[1:] if part.kind == "word")
            elif words[0].text == "elements":
                found.elements += elements(_inner(words[1:]))

    def skip(self, table: TableText, word: Token) -> None:
        """Objects that decide nothing by themselves: counters, quotas, limits, flowtables."""
        del table, word
        self.statement()


def _shown(word: Token) -> str:
    if word.kind == "end":
        return "the end of the line" if word.text == "\n" else "';'"
    return repr(word.text)


def _inner(words: Words) -> Words:
    """The words between the outer braces of `= { … }`."""
    if words and words[0].text == "=":
        words = words[1:]
    if words and words[0].text == "{" and words[-1].text == "}":
        return words[1:-1]
    return words


def elements(words: Words) -> list[Words]:
    """Elements separated by commas; nested braces (from variables) are opened."""
    found: list[Words] = []
    current: Words = []
    for word in words:
        if word.kind == "symbol" and word.text in ",{}":
            if current:
                found.append(current)
            current = []
        else:
            current.append(word)
    if current:
        found.append(current)
    return found


SKIPPED = frozenset({"counter", "quota", "limit", "flowtable", "secmark", "synproxy", "ct"})

COMMANDS: dict[str, Callable[[Document, Token], None]] = {
    "table": Document.table, "add": Document.add, "create": Document.add, "insert": Document.add,
    "define": Document.define, "redefine": Document.define, "undefine": Document.undefine,
    "include": Document.include, "flush": Document.flush, "delete": Document.delete, "destroy": Document.delete,
}  # fmt: skip
INNER: dict[str, Callable[[Document, TableText, Token], None]] = {
    "chain": Document.chain,
    "set": Document.set,
    "map": Document.set,
    **dict.fromkeys(SKIPPED, Document.skip),
}
