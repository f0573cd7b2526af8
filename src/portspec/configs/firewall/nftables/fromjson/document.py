"""The elements of a JSON ruleset, put into the tables, chains and sets that the reader of nft's own language fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portspec.configs.firewall.nftables.blocks import FAMILIES, SET_FLAGS, Blocks
from portspec.configs.firewall.nftables.fromjson.misfit import Misfit, shown
from portspec.configs.firewall.nftables.fromjson.statements import Statements
from portspec.configs.firewall.nftables.fromjson.text import HINT, JsonText, elements, place
from portspec.configs.firewall.nftables.fromjson.words import chosen, name, number, one, record, several
from portspec.configs.firewall.nftables.includes import NoFiles
from portspec.configs.firewall.nftables.lexer import Token, words_of
from portspec.configs.firewall.nftables.texts import ChainText, SetText, TableText, Words
from portspec.source import SourceText

OF_TABLE = ("family", "table", "name", "handle", "comment")
OBJECTS = frozenset(
    {
        "counter",
        "quota",
        "limit",
        "ct helper",
        "ct timeout",
        "ct expectation",
        "secmark",
        "synproxy",
        "flowtable",
        "tunnel",
    }
)
"""Objects that decide nothing by themselves."""
SET_KEYS = (*OF_TABLE, "type", "map", "policy", "flags", "elem", "timeout", "gc-interval", "size", "auto-merge", "stmt")
HOOKS = ("ingress", "egress", "prerouting", "input", "forward", "output", "postrouting")
TABLE_FLAGS = frozenset({"dormant", "owner", "persist"})
OPENS = frozenset({"limit", "quota", "ct count"})
"""What makes the elements of a set match only sometimes."""


class JsonDocument(Blocks):
    """Reads a file whole; see `Document` for its sibling. The offset `fine` is that of an error: see `elements`."""

    def __init__(self, source: JsonText, fine: int | None = None) -> None:
        super().__init__(SourceText(source.path, ""), NoFiles("a JSON ruleset includes nothing"))
        self.source: JsonText = source
        self.fine = fine
        self.writer = Statements(0, 0)
        self.counts: dict[tuple[str, str, str], int] = {}
        self.filled: set[tuple[str, str, str]] = set()
        """Sets that rules fill: nft does not print their flag `dynamic`."""

    def read(self) -> JsonDocument:
        for value, start, stop in elements(self.source, self.fine):
            self.writer = Statements(start, stop)
            try:
                self.listed(value)
            except Misfit as error:
                raise self.source.error(error.message, place(error, start)[0], error.hint) from None
        for family, table, known in self.filled:
            if known in self.tables[family, table].sets:
                self.tables[family, table].sets[known].flags |= {"dynamic"}
        return self

    def listed(self, value: Any) -> None:
        """One element: what `list` prints, or a command of nft's input."""
        kind, inside = one(value)
        if kind in ("add", "create", "insert"):
            what, inside = one(inside)
            if kind == "insert" and what != "rule":
                raise Misfit(value, f"insert {what} is not read here")
            if what == "rule" and isinstance(inside, dict) and ("handle" in inside or "index" in inside):
                raise Misfit(value, "a rule placed by handle or index is not read", HINT)
            self.element(what, inside, first=kind == "insert")
        elif kind == "flush":
            what, inside = one(inside)
            if what != "ruleset" or inside is not None:
                raise Misfit(value, f"flush {what} is not read here", HINT)
            for known in (self.tables, self.filled, self.counts):
                known.clear()
        else:
            self.element(kind, inside, first=False)

    def element(self, kind: str, value: Any, *, first: bool) -> None:
        if kind in OBJECTS:
            if not isinstance(value, dict):
                raise Misfit(value, f"{kind}: expected an object, found {shown(value)}")
            return
        if kind not in ELEMENTS:
            raise Misfit(value, f"{shown(kind)} is not known here", HINT)
        if kind == "rule":
            self.rule(value, first=first)
        else:
            ELEMENTS[kind](self, value)

    def metainfo(self, value: Any) -> None:
        found = record(value, "metainfo", ("version", "release_name", "json_schema_version"))
        version = found.get("json_schema_version", 1)
        if number(version, "json_schema_version") != 1:
            raise Misfit(version, f"json_schema_version {version}; 1 is read")

    def table_of(self, found: Mapping[str, Any], key: str) -> tuple[str, str]:
        family, table = found["family"], name(found[key], key)
        return chosen(family, FAMILIES, "is no family"), table

    def inside(self, found: Mapping[str, Any]) -> TableText:
        family, table = self.table_of(found, "table")
        if (family, table) not in self.tables:
            raise Misfit(found["table"], f"no table {family} {table} before this")
        return self.tables[family, table]

    def table_element(self, value: Any) -> None:
        keys = ("family", "name", "handle", "comment", "flags")
        found = record(value, "table", keys, ("family", "name"))
        family, table = self.table_of(found, "name")
        self.source.name(self.writer.start, self.writer.stop, f"table {family} {table}")
        made = self.tables.setdefault((family, table), TableText(self.here()))
        for flag in several(found.get("flags", [])):
            # nft 1.0.6 prints any word that lies in its memory here.
            chosen(flag, TABLE_FLAGS, "is no flag of a table")
            made.dormant = made.dormant or flag == "dormant"

    def chain_element(self, value: Any) -> None:
        keys = (*OF_TABLE, "type", "hook", "prio", "dev", "devs", "policy", "flags")
        found = record(value, "chain", keys, ("family", "table", "name"))
        table, chain = self.inside(found), name(found["name"], "name")
        self.source.name(self.writer.start, self.writer.stop, f"{found['family']} {found['table']} {chain}")
        made = table.chains.setdefault(chain, ChainText(self.here()))
        if "hook" not in found and "type" not in found:
            return
        for key in ("type", "hook", "prio"):
            if key not in found:
                raise Misfit(value, f"chain: the key {key!r} is missing")
        made.kind = chosen(found["type"], ("filter", "nat", "route"), "is no type of a chain")
        made.hook = chosen(found["hook"], HOOKS, "is no hook")
        made.priority = number(found["prio"], "prio")
        made.policy = chosen(found.get("policy", "accept"), ("accept", "drop"), "is no policy of a chain")
        self.source.say(self.here().within, f"type {made.kind} hook {made.hook}; policy {made.policy}")

    def rule(self, value: Any, *, first: bool) -> None:
        keys = ("family", "table", "chain", "expr", "handle", "index", "comment")
        found = record(value, "rule", keys, ("family", "table", "chain", "expr"))
        table, chain = self.inside(found), name(found["chain"], "chain")
        if chain not in table.chains:
            raise Misfit(found["chain"], f"no chain {chain!r} in this table")
        key = str(found["family"]), str(found["table"]), chain
        self.counts[key] = self.counts.get(key, 0) + 1
        self.source.name(self.writer.start, self.writer.stop, f"{' '.join(key)}, rule {self.counts[key]}")
        if not isinstance(found["expr"], list):
            raise Misfit(found["expr"], f"expr: expected a list, found {shown(found['expr'])}")
        self.current = table
        words: Words = []
        for statement in found["expr"]:
            if isinstance(statement, str):
                words += self.told(statement)
                continue
            words += self.writer.statement(statement)
        self.note_filled(words, key[0], key[1])
        if words:
            self.source.say(self.here().within, " ".join(word.text for word in words))
            table.chains[chain].rules.insert(0 if first else len(table.chains[chain].rules), words)

    def note_filled(self, words: Words, family: str, table: str) -> None:
        for at, word in enumerate(words[:-1]):
            if word.text in ("add", "update") and words[at + 1].text[:1] == "@":
                self.filled.add((family, table, words[at + 1].text[1:]))

    def told(self, statement: str) -> Words:
        """A statement for which nft has no JSON and prints its own language: `jump { … }`."""
        start, stop = getattr(statement, "start", self.writer.start), getattr(statement, "stop", self.writer.stop)
        found = words_of(self.source, str(statement), start)
        self.words = [Token(word.kind, word.text, start, stop) for word in found]
        self.at = 0
        words = self.statement()
        if self.at < len(self.words) - 1 or not words:
            raise Misfit(statement, f"expected one statement, found {shown(statement)}")
        return words

    def set_element(self, value: Any) -> None:
        found = record(value, "set", SET_KEYS, ("family", "table", "name", "type"))
        table, known = self.inside(found), name(found["name"], "name")
        self.source.name(self.writer.start, self.writer.stop, f"{found['family']} {found['table']} {known}")
        made = table.sets.setdefault(known, SetText(self.here()))
        for flag in several(found.get("flags", [])):
            made.flags |= {chosen(flag, SET_FLAGS, "is no flag of a set")}
        for statement in several(found.get("stmt", [])):
            if one(statement)[0] in OPENS:
                made.flags |= {"dynamic"}
            elif one(statement)[0] not in ("counter", "last"):
                raise Misfit(statement, f"stmt: {shown(statement)} is not known here")
        if "ether_type" in several(found["type"]):
            self.writer.ethertypes = "swapped" if found["type"] == "ether_type" else "among others"
        self.fill(made, found.get("elem", []))

    def more_elements(self, value: Any) -> None:
        found = record(value, "element", (*OF_TABLE, "elem"), ("family", "table", "name", "elem"))
        table, known = self.inside(found), name(found["name"], "name")
        self.source.name(self.writer.start, self.writer.stop, f"{found['family']} {found['table']} {known}")
        if known not in table.sets:
            raise Misfit(found["name"], f"no set {known!r} in this table")
        self.fill(table.sets[known], found["elem"])

    def fill(self, made: SetText, listed: Any) -> None:
        for each in several(listed):
            key = each[0] if isinstance(each, list) and each else each
            if isinstance(key, dict) and isinstance(key.get("elem"), dict) and OPENS.intersection(key["elem"]):
                made.flags |= {"dynamic"}
            made.elements.append(self.writer.element(each))

    def here(self) -> Any:
        return self.source.span(self.writer.start, self.writer.stop)


ELEMENTS: Mapping[str, Callable[[JsonDocument, Any], None]] = {
    "metainfo": JsonDocument.metainfo, "table": JsonDocument.table_element, "chain": JsonDocument.chain_element,
    "set": JsonDocument.set_element, "map": JsonDocument.set_element, "element": JsonDocument.more_elements,
    "rule": JsonDocument.metainfo,
}  # fmt: skip
