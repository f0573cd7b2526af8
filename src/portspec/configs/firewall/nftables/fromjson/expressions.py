"""Expressions of the JSON: the fields that matches look at, and the values that they compare them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from portspec.configs.firewall.nftables.fromjson.misfit import Misfit, shown
from portspec.configs.firewall.nftables.fromjson.words import (
    PLAIN,
    PRINTABLE,
    Writer,
    name,
    number,
    one,
    plain,
    record,
    several,
)
from portspec.configs.firewall.nftables.selectors import LEADS
from portspec.configs.firewall.nftables.texts import Words

BINARY = frozenset({"&", "|", "^", "<<", ">>"})
OPTIONS = ("tcp option", "ip option", "sctp chunk", "dccp option")
SWAPPED = {8: "ip", 0xDD86: "ip6"}
"""Protocols of the link layer as `nft -n` prints them; neither number is one itself."""
EXTRAS = frozenset({"val", "timeout", "expires", "comment", "counter", "last", "limit", "quota", "ct count"})
"""What an element of a set may carry. A limit or quota makes the set one that is not known: see its `stmt`."""
ETHERTYPE = {"meta": {"key": "protocol"}}
NAMES_OF_DEVICES = ("iif", "oif", "iifname", "oifname")


class Expressions(Writer):
    """Writes them."""

    ethertypes: Literal["no", "swapped", "among others"] = "no"
    """Whether the values that are written are protocols of the link layer."""

    # Fields

    def field(self, value: Any) -> Words:
        """The left side of a match, the key of a map: a field, several joined, or one that is changed first."""
        kind, inside = one(value)
        if kind == "concat":
            return self.joined([self.field(each) for each in _list(inside, kind)], value)
        if kind in BINARY:
            left, right = _pair(inside, kind)
            return [*self.deep_field(left), self.word(kind, value, "symbol"), *self.operand(right)]
        if kind not in FIELDS:
            raise Misfit(value, f"the expression {shown(kind)} is not known here")
        return FIELDS[kind](self, inside, kind)

    def deep_field(self, value: Any) -> Words:
        self.deeper(value)
        words = self.field(value)
        self.depth -= 1
        return words

    def payload(self, value: Any, kind: str) -> Words:
        if isinstance(value, dict) and "base" in value:
            raw = record(value, kind, ("base", "offset", "len"), ("base", "offset", "len"))
            offset, length = number(raw["offset"], "offset"), number(raw["len"], "len")
            base = self.word(f"@{plain(raw['base'], 'base')}", value)
            comma = self.word(",", value, "symbol")
            return [base, comma, self.word(str(offset), value), comma, self.word(str(length), value)]
        found = record(value, kind, ("protocol", "field"), ("protocol", "field"))
        return self.phrase((plain(found["protocol"], "protocol"), plain(found["field"], "field")), found["field"])

    def meta(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key",), ("key",))
        return self.phrase(("meta", plain(found["key"], "key")), found["key"])

    def ct(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key", "dir", "family"), ("key",))
        parts = [plain(found[key], key) for key in ("dir", "family") if key in found]
        key = found["key"]
        names = [plain(part, "key") for part in key.split(" ")] if isinstance(key, str) else [plain(key, "key")]
        return self.phrase(("ct", *parts, *names), key)

    def exthdr(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("name", "field", "offset"), ("name",))
        header = plain(found["name"], "name")
        if "field" not in found or header not in LEADS:
            return self.phrase(("exthdr", header), value)
        return self.phrase((header, plain(found["field"], "field")), value)

    def option(self, value: Any, kind: str) -> Words:
        known = ("name", "field", "base", "offset", "len", "type")
        found = record(value, kind, known)
        parts = [plain(found[key], key) for key in ("name", "field") if key in found]
        return self.phrase((*kind.split(" "), *parts), value)

    def rt(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key", "family"), ("key",))
        parts = [plain(found[key], key) for key in ("family", "key") if key in found]
        return self.phrase((kind, *parts), value)

    def socket(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key", "level"), ("key",))
        return self.phrase((kind, plain(found["key"], "key"), *_counted(found, "level")), value)

    def osf(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key", "ttl"), ("key",))
        return self.phrase((kind, plain(found["key"], "key")), value)

    def ipsec(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("key", "family", "dir", "spnum"), ("key", "dir"))
        return self.phrase((kind, plain(found["dir"], "dir"), plain(found["key"], "key")), value)

    def fib(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("result", "flags"), ("result",))
        flags = [plain(flag, "flags") for flag in several(found.get("flags", []))]
        dotted = [part for flag in flags for part in (".", flag)][1:]
        return self.phrase((kind, *dotted, plain(found["result"], "result")), value)

    def numgen(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("mode", "mod", "offset"), ("mode", "mod"))
        return self.phrase((kind, plain(found["mode"], "mode"), *_counted(found, "mod", "offset")), value)

    def jhash(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("mod", "offset", "expr", "seed"), ("mod", "expr"))
        return [
            *self.phrase((kind,), value),
            *self.deep_field(found["expr"]),
            *self.phrase(_counted(found, "mod", "seed", "offset"), value),
        ]

    def symhash(self, value: Any, kind: str) -> Words:
        found = record(value, kind, ("mod", "offset"), ("mod",))
        return self.phrase((kind, *_counted(found, "mod", "offset")), value)

    # Values

    def value(self, value: Any, *, device: bool = False) -> Words:
        """The right side of a match: a value, a range, a list of flags, a set, the name of a set."""
        if isinstance(value, list):
            return self.separated([self.value(each) for each in _list(value, "a list")], ",", value)
        if not isinstance(value, dict):
            return [self.scalar(value, device=device)]
        kind, inside = one(value)
        self.deeper(value)
        if kind == "set":
            words = self.set([self.element(each, device=device) for each in several(inside)], value)
        elif kind == "concat":
            words = self.joined([self.value(each, device=device) for each in _list(inside, kind)], value)
        elif kind == "|":
            words = self.separated(self.summands(inside), "|", value)
        elif kind == "prefix":
            found = record(inside, kind, ("addr", "len"), ("addr", "len"))
            text = f"{self.scalar(found['addr']).text}/{number(found['len'], 'len')}"
            words = [self.word(text, value)]
        elif kind == "range":
            low, high = _pair(inside, kind)
            words = [self.word(f"{self.scalar(low).text}-{self.scalar(high).text}", value)]
        elif kind == "elem":
            words = self.value(record(inside, kind, EXTRAS, ("val",))["val"], device=device)
        else:
            raise Misfit(value, f"the value {shown(kind)} is not known here")
        self.depth -= 1
        return words

    def scalar(self, value: Any, *, device: bool = False) -> Any:
        if isinstance(value, bool):
            return self.word("exists" if value else "missing", value)
        if isinstance(value, int):
            return self.word(self.numeral(value), value)
        if not isinstance(value, str) or PRINTABLE.fullmatch(value) is None:
            raise Misfit(value, f"expected a value, found {shown(value)}")
        if value[:1] == "@":
            return self.word(f"@{name(value[1:], 'a set')}", value)
        if value != "*" and (device or PLAIN.fullmatch(value) is None):
            return self.word(str(value), value, "string")
        return self.word(str(value), value)

    def numeral(self, value: int) -> str:
        """A number as text. `nft -n` prints the bytes of a link layer's protocol the wrong way round."""
        if value in SWAPPED and self.ethertypes == "swapped":
            return SWAPPED[value]
        if value in SWAPPED and self.ethertypes == "among others":
            raise Misfit(value, f"{value} may be a protocol or a port", "print the ruleset without -n")
        return str(number(value, "a value"))

    def operand(self, value: Any) -> Words:
        """What a field is changed by before it is compared: a number, an address, a sum of flags."""
        if isinstance(value, list) or (isinstance(value, dict) and "|" in value):
            parts = self.summands(several(value if isinstance(value, list) else value["|"]))
            brackets = self.word("(", value, "symbol"), self.word(")", value, "symbol")
            return [brackets[0], *self.separated(parts, "|", value), brackets[1]]
        return [self.scalar(value)]

    def summands(self, value: Any) -> list[Words]:
        """The flags of a sum, which nft prints as sums of sums."""
        found: list[Words] = []
        waiting = list(reversed(_list(value, "|")))
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict) and list(part) == ["|"]:
                waiting += reversed(_list(part["|"], "|"))
            else:
                found.append([self.scalar(part)])
        return found

    def element(self, value: Any, *, device: bool = False) -> Words:
        """One element of a set, or of a map with what it gives."""
        if not isinstance(value, list):
            return self.value(value, device=device)
        key, given = _pair(value, "an element of a map")
        return [*self.value(key, device=device), self.word(":", value), *self.given(given)]

    def given(self, value: Any) -> Words:
        """What a map gives: a verdict or a value."""
        if isinstance(value, dict):
            kind, inside = one(value)
            if kind in ("accept", "drop", "continue", "return"):
                return [self.word(kind, value)]
            if kind in ("jump", "goto"):
                target = record(inside, kind, ("target",), ("target",))["target"]
                return [self.word(kind, value), self.word(name(target, "target"), target)]
        return self.value(value)

    def data(self, value: Any, *, device: bool = False) -> Words:
        """The elements of a map: named, or in braces."""
        if isinstance(value, str):
            return [self.scalar(value)]
        kind, inside = one(value)
        if kind != "set":
            raise Misfit(value, f"expected a map, found {shown(kind)}")
        return self.set([self.element(each, device=device) for each in several(inside)], value)

    def changed(self, value: Any) -> Words:
        """What a field is set to: a value, another field, a map, or one of those changed."""
        if not isinstance(value, dict):
            return self.value(value)
        kind, inside = one(value)
        self.deeper(value)
        if kind in BINARY:
            left, right = _pair(inside, kind)
            words = [*self.changed(left), self.word(kind, value, "symbol"), *self.changed(right)]
        elif kind == "map":
            found = record(inside, kind, ("key", "data"), ("key", "data"))
            words = [*self.field(found["key"]), self.word("map", value), *self.data(found["data"])]
        elif kind in FIELDS:
            words = self.field(value)
        elif kind == "concat":
            words = self.joined([self.changed(each) for each in _list(inside, kind)], value)
        else:
            words = self.value(value)
        self.depth -= 1
        return words

    # Joints

    def joined(self, parts: list[Words], value: Any) -> Words:
        dot = self.word(".", value)
        return [word for part in parts for word in (dot, *part)][1:]

    def separated(self, parts: list[Words], by: str, value: Any) -> Words:
        joint = self.word(by, value, "symbol")
        return [word for part in parts for word in (joint, *part)][1:]

    def set(self, parts: list[Words], value: Any) -> Words:
        brackets = self.word("{", value, "symbol"), self.word("}", value, "symbol")
        return [brackets[0], *self.separated(parts, ",", value), brackets[1]]


