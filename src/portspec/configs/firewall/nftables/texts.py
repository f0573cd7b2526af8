"""What a file says, before any rule is understood: tables with their chains, rules (as words) and sets."""

from __future__ import annotations

from portspec.configs.firewall.model import Condition
from portspec.configs.firewall.nftables.lexer import Token
from portspec.packets.intervals import IntervalSet
from portspec.source import Span

Words = list[Token]
"""The words of a statement, without its end."""


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
        self.read: dict[tuple[str, ...], list[tuple[IntervalSet | Condition, ...]]] = {}
        """The elements as values, by the fields that they were compared with: many rules may ask for a large set."""


class TableText:
    """A table."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.dormant = False
        self.chains: dict[str, ChainText] = {}
        self.sets: dict[str, SetText] = {}


def elements(words: Words) -> list[Words]:
    """Elements separated by commas; nested braces (from variables) are opened. A long list is an element by itself."""
    found: list[Words] = []
    current: Words = []
    for word in words:
        if word.kind == "list":
            found.append([word])
        elif word.kind == "symbol" and word.text in ",{}":
            if current:
                found.append(current)
            current = []
        else:
            current.append(word)
    if current:
        found.append(current)
    return found


def inner(words: Words) -> Words:
    """The words between the outer braces of `= { … }`."""
    if words and words[0].text == "=":
        words = words[1:]
    if words and words[0].text == "{" and words[-1].text == "}":
        return words[1:-1]
    return words
