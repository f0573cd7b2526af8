"""The objects of F5's files, `ltm pool NAME { … }` or `tmsh create ltm pool NAME …`, with the places of their entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.fixes.braces import Block, block_at
from portspec.fixes.redraft import Cut

_CONF = re.compile(
    r"^ltm[ \t]+(?P<kind>(?:monitor|profile|persistence)[ \t]+\S+|\S+)[ \t]+(?P<name>\S+)(?=[ \t]*\{)", re.MULTILINE
)
_TMSH = re.compile(
    r"^[ \t]*(?:tmsh[ \t]+(?:-c[ \t]+['\"])?)?(?:create|modify)[ \t]+/?ltm[ \t]+(?P<kind>(?:monitor|profile|persistence)[ \t]+\S+|\S+)[ \t]+(?P<name>\S+)",
    re.MULTILINE,
)
_END = re.compile(r"(?<!\\)(?<!\\\r)\r?(?:\n|\Z)")


class Object(NamedTuple):
    """An object: its kind (`pool`, `monitor https`), its name, where it stands with its last line end, and where what is
    said of it begins and ends. `conf`: in braces, not a command."""

    kind: str
    name: str
    start: int
    end: int
    body: int
    close: int
    conf: bool

    @property
    def folder(self) -> str:
        """The name without its last part."""
        return self.name[: self.name.rfind("/") + 1]

    def shown(self, text: str) -> str:
        """The whole object, with its line end."""
        found = text[self.start : self.end]
        return found if found.endswith("\n") else found + "\n"

    def with_line(self, text: str, said: str) -> Cut:
        """Something more is said of it, behind the rest."""
        if self.conf:
            return Cut(self.close, self.close, f"    {said}\n")
        at = self.close
        if text[at - 1] == "}" and text[self.body : at].lstrip().startswith("{") and _inner(text, self):
            at = text.rfind("}", self.body, at)
            return Cut(at, at, f"{said} ")
        return Cut(at, at, f" {said}")

    def like(self, kind: str, name: str, said: list[str]) -> str:
        """Another object, written as this one is."""
        if self.conf:
            return f"ltm {kind} {name} {{\n" + "".join(f"    {one}\n" for one in said) + "}\n"
        return f"tmsh create ltm {kind} {name} {' '.join(said)}\n"


def objects(text: str) -> Iterator[Object]:
    """The objects of a file, in order."""
    for found in _CONF.finditer(text):
        block = block_at(text, found.start(), found.end(), "#")
        if not block.bare:
            end = text.find("\n", block.end) + 1 or len(text)
            yield Object(_kind(found), found["name"], found.start(), end, block.body, block.close, conf=True)
    for found in _TMSH.finditer(text):
        last = _END.search(text, found.end())
        if last is not None:
            yield Object(_kind(found), found["name"], found.start(), last.end(), found.end(), last.start(), conf=False)


def _kind(found: re.Match[str]) -> str:
    return " ".join(found["kind"].split())


def _inner(text: str, one: Object) -> bool:
    """Whether all that a command says stands in one pair of braces."""
    block = block_at(text, one.body, one.body, "")
    return block.end == one.close


def value_of(text: str, one: Object, key: str) -> re.Match[str] | None:
    """What an object says of a key: one word or text in quotes, as the first group."""
    for found in re.compile(rf'(?<![\w-]){key}[ \t]+("(?:\\.|[^"\\])*"|[^\s{{}}]+)').finditer(
        text, one.body, one.close
    ):
        if _depth(text, one, found.start()) <= (0 if one.conf or not _inner(text, one) else 1):
            return found
    return None


def _depth(text: str, one: Object, at: int) -> int:
    before = re.sub(r'"(?:\\.|[^"\\])*"', "", text[one.body : at])
    return before.count("{") - before.count("}")


def entry(text: str, one: Object, key: str) -> Block | None:
    """A key with its value, which may be words in front of braces."""
    found = re.compile(
        rf"(?<![\w-]){key}(?=[ \t])(?:[ \t]+[^\s{{}}]+)*?(?=[ \t]*\{{)|(?<![\w-]){key}[ \t]+[^\s{{}}]+"
    ).search(text, one.body, one.close)
    if found is None:
        return None
    block = block_at(text, found.start(), found.end(), "#")
    return block if block.end <= one.close else Block(found.start(), found.end(), found.end(), found.end())
