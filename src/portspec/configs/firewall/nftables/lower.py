"""From the document to the model: every rule understood, every reference followed."""

from __future__ import annotations

from itertools import pairwise

from portspec.configs.firewall.loops import refuse_loops
from portspec.configs.firewall.model import Chain, Note, Rule, Ruleset
from portspec.configs.firewall.nftables.blocks import Blocks
from portspec.configs.firewall.nftables.document import Document
from portspec.configs.firewall.nftables.includes import Files
from portspec.configs.firewall.nftables.lexer import span_of
from portspec.configs.firewall.nftables.rules import RuleReader
from portspec.configs.firewall.nftables.texts import ChainText, TableText, Words
from portspec.configs.firewall.nftables.values import Wrong
from portspec.errors import InputError
from portspec.packets.addresses import ANY, ANY_V4, ANY_V6
from portspec.source import SourceText

UNIVERSES = {"ip": ANY_V4, "ip6": ANY_V6, "inet": ANY, "netdev": ANY}


def read_ruleset(source: SourceText, files: Files | None = None) -> Ruleset:
    """Read a file whole. `files` are those that it may include, by default those beside it.

    Raises InputError with line and column.
    """
    document = Document(source, files).read()
    return lowered(document, marks="mark" in source.text or bool(document.included))


def lowered(document: Blocks, *, marks: bool) -> Ruleset:
    """The model of a document that was read whole. `marks` False: no rule of it can set a mark. Raises InputError."""
    source = document.source
    chains: dict[tuple[str, str], Chain] = {}
    notes: list[Note] = []
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
            chains[f"{family} {name}", chain_name] = _chain(source, family, name, table, chain_name, chain, marks=marks)
    if not document.tables:
        raise InputError("no table: expected `table inet filter {`", source.path, 1, 1)
    refuse_loops(source, chains)
    return Ruleset("nftables", source, chains, tuple(notes))


def _sets_marks(words: Words) -> bool:
    return any(one.text == "mark" and next_.text == "set" for one, next_ in pairwise(words))


def _chain(
    source: SourceText, family: str, table_name: str, table: TableText, name: str, chain: ChainText, *, marks: bool
) -> Chain:
    rules: list[Rule] = []
    hook = chain.hook or ""
    for words in chain.rules:
        try:
            rules += RuleReader(words, span_of(source, words), table.sets, table.chains, hook, marks=marks).read()
        except Wrong as error:
            raise source.error(error.message, error.word.start, error.hint) from None
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
