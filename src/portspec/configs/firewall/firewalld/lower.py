"""From a configuration to the neutral model: the chains that firewalld's nftables backend makes of it.

The chains have firewalld's names. The parts of a zone (`_pre`, `_log`, `_deny`, `_allow`, `_post`) are passed one after another without
a way out, so they are written as one chain. What gets another destination (forward-port) is let through by a rule on the
connection's status; here that rule asks the same questions as the NAT chains did.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.firewall.firewalld import matches as match
from portspec.configs.firewall.firewalld.matches import EVERYTHING, Matches, both
from portspec.configs.firewall.firewalld.openings import Draft, Openings, in_order
from portspec.configs.firewall.firewalld.records import Configuration, Direction, PolicyObject, Word, Zone
from portspec.configs.firewall.firewalld.stock import BASE
from portspec.configs.firewall.firewalld.values import wrong
from portspec.configs.firewall.model import Action, Chain, Hook, InterfaceCondition, Rule, Ruleset, StateCondition
from portspec.configs.folders import FolderText
from portspec.packets.addresses import ANY, v6_prefix
from portspec.packets.boxes import V6_BOX
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports
from portspec.source import Span

TABLE = "inet firewalld"
PRIORITY = 10
"""What firewalld adds to every usual priority, so that other tables come first."""
Path = Literal["INPUT", "FORWARD", "OUTPUT", "PREROUTING"]
SHORT: dict[Path, str] = {
    "INPUT": "filter_IN",
    "FORWARD": "filter_FWD",
    "OUTPUT": "filter_OUT",
    "PREROUTING": "nat_PRE",
}
ANYWHERE = ("ANY", "HOST")
LEADING_NOWHERE = IntervalSet(
    v6_prefix(head, length)
    for head, length in (
        (0x20020000, 24), (0x20020A00, 24), (0x20027F00, 24), (0x2002AC10, 28), (0x2002C0A8, 32), (0x2002A9FE, 32),
        (0x2002E000, 19),
    )
) | IntervalSet(
    # ::/96 and ::ffff:0:0/96
    (first, first + 0xFFFFFFFF) for first in (v6_prefix(0, 128)[0], v6_prefix(0, 128)[0] + (0xFFFF << 32))
)  # fmt: skip
"""Destinations that firewalld rejects on their way out unless RFC3964_IPv4 is off."""
ICMP = match.points(ports(1) | ports(58))


class End(NamedTuple):
    """One way into a policy or out of it. `protocol` is what the header is of that it looks at; firewalld leaves out pairs of
    different ones where both are `single` fields, and fails to load the others."""

    matches: Matches
    protocol: str
    single: bool


def lower(whole: FolderText, configuration: Configuration) -> Ruleset:
    """The packet filter of a configuration. `whole` is the text that its spans count in."""
    return _Lowering(whole, configuration).run()


class _Lowering:
    def __init__(self, whole: FolderText, configuration: Configuration) -> None:
        self.whole = whole
        self.configuration = configuration
        self.openings = Openings(whole, configuration)
        self.chains: dict[tuple[str, str], Chain] = {}
        zones = configuration.zones
        self.bound = [zones[name] for name in sorted(zones) if zones[name].active]
        self.used = [zones[name] for name in sorted(zones) if zones[name].active or name == configuration.default_zone]
        self.base = whole.firsts[-1]

    def run(self) -> Ruleset:
        active = {zone.name for zone in self.bound} | set(ANYWHERE)
        policies = sorted(self.configuration.policies.values(), key=lambda policy: (policy.priority, policy.name))
        applied = [
            policy
            for policy in policies
            if any(word.text in active for word in policy.ingress)
            and any(word.text in active for word in policy.egress)
        ]
        idle = [zone.settings for zone in self.configuration.zones.values() if zone not in self.used]
        for settings in idle + [policy.settings for policy in policies if policy not in applied]:
            self.openings.filtering(settings)  # names that nobody knows are wrong also where nothing is bound
            self.openings.forwarding(settings)
        for path in SHORT:
            self.policies(path, [policy for policy in applied if path in paths(policy, self.configuration)])
        for path in ("INPUT", "FORWARD", "PREROUTING"):
            self.zones(path)
        self.filters()
        return Ruleset("firewalld", self.whole, self.chains)

    # Policies

    def policies(self, path: Path, applied: list[PolicyObject]) -> None:
        dispatch: dict[str, list[Rule]] = {"pre": [], "post": []}
        for policy in applied:
            name = f"{SHORT[path]}_policy_{policy.name}"
            if path == "PREROUTING":
                rules = in_order(self.openings.forwarding(policy.settings))
            else:
                rules = in_order(self.openings.filtering(policy.settings))
                if policy.target != "CONTINUE":
                    rules.append(_rule(EVERYTHING, _action(policy.target), policy.span))
            if not rules:
                continue
            self.add(name, rules, policy.span)
            entered = self.passing(policy)
            stage = "pre" if policy.priority < 0 else "post"
            dispatch[stage] += match.rules(_before_routing(path, entered), "jump", policy.span, name)
        if path == "OUTPUT":
            self.forwarded_from_here(applied)
        for stage, rules in dispatch.items():
            if rules:
                self.add(_policies_chain(path, stage), rules, rules[0].span)

    def forwarded_from_here(self, applied: list[PolicyObject]) -> None:
        """What the host itself sends and a policy gives another destination: it goes on as another packet."""
        rules: list[Rule] = []
        for policy in applied:
            there = [one for end in self.ends(policy.egress, "out") for one in end.matches]
            for rule in in_order(self.openings.forwarding(policy.settings)):
                found = both(there, [match.Match(box, rule.conditions) for box in rule.boxes])
                rules += match.rules(found, "unknown", rule.span, "dnat")
        if rules:
            self.add("nat_OUTPUT", rules, rules[0].span, hook="output", priority=-100 + PRIORITY, kind="nat")

    def passing(self, policy: PolicyObject) -> Matches:
        """Packets from one of a policy's ingress zones to one of its egress zones."""
        found: list[match.Match] = []
        for coming in self.ends(policy.ingress, "in"):
            for going in self.ends(policy.egress, "out"):
                if coming.protocol and going.protocol and coming.protocol != going.protocol:
                    if coming.single and going.single:
                        continue
                    if "ether" not in (coming.protocol, going.protocol):
                        message = f"policy {policy.name}: a set of {coming.protocol} meets one of {going.protocol}"
                        raise wrong(self.whole, policy.span, message, "firewalld cannot load it")
                found += both(coming.matches, going.matches)
        return found

    def ends(self, zones: tuple[Word, ...], side: Literal["in", "out"]) -> list[End]:
        """Packets that come from, or go to, one of some zones."""
        if any(word.text in ANYWHERE for word in zones):
            return [End(EVERYTHING, "", single=True)]
        direction: Direction = "source" if side == "in" else "destination"
        found: list[End] = []
        for word in zones:
            zone = self.configuration.zones[word.text]
            names = [name.text for name in zone.interfaces]
            if names:
                found.append(End(match.interfaces(side, names), "", single=True))
            found += [
                End(self.openings.address(source, direction), *self.openings.protocol(source))
                for source in zone.sources
            ]
        return found

    # Zones

    def zones(self, path: Path) -> None:
        filled = [self.zone(path, zone) for zone in self.used]
        if path == "PREROUTING" and not any(filled):
            for zone in self.used:
                del self.chains[TABLE, f"{SHORT[path]}_{zone.name}"]
            return
        rules: list[Rule] = []
        for zone in self.bound:
            for source in zone.sources:
                rules += self.enter(path, zone, self.openings.address(source, "source"), source.span)
        interfaces = [(zone, name) for zone in self.bound for name in zone.interfaces]
        for zone, name in reversed(interfaces):
            rules += self.enter(path, zone, match.interfaces("in", [name.text]), name.span)
        default = self.configuration.zones[self.configuration.default_zone]
        rules += self.enter(path, default, EVERYTHING, default.span)
        self.add(_zones_chain(path), rules, rules[0].span)

    def enter(self, path: Path, zone: Zone, matches: Matches, span: Span) -> list[Rule]:
        return match.rules(_before_routing(path, matches), "goto", span, f"{SHORT[path]}_{zone.name}")

    def zone(self, path: Path, zone: Zone) -> bool:
        """Add a zone's chain; whether anything but its target stands in it."""
        name = f"{SHORT[path]}_{zone.name}"
        rules: list[Rule] = []
        self.jump(rules, _policies_chain(path, "pre"), zone.span)
        if path == "PREROUTING":
            rules += in_order(self.openings.forwarding(zone.settings))
        elif path == "INPUT":
            rules += in_order(self.openings.filtering(zone.settings, zone.inversion))
        else:
            rules += in_order(self.forward(zone))
        self.jump(rules, _policies_chain(path, "post"), zone.span)
        effect = bool(rules)
        if path == "INPUT" and (zone.target == "default" or (zone.target == "ACCEPT" and zone.inversion is not None)):
            action: Action = "accept" if zone.inversion is None else "reject"
            rules.append(_rule(ICMP, action, zone.inversion or zone.span))
        if path != "PREROUTING":
            rules.append(_rule(EVERYTHING, _action(zone.target), zone.span))
        self.add(name, rules, zone.span)
        return effect

    def forward(self, zone: Zone) -> list[Draft]:
        """What passes from a zone into the same zone again."""
        if zone.forward is None:
            return []
        found = [match.interfaces("out", [name.text]) for name in zone.interfaces]
        found += [self.openings.address(source, "destination") for source in zone.sources]
        return [Draft("allow", 0, rule) for one in found for rule in match.rules(one, "accept", zone.forward)]

    # Around them

    def filters(self) -> None:
        established = self.state("accept", 0, "established", "related")
        forwarded: list[Rule] = []
        if (TABLE, _zones_chain("PREROUTING")) in self.chains:
            # NAT is asked about the first packet of a connection only.
            new = [match.Match(EVERYTHING[0].box, (StateCondition(frozenset({"new"})),))]
            forwarded = match.rules(new, "jump", self.line(1), _zones_chain("PREROUTING"))
        local = match.rules(match.interfaces("in", ["lo"]), "accept", self.line(2))
        invalid = self.state("drop", 3, "invalid")
        nowhere: list[Rule] = []
        if self.configuration.rfc3964:
            box = V6_BOX._replace(destinations=LEADING_NOWHERE)
            nowhere = match.rules([match.Match(box)], "reject", self.line(4))
        end = match.rules(EVERYTHING, "reject", self.line(6))
        for path, more in (("INPUT", []), ("FORWARD", nowhere)):
            enter = match.rules(
                EVERYTHING, "jump", self.line(5), _zones_chain("INPUT" if path == "INPUT" else "FORWARD")
            )
            hook: Hook = "input" if path == "INPUT" else "forward"
            rules = [*established, *forwarded, *local, *invalid, *more, *enter, *end]
            self.add(f"filter_{path}", rules, self.line(5), hook=hook, priority=PRIORITY)
        rules = [*established, *match.rules(match.interfaces("out", ["lo"]), "accept", self.line(7)), *nowhere]
        for stage in ("pre", "post"):
            self.jump(rules, _policies_chain("OUTPUT", stage), self.line(8))
        self.add("filter_OUTPUT", rules, self.line(8), hook="output", priority=PRIORITY)

    def state(self, action: Action, line: int, *states: str) -> list[Rule]:
        found = [match.Match(EVERYTHING[0].box, (StateCondition(frozenset(states)),))]
        return match.rules(found, action, self.line(line))

    def line(self, number: int) -> Span:
        line = self.base + number
        return Span(line, 1, line, len(BASE[number]) + 1)

    def jump(self, rules: list[Rule], chain: str, span: Span) -> None:
        if (TABLE, chain) in self.chains:
            rules += match.rules(EVERYTHING, "jump", span, chain)

    def add(
        self,
        name: str,
        rules: list[Rule],
        span: Span,
        *,
        hook: Hook | None = None,
        priority: int = 0,
        kind: str = "filter",
    ) -> None:
        self.chains[TABLE, name] = Chain(name, TABLE, rules, span, hook, priority, "accept", kind, ANY)


