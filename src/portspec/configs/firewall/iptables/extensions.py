"""Match extensions that are modelled exactly. Each function takes the rule being read, the option and its negation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from portspec.configs.firewall.iptables.loaded import IMPLIED, OWNERS, Loaded
from portspec.configs.firewall.iptables.names import ADDRESS_TYPES, FLAGS, ICMP_TYPES, ICMPV6_TYPES, STATES
from portspec.configs.firewall.iptables.words import Fail
from portspec.configs.firewall.model import (
    MarkCondition,
    SourcePortCondition,
    StateCondition,
    TcpFlagsCondition,
    Unknown,
)
from portspec.configs.firewall.services import SERVICES
from portspec.packets.addresses import parse_address, parse_network, v6_prefix
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import WITH_PORTS, ports

if TYPE_CHECKING:
    from portspec.configs.firewall.iptables.options import _Rule

__all__ = ["IMPLIED", "Loaded", "option"]

ALL_NUMBERS = IntervalSet.of(0, 65535)
MOST_PORTS = 15
"""What one multiport match may list; a range counts twice (iptables-extensions(8))."""

NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,8}|0|[1-9][0-9]{0,9}")
SEVERAL = (parse_network("224.0.0.0/4"), v6_prefix(0xFF000000, 8))
"""Addresses of groups."""
EVERYBODY = parse_address("255.255.255.255")
LARGEST_MARK = 0xFFFFFFFF


def option(rule: _Rule, name: str, negated: bool) -> bool:
    """Read one option of a modelled extension that the rule has loaded; False when it is none."""
    owners = OWNERS.get(name)
    if owners is None:
        return False
    if rule.loaded.multiport_for(name):
        name += "s"
        owners = ("multiport",)
    if not rule.loaded.has(name, rule.protocol):
        needed = "a protocol with ports before it (-p tcp)" if len(owners) > 1 else f"-m {owners[0]} before it"
        raise Fail(f"{name} needs {needed}", name)
    rule.loaded.use(name, owners, rule.protocol)
    if name in ("--dport", "--destination-port", "--sport", "--source-port"):
        _port(rule, name, negated)
    elif owners == ("multiport",):
        _multiport(rule, name, negated)
    elif name in ("--ctstate", "--state"):
        _state(rule, name, negated)
    elif name in ("--src-range", "--dst-range"):
        _range(rule, name, negated)
    elif name == "--comment":
        rule.words.take(name)
    elif name in ("--icmp-type", "--icmpv6-type"):
        _icmp(rule, name, negated)
    elif name == "--syn":
        rule.conditions.append(TcpFlagsCondition(0x17, 0x02, negated))
    elif name == "--tcp-flags":
        _flags(rule, name, negated)
    elif name == "--mark":
        _mark(rule, name, negated)
    elif owners == ("addrtype",):
        _addrtype(rule, name, negated)
    else:
        text, negated = rule.value(name, negated)
        if name == "--chunk-types":
            text = f"{text} {rule.words.take(name)}"
        rule.conditions.append(Unknown(f"{_negation(negated)}{name} {text}"))
    return True


def _negation(negated: bool) -> str:
    return "! " if negated else ""


def _number(text: str, what: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        if text[0] == "0" and text != "0":
            raise Fail(f"{what}: {text!r} would be octal to iptables", text, "write the port without the leading zero")
        return int(text)
    if text in SERVICES:
        return SERVICES[text]
    raise Fail(f"{what}: {text!r} is no port", text, "expected a number up to 65535 or a service name such as https")


def _span(text: str, what: str) -> tuple[int, int]:
    first, colon, last = text.partition(":")
    if not colon:
        number = _number(first, what)
        return number, number
    low, high = _number(first or "0", what), _number(last or "65535", what)
    if low > high:
        raise Fail(f"{what}: range upside down: {low} is after {high}", text)
    return low, high


def _port(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    _apply_ports(rule, name, IntervalSet((_span(text, name),)), negated, destination=name.startswith("--d"))


def _multiport(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    parts = text.split(",")
    if "" in parts:
        raise Fail(f"{name}: a port is missing between the commas", text)
    if len(parts) + text.count(":") > MOST_PORTS:
        raise Fail(f"{name}: more than {MOST_PORTS} ports, where a range counts twice", text)
    found = IntervalSet(_span(part, name) for part in parts)
    if name != "--ports":
        _apply_ports(rule, name, found, negated, destination=name.startswith("--d"))
    elif negated:
        # Neither port is in the list.
        _apply_ports(rule, name, found, negated=True, destination=True)
        _apply_ports(rule, name, found, negated=True, destination=False)
    else:
        _protocol(rule, name)
        rule.either = found if rule.either is None else rule.either & found


def _protocol(rule: _Rule, name: str) -> int:
    protocol = rule.loaded.protocol if rule.protocol is None else rule.protocol
    if protocol not in WITH_PORTS:
        raise Fail(f"{name} needs a protocol with ports before it (-p tcp)", name)
    return protocol


def _apply_ports(rule: _Rule, name: str, found: IntervalSet, negated: bool, *, destination: bool) -> None:
    base = _protocol(rule, name) << 16
    if negated:
        found = ALL_NUMBERS - found
    if destination:
        rule.ports = rule.ports & IntervalSet((base | first, base | last) for first, last in found)
    else:
        rule.conditions.append(SourcePortCondition(found))


def _state(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    words = {word.lower() for word in text.split(",")}
    if name == "--ctstate" and words & {"snat", "dnat"}:
        rule.conditions.append(Unknown(f"{_negation(negated)}{name} {text}"))
        return
    if not words <= STATES:
        wrong = next(word for word in text.split(",") if word.lower() not in STATES)
        raise Fail(f"{name}: {wrong!r} is no connection state", wrong or text, f"known: {', '.join(sorted(STATES))}")
    rule.conditions.append(StateCondition(STATES - words if negated else frozenset(words)))


def _range(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    first_text, dash, last_text = text.partition("-")
    try:
        first = parse_address(first_text)
        last = parse_address(last_text) if dash else first
    except ValueError as error:
        raise Fail(f"{name}: {error}", text, "expected 192.0.2.1-192.0.2.9") from None
    universe = rule.parser.universe
    if first not in universe or last not in universe:
        raise Fail(f"{name}: {text!r} is of the other IP family than the rest of the file", text)
    if first > last:
        raise Fail(f"{name}: range upside down: {first_text} is after {last_text}", text)
    found = IntervalSet.of(first, last)
    if negated:
        found = universe - found
    if name == "--src-range":
        rule.sources = rule.sources & found
    else:
        rule.destinations = rule.destinations & found


def _icmp(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    v6 = name == "--icmpv6-type"
    protocol = 58 if v6 else 1
    if not v6 and text in ("any", "255"):
        rule.possible = rule.possible and not negated
        return
    kind, code = _icmp_type(text, ICMPV6_TYPES if v6 else ICMP_TYPES, name)
    low = kind << 8 | (code or 0)
    found = ports(protocol, low, low if code is not None else low | 255)
    rule.ports = rule.ports & (ports(protocol) - found if negated else found)


def _icmp_type(text: str, names: Mapping[str, tuple[int, int | None]], what: str) -> tuple[int, int | None]:
    """A type by its name, or the beginning of one, or by number or number/code."""
    lower = text.lower()
    if lower in names:
        return names[lower]
    found = {value for name, value in names.items() if lower and name.startswith(lower)}
    if len(found) == 1:
        return found.pop()
    kind, slash, code = text.partition("/")
    numbers = [kind, code] if slash else [kind]
    if found or not all(part.isascii() and part.isdigit() and len(part) <= 3 and int(part) <= 255 for part in numbers):
        raise Fail(f"{what}: {text!r} is no ICMP type", text, "expected a name, a number, or number/code")
    return int(kind), int(code) if slash else None


def _flags(rule: _Rule, name: str, negated: bool) -> None:
    mask, negated = rule.value(name, negated)
    rule.conditions.append(TcpFlagsCondition(_bits(mask, name), _bits(rule.words.take(name), name), negated))


def _bits(text: str, name: str) -> int:
    bits = 0
    for word in text.split(","):
        if word.upper() not in FLAGS:
            raise Fail(f"{name}: {word!r} is no TCP flag", word, f"known: {', '.join(FLAGS)}")
        bits |= FLAGS[word.upper()]
    return bits


def _mark(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    parts = text.split("/")
    if len(parts) > 2 or not all(NUMBER.fullmatch(part) and int(part, 0) <= LARGEST_MARK for part in parts):
        raise Fail(f"{name}: {text!r} is no mark", text, "expected a number, or number/mask")
    mask = int(parts[1], 0) if len(parts) == 2 else LARGEST_MARK
    if rule.parser.marks & mask:
        rule.conditions.append(Unknown(f"-m mark {_negation(negated)}{text}"))
        return
    rule.conditions.append(MarkCondition(int(parts[0], 0), mask, negated))


def _addrtype(rule: _Rule, name: str, negated: bool) -> None:
    if name.startswith("--limit-iface"):
        rule.conditions.append(Unknown(f"{_negation(negated)}{name}"))
        return
    text, negated = rule.value(name, negated)
    for word in text.split(","):
        if word.upper() not in ADDRESS_TYPES:
            raise Fail(f"{name}: {word!r} is no type of address", word, f"known: {', '.join(sorted(ADDRESS_TYPES))}")
    kinds = frozenset(text.upper().split(","))
    if rule.chain in rule.parser.inbound and name == "--dst-type" and kinds <= {"LOCAL", "MULTICAST", "BROADCAST"}:
        # What a host is sent by another one for itself alone is for a local address; the rest is for a group or for all.
        several = IntervalSet(span for span in SEVERAL if span[0] in rule.parser.universe)
        everybody = IntervalSet.of(EVERYBODY) & rule.parser.universe
        found = (rule.parser.universe - several - everybody) if "LOCAL" in kinds else EMPTY
        found = found | (several if "MULTICAST" in kinds else EMPTY) | (everybody if "BROADCAST" in kinds else EMPTY)
        rule.destinations = rule.destinations & (rule.parser.universe - found if negated else found)
        return
    if rule.chain in rule.parser.inbound and name == "--src-type" and kinds == {"LOCAL"}:
        # It comes from another host.
        rule.possible = rule.possible and negated
        return
    rule.conditions.append(Unknown(f"-m addrtype {_negation(negated)}{name} {text}"))
