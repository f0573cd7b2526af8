"""Match extensions that are modelled exactly. Each function takes the rule being read, the option and its negation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portspec.configs.firewall.iptables.names import FLAGS, ICMP_TYPES, ICMPV6_TYPES, STATES
from portspec.configs.firewall.iptables.words import Fail
from portspec.configs.firewall.model import (
    MarkCondition,
    SourcePortCondition,
    StateCondition,
    TcpFlagsCondition,
    Unknown,
)
from portspec.configs.firewall.services import SERVICES
from portspec.packets.addresses import parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS, ports

if TYPE_CHECKING:
    from portspec.configs.firewall.iptables.options import _Rule

KNOWN = frozenset({
    "tcp", "udp", "sctp", "dccp", "udplite", "icmp", "icmp6", "icmpv6", "ipv6-icmp", "multiport", "conntrack", "state",
    "iprange", "comment", "mark", "addrtype",
})  # fmt: skip

ALL_NUMBERS = IntervalSet.of(0, 65535)
UNKNOWN_WITH_VALUE = frozenset({
    "--tcp-option", "--chunk-types", "--dccp-types", "--dccp-option", "--ctproto", "--ctorigsrc", "--ctorigdst",
    "--ctreplsrc", "--ctrepldst", "--ctorigsrcport", "--ctorigdstport", "--ctreplsrcport", "--ctrepldstport",
    "--ctstatus", "--ctexpire", "--ctdir",
})  # fmt: skip
"""Options of modelled extensions that are not modelled themselves."""


def is_known(name: str) -> bool:
    """Whether the options of an extension are read."""
    return name in KNOWN


def option(rule: _Rule, name: str, negated: bool) -> bool:
    """Read one option of a modelled extension; False when no extension has it."""
    if name in ("--dport", "--destination-port", "--sport", "--source-port"):
        _port(rule, name, negated)
    elif name in ("--dports", "--destination-ports", "--sports", "--source-ports", "--ports"):
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
    elif name in ("--dst-type", "--src-type", "--limit-iface-in", "--limit-iface-out"):
        _addrtype(rule, name, negated)
    elif name in UNKNOWN_WITH_VALUE:
        rule.conditions.append(Unknown(f"{name} {rule.value(name, negated)[0]}"))
    else:
        return False
    return True


def _number(text: str, what: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    if text.lower() in SERVICES:
        return SERVICES[text.lower()]
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
    found = IntervalSet(_span(part, name) for part in text.split(","))
    if name == "--ports":
        if rule.protocol not in WITH_PORTS:
            raise Fail("--ports needs a protocol with ports before it (-p tcp)", name)
        if negated:
            # Neither port is in the list.
            _apply_ports(rule, name, found, negated=True, destination=True)
            _apply_ports(rule, name, found, negated=True, destination=False)
        else:
            rule.either = found
        return
    _apply_ports(rule, name, found, negated, destination=name.startswith("--d"))


def _apply_ports(rule: _Rule, name: str, found: IntervalSet, negated: bool, *, destination: bool) -> None:
    if rule.protocol not in WITH_PORTS:
        raise Fail(f"{name} needs a protocol with ports before it (-p tcp)", name)
    if negated:
        found = ALL_NUMBERS - found
    if destination:
        base = rule.protocol << 16
        rule.ports = rule.ports & IntervalSet((base | first, base | last) for first, last in found)
    else:
        rule.conditions.append(SourcePortCondition(found))


def _state(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    words = {word.lower() for word in text.split(",")}
    if words & {"snat", "dnat"}:
        rule.conditions.append(Unknown(f"{name} {text}"))
        return
    if not words <= STATES:
        wrong = sorted(words - STATES)[0]
        raise Fail(f"{name}: {wrong!r} is no connection state", text, f"known: {', '.join(sorted(STATES))}")
    rule.conditions.append(StateCondition(STATES - words if negated else frozenset(words)))


def _range(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    try:
        found = parse_addresses(text)
    except ValueError as error:
        raise Fail(f"{name}: {error}", text, "expected 192.0.2.1-192.0.2.9") from None
    if negated:
        found = rule.parser.universe - found
    if name == "--src-range":
        rule.sources = rule.sources & found
    else:
        rule.destinations = rule.destinations & found


def _icmp(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    v6 = name == "--icmpv6-type"
    protocol = 58 if v6 else 1
    if text in ("any", "255"):
        rule.possible = rule.possible and not negated
        return
    known = (ICMPV6_TYPES if v6 else ICMP_TYPES).get(text.lower())
    if known is None:
        kind, slash, code = text.partition("/")
        if not kind.isdigit() or int(kind) > 255 or (slash and (not code.isdigit() or int(code) > 255)):
            raise Fail(f"{name}: {text!r} is no ICMP type", text, "expected a name, a number, or number/code")
        known = int(kind), int(code) if slash else None
    low = known[0] << 8 | (known[1] or 0)
    found = ports(protocol, low, low if known[1] is not None else low | 255)
    rule.ports = rule.ports & (ports(protocol) - found if negated else found)


def _flags(rule: _Rule, name: str, negated: bool) -> None:
    mask, negated = rule.value(name, negated)
    rule.conditions.append(TcpFlagsCondition(_bits(mask, name), _bits(rule.words.take(name), name), negated))


def _bits(text: str, name: str) -> int:
    bits = 0
    for word in text.split(","):
        if word.upper() not in FLAGS:
            raise Fail(f"{name}: {word!r} is no TCP flag", text, f"known: {', '.join(FLAGS)}")
        bits |= FLAGS[word.upper()]
    return bits


def _mark(rule: _Rule, name: str, negated: bool) -> None:
    text, negated = rule.value(name, negated)
    if rule.parser.marks:
        rule.conditions.append(Unknown(f"-m mark {text}"))
        return
    value, _, mask = text.partition("/")
    try:
        rule.conditions.append(MarkCondition(int(value, 0), int(mask, 0) if mask else 0xFFFFFFFF, negated))
    except ValueError:
        raise Fail(f"{name}: {text!r} is no mark", text, "expected a number, or number/mask") from None


def _addrtype(rule: _Rule, name: str, negated: bool) -> None:
    if name.startswith("--limit-iface"):
        rule.conditions.append(Unknown(name))
        return
    text, negated = rule.value(name, negated)
    if rule.chain == "INPUT" and text.upper() == "LOCAL":
        # What a host is sent by another one is for a local address and from one that is not.
        if (name == "--dst-type") == negated:
            rule.possible = False
        return
    rule.conditions.append(Unknown(f"-m addrtype {name} {text}"))
