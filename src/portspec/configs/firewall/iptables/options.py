"""One rule's options as templates: what iptables(8) and iptables-extensions(8) say they mean.

A match extension that is not modelled becomes an `Unknown` condition that quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from portspec.configs.firewall.columns import Template
from portspec.configs.firewall.iptables import extensions
from portspec.configs.firewall.iptables.names import BUILT_IN, EXTENSION_HEADERS, INPUT, TARGETS, WITHOUT_OPTIONS
from portspec.configs.firewall.iptables.words import Fail, Words, completed, split
from portspec.configs.firewall.model import (
    NO_FIRST_PACKET,
    Action,
    Condition,
    InterfaceCondition,
    StateCondition,
    Unknown,
)
from portspec.packets.addresses import ANY_V4, ANY_V6, parse_network
from portspec.packets.boxes import Box, meet
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ANY_PORTS, ports, protocol_number
from portspec.records import NamedTuple

if TYPE_CHECKING:
    from portspec.configs.firewall.iptables.ipset_file import IpSet
    from portspec.configs.firewall.iptables.ipset_match import Matched

SOURCE = ("-s", "--source", "--src")
DESTINATION = ("-d", "--destination", "--dst")
PROTOCOL = ("-p", "--protocol", "--proto")
IN = ("-i", "--in-interface")
OUT = ("-o", "--out-interface")
FRAGMENT = ("-f", "--fragment", "--fragments")

NEXT = frozenset((*SOURCE, *DESTINATION, *PROTOCOL, *IN, *OUT, "-m", "--match", "-j", "--jump", "-g", "--goto"))
"""Words at which the options of an extension that is not modelled end."""

OWN = {"policy": "--proto", "connmark": "--mark"}
"""Options that some of them have and that would be something else without them."""

FLAGS_AS_TEXT = frozenset({"--log-prefix", "--nflog-prefix", "--ulog-prefix"})
"""Options of targets whose value may look like an option."""

COUNTS = re.compile(r"-m connlimit\b")
GRE = 47

LONGEST_INTERFACE = 15


class Options(NamedTuple):
    """A rule without its place: its addresses, and one template, or several for an OR. A rule that can never match has
    no destinations. `others` are what else the rule matches, where a set makes it a sum of several products."""

    sources: IntervalSet
    destinations: IntervalSet
    templates: tuple[Template, ...]
    others: tuple[Options, ...] = ()


class RuleParser:
    """Reads the options of the rules of one table. `marks` are the bits of a mark that rules of the file change, so that
    `-m mark` on them is open. `sets` are those of a file beside it; without one, every set is open. `inbound` works out the
    chains that only packets for the host itself get to."""

    def __init__(
        self,
        table: str,
        chains: frozenset[str],
        *,
        v6: bool,
        marks: int = 0,
        sets: Mapping[str, IpSet] | None = None,
        inbound: Callable[[], frozenset[str]] = lambda: INPUT,
    ) -> None:
        self._inbound = inbound
        self.marks = marks
        self.sets = sets
        self.table = table
        self.chains = chains
        self.universe = ANY_V6 if v6 else ANY_V4
        self.v6 = v6

    @property
    def inbound(self) -> frozenset[str]:
        """The chains that only packets for the host itself get to."""
        return self._inbound()

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
        self.jumps_to = ""  # the name behind -j or -g
        self.possible = True
        self.given: set[str] = set()
        self.loaded = extensions.Loaded()
        self.products: list[Matched] | None = None  # what sets match

    def read(self) -> Options:
        while self.words:
            start = self.words.place
            try:
                self.option()
            except Fail as error:
                raise error.among(self.words, start) from None
        self.loaded.check(self.protocol)
        if self.products is not None and self.possible:
            return self.summed(self.products)
        return Options(self.sources, self.destinations if self.possible else EMPTY, self.templates())

    def summed(self, products: Sequence[Matched]) -> Options:
        """The rule as a sum: of each product what the other options leave."""
        from portspec.configs.firewall.model import SourcePortCondition

        whole, wanted, conditions = Box(self.sources, self.destinations, self.ports), self.ports, self.conditions
        found: list[Options] = []
        for product in products:
            box = meet(product.box, whole)
            if box is None:
                continue
            self.ports = box.ports
            self.conditions = list(conditions)
            if product.source_ports is not None:
                self.conditions.append(SourcePortCondition(product.source_ports))
            found.append(Options(box.sources, box.destinations, self.templates()))
        self.ports, self.conditions = wanted, conditions
        if not found:
            return Options(self.sources, EMPTY, self.templates())
        return found[0]._replace(others=tuple(found[1:]))

    def option(self) -> None:
        negated = self.words.negated()
        option = self.words.take_option()
        handler = HANDLERS.get(option)
        if handler is None:
            if extensions.option(self, option, negated) or self.of_target(option) or self.of_protocol(option, negated):
                return
            if not option.startswith("-"):
                raise Fail(f"unexpected word {option!r}", option)
            raise Fail(f"unknown option {option!r}", option, "iptables-save prints rules that are read")
        if negated and option not in NEGATABLE:
            raise Fail(f"{option} cannot be negated", option)
        handler(self, option, negated)

    def templates(self) -> tuple[Template, ...]:
        """The rule without its addresses as templates, to be tried in turn."""
        conditions = tuple(self.conditions)
        if self.either is None:
            whole = Template(self.ports, conditions, self.action, self.target)
            counted = next(
                (each for each in conditions if isinstance(each, Unknown) and COUNTS.match(each.reason)), None
            )
            if counted is None or self.protocol not in (None, GRE):
                return (whole,)
            # A packet of no connection that cannot be told from others by its ports is dropped where connections are
            # counted (xt_connlimit in the kernel), whatever the rule does with those that it matches.
            dropped = (StateCondition(frozenset({"invalid", "untracked"})), counted)
            return Template(ANY_PORTS if self.protocol is None else ports(GRE), dropped, "drop", ""), whole
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

    def once(self, names: tuple[str, ...], option: str) -> None:
        """Refuse an option that was given before, under whatever name."""
        if names[0] in self.given:
            raise Fail(f"{option} is given twice", option)
        self.given.add(names[0])

    def source(self, option: str, negated: bool) -> None:
        self.once(SOURCE, option)
        self.sources = self.sources & self.addresses(option, negated)

    def destination(self, option: str, negated: bool) -> None:
        self.once(DESTINATION, option)
        self.destinations = self.destinations & self.addresses(option, negated)

    def addresses(self, option: str, negated: bool) -> IntervalSet:
        text, negated = self.value(option, negated)
        parts = text.split(",")
        if negated and len(parts) > 1:
            raise Fail(f"{option}: a list of addresses cannot be negated", text)
        spans = []
        for part in parts:
            try:
                span = parse_network(completed(part))
            except ValueError as error:
                raise Fail(f"{option}: {error}", part, "expected an address such as 192.0.2.0/24") from None
            if not self.parser.universe.first <= span[0] <= self.parser.universe.spans[-1][1]:
                raise Fail(f"{option}: {part!r} is of the other IP family than the rest of the file", part)
            spans.append(span)
        found = IntervalSet(spans)
        return self.parser.universe - found if negated else found

    def protocol_option(self, option: str, negated: bool) -> None:
        self.once(PROTOCOL, option)
        text, negated = self.value(option, negated)
        if text in ("all", "0", "ip"):
            if negated:
                raise Fail(f"{option}: a rule for no protocol at all would never match", text)
            return
        try:
            number = protocol_number(text)
        except ValueError as error:
            raise Fail(f"{option}: {error}", text) from None
        self.ports = self.ports - ports(number) if negated else self.ports & ports(number)
        if not negated:
            self.protocol = number

    def interface(self, option: str, negated: bool) -> None:
        inbound = option in IN
        self.once(IN if inbound else OUT, option)
        text, negated = self.value(option, negated)
        if len(text) > LONGEST_INTERFACE:
            raise Fail(f"{option}: an interface name has at most {LONGEST_INTERFACE} characters", text)
        if text == "+" and not negated:
            return  # whichever
        name = text[:-1] + "*" if text.endswith("+") else text
        self.conditions.append(InterfaceCondition("in" if inbound else "out", frozenset({name}), negated))

    def fragment(self, option: str, negated: bool) -> None:
        # A packet that a connection starts with is whole, or a first fragment: `-f` never matches it.
        self.once(FRAGMENT, option)
        if self.parser.v6:
            raise Fail(f"ip6tables has no {option}", option)
        if not negated:
            self.conditions.append(NO_FIRST_PACKET)

    def counters(self, option: str, negated: bool) -> None:
        del negated
        text = self.words.take(option)
        numbers = text.split(",") if "," in text else [text, self.words.take(option)]
        for number in numbers:
            if not (number.isascii() and number.isdigit()):
                raise Fail(f"{option}: {number!r} is no count of packets or bytes", number)

    def family(self, option: str, negated: bool) -> None:
        del negated
        if (option in ("-6", "--ipv6")) != self.parser.v6:
            self.possible = False

    def match(self, option: str, negated: bool) -> None:
        del negated
        name = self.words.take(option)
        if not name or name.startswith("-"):
            raise Fail(f"{option} needs the name of an extension", name or option)
        if name == "set" and self.parser.sets is not None:
            self.of_set(self.parser.sets)
        elif not self.loaded.load(name):
            self.unknown(name)

    def of_set(self, sets: Mapping[str, IpSet]) -> None:
        """`-m set [!] --match-set NAME FLAGS`, where the sets are given beside the file."""
        from portspec.configs.firewall.iptables.ipset_match import OpenError, both, matched

        words = self.words
        negated = words.negated()
        if words.take("-m set") != "--match-set":
            raise Fail("-m set needs --match-set", "set")
        name, flags = words.take("--match-set"), words.take("--match-set")
        if name not in sets:
            raise Fail(f"no set {name!r} in the file of sets beside this one", name)
        if sets[name].of_one_family and sets[name].v6 != self.parser.v6:
            raise Fail(f"set {name} is of the other IP family than this file", name)
        asked = flags.split(",")
        if not all(flag in ("src", "dst") for flag in asked):
            raise Fail(f"--match-set: {flags!r}; expected src and dst, one for each part of an entry", flags)
        further = []
        while words and not (words.peek() == "!" and words.peek(1) in NEXT) and words.peek() not in NEXT:
            word = words.peek(1) if words.peek() == "!" else words.peek()
            if self.loaded.has(word, self.protocol):
                break
            further.append(words.take("-m set"))
        quoted = f"-m set {'! ' if negated else ''}--match-set {name} {flags}"
        if any(word not in ("!", "--update-counters", "--update-subcounters") for word in further):
            self.conditions.append(Unknown(f"{quoted} {' '.join(further)}"))
            return
        try:
            universe = self.parser.universe
            found = matched(sets, name, asked, universe, v6=self.parser.v6, negated=negated)
        except OpenError as error:
            self.conditions.append(Unknown(f"{quoted} ({error})"))
            return
        if self.products is None:
            self.products = found
        else:
            self.products = list(both(self.products, found))

    def unknown(self, name: str) -> None:
        """An extension that is not modelled: its words up to the next option that is."""
        quoted = [name]
        words = self.words
        while words:
            following = words.peek(1 if words.peek() == "!" else 0)
            if following != OWN.get(name) and (following in NEXT or self.loaded.has(following, self.protocol)):
                break
            quoted.append(words.take(name))
        if self.parser.v6 and name in EXTENSION_HEADERS:
            self.conditions.append(NO_FIRST_PACKET)
        elif name == "rpfilter":
            # A packet is taken to come in by the interface that leads back to its sender.
            self.conditions += [NO_FIRST_PACKET] if "--invert" in quoted else []
        else:
            self.conditions.append(Unknown("-m " + " ".join(quoted)))

    def of_protocol(self, option: str, negated: bool) -> bool:
        """An option of the match that a protocol such as `-p esp` brings along, where that is not modelled."""
        if self.protocol is None or self.protocol in extensions.IMPLIED or not option.startswith("--"):
            return False
        self.unknown(f"{'! ' if negated else ''}{option}")
        return True

    def jump(self, option: str, negated: bool) -> None:
        del negated
        self.once(("-j", "--jump", "-g", "--goto"), option)
        name = self.jumps_to = self.words.take(option)
        if name in self.parser.chains:
            if name in BUILT_IN[self.parser.table]:
                raise Fail(f"cannot jump to the built-in chain {name}", name)
            self.action, self.target = "goto" if option in ("-g", "--goto") else "jump", name
            return
        # The names of targets are capitals and digits; only chains are called DOCKER-USER or web.
        if option in ("-g", "--goto") or not (name.isupper() and name.isalnum()):
            raise Fail(f"no chain {name!r} in table {self.parser.table}", name, "declare it with `:NAME - [0:0]`")
        self.action = TARGETS.get(name, "unknown")
        if name == "CT":
            self.action = "continue"
        self.target = name if self.action == "unknown" else ""

    def of_target(self, option: str) -> bool:
        """An option of the target, with whatever stands up to the next option."""
        name, words = self.jumps_to, self.words
        if not name or name in self.parser.chains or name in WITHOUT_OPTIONS or not option.startswith("--"):
            return False
        if option in FLAGS_AS_TEXT:
            words.take(option)
        if name == "CT" and option == "--notrack":
            # Only what stops connection tracking changes what later rules see.
            self.action, self.target = "unknown", name
        while words and words.peek() != "!" and not words.peek().startswith("-"):
            words.take(option)
        return True


Handler = Callable[[_Rule, str, bool], None]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(SOURCE, _Rule.source),
    **dict.fromkeys(DESTINATION, _Rule.destination),
    **dict.fromkeys(PROTOCOL, _Rule.protocol_option),
    **dict.fromkeys((*IN, *OUT), _Rule.interface),
    **dict.fromkeys(FRAGMENT, _Rule.fragment),
    **dict.fromkeys(("-c", "--set-counters"), _Rule.counters),
    **dict.fromkeys(("-4", "--ipv4", "-6", "--ipv6"), _Rule.family),
    **dict.fromkeys(("-m", "--match"), _Rule.match),
    **dict.fromkeys(("-j", "--jump", "-g", "--goto"), _Rule.jump),
}
NEGATABLE = frozenset((*SOURCE, *DESTINATION, *PROTOCOL, *IN, *OUT, *FRAGMENT))
