"""An nftables file taken apart, command by command: the blocks of `nft list ruleset` and those of nft's scripts."""

from __future__ import annotations

from collections.abc import Callable

from portspec.configs.firewall.nftables.blocks import FAMILIES, SKIPPED, Blocks
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.statements import shown
from portspec.configs.firewall.nftables.texts import Words, elements, inner


class Document(Blocks):
    """Reads a file from its first word to its last."""

    def read(self) -> Document:
        while True:
            word = self.words[self.at]
            if word.kind == "end":
                if not word.text and self.at == len(self.words) - 1:
                    return self
                self.at += 1
                continue
            self.command()

    def command(self) -> None:
        word = self.next("a command")
        handler = COMMANDS.get(word.text) if word.kind == "word" else None
        if handler is None:
            self.fail(word, f"expected a command such as `table inet filter {{`, found {shown(word)}")
        handler(self, word)

    def show(self, word: Token) -> None:
        """`list ruleset`, `reset counters`: what nft prints, and numbers that decide nothing."""
        del word
        self.statement()

    def flush(self, word: Token) -> None:
        what = self.next("ruleset, table, chain or set")
        rest = self.statement()
        if what.text == "ruleset":
            for part in rest:
                if part.text not in FAMILIES or len(rest) > 1:
                    self.fail(part, f"no family {part.text!r}", f"known: {', '.join(FAMILIES)}")
            families = [part.text for part in rest] or FAMILIES
            self.tables = {key: table for key, table in self.tables.items() if key[0] not in families}
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

    def add_without_a_word(self, word: Token) -> None:
        """`rule ip t c accept`, `chain ip t c { … }`: `add` may be left out."""
        self.at -= 1
        self.add(word)

    def add(self, word: Token) -> None:
        what = self.next("table, chain, rule, set, map or element")
        if what.text == "table":
            self.table(what)
            return
        if what.text in SKIPPED:
            self.statement()
            return
        family = "ip"
        first = self.name("a family or a table")
        if first.text in FAMILIES:
            family, first = first.text, self.name("the name of a table")
        table = self.tables.get((family, first.text))
        if table is None:
            self.fail(first, f"no table {family} {first.text}", "add the table first")
        if what.text == "rule":
            self.current = table
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
            table.sets[name.text].elements += elements(inner(self.statement()))
        else:
            self.fail(what, f"cannot add {shown(what)}", "expected table, chain, rule, set, map or element")


COMMANDS: dict[str, Callable[[Document, Token], None]] = {
    "table": Document.table, "add": Document.add, "create": Document.add, "insert": Document.add,
    "define": Document.define, "redefine": Document.define, "undefine": Document.undefine,
    "include": Document.include, "flush": Document.flush, "delete": Document.delete, "destroy": Document.delete,
    "list": Document.show, "reset": Document.show,
    **dict.fromkeys(("rule", "chain", "set", "map", "element", *SKIPPED), Document.add_without_a_word),
}  # fmt: skip
