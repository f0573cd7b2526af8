"""One rule's options as templates: what iptables(8) and iptables-extensions(8) say they mean.

A match extension that is not modelled becomes an `Unknown` condition that quotes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from portspec.configs.firewall.columns import Template
from portspec.configs.firewall.iptables import extensions
from portspec.configs.firewall.iptables.names import BUILT_IN, TARGETS
from portspec.configs.firewall.iptables.words import Fail, Words, split
from portspec.configs.firewall.model import Action, Condition, InterfaceCondition, Unknown
from portspec.packets.addresses import ANY_V4, ANY_V6, parse_network
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, ports, protocol_number

NEXT = frozenset({
    "-m", "--match", "-j", "--jump", "-g", "--goto", "-s", "--source", "--src", "-d", "--destination", "--dst",
    "-p", "--protocol", "--proto", "-i", "--in-interface", "-o", "--out-interface",
})  # fmt: skip
"""Words at which the options of an extension that is not modelled end."""


class Options(NamedTuple):
    """A rule without its place: its addresses, and one template, or several for an OR. A rule that can never match has
    no destinations."""

    sources: IntervalSet
    destinations: IntervalSet
    templates: tuple[Template, ...]


class RuleParser:
    """Reads the options of the rules of one table. `marks`: some rule sets marks, so that `-m mark` is open."""

    def __init__(self, table: str, chains: frozenset[str], *, v6: bool, marks: bool = False) -> None:
        self.marks = marks
        self.table = table
        self.chains = chains
        self.universe = ANY_V6 if v6 else ANY_V4
        self.v6 = v6

    def parse(self, chain: str, text: str) -> Options:
        """The options behind `-A CHAIN`. Raises Fail."""
        return _Rule(self, chain, Words(split(text))).read()


class _Rule:
    """One rule while it is read."""

    def __init__(self, parser: RuleParser, chain: str, words: Words) -> None:
        self.parser = parser
        self.chain = chain
        self.words = words
        self.sources = parser.universe
        self.destinations = parser.universe
        self.ports = ANY_PORTS
        self.either: IntervalSet | None = None  # multiport --ports: source or destination port
        self.protocol: int | None = None
        self.conditions: list[Condition] = []
        self.action: Action = "continue"
        self.target = ""
        self.possible = True

    def read(self) -> Options:
        words = self.words
        while words:
            negated = words.negated()
            option = words.take("!")
            handler = HANDLERS.get(option)
            if handler is not None:
                handler(self, option, negated)
            elif not extensions.option(self, option, negated):
                raise Fail(f"unknown option {option!r}", option, "iptables-save prints rules that are read")
        return Options(self.sources, self.destinations if self.possible else EMPTY, self.templates())

    def templates(self) -> tuple[Template, ...]:
        """The rule without its addresses as templates, to be tried in turn."""
        conditions = tuple(self.conditions)
        if self.either is None:
            return (Template(self.ports, conditions, self.action, self.target),)
        from portspec.configs.firewall.model import SourcePortCondition

        protocol = (self.protocol or 0) << 16
        by_destination = IntervalSet((protocol | first, protocol | last) for first, last in self.either)
        by_source = (*conditions, SourcePortCondition(self.either))
        return (
            Template(self.ports & by_destination, conditions, self.action, self.target),
            Template(self.ports - by_destination, by_source, self.action, self.target),
        )

    def value(self, option: str, negated: bool) -> tuple[str, bool]:
        """The option's value, and whether it is negated, by a `!` before the option or (of old) before the value."""
        if self.words.negated():
            if negated:
                raise Fail(f"{option} is negated twice", option)
            negated = True
        return self.words.take(option), negated

    def address(self, option: str, negated: bool) -> None:
        text, negated = self.value(option, negated)
        spans = []
        for part in text.split(","):
            try:
                span = parse_network(part)
            except ValueError as error:
                raise Fail(f"{option}: {error}", part, "expected an address such as 192.0.2.0/24") from None
            if not self.parser.universe.first <= span[0] <= self.parser.universe.spans[-1][1]:
                raise Fail(f"{option}: {part!r} is of the other IP family than the rest of the file", part)
            spans.append(span)
        found = IntervalSet(spans)
        if negated:
            found = self.parser.universe - found
        if option in ("-s", "--source", "--src"):
            self.sources = self.sources & found
        else:
            self.destinations = self.destinations & found

    def protocol_option(self, option: str, negated: bool) -> None:
        text, negated = self.value(option, negated)
        if text in ("all", "0", "ip"):
            self.possible = self.possible and not negated
            return
        try:
            number = protocol_number("icmpv6" if text in ("icmp6", "ipv6-icmp") else text)
        except ValueError as error:
            raise Fail(f"{option}: {error}", text) from None
        self.ports = self.ports - ports(number) if negated else self.ports & ports(number)
        if not negated:
            self.protocol = number

    def interface(self, option: str, negated: bool) -> None:
        text, negated = self.value(option, negated)
        name = text[:-1] + "*" if text.endswith("+") else text
        side = "in" if option in ("-i", "--in-interface") else "out"
        self.conditions.append(InterfaceCondition(side, frozenset({name}), negated))  # type: ignore[arg-type]

    def fragment(self, option: str, negated: bool) -> None:
        # A packet that a connection starts with is whole, or a first fragment: `-f` never matches it.
        del option
        self.possible = self.possible and negated

    def counters(self, option: str, negated: bool) -> None:
        del negated
        self.words.take(option)
        self.words.take(option)

    def family(self, option: str, negated: bool) -> None:
        del negated
        if (option in ("-6", "--ipv6")) != self.parser.v6:
            self.possible = False

    def match(self, option: str, negated: bool) -> None:
        del negated
        name = self.words.take(option)
        if not extensions.is_known(name):
            self.unknown(name)

    def unknown(self, name: str) -> None:
        """An extension that is not modelled: its words up to the next option that is."""
        quoted = [name]
        words = self.words
        while words and words.peek() not in NEXT:
            word = words.take(name)
            if word == "!" and words.peek() in NEXT:
                raise Fail("a negation of something that comes after an extension that is not modelled", name)
            quoted.append(word)
        self.conditions.append(Unknown("-m " + " ".join(quoted)))

    def jump(self, option: str, negated: bool) -> None:
        del negated
        name = self.words.take(option)
        if name in self.parser.chains:
            if name in BUILT_IN[self.parser.table]:
                raise Fail(f"cannot jump to the built-in chain {name}", name)
            self.action, self.target = "goto" if option in ("-g", "--goto") else "jump", name
            return
        if option in ("-g", "--goto") or not name.isupper():
            raise Fail(f"no chain {name!r} in table {self.parser.table}", name, "declare it with `:NAME - [0:0]`")
        rest = []
        while self.words:
            rest.append(self.words.take(name))
        self.action = TARGETS.get(name, "unknown")
        if name in ("CT", "NOTRACK"):
            # Only what stops connection tracking changes what later rules see.
            self.action = "unknown" if name == "NOTRACK" or "--notrack" in rest else "continue"
        self.target = name if self.action == "unknown" else ""


Handler = Callable[[_Rule, str, bool], None]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("-s", "--source", "--src", "-d", "--destination", "--dst"), _Rule.address),
    **dict.fromkeys(("-p", "--protocol", "--proto"), _Rule.protocol_option),
    **dict.fromkeys(("-i", "--in-interface", "-o", "--out-interface"), _Rule.interface),
    **dict.fromkeys(("-f", "--fragment", "--fragments"), _Rule.fragment),
    **dict.fromkeys(("-c", "--set-counters"), _Rule.counters),
    **dict.fromkeys(("-4", "--ipv4", "-6", "--ipv6"), _Rule.family),
    **dict.fromkeys(("-m", "--match"), _Rule.match),
    **dict.fromkeys(("-j", "--jump", "-g", "--goto"), _Rule.jump),
}
