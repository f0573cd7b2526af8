"""The body of an object: properties with their words and blocks, whether written line by line or in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.balancer.f5.vocabulary import FLAGS, LISTS, OPERATIONS, PROPERTIES
from portspec.configs.balancer.f5.words import Word, Words

MOST_DEPTH = 40


class Entry(NamedTuple):
    """One property: its key, the words behind it, and what stands in braces behind those (None without braces).

    `monitor min 1 of { a b }` has three words and two entries, `members add { … }` one word and an entry for each member.
    """

    key: Word
    words: tuple[Word, ...] = ()
    block: tuple[Entry, ...] | None = None

    @property
    def text(self) -> str:
        """Its one word; empty when there is none."""
        return self.words[0].text if self.words else ""

    def inner(self, key: str) -> Entry | None:
        """An entry of its block; the last one wins."""
        return next((entry for entry in reversed(self.block or ()) if entry.key.text == key), None)

    def all_words(self) -> Iterator[Word]:
        """Every word in it."""
        yield self.key
        yield from self.words
        for entry in self.block or ():
            yield from entry.all_words()


def block(words: Words, kind: str, depth: int = 0, *, items: bool = False) -> tuple[Entry, ...]:
    """The entries of a block whose brace comes next. Raises InputError."""
    opened = words.take().word
    if depth > MOST_DEPTH:
        raise words.error(f"nested more than {MOST_DEPTH} deep", opened.start)
    found: list[Entry] = []
    while True:
        token = words.peek()
        if token.kind == "end":
            raise words.error("the brace that opens here is never closed", opened.start, "is the file cut off?")
        if token.kind == "close":
            words.take()
            return tuple(found)
        if token.kind == "line":
            words.take()
        elif token.kind == "open":
            # A block without a key, as in `options { { a } }`.
            found.append(Entry(Word("", token.word.start, token.word.stop), (), block(words, "", depth + 1)))
        else:
            found.append(_item(words, kind, depth) if items else _entry(words, kind, depth))


def line(words: Words, kind: str) -> tuple[Entry, ...]:
    """The entries of a command up to the end of its line."""
    found: list[Entry] = []
    while True:
        token = words.peek()
        if token.kind in ("line", "end", "close"):
            return tuple(found)
        if token.kind == "open":
            found += block(words, kind)
        else:
            found.append(_entry(words, kind, 0))


def _item(words: Words, kind: str, depth: int) -> Entry:
    """An item of a list: a name, perhaps with a block."""
    key = words.take().word
    if words.peek().kind == "open":
        return Entry(key, (), block(words, kind, depth + 1))
    return Entry(key)


def _entry(words: Words, kind: str, depth: int) -> Entry:
    key = words.take().word
    items = key.text in LISTS
    inside = "member" if key.text == "members" else ""
    if key.text in FLAGS.get(kind, ()) and words.peek().kind != "open":
        return Entry(key)
    if key.text == "monitor":
        return _monitor(words, key, depth)
    following = words.peek()
    if following.kind == "open":
        return Entry(key, (), block(words, inside, depth + 1, items=items))
    if following.kind != "word" or (key.text not in _known(kind) and following.word.text in _known(kind)):
        return Entry(key)
    value = words.take().word
    if words.peek().kind == "open" and (not items or value.text in OPERATIONS):
        return Entry(key, (value,), block(words, inside, depth + 1, items=items))
    return Entry(key, (value,))


def _known(kind: str) -> frozenset[str]:
    return PROPERTIES.get(kind, frozenset()) | FLAGS.get(kind, frozenset())


def _monitor(words: Words, key: Word, depth: int) -> Entry:
    """`a`, `a and b`, `min 1 of { a b }`; in braces as well."""
    if words.peek().kind == "open":
        return Entry(key, (), block(words, "", depth + 1, items=True))
    found: list[Word] = []
    while words.peek().kind == "word":
        if found and found[0].text != "min" and found[-1].text != "and" and words.peek().word.text != "and":
            break
        found.append(words.take().word)
        if found[0].text == "min" and len(found) == 3:
            break
    if words.peek().kind == "open" and found and found[-1].text == "of":
        return Entry(key, tuple(found), block(words, "", depth + 1, items=True))
    return Entry(key, tuple(found))
