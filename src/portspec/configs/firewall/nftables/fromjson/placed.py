"""JSON values that know their place in the text, for one element of a file in which something is wrong."""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from portspec.configs.firewall.nftables.fromjson.misfit import Misfit

BLANK = re.compile(r"[ \t\r\n]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORDS = {"true": True, "false": False, "null": None}


class PlacedText(str):
    """A string, or the key of an object."""

    __slots__ = ("start", "stop")


class PlacedNumber(int):
    """A whole number."""

    start: int
    stop: int


class PlacedList(list[Any]):
    """An array."""

    __slots__ = ("start", "stop")


class PlacedObject(dict[str, Any]):
    """An object."""

    __slots__ = ("start", "stop")


class Scanner:
    """Reads one JSON value, with the place of everything in it. The text is known to be JSON that is not nested deep."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, at: int) -> tuple[Any, int]:
        """The value that starts at an offset, and where it ends."""
        first = self.text[at]
        if first == '"':
            return self.string(at)
        if first == "{":
            return self.object(at)
        if first == "[":
            return self.array(at)
        for word, meant in WORDS.items():
            if self.text.startswith(word, at):
                return meant, at + len(word)
        found = NUMBER.match(self.text, at)
        if found is None:
            raise Misfit(None, "expected a JSON value", at=at)
        if found[1] or found[2]:
            return float(found[0]), found.end()
        return _placed(PlacedNumber(found[0]), at, found.end()), found.end()

    def string(self, at: int) -> tuple[PlacedText, int]:
        text, end = scanstring(self.text, at + 1)
        return _placed(PlacedText(text), at, end), end

    def array(self, at: int) -> tuple[PlacedList, int]:
        found = PlacedList()
        here = self.skip(at + 1)
        while self.text[here] != "]":
            item, here = self.value(here)
            found.append(item)
            here = self.skip(here)
            if self.text[here] == ",":
                here = self.skip(here + 1)
        return _placed(found, at, here + 1), here + 1

    def object(self, at: int) -> tuple[PlacedObject, int]:
        found = PlacedObject()
        here = self.skip(at + 1)
        while self.text[here] != "}":
            key, here = self.string(here)
            if key in found:
                raise Misfit(key, f"the key {key[:40]!r} stands twice in one object")
            found[key], here = self.value(self.skip(self.skip(here) + 1))
            here = self.skip(here)
            if self.text[here] == ",":
                here = self.skip(here + 1)
        return _placed(found, at, here + 1), here + 1

    def skip(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at


def _placed(value: Any, start: int, stop: int) -> Any:
    value.start, value.stop = start, stop
    return value
