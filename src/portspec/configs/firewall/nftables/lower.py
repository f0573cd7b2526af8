"""From the document to the model: every rule understood, every reference followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portspec.configs.firewall.loops import refuse_loops
from portspec.configs.firewall.model import Chain, Note, Rule, Ruleset
from portspec.configs.firewall.nftables.blocks import Blocks
from portspec.configs.firewall.nftables.document import Document
from portspec.configs.firewall.nftables.includes import Files
from portspec.configs.firewall.nftables.lexer import span_of
from portspec.configs.firewall.nftables.rules import RuleReader
from portspec.configs.firewall.nftables.statements import NoRuleHereError
from portspec.configs.firewall.nftables.texts import ChainText, TableText, Words
from portspec.configs.firewall.nftables.values import Wrong
from portspec.errors import InputError
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.source import SourceText

if TYPE_CHECKING:
    from portspec.configs.firewall.nftables.rule_lines import RuleLines

LARGE = 100_000
"""Of texts of so many characters, rules that are alike are read together."""

UNIVERSES = {"ip": ANY_V4, "ip6": ANY_V6, "inet": ANY, "netdev": ANY}


def read_ruleset(source: SourceText, files: Files | None = None) -> Ruleset:
    """Read a file whole. `files` are those that it may include, by default those beside it.

    Raises InputError with line and column.
    """
    lines = None
    if len(source.text) >= LARGE:
        from portspec.configs.firewall.nftables.rule_lines import rule_lines

        lines = rule_lines(source.text)
    bulk = True
    while True:
        document = Document(source, files, lines, bulk=bulk)
        try:
            document.read()
            return lowered(document, marks="mark" in source.text or bool(document.included))
        except NoRuleHereError:
            lines = None
        except InputError:
            if not bulk or not document.has_lists():
                raise
            bulk = False  # what is wrong, and where, is told by reading word by word


def lowered(document: Blocks, *, marks: bool) -> Ruleset:
    """The model of a document that was read whole. `marks` False: no rule of it can set a mark. Raises InputError."""
    source = document.source
    chains: dict[tuple[str, str], Chain] = {}
    notes: list[Note] = []
    large = None
    if document.lines is not None:
        from portspec.configs.firewall.nftables.chain_columns import LargeFile

        large = LargeFile(source, document.lines)
    marks = marks and any(
        _sets_marks(words)
        for table in document.tables.values()
        for chain in table.chains.values()
        for words in chain.rules
    )
    for (family, name), table in document.tables.items():
        if family not in UNIVERSES or table.dormant:
            key = "table-dormant" if table.dormant else "table-not-ip"
            notes.append(Note(key, {"table": f"{family} {name}"}, table.span))
            continue
        for chain_name, chain in table.chains.items():
            read = _reader(source, table, chain.hook or "", marks=marks)
            rules: Sequence[Rule]
            if large is None:
                rules = [rule for words in chain.rules for rule in read(words)]
            else:
                rules = large.rules((family, name, chain.hook), read, table.chains, chain.rules)
            chains[f"{family} {name}", chain_name] = _chain(family, name, chain_name, chain, rules)
        notes += _unused_sets(table, document.lines)
    if not document.tables:
        raise InputError("no table: expected `table inet filter {`", source.path, 1, 1)
    refuse_loops(source, chains)
    return Ruleset("nftables", source, chains, tuple(notes))


def _unused_sets(table: TableText, lines: RuleLines | None) -> Iterator[Note]:
    """A note for each set and map that no rule of its table names."""
    if not table.sets:
        return
    used = {
        word.text[1:]
        for chain in table.chains.values()
        for words in chain.rules
        for word in words
        if word.text[:1] == "@" and word.kind == "word"
    }
    if lines is not None:
        # Which table the lines of a form stand in is not asked: a set counts as used rather than not.
        used |= {
            word[1:]
            for form in lines.forms
            for part in form
            if isinstance(part, str)
            for word in part.split()
            if word[0] == "@"
        }
    for name, found in table.sets.items():
        if name not in used:
            yield Note("set-unused", {"set": name}, found.span)


def _sets_marks(words: Words) -> bool:
    return any(one.text == "mark" and next_.text == "set" for one, next_ in pairwise(words))


def _reader(source: SourceText, table: TableText, hook: str, *, marks: bool) -> Callable[[Words], list[Rule]]:
    """Reads one rule of a chain. What it returns raises InputError."""

    def read(words: Words) -> list[Rule]:
        try:
            return RuleReader(words, span_of(source, words), table.sets, table.chains, hook, marks=marks).read()
        except Wrong as error:
            raise source.error(error.message, error.word.start, error.hint) from None

    return read


def _chain(family: str, table_name: str, name: str, chain: ChainText, rules: Sequence[Rule]) -> Chain:
    return Chain(
        name=name,
        table=f"{family} {table_name}",
        rules=rules,
        span=chain.span,
        hook=chain.hook if chain.hook != "egress" else None,  # type: ignore[arg-type]
        priority=chain.priority,
        policy="drop" if chain.policy == "drop" else "accept",
        kind=chain.kind,
        universe=UNIVERSES[family],
    )
