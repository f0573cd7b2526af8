"""Words of an nftables file with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from portspec.errors import InputError
from portspec.records import NamedTuple
from portspec.source import SourceText, Span

if TYPE_CHECKING:
    from portspec.configs.firewall.nftables.rule_lines import RuleLines

TOKEN = re.compile(
    r"(?P<blank>[ \t\r]+|\\\r?\n|\#[^\n]*)"
    r"|(?P<end>[\n;])"
    r'|(?P<string>"[^"\n]*")'
    r"|(?P<symbol>==|!=|<=|>=|<<|>>|[{}(),=<>!&|^])"
    r"|(?P<word>[^\s{}(),=<>!&|^;\"#]+)"
)
ADDRESS = re.compile(r"[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:/\d+)?(?:-[0-9a-fA-F:.]+)?\Z")
TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\$\(|<<-?\s*['\"]?[A-Z]{2,}")
WARNING = re.compile(r"^[ \t]*([^\s{}#][^\n#]*)# Warning: table [^\n]* is managed by iptables-nft", re.MULTILINE)
"""What nft says on standard error, in a listing that both were written to: it may cut a rule in two."""
LONGEST_LINE = 1_000_000

_V4 = r"[0-9]++\.[0-9.]++(?:/[0-9]++|-[0-9.]++)?+"
_V6 = r"(?=[0-9a-fA-F]*+:[0-9a-fA-F]*+:)[0-9a-fA-F:.]++(?:/[0-9]++|-[0-9a-fA-F:.]++)?+(?<![^:]:)"
_EXTRA = r" (?:(?:timeout|expires) [0-9a-z]++|counter packets [0-9]++ bytes [0-9]++|comment \"[^\",#\n]*+\")"  # no comma in it
LIST = rf"(?:(?:[ \t\r\n]++|\#[^\n]*+)*+(?:{_V4}|{_V6})(?:{_EXTRA})*+,)++"
"""Elements of a list of addresses, each with the comma behind it. The last one of a list is not among them: what follows it may
belong to it."""
FIRST_OF_LIST = frozenset("0123456789abcdefABCDEF:#")
LONG_LIST = 1_000
"""A list of so many characters is one word."""


class Token(NamedTuple):
    """One word. `kind` is `word`, `string` (its text without quotes), `symbol`, `end` (of a line or statement), `stretch` (of
    lines that were read as rules) or `list` (of addresses, see `lists.py`)."""

    kind: str
    text: str
    start: int
    stop: int


def tokens(source: SourceText, lines: RuleLines | None = None, *, bulk: bool = True) -> list[Token]:
    """The words of a file. A stretch of lines that were read as `lines` is one word of the kind `stretch`, and with `bulk` a long
    list of addresses one of the kind `list`.

    Raises InputError for what nft does not read at all.
    """
    _refuse(source)
    if lines is None:
        return words_of(source, source.text, bulk=bulk)
    found: list[Token] = []
    at = 0
    for first, end in lines.stretches():
        start, stop = lines.starts[first], lines.starts[end]
        if at < start:
            found += words_of(source, source.text, start=at, end=start, bulk=bulk)[:-1]
        found.append(Token("stretch", "", start, stop))
        at = stop
    return found + words_of(source, source.text, start=min(at, len(source.text)), bulk=bulk)


def words_of(
    source: SourceText,
    text: str,
    place: int | None = None,
    *,
    start: int = 0,
    end: int | None = None,
    bulk: bool = False,
) -> list[Token]:
    """The words of a text, or of a part of it, which stands in `source`; `place` is where errors are told.

    Raises InputError.
    """
    found: list[Token] = []
    at, length = start, len(text) if end is None else end
    while at < length:
        match = TOKEN.match(text, at, length)
        if match is None:
            raise source.error(f"unexpected {text[at]!r}", at if place is None else place, "a quote that does not end?")
        kind = match.lastgroup or ""
        if kind == "word":
            _word(found, match[0], at)
        elif kind == "string":
            found.append(Token("string", match[0][1:-1], at, match.end()))
        elif kind != "blank":
            found.append(Token(kind, match[0], at, match.end()))
            if bulk and match[0] == "{":
                at, stop = match.end(), end_of_list(text, match.end(), length)
                if stop - at >= LONG_LIST:
                    found.append(Token("list", text[at:stop], at, stop))
                    at = stop
                continue
        at = match.end()
    found.append(Token("end", "", length, length))
    return found


def _word(found: list[Token], text: str, start: int) -> None:
    """A word; colons split it, unless they belong to an IPv6 or a MAC address."""
    if (
        ":" not in text
        or text == ":"
        or (ADDRESS.match(text) and ((text.count(":") > 1 and not text.endswith(":")) or "::" in text))
    ):
        found.append(Token("word", text, start, start + len(text)))
        return
    at = start
    for part in re.split("(:)", text):
        if part:
            found.append(Token("word", part, at, at + len(part)))
            at += len(part)


def end_of_list(text: str, at: int, end: int) -> int:
    """Where the list of addresses ends that begins behind a brace; where it would begin, if there is none that is long."""
    # Nearly every brace opens something else: that is seen without the expression, which takes its time to be compiled.
    if text[at : at + 80].lstrip()[:1] not in FIRST_OF_LIST or text.find("}", at, at + LONG_LIST) >= 0:
        return at
    found = _list_pattern().match(text, at, end)
    return at if found is None else found.end()


@cache
def _list_pattern() -> re.Pattern[str]:
    return re.compile(LIST)


def long_lists(text: str) -> Iterator[tuple[int, int]]:
    """Where long lists of addresses begin and end."""
    at = text.find("{") + 1
    while at:
        stop = end_of_list(text, at, len(text))
        if stop - at >= LONG_LIST:
            yield at, stop
        at = text.find("{", stop) + 1


def span_of(source: SourceText, words: list[Token]) -> Span:
    """The span from the first word to the end of the last."""
    return source.span(words[0].start, words[-1].stop)


def _refuse(source: SourceText) -> None:
    text = source.text
    cut = WARNING.search(text) if "is managed by iptables-nft" in text else None
    if cut is not None and not cut[1].rstrip().endswith(("{", "}")):
        hint = "print it again with `nft list ruleset 2>/dev/null`"
        raise source.error("a warning of nft's stands in the middle of this line", cut.end(1), hint)
    lines = text.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE and not any(mark in text for mark in ("{{", "{%", "<%", "$", "<<")):
        return
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise InputError(f"a line of more than {LONGEST_LINE} characters", source.path, number, LONGEST_LINE + 1)
        if "{{" in line or "{%" in line or "<%" in line or "$" in line or "<<" in line:
            found = TEMPLATE.search(line.partition("#")[0])
            if found is not None:
                raise InputError(
                    f"this is a template or a script ({found[0]}…), not what nft reads",
                    source.path,
                    number,
                    found.start() + 1,
                    "render it first, then check the result",
                )
