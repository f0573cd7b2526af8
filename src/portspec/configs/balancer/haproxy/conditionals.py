"""`.if`, `.elif`, `.else`, `.endif`: which lines count (configuration manual, 2.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Remark
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.records import NamedTuple
from portspec.source import SourceText

DEEPEST = 31
"""Conditions nested deeper are refused by HAProxy."""
PART = re.compile(r"\s*(\|\||&&|!|\(|\)|\w+\([^()]*\)|[^\s()&|!]+)")
SETTING = frozenset({"setenv", "presetenv", "unsetenv"})
OF_THE_PROGRAM = frozenset({
    "feature", "enabled", "version_atleast", "version_before", "openssl_version_atleast", "openssl_version_before",
    "ssllib_name_startswith", "awslc_api_atleast", "awslc_api_before",
})  # fmt: skip
"""Predicates about the program that reads the file, and how it was started."""
MESSAGES = frozenset({".diag", ".notice", ".warning"})

Truth = bool | None
"""None: it depends on where HAProxy runs."""


class _Known(NamedTuple):
    """Which variables the file has set so far, and which it has unset."""

    set: dict[str, str]
    unset: Collection[str]


class _Block:
    """One open `.if`. `taken` is whether a branch before this one held, `now` whether this branch does."""

    def __init__(self, line: Line, outer: Truth, truth: Truth) -> None:
        self.line = line
        self.outer = outer
        self.taken = truth
        self.now = _both(outer, truth)
        self.closed = False

    def switch(self, truth: Truth) -> None:
        """The next branch: it holds when none before it did."""
        before = None if self.taken is None else not self.taken
        self.now = _both(self.outer, _both(before, truth))
        if self.taken is not True:
            self.taken = True if truth is True else None if None in (self.taken, truth) else False


def active(
    source: SourceText, found: Iterable[Line], variables: dict[str, str], remarks: list[Remark]
) -> Iterator[Line]:
    """The lines that count; both branches where the condition cannot be known, with a remark.

    Takes over what `setenv` and `presetenv` set; the checker's own environment does not count. Raises InputError for
    blocks that do not fit together.
    """
    blocks: list[_Block] = []
    unset: set[str] = set()
    # A block ends in the file in which it begins.
    firsts = source.firsts[1:] if isinstance(source, FolderText) else []
    for line in found:
        word = line.texts[0]
        if not blocks and word[:1] != "." and word not in SETTING:
            yield line
            continue
        if blocks and firsts and any(blocks[0].line.number < first <= line.number for first in firsts):
            break
        now = blocks[-1].now if blocks else True
        if word.startswith("."):
            _directive(source, line, blocks, now, _Known(variables, unset), remarks)
        elif now is not False:
            if now and word in SETTING:
                _set(line, variables, unset)
            yield line
    if blocks:
        span = blocks[-1].line.span
        raise InputError("this .if has no .endif", source.path, span.line, span.column)


def _directive(
    source: SourceText, line: Line, blocks: list[_Block], now: Truth, variables: _Known, remarks: list[Remark]
) -> None:
    word = line.texts[0]
    if word == ".if":
        if len(blocks) >= DEEPEST:
            raise InputError(f"more than {DEEPEST} nested .if", source.path, line.number, line.words[0].column)
        truth = _truth(source, line, variables, remarks) if now is not False else False
        blocks.append(_Block(line, now, truth))
    elif word in (".elif", ".else", ".endif"):
        if not blocks:
            raise InputError(f"{word} without .if", source.path, line.number, line.words[0].column)
        block = blocks[-1]
        if word == ".endif":
            blocks.pop()
            return
        if block.closed:
            raise InputError(f"{word} after .else", source.path, line.number, line.words[0].column)
        block.closed = word == ".else"
        wanted = word == ".elif" and block.outer is not False and block.taken is not True
        block.switch(_truth(source, line, variables, remarks) if wanted else word == ".else")
    elif word == ".alert":
        if now:
            remarks.append(Remark("refused", "alert", {}, line.span))
    elif word not in MESSAGES and now:
        remarks.append(Remark("refused", "unknown-directive", {"directive": word}, line.span))


def _truth(source: SourceText, line: Line, variables: _Known, remarks: list[Remark]) -> Truth:
    text = " ".join(line.texts[1:])
    parts = [match[1] for match in PART.finditer(text)]
    unknown = any(word.open_variables or word.defaults for word in line.words)
    try:
        truth = None if unknown else _Condition(parts, variables).read()
    except ValueError:
        message = f"{line.texts[0]} {text}: no condition that HAProxy reads"
        raise InputError(message, source.path, line.number, line.words[0].column) from None
    if truth is None:
        remarks.append(Remark("unknown", "conditional", {"directive": line.texts[0]}, line.span))
    return truth


class _Condition:
    """Reads a condition: `||` binds less than `&&`, that less than `!`."""

    def __init__(self, parts: list[str], variables: _Known) -> None:
        self.parts = parts
        self.variables = variables
        self.at = 0

    def read(self) -> Truth:
        if not self.parts:
            return False
        truth = self.either(0)
        if self.at < len(self.parts):
            raise ValueError(self.parts[self.at])
        return truth

    def next(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def either(self, depth: int) -> Truth:
        truth = self.all_of(depth)
        while self.next() == "||":
            self.at += 1
            other = self.all_of(depth)
            truth = True if True in (truth, other) else None if None in (truth, other) else False
        return truth

    def all_of(self, depth: int) -> Truth:
        truth = self.one(depth)
        while self.next() == "&&":
            self.at += 1
            truth = _both(truth, self.one(depth))
        return truth

    def one(self, depth: int) -> Truth:
        if depth > 100:
            raise ValueError("too deep")
        part = self.next()
        self.at += 1
        if part == "!":
            truth = self.one(depth + 1)
            return None if truth is None else not truth
        if part == "(":
            truth = self.either(depth + 1)
            if self.next() != ")":
                raise ValueError(part)
            self.at += 1
            return truth
        if part.isascii() and part.isdigit():
            return part.strip("0") != ""
        return self.predicate(part)

    def predicate(self, part: str) -> Truth:
        name, bracket, rest = part.partition("(")
        arguments = [part.strip() for part in rest[:-1].split(",")]
        if not bracket:
            raise ValueError(part)
        if name == "defined":
            return (
                True if arguments[0] in self.variables.set else False if arguments[0] in self.variables.unset else None
            )
        if name in ("streq", "strneq") and len(arguments) == 2:
            return (arguments[0] == arguments[1]) == (name == "streq")
        if name == "strstr" and len(arguments) == 2:
            return arguments[1] in arguments[0]
        if name in OF_THE_PROGRAM:
            return None
        raise ValueError(part)


def _both(one: Truth, other: Truth) -> Truth:
    return False if False in (one, other) else None if None in (one, other) else True


def _set(line: Line, variables: dict[str, str], unset: set[str]) -> None:
    texts = line.texts
    if texts[0] == "unsetenv":
        for name in texts[1:]:
            variables.pop(name, None)
            unset.add(name)
    elif len(texts) == 3:
        unset.discard(texts[1])
        if any(word.open_variables or word.defaults for word in line.words):
            variables.pop(texts[1], None)
        elif texts[0] == "setenv" or texts[1] not in variables:
            variables[texts[1]] = texts[2]
