"""Statements of the JSON: what a rule asks of a packet, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portspec.configs.firewall.nftables.asides import LEVELS, LOG_FLAGS, SIZES, UNITS
from portspec.configs.firewall.nftables.fromjson.expressions import Expressions, ethertypes_in, is_device
from portspec.configs.firewall.nftables.fromjson.misfit import Misfit, shown
from portspec.configs.firewall.nftables.fromjson.words import chosen, name, number, one, plain, record, several, text
from portspec.configs.firewall.nftables.texts import Words

OPERATORS = frozenset({"==", "!=", "<", ">", "<=", ">=", "!", "in"})
BIT_FIELDS = ("flags", "state", "status", "label", "event")
"""Fields of bits: of those, `==` asks for just these, and no operator for any of them."""
NAT = ("addr", "family", "port", "flags", "type_flags", "type")
ENDS: Mapping[str, tuple[str, ...]] = {
    "queue": ("num", "flags"), "masquerade": NAT, "snat": NAT, "dnat": NAT, "redirect": NAT,
    "tproxy": ("family", "addr", "port"), "synproxy": ("mss", "wscale", "flags"),
    "fwd": ("dev", "family", "addr"), "notrack": (),
}  # fmt: skip
"""Statements that end the rule as far as can be said, with their keys; where they send the packet is not looked at."""


class Statements(Expressions):
    """Writes them, one after the other."""

    def statement(self, value: Any) -> Words:
        """One statement as words. Raises Misfit for what is not known here."""
        kind, inside = one(value)
        if kind in ENDS:
            if kind == "synproxy" and isinstance(inside, str):
                name(inside, kind)
            else:
                record(inside, kind, ENDS[kind])
            return [self.word(kind, value)]
        if kind not in STATEMENTS:
            raise Misfit(value, f"the statement {shown(kind)} is not known here")
        return STATEMENTS[kind](self, inside, kind, value)

    def match(self, value: Any, kind: str, whole: Any) -> Words:
        del whole
        found = record(value, kind, ("op", "left", "right"), ("op", "left", "right"))
        left, right, operator = found["left"], found["right"], found["op"]
        chosen(operator, OPERATORS, "is no comparison")
        words = self.field(left)
        if operator != "in" and not (operator == "==" and self._is_implied(left, right)):
            words.append(self.word(operator, operator, "symbol"))
        self.ethertypes = ethertypes_in(left)
        words += self.value(right, device=is_device(left))
        self.ethertypes = "no"
        return words

    def _is_implied(self, left: Any, right: Any) -> bool:
        """Whether nft's own language leaves `==` out, as for all fields but those of bits."""
        _, inside = one(left)
        if not isinstance(inside, dict):
            return False
        return isinstance(right, dict) or not any(inside.get(key) in BIT_FIELDS for key in ("key", "field"))

    def verdict(self, value: Any, kind: str, whole: Any) -> Words:
        if value is not None:
            raise Misfit(value, f"{kind}: expected null, found {shown(value)}")
        return [self.word(kind, whole)]

    def jump(self, value: Any, kind: str, whole: Any) -> Words:
        target = record(value, kind, ("target",), ("target",))["target"]
        return [self.word(kind, whole), self.word(name(target, "target"), target)]

    def vmap(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("key", "data"), ("key", "data"))
        words = [*self.field(found["key"]), self.word(kind, whole)]
        self.ethertypes = ethertypes_in(found["key"])
        words += self.data(found["data"], device=is_device(found["key"]))
        self.ethertypes = "no"
        return words

    def reject(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("type", "expr"))
        words = [self.word(kind, whole)]
        if "type" not in found:
            return words
        words.append(self.word("with", whole))
        words += self.phrase(text(found["type"], "type").split(" "), found["type"])
        return [*words, self.scalar(found["expr"])] if "expr" in found else words

    def counter(self, value: Any, kind: str, whole: Any) -> Words:
        return self._object(value, kind, ("packets", "bytes"), whole)

    def quota(self, value: Any, kind: str, whole: Any) -> Words:
        return self._object(value, kind, ("val", "val_unit", "used", "used_unit", "inv"), whole)

    def limit(self, value: Any, kind: str, whole: Any) -> Words:
        return self._object(value, kind, ("rate", "rate_unit", "per", "burst", "burst_unit", "inv"), whole)

    def _object(self, value: Any, kind: str, known: tuple[str, ...], whole: Any) -> Words:
        """A counter, quota or limit: of the rule itself, or one of the table by its name."""
        words = [self.word(kind, whole)]
        if isinstance(value, str):
            return [*words, self.word("name", value), self.word(name(value, kind), value)]
        if isinstance(value, dict) and "map" in value:
            return [*words, self.word("name", value), *self.changed(value)]
        found = record(value, kind, known)
        if kind == "limit":
            return [*words, *self.phrase(_rate(found), whole)]
        if kind == "quota":
            over = ("over",) if found.get("inv") else ()
            return [*words, *self.phrase((*over, *_amount(found, "val")), whole)]
        return words

    def log(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("prefix", "group", "snaplen", "queue-threshold", "level", "flags"))
        if "level" in found:
            chosen(found["level"], LEVELS, "is no log level")
        for flag in several(found.get("flags", [])):
            if not set(text(flag, "flags").split(" ")) <= LOG_FLAGS:
                raise Misfit(flag, f"flags: {shown(flag)} is no log flag")
        return [self.word(kind, whole)]

    def mangle(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("key", "value"), ("key", "value"))
        return [*self.field(found["key"]), self.word("set", whole), *self.changed(found["value"])]

    def ct_object(self, value: Any, kind: str, whole: Any) -> Words:
        """`ct helper set "x"`."""
        return [*self.phrase((*kind.split(" "), "set"), whole), self.scalar(value)]

    def ct_count(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("val", "inv"), ("val",))
        over = ("over",) if found.get("inv") else ()
        return self.phrase(("ct", "count", *over, str(number(found["val"], "val"))), whole)

    def add(self, value: Any, kind: str, whole: Any) -> Words:
        """`add @s { ip saddr timeout 1m limit rate … }`, and the same of a map."""
        needed = ("op", "elem", kind) if kind == "set" else ("op", "elem", "data", kind)
        found = record(value, kind, ("op", "elem", "data", kind, "stmt"), needed)
        operation = chosen(found["op"], ("add", "update", "delete"), "is no operation")
        element = found["elem"]
        if isinstance(element, dict) and list(element) == ["elem"]:
            element = record(element["elem"], "elem", ("val", "timeout", "expires", "comment"), ("val",))["val"]
        inner = self.field(element)
        for each in several(found.get("stmt", [])):
            inner += self.statement(each)
        if "data" in found:
            inner += [self.word(":", whole), *self.changed(found["data"])]
        brace = self.word("{", whole, "symbol"), self.word("}", whole, "symbol")
        return [self.word(operation, whole), self.scalar(found[kind]), brace[0], *inner, brace[1]]

    def meter(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("name", "key", "stmt", "size"), ("name", "key", "stmt"))
        inner = [*self.field(found["key"]), *self.statement(found["stmt"])]
        brace = self.word("{", whole, "symbol"), self.word("}", whole, "symbol")
        return [self.word(kind, whole), self.word(name(found["name"], "name"), whole), brace[0], *inner, brace[1]]

    def flow(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("op", "flowtable"), ("flowtable",))
        return [*self.phrase((kind, "add"), whole), self.scalar(found["flowtable"])]

    def dup(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("addr", "dev"))
        words = self.phrase((kind, "to"), whole)
        words += self.changed(found["addr"]) if "addr" in found else [self.word("elsewhere", whole)]
        return words

    def reset(self, value: Any, kind: str, whole: Any) -> Words:
        return [self.word(kind, whole), *self.field(value)]

    def xt(self, value: Any, kind: str, whole: Any) -> Words:
        found = record(value, kind, ("type", "name"), ("type", "name"))
        return [
            *self.phrase((kind, plain(found["type"], "type")), whole),
            self.word(text(found["name"], "name"), whole),
        ]