def paths(policy: PolicyObject, configuration: Configuration) -> set[Path]:
    """The paths on which a policy is asked."""
    ingress = {word.text for word in policy.ingress}
    egress = {word.text for word in policy.egress}
    if "HOST" in egress:
        return {"INPUT", "PREROUTING"} if "ANY" in ingress else {"INPUT"}
    if "HOST" in ingress:
        return {"OUTPUT"}
    if "ANY" in egress:
        return {"FORWARD", "PREROUTING"}
    # The outgoing interface is not known yet where destinations are changed.
    routed = any(configuration.zones[name].interfaces for name in egress)
    return {"FORWARD"} if routed else {"FORWARD", "PREROUTING"}


def _before_routing(path: Path, matches: Matches) -> Matches:
    """What is left of a match before a packet has an outgoing interface."""
    if path != "PREROUTING":
        return matches
    return [
        one
        for one in matches
        if not any(isinstance(each, InterfaceCondition) and each.side == "out" for each in one.conditions)
    ]


def _action(target: str) -> Action:
    if target == "ACCEPT":
        return "accept"
    return "drop" if target == "DROP" else "reject"


def _rule(matches: Matches, action: Action, span: Span) -> Rule:
    return match.rules(matches, action, span)[0]


def _zones_chain(path: Path) -> str:
    return f"{'nat' if path == 'PREROUTING' else 'filter'}_{path}_ZONES"


def _policies_chain(path: Path, stage: str) -> str:
    return f"{'nat' if path == 'PREROUTING' else 'filter'}_{path}_POLICIES_{stage}"