FIELDS: Mapping[str, Callable[[Expressions, Any, str], Words]] = {
    "payload": Expressions.payload, "meta": Expressions.meta, "ct": Expressions.ct, "exthdr": Expressions.exthdr,
    **dict.fromkeys(OPTIONS, Expressions.option), "rt": Expressions.rt, "socket": Expressions.socket,
    "osf": Expressions.osf, "ipsec": Expressions.ipsec, "fib": Expressions.fib, "numgen": Expressions.numgen,
    "jhash": Expressions.jhash, "symhash": Expressions.symhash,
}  # fmt: skip


def is_device(value: Any) -> bool:
    """Whether a field is an interface, whose names may be any word."""
    return (
        isinstance(value, dict) and isinstance(value.get("meta"), dict) and value["meta"].get("key") in NAMES_OF_DEVICES
    )


def ethertypes_in(left: Any) -> Literal["no", "swapped", "among others"]:
    """Whether a field is a protocol of the link layer, or has one among others."""
    if left == ETHERTYPE:
        return "swapped"
    parts = left.get("concat") if isinstance(left, dict) else None
    return "among others" if isinstance(parts, list) and ETHERTYPE in parts else "no"


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Misfit(value, f"{what}: expected a list, found {shown(value)}")
    return value


def _pair(value: Any, what: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Misfit(value, f"{what}: expected a list of two, found {shown(value)}")
    return value[0], value[1]


def _counted(found: Any, *keys: str) -> list[str]:
    return [text for key in keys if key in found for text in (key, str(number(found[key], key)))]
