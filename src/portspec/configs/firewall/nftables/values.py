"""Values on the right of a match, as sets of numbers, by the field that they are compared with."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.nftables.lexer import Token
from portspec.configs.firewall.nftables.names import ETHERTYPES, FAMILIES, ICMP, ICMP_CODES, ICMPV6, ICMPV6_CODES
from portspec.configs.firewall.services import SERVICES
from portspec.packets.addresses import ANY_V4, ANY_V6, parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import PROTOCOLS
from portspec.records import NamedTuple


class Wrong(Exception):  # noqa: N818
    """A word that does not fit; whoever reads the rule adds the place."""

    def __init__(self, word: Token, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.word = word
        self.message = message
        self.hint = hint


class Field(NamedTuple):
    """What a match looks at. `kind` chooses how values are read and what a match means; `protocols` are those that
    it implies; `text` is how the rule names it."""

    kind: str
    text: str
    protocols: tuple[int, ...] = ()


LONGEST_ADDRESS = 100
"""More characters than two IPv6 addresses have."""

PORT_NUMBERS = IntervalSet.of(0, 65535)
BYTES = IntervalSet.of(0, 255)

DOMAINS: Mapping[str, IntervalSet] = {
    "saddr4": ANY_V4, "daddr4": ANY_V4, "saddr6": ANY_V6, "daddr6": ANY_V6, "dport": PORT_NUMBERS,
    "sport": PORT_NUMBERS, "l4proto": BYTES, "l4proto4": BYTES, "l4proto6": BYTES, "icmp-type": BYTES,
    "icmpv6-type": BYTES, "icmp-code": BYTES, "icmpv6-code": BYTES, "nfproto": BYTES,
    "ethertype": PORT_NUMBERS, "mark": IntervalSet.of(0, 0xFFFFFFFF),
}  # fmt: skip
"""Every value that a field may have: what a negation is taken from."""

NAMED: Mapping[str, int] = {**PROTOCOLS, "comp": 108}
"""Protocols; `comp` is nft's own word for IPComp."""

NAMES: Mapping[str, Mapping[str, int]] = {
    "dport": SERVICES, "sport": SERVICES, "l4proto": NAMED, "l4proto4": NAMED, "l4proto6": NAMED,
    "icmp-type": ICMP, "icmpv6-type": ICMPV6, "icmp-code": ICMP_CODES, "icmpv6-code": ICMPV6_CODES,
    "nfproto": FAMILIES, "ethertype": ETHERTYPES,
}  # fmt: skip


def value(field: Field, word: Token) -> IntervalSet:
    """One value: a number, a name, an address, a prefix or a range. Raises Wrong."""
    text = word.text
    if text == "*":
        return DOMAINS[field.kind]
    if field.kind[:5] in ("saddr", "daddr"):
        return _addresses(field, word)
    known = NAMES.get(field.kind, {})
    number = known.get(text.lower())
    if number is not None:
        return IntervalSet.of(number)
    if field.kind == "mark" and "/" in text:
        # nft lists a range of marks as it lists a prefix of addresses.
        start, _, length = text.partition("/")
        if length.isascii() and length.isdigit() and int(length) <= 32:
            low = _number(field, word, start, known)
            return IntervalSet.of(low, low | (0xFFFFFFFF >> int(length)))
    first, dash, last = _ends(text, known)
    low = _number(field, word, first, known)
    high = _number(field, word, last, known) if dash else low
    if low > high:
        raise Wrong(word, f"range upside down: {low} is after {high}")
    return IntervalSet.of(low, high)


def _ends(text: str, known: Mapping[str, int]) -> tuple[str, str, str]:
    """The ends of a range. Names have dashes too: `destination-unreachable-echo-request` is a range of two."""
    at = text.find("-")
    while known and at >= 0:
        if all(end.lower() in known or end.isdigit() for end in (text[:at], text[at + 1 :])):
            return text[:at], "-", text[at + 1 :]
        at = text.find("-", at + 1)
    return text.partition("-")


def _addresses(field: Field, word: Token) -> IntervalSet:
    if len(word.text) > LONGEST_ADDRESS:
        raise Wrong(
            word, f"{field.text}: {word.text[:20]!r}… is no address", "expected an address, a prefix or a range"
        )
    try:
        found = parse_addresses(word.text)
    except ValueError as error:
        raise Wrong(word, f"{field.text}: {error}", "expected an address, a prefix or a range") from None
    if not found <= DOMAINS[field.kind]:
        raise Wrong(word, f"{field.text}: {word.text} is of the other IP family")
    return found


def _number(field: Field, word: Token, text: str, known: Mapping[str, int]) -> int:
    if text.lower() in known:
        return known[text.lower()]
    base = 16 if text[:2].lower() == "0x" else 8 if text[:1] == "0" else 10
    try:
        number = int(text, base)
    except ValueError:
        raise Wrong(
            word, f"{field.text}: {text!r} is not known here", "expected a number or a name that nft knows"
        ) from None
    last = DOMAINS[field.kind].spans[-1][1]
    if not 0 <= number <= last:
        raise Wrong(word, f"{field.text}: {number} is not from 0 to {last}")
    return number


def compared(field: Field, operator: str, found: IntervalSet) -> IntervalSet:
    """The values that stand in a relation to a set: `==`, `!=`, `<`, `>`, `<=`, `>=`."""
    domain = DOMAINS[field.kind]
    first, last = domain.first, domain.spans[-1][1]
    if operator in ("", "=="):
        return found
    if operator == "!=":
        return domain - found
    low, high = found.first, found.spans[-1][1]
    if operator == "<":
        return IntervalSet.of(first, low - 1) if low > first else IntervalSet()
    if operator == "<=":
        return IntervalSet.of(first, high)
    if operator == ">":
        return IntervalSet.of(high + 1, last) if high < last else IntervalSet()
    return IntervalSet.of(low, last)
