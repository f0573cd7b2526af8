"""Rich rules, from XML and from the language that firewall-cmd speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from portspec.configs.firewall.firewalld import values
from portspec.configs.firewall.firewalld.grammar import RULE
from portspec.configs.firewall.firewalld.records import Address, Element, Family, RichRule
from portspec.configs.firewall.firewalld.values import Source
from portspec.source import Span

ACTIONS: tuple[Literal["accept", "reject", "drop", "mark"], ...] = ("accept", "reject", "drop", "mark")
LOGS = ("log", "nflog")
ELEMENTS = (
    "service", "port", "protocol", "icmp-block", "icmp-type", "masquerade", "forward-port", "source-port", "tcp-mss-clamp",
)  # fmt: skip
SELF_ACTING = ("icmp-block", "forward-port", "masquerade", "tcp-mss-clamp")
"""Elements that say themselves what happens, so that no action may stand beside them."""
YES = ("yes", "true")
SHORTEST_SEGMENT = 536
REJECT_TYPES: dict[str, tuple[Family | None, bool]] = {
    **dict.fromkeys(
        ("icmp-host-prohibited", "host-prohib", "icmp-net-prohibited", "net-prohib", "icmp-admin-prohibited",
         "admin-prohib", "icmp-net-unreachable", "net-unreach", "icmp-host-unreachable", "host-unreach",
         "icmp-port-unreachable", "icmp-proto-unreachable", "proto-unreach"),
        ("ipv4", False),
    ),
    **dict.fromkeys(
        ("icmp6-adm-prohibited", "adm-prohibited", "icmp6-no-route", "no-route", "icmp6-addr-unreachable",
         "addr-unreach", "icmp6-port-unreachable"),
        ("ipv6", False),
    ),
    "port-unreach": (None, False), "tcp-reset": (None, True), "tcp-rst": (None, True),
}  # fmt: skip
"""The family that can be answered so (None: both), and whether only TCP can."""


class Part(NamedTuple):
    """One element of a rule with its attributes; the limit that stands inside it has been taken out."""

    name: str
    attributes: dict[str, str]
    limit: str | None
    span: Span


def rule(source: Source, head: dict[str, str], parts: list[Part], span: Span) -> RichRule:
    """A rule from its parts, checked as firewalld checks it: what it would leave out with a warning is an error here."""
    reader = _Reader(source, span)
    family = values.family(source, head["family"], span) if "family" in head else None
    priority = values.number(source, "priority", head.get("priority", "0"), span)
    element = reader.one(parts, ELEMENTS, "element")
    action = reader.one(parts, ACTIONS, "action")
    logged = reader.one(parts, LOGS, "log")
    audit = reader.one(parts, ("audit",), "audit")
    made = RichRule(
        family=family,
        priority=priority,
        source=reader.address(reader.one(parts, ("source",), "source")),
        destination=reader.address(reader.one(parts, ("destination",), "destination")),
        element=None if element is None else reader.element(element, family),
        action=None if action is None else next(name for name in ACTIONS if name == action.name),
        reject_type=reader.reject_type(action, family),
        limited=action is not None and action.limit is not None,
        logged=logged is not None,
        span=span,
    )
    for part in parts:
        if part.limit is not None:
            reader.limit(part)
    reader.check(made, logged, audit)
    if action is not None and action.name == "mark":
        reader.mark(action)
    return made


class _Reader:
    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self.span = span

    def one(self, parts: list[Part], names: tuple[str, ...], what: str) -> Part | None:
        found = [part for part in parts if part.name in names]
        if len(found) > 1:
            self.source.fail(found[1].span, f"a rule with more than one {what}: {found[0].name} and {found[1].name}")
        return found[0] if found else None

    def address(self, part: Part | None) -> Address | None:
        if part is None:
            return None
        given = [name for name in ("address", "mac", "ipset") if part.attributes.get(name)]
        if len(given) != 1:
            self.source.fail(
                part.span, f"{part.name}: expected exactly one of address, {'mac, ' * (part.name == 'source')}ipset"
            )
        negated = part.attributes.get("invert", "").lower() in YES
        text = part.attributes[given[0]]
        if given[0] == "ipset":
            return Address("ipset", text, negated, part.span)
        made = values.address(self.source, text, part.span, negated=negated)
        if made.kind != given[0]:
            self.source.fail(part.span, f"{part.name}: {text!r} is no {given[0]}")
        return made

    def element(self, part: Part, family: Family | None) -> Element:
        attributes = part.attributes
        ports, to_address, text = None, "", attributes.get("name", attributes.get("value", ""))
        if part.name in ("port", "source-port", "forward-port"):
            ports = values.ports(self.source, attributes.get("port", ""), attributes.get("protocol", ""), part.span)
        if part.name == "forward-port":
            text, to_address = target(self.source, attributes, ports.transport if ports else "", part.span)
            if family is None:
                self.source.fail(part.span, "a rule with forward-port needs a family", 'add family="ipv4" or "ipv6"')
            if to_address and values.family_of(to_address.strip("[]")) != family:
                self.source.fail(part.span, f"to-addr {to_address} is not of the rule's family")
        elif part.name == "protocol":
            values.protocol(self.source, text, part.span)
        elif part.name == "tcp-mss-clamp":
            if text not in ("", "pmtu", "None") and not (
                text.isascii() and text.isdigit() and int(text[:9]) >= SHORTEST_SEGMENT
            ):
                self.source.fail(
                    part.span, f"{text[:40]!r} is no segment size", f"expected pmtu or a number from {SHORTEST_SEGMENT}"
                )
        elif part.name in ("service", "icmp-block", "icmp-type") and not text:
            self.source.fail(part.span, f"{part.name} without a name")
        return Element(part.name, text, ports, to_address, part.span)

    def reject_type(self, action: Part | None, family: Family | None) -> str:
        text = action.attributes.get("type", "") if action is not None else ""
        if not text or action is None:
            return ""
        if text not in REJECT_TYPES:
            self.source.fail(action.span, f"unknown type of reject {text[:40]!r}", values.nearest(text, REJECT_TYPES))
        if family is None:
            self.source.fail(action.span, "reject with a type needs the rule's family", 'add family="ipv4" or "ipv6"')
        if REJECT_TYPES[text][0] not in (None, family) or (text == "tcp-rst" and family == "ipv6"):
            self.source.fail(action.span, f"reject type {text} is not one of {family}")
        return text

    def limit(self, part: Part) -> None:
        rate, _, unit = (part.limit or "").partition("/")
        units = ("s", "m", "h", "d", "second", "minute", "hour", "day")
        if not (rate.isascii() and rate.isdigit() and int(rate[:9]) > 0) or unit not in units:
            self.source.fail(part.span, f"limit {part.limit!r} is none", "expected one such as 10/m")

    def mark(self, part: Part) -> None:
        numbers = part.attributes.get("set", "").split("/")
        try:
            fits = len(numbers) <= 2 and all(0 <= int(text[:12], 0) < 1 << 32 for text in numbers)
        except ValueError:
            fits = False
        if not fits:
            self.source.fail(part.span, f"mark {part.attributes.get('set', '')[:40]!r} is no number, nor number/mask")

    def check(self, made: RichRule, logged: Part | None, audit: Part | None) -> None:
        addressed = (made.source is not None and made.source.kind == "address") or made.destination is not None
        if made.family is None and addressed:
            self.refuse("a rule with an address or a destination needs a family", 'add family="ipv4" or "ipv6"')
        for address in (made.source, made.destination):
            if address is not None and address.kind == "address" and values.family_of(address.text) != made.family:
                self.source.fail(address.span, f"{address.text} is not of the rule's family {made.family}")
        if made.element is None:
            if made.action is None and not (logged is not None and made.priority != 0):
                self.refuse("a rule without element and action")
            if made.source is None and made.destination is None and made.priority == 0:
                self.refuse(
                    "a rule without element, source and destination", "give it a priority if it means everything"
                )
        elif made.element.name in SELF_ACTING:
            if made.action is not None:
                self.refuse(f"{made.element.name} and {made.action} in one rule: the element acts by itself")
        elif made.action is None and logged is None and audit is None:
            self.refuse("a rule without action")
        masquerades = made.element is not None and made.element.name == "masquerade"
        if masquerades and made.source is not None and made.source.kind == "mac":
            self.refuse("masquerade does not go with a MAC address")
        if audit is not None and made.action not in ("accept", "reject", "drop"):
            self.refuse("audit without accept, reject or drop")

    def refuse(self, message: str, hint: str = "firewalld would leave the rule out") -> None:
        self.source.fail(self.span, message, hint)


def target(source: Source, attributes: Mapping[str, str], transport: str, span: Span) -> tuple[str, str]:
    """Where a forward-port leads: (ports, address), one of which may be empty."""
    to_port, to_address = attributes.get("to-port", ""), attributes.get("to-addr", "")
    if not to_port and not to_address:
        source.fail(span, "forward-port without to-port and to-addr")
    if to_port:
        values.ports(source, to_port, transport, span)
    if to_address:
        values.single_address(source, to_address, span)
    return to_port, to_address


def from_text(source: Source, text: str, span: Span) -> RichRule:
    """A rule as `firewall-cmd --list-rich-rules` prints it."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError as error:
        source.fail(span, f"rich rule: {error}")
    if not words or words[0] != "rule":
        source.fail(span, "expected a rich rule: rule …")
    head: dict[str, str] = {}
    parts: list[Part] = []
    current = head
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            if current is head and name not in ("family", "priority"):
                source.fail(span, f"rich rule: {name[:40]} belongs to no element", "expected family or priority")
            current[name] = value
        elif word in ("NOT", "not") and parts and parts[-1].name in ("source", "destination"):
            current["invert"] = "yes"
        elif word == "limit" and parts:
            current = {}
            parts[-1] = parts[-1]._replace(limit="")
            limit = current
        elif word in RULE:
            current = {}
            parts.append(Part(word, current, None, span))
        else:
            source.fail(span, f"rich rule: unknown word {word[:40]!r}", values.nearest(word, RULE))
        if parts and parts[-1].limit is not None and equals and current is limit:
            parts[-1] = parts[-1]._replace(limit=current.get("value", ""))
    for part in parts:
        required, optional = RULE[part.name]
        for name in part.attributes:
            if name not in required and name not in optional:
                source.fail(
                    span, f"rich rule: {part.name} has no {name[:40]}", values.nearest(name, (*required, *optional))
                )
        for name in required:
            if name not in part.attributes:
                source.fail(span, f"rich rule: {part.name} needs {name}")
    return rule(source, head, parts, span)
