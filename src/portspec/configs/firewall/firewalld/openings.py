"""The rules that a zone or a policy makes of its settings, in firewalld's order."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.firewall.firewalld import matches as match
from portspec.configs.firewall.firewalld import stock, values
from portspec.configs.firewall.firewalld.ipsets import members
from portspec.configs.firewall.firewalld.matches import EVERYTHING, Matches, both
from portspec.configs.firewall.firewalld.records import (
    Address,
    Configuration,
    Direction,
    Element,
    Family,
    Ports,
    RichRule,
    Service,
    Settings,
    Word,
)
from portspec.configs.firewall.firewalld.rich import REJECT_TYPES
from portspec.configs.firewall.model import Action, Rule
from portspec.configs.folders import FolderText
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import protocol_number
from portspec.source import Span

Stage = Literal["pre", "deny", "allow", "post"]
STAGES: tuple[Stage, ...] = ("pre", "deny", "allow", "post")
"""The parts of a zone in order. Between `pre` and `deny` things are logged, which decides nothing."""
FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
ICMP_PROTOCOLS: dict[Family, int] = {"ipv4": 1, "ipv6": 58}


class Draft(NamedTuple):
    """A rule with its stage; before and after the stages without priorities, rules stand in the order of theirs."""

    stage: Stage
    priority: int
    rule: Rule


def in_order(drafts: list[Draft]) -> list[Rule]:
    """The rules in the order in which packets meet them."""
    ordered = sorted(drafts, key=lambda draft: (STAGES.index(draft.stage), draft.priority))
    return [draft.rule for draft in ordered]


class Openings:
    """Makes rules of settings. `marks`: some rule of the configuration sets marks."""

    def __init__(self, whole: FolderText, configuration: Configuration) -> None:
        self.whole = whole
        self.configuration = configuration
        self.members: dict[tuple[str, Direction, bool], Matches] = {}
        self.closures: dict[str, list[Service]] = {}
        self.together: dict[tuple[str, tuple[Family, ...]], list[Matches]] = {}
        self.marks = any(rule.action == "mark" for settings in configuration.every() for rule in settings.rules)

    def filtering(self, settings: Settings, inversion: Span | None = None) -> list[Draft]:
        """What is let in and what is blocked: services, ports, source ports, types of ICMP, rich rules, protocols."""
        drafts: list[Draft] = []
        for service in settings.services:
            for one in self.opened(service.text, FAMILIES, service.span):
                drafts += _drafts("allow", one, "accept", service.span)
        for ports in settings.ports:
            drafts += _drafts("allow", match.to_ports(ports), "accept", ports.span)
        for ports in settings.source_ports:
            drafts += _drafts("allow", match.from_ports(ports), "accept", ports.span)
        for block in settings.icmp_blocks:
            for one in self.icmp(block.text, self.icmp_families(block.text, block.span), block.span):
                if inversion is None:
                    drafts += _drafts("deny", one, "reject", block.span)
                else:
                    drafts += _drafts("allow", one, "accept", block.span)
        for rule in settings.rules:
            drafts += self.rich(rule)
        for protocol in settings.protocols:
            drafts += _drafts("allow", match.of_protocol(protocol.text), "accept", protocol.span)
        return drafts

    def forwarding(self, settings: Settings) -> list[Draft]:
        """What gets another destination before it is filtered: firewalld then lets it through."""
        drafts: list[Draft] = []
        for element in settings.forward_ports:
            family: Family = "ipv6" if ":" in element.to_address else "ipv4"
            drafts += _drafts("allow", both(match.of_family(family), _ports_of(element)), "accept", element.span)
        for rule in settings.rules:
            if rule.element is not None and rule.element.name == "forward-port":
                found = both(self.addresses(rule), _ports_of(rule.element))
                drafts += _drafts(_stage(rule), found, "accept", rule.span, rule.priority)
        return drafts

    def rich(self, rule: RichRule) -> list[Draft]:
        """What a rich rule decides about packets; nothing where it only logs, marks or rewrites them."""
        element = rule.element
        icmp_block = element is not None and element.name == "icmp-block"
        if element is not None and element.name in ("forward-port", "masquerade", "tcp-mss-clamp"):
            self.addresses(rule)
            return []
        found = self.elements(rule)
        if rule.action == "mark" or (rule.action is None and not icmp_block):
            return []
        action: Action = "reject" if rule.action is None else rule.action
        if rule.limited:
            found = [both(one, match.unknown("limit")) for one in found]
        answered = self.answered(rule)
        drafts: list[Draft] = []
        for one in found:
            made = both(self.addresses(rule), one, answered)
            if not made and answered is not EVERYTHING and both(self.addresses(rule), one):
                message = f"reject type {rule.reject_type} does not go with what the rule matches"
                raise values.wrong(self.whole, rule.span, message, "firewalld cannot load this rule")
            drafts += _drafts(_stage(rule), made, action, rule.span, rule.priority)
        return drafts

    def answered(self, rule: RichRule) -> Matches:
        """The packets that can be answered as the rule wants to reject them."""
        if rule.action != "reject" or not rule.reject_type:
            return EVERYTHING
        family, only_tcp = REJECT_TYPES[rule.reject_type]
        found = match.of_family(family)
        return both(found, match.of_protocol("tcp")) if only_tcp else found

    def elements(self, rule: RichRule) -> list[Matches]:
        """What a rule's element matches, as many rules as firewalld makes of it."""
        element = rule.element
        if element is None:
            return [EVERYTHING]
        if element.name == "service":
            return self.rich_service(rule, element)
        if element.name == "port":
            return [_ports_of(element)]
        if element.name == "source-port" and element.ports is not None:
            return [match.from_ports(element.ports)]
        if element.name == "protocol":
            return [match.of_protocol(element.text)]
        known = self.icmp_families(element.text, element.span)
        if rule.family is not None and rule.family not in known:
            message = f"{element.text} is no ICMP type of {rule.family}"
            raise values.wrong(self.whole, element.span, message)
        families = self.families(rule) or known
        return self.icmp(element.text, families, element.span)

    def rich_service(self, rule: RichRule, element: Element) -> list[Matches]:
        families = self.families(rule) or FAMILIES
        services = self.services(element.text, element.span)
        for service in services:
            if service.destinations and rule.destination is not None:
                message = f"the service {service.name} has a destination of its own"
                raise values.wrong(self.whole, rule.span, message, "firewalld cannot load this rule")
        if not rule.reject_type:
            return self.opened(element.text, families, element.span)
        # Each is told apart: a way to reject must fit every one of them.
        there = [(service, one) for service in services for one in self.destinations(service, families)]
        return [both(one, opening) for service, one in there for opening in _opened(service)]

    def families(self, rule: RichRule) -> tuple[Family, ...]:
        """The families that a rule is for; none where it leaves that open."""
        if rule.family is not None:
            if rule.source is not None and rule.source.kind == "ipset":
                found = self.configuration.ipsets.get(rule.source.text)
                if found is not None and found.type != "hash:mac" and found.family != rule.family:
                    message = f"ipset {found.name} is of {found.family}, the rule of {rule.family}"
                    raise values.wrong(self.whole, rule.span, message, "firewalld cannot load this rule")
            return (rule.family,)
        if rule.source is not None and rule.source.kind == "ipset":
            found = self.configuration.ipsets.get(rule.source.text)
            if found is not None and found.type != "hash:mac":
                return (found.family,)
        return ()

    def addresses(self, rule: RichRule) -> Matches:
        """The family, source and destination of a rule."""
        self.families(rule)
        found = match.of_family(rule.family)
        if rule.destination is not None:
            found = both(found, self.address(rule.destination, "destination"))
        if rule.source is not None:
            found = both(found, self.address(rule.source, "source"))
        return found

    def address(self, address: Address, direction: Direction) -> Matches:
        """Packets from or to an address, a network, a MAC address or the members of a set."""
        if address.kind == "mac":
            return match.unknown(f"MAC address {address.text}")
        if address.kind == "address":
            family = values.family_of(address.text)
            assert family is not None
            addresses = IntervalSet.of(*values.network(address.text))
            return match.addressed(
                direction, family, match.UNIVERSES[family] - addresses if address.negated else addresses
            )
        found = self.configuration.ipsets.get(address.text)
        if found is not None:
            key = (address.text, direction, address.negated)
            if key not in self.members:
                self.members[key] = members(self.whole, found, address, direction, marks=self.marks)
            return self.members[key]
        if self.configuration.whole:
            hint = values.nearest(address.text, self.configuration.ipsets) or "define it in ipsets/"
            raise values.wrong(self.whole, address.span, f"no ipset {address.text[:60]!r}", hint)
        return match.unknown(f"ipset {address.text[:60]} is not told here")

    def protocol(self, address: Address) -> tuple[str, bool]:
        """The protocol of the header that an address is looked up in, and whether that is a single field."""
        if address.kind == "mac":
            return "ether", True
        if address.kind == "address":
            return values.family_of(address.text) or "", True
        found = self.configuration.ipsets.get(address.text)
        if found is None:
            return "", True
        return "ether" if found.type == "hash:mac" else found.family, "," not in found.type

    def services(self, name: str, span: Span) -> list[Service]:
        """A service and all that it includes. Raises InputError where a definition is missing."""
        known = self.closures.get(name)
        if known is None:
            found: dict[str, Service] = {}
            waiting = [Word(name, span)]
            while waiting:
                word = waiting.pop()
                if word.text not in found:
                    found[word.text] = self.service(word)
                    waiting += reversed(found[word.text].includes)
            known = self.closures[name] = list(found.values())
        return known

    def service(self, word: Word) -> Service:
        """The definition of a service: the config's own, or the one that comes along."""
        name = word.text
        found = self.configuration.services.get(name) or stock.service(name, word.span)
        if found is None:
            hint = values.nearest(name, [*self.configuration.services, *stock.service_names()])
            message = f"no definition of the service {name[:60]!r}"
            raise values.wrong(self.whole, word.span, message, hint or f"add services/{name[:60]}.xml")
        return found

    def opened(self, name: str, families: tuple[Family, ...], span: Span) -> list[Matches]:
        """What a service and all that it includes open in some families; put together, since all of it meets the same end."""
        key = (name, families)
        known = self.together.get(key)
        if known is None:
            anywhere: list[IntervalSet] = []
            known = []
            for service in self.services(name, span):
                if not service.destinations:
                    anywhere.append(_points_of(service))
                    known += [match.from_ports(ports) for ports in service.source_ports]
                    continue
                for there in self.destinations(service, families):
                    known += [both(there, one) for one in _opened(service)]
            merged = IntervalSet(span for points in anywhere for span in points)
            if merged:
                known.append(match.points(merged))
            self.together[key] = known
        return known

    def destinations(self, service: Service, families: tuple[Family, ...]) -> list[Matches]:
        """The only destinations of a service; everywhere when it has none of its own."""
        if not service.destinations:
            return [EVERYTHING]
        return [
            match.addressed("destination", family, IntervalSet.of(*values.network(text)))
            for family, text in service.destinations
            if family in families
        ]

    def icmp_families(self, name: str, span: Span) -> tuple[Family, ...]:
        """The families that an ICMP type is for."""
        own = self.configuration.icmptypes.get(name)
        if name not in stock.ICMP:
            if own is not None:
                raise values.wrong(
                    self.whole, span, f"ICMP type {name[:60]!r} is none that firewalld can load with nftables"
                )
            raise values.wrong(self.whole, span, f"unknown ICMP type {name[:60]!r}", values.nearest(name, stock.ICMP))
        numbers = dict(zip(FAMILIES, stock.ICMP[name], strict=True))
        return own or tuple(family for family in FAMILIES if numbers[family] is not None)

    def icmp(self, name: str, families: tuple[Family, ...], span: Span) -> list[Matches]:
        """Packets of an ICMP type, family by family."""
        numbers = dict(zip(FAMILIES, stock.ICMP[name], strict=True))
        found: list[Matches] = []
        for family in families:
            number = numbers[family]
            if number is None:
                raise values.wrong(self.whole, span, f"{name} is no ICMP type of {family}", "firewalld cannot load it")
            kind, code = number
            first = ICMP_PROTOCOLS[family] << 16 | kind << 8 | (code or 0)
            last = first if code is not None else first | 255
            found.append(match.points(IntervalSet.of(first, last), family))
        return found


def _opened(service: Service) -> list[Matches]:
    return [
        *(match.to_ports(ports) for ports in service.ports),
        *(match.of_protocol(protocol.text) for protocol in service.protocols),
        *(match.from_ports(ports) for ports in service.source_ports),
    ]


def _points_of(service: Service) -> IntervalSet:
    """The destination ports and protocols of a service on the port line."""
    spans = [
        (number << 16 | one.first, number << 16 | one.last)
        for one in service.ports
        if (number := protocol_number(one.transport))
    ]
    numbers = [protocol_number(word.text) for word in service.protocols]
    return IntervalSet(spans + [(number << 16, number << 16 | 65535) for number in numbers])


def _ports_of(element: Element) -> Matches:
    assert isinstance(element.ports, Ports)
    return match.to_ports(element.ports)


def _stage(rule: RichRule) -> Stage:
    if rule.priority:
        return "pre" if rule.priority < 0 else "post"
    blocks = rule.action in ("reject", "drop") or (rule.element is not None and rule.element.name == "icmp-block")
    return "deny" if blocks else "allow"


def _drafts(stage: Stage, found: Matches, action: Action, span: Span, priority: int = 0) -> list[Draft]:
    return [Draft(stage, priority, rule) for rule in match.rules(found, action, span)]