STATEMENTS: Mapping[str, Callable[[Statements, Any, str, Any], Words]] = {
    "match": Statements.match, "vmap": Statements.vmap, "reject": Statements.reject, "counter": Statements.counter,
    "quota": Statements.quota, "limit": Statements.limit, "log": Statements.log, "mangle": Statements.mangle,
    "set": Statements.add, "map": Statements.add, "meter": Statements.meter, "flow": Statements.flow,
    "dup": Statements.dup, "reset": Statements.reset, "xt": Statements.xt, "ct count": Statements.ct_count,
    **dict.fromkeys(("accept", "drop", "continue", "return"), Statements.verdict),
    **dict.fromkeys(("jump", "goto"), Statements.jump),
    **dict.fromkeys(("ct helper", "ct timeout", "ct expectation"), Statements.ct_object),
}  # fmt: skip


def _amount(found: Mapping[str, Any], key: str) -> tuple[str, str]:
    unit = chosen(found.get(f"{key}_unit", "bytes"), SIZES, "is no unit")
    return str(number(found.get(key), key)), unit


def _rate(found: Mapping[str, Any]) -> list[str]:
    """`rate over 10 mbytes/second`."""
    per = chosen(found.get("per", "second"), UNITS, "is no unit of time")
    unit = chosen(found.get("rate_unit", "packets"), SIZES, "is no unit")
    amount = str(number(found.get("rate"), "rate"))
    rate = [f"{amount}/{per}"] if unit == "packets" else [amount, f"{unit}/{per}"]
    return ["rate", *(["over"] if found.get("inv") else []), *rate]
