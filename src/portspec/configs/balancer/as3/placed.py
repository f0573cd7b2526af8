"""JSON whose values know their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NamedTuple, NoReturn

from portspec.errors import InputError
from portspec.source import SourceText

BLANK = re.compile(r"[ \t\r\n]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
TEMPLATE = re.compile(r"\{\{|\{%|\{#|<%|\$\{")
MOST_DEPTH = 60
MOST_DIGITS = 40
WORDS = {"true": True, "false": False, "null": None}


class Node(NamedTuple):
    """A value with its place and that of its key (both 0 where it has none)."""

    value: str | int | float | bool | list[Node] | dict[str, Node] | None
    start: int
    stop: int
    key_start: int = 0
    key_stop: int = 0

    @property
    def items(self) -> dict[str, Node]:
        """The entries of an object; none of anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def elements(self) -> list[Node]:
        """The elements of an array; none of anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def text(self) -> str:
        """A string; empty for anything else."""
        return self.value if isinstance(self.value, str) else ""

    def walk(self) -> Iterator[tuple[str, Node]]:
        """Every value in it with its key, itself left out."""
        for key, node in self.items.items():
            yield key, node
            yield from node.walk()
        for node in self.elements:
            yield "", node
            yield from node.walk()


def load_json(source: SourceText) -> Node:
    """The one value of a text. Raises InputError with line and column."""
    return _Scanner(source).whole()


class _Scanner:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.text = source.text

    def whole(self) -> Node:
        node = self.value(self.skip(0), 0)
        at = self.skip(node.stop)
        if at < len(self.text):
            self.fail("not JSON: something stands behind its end", at)
        return node

    def fail(self, message: str, at: int) -> NoReturn:
        """Raise the error; a template is told as such."""
        found = TEMPLATE.search(self.text)
        if found is not None:
            message, at = f"this is a template ({found[0]}), not an AS3 declaration", found.start()
            raise self.error(message, at, "render it first")
        raise self.error(message, at, "is the file cut off?" if at >= len(self.text.rstrip()) else "")

    def error(self, message: str, at: int, hint: str = "") -> InputError:
        return self.source.error(message, min(at, max(len(self.text) - 1, 0)), hint)

    def value(self, at: int, depth: int) -> Node:
        first = self.text[at : at + 1]
        if depth > MOST_DEPTH:
            self.fail(f"nested more than {MOST_DEPTH} deep", at)
        if first == "{":
            return self.object(at, depth)
        if first == "[":
            return self.array(at, depth)
        if first == '"':
            return self.string(at)
        for word, meant in WORDS.items():
            if self.text.startswith(word, at):
                return Node(meant, at, at + len(word))
        found = NUMBER.match(self.text, at)
        if found is None:
            self.fail("not JSON: expected a value", at)
        if len(found[0]) > MOST_DIGITS:
            self.fail("a number of more digits than any number has here", at)
        return Node(float(found[0]) if found[1] or found[2] else int(found[0]), at, found.end())

    def string(self, at: int) -> Node:
        try:
            text, end = scanstring(self.text, at + 1)
        except ValueError:
            self.fail("not JSON: this string has no end, or a character that must be escaped", at)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                self.fail("half a surrogate pair is no character", at)
        return Node(text, at, end)

    def array(self, at: int, depth: int) -> Node:
        found: list[Node] = []
        here = self.skip(at + 1)
        while self.text[here : here + 1] != "]":
            node = self.value(here, depth + 1)
            found.append(node)
            here = self.following(node.stop, "]")
        return Node(found, at, here + 1)

    def object(self, at: int, depth: int) -> Node:
        found: dict[str, Node] = {}
        here = self.skip(at + 1)
        while self.text[here : here + 1] != "}":
            if self.text[here : here + 1] != '"':
                self.fail("not JSON: expected a key in quotes", here)
            key = self.string(here)
            if key.text in found:
                self.fail(f"the key {key.text[:40]!r} stands twice in one object", here)
            colon = self.skip(key.stop)
            if self.text[colon : colon + 1] != ":":
                self.fail("not JSON: expected ':'", colon)
            node = self.value(self.skip(colon + 1), depth + 1)
            found[key.text] = node._replace(key_start=key.start, key_stop=key.stop)
            here = self.following(node.stop, "}")
        return Node(found, at, here + 1)

    def following(self, at: int, end: str) -> int:
        """Where the next element begins, or the end stands."""
        at = self.skip(at)
        if self.text[at : at + 1] == ",":
            at = self.skip(at + 1)
            if self.text[at : at + 1] == end:
                self.fail(f"not JSON: a comma before '{end}'", at)
        elif self.text[at : at + 1] != end:
            self.fail(f"not JSON: expected ',' or '{end}'", at)
        return at

    def skip(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at
