"""Words of nft's language, made of JSON values whose places they keep."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portspec.configs.firewall.nftables.fromjson.misfit import Misfit, shown
from portspec.configs.firewall.nftables.fromjson.text import MOST_DEPTH
from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.texts import Words

PLAIN = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9_.:/*+-]*")
NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9_./\\-]*")
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\"\ud800-\udfff]*")
LARGEST = 1 << 64


class Writer:
    """Makes words of the values of one element, which stands between two offsets of the text."""

    def __init__(self, start: int, stop: int) -> None:
        self.start = start
        self.stop = stop
        self.depth = 0

    def word(self, text: str, value: Any, kind: str = "word") -> Token:
        return Token(kind, text, getattr(value, "start", self.start), getattr(value, "stop", self.stop))

    def phrase(self, texts: Iterable[str], value: Any) -> Words:
        return [self.word(text, value) for text in texts]

    def deeper(self, value: Any) -> None:
        """Go one level down; whoever calls it takes `depth` back."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Misfit(value, f"nested more than {MOST_DEPTH} deep")


def one(value: Any) -> tuple[str, Any]:
    """The one member of an object such as `{"meta": {…}}`. Raises Misfit."""
    if not isinstance(value, dict) or len(value) != 1:
        raise Misfit(value, f"expected an object with one key, found {shown(value)}")
    return next(iter(value.items()))


def record(value: Any, what: str, known: Iterable[str], required: Iterable[str] = ()) -> Mapping[str, Any]:
    """An object of known keys; null stands for an empty one. Raises Misfit: what is not known is not passed over."""
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise Misfit(value, f"{what}: expected an object, found {shown(value)}")
    for key in value:
        if key not in known:
            raise Misfit(key, f"{what}: the key {shown(key)} is not known here", f"known: {', '.join(sorted(known))}")
    for key in required:
        if key not in value:
            raise Misfit(value, f"{what}: the key {key!r} is missing")
    return value


def text(value: Any, what: str) -> str:
    """A string that may stand in a line of text. Raises Misfit."""
    if not isinstance(value, str) or PRINTABLE.fullmatch(value) is None:
        raise Misfit(value, f"{what}: expected a string, found {shown(value)}")
    return str(value)


def plain(value: Any, what: str) -> str:
    """A string that is one word. Raises Misfit."""
    if not isinstance(value, str) or PLAIN.fullmatch(value) is None:
        raise Misfit(value, f"{what}: expected a word, found {shown(value)}")
    return str(value)


def name(value: Any, what: str) -> str:
    """The name of a table, chain or set. Raises Misfit."""
    if not isinstance(value, str) or NAME.fullmatch(value) is None:
        raise Misfit(value, f"{what}: expected a name, found {shown(value)}")
    return str(value)


def number(value: Any, what: str) -> int:
    """A whole number. Raises Misfit."""
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST < value < LARGEST:
        raise Misfit(value, f"{what}: expected a whole number, found {shown(value)}")
    return int(value)


def several(value: Any) -> list[Any]:
    """A value that may stand alone or in a list."""
    return value if isinstance(value, list) else [value]


def chosen(value: Any, known: Collection[str], wrong: str, *, hint: bool = True) -> str:
    """A string that is one of some. Raises Misfit, which says what the value is not."""
    if not isinstance(value, str) or value not in known:
        raise Misfit(value, f"{shown(value)} {wrong}", f"known: {', '.join(sorted(known))}" if hint else "")
    return str(value)
