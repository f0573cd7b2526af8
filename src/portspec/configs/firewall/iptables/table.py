"""One table of a file, from its `*name` to its COMMIT, as chains whose rules are columns.

Made for 100,000 rules: whatever can be done for all lines at once is, every distinct remainder of a line is parsed
once, and only lines of an unusual form are read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from portspec.configs.firewall.columns import NO_POINT, Destinations, RuleColumns, Template
from portspec.configs.firewall.iptables.bulk import ends
from portspec.configs.firewall.iptables.names import BUILT_IN, HOOKS, NAT_PRIORITIES, PRIORITIES
from portspec.configs.firewall.iptables.options import Options, RuleParser
from portspec.configs.firewall.iptables.scan import Lines
from portspec.configs.firewall.iptables.words import Fail
from portspec.configs.firewall.model import Chain
from portspec.errors import InputError
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.source import SourceText, Span

CHAIN = re.compile(r":(\S+) +(\S+)(?: +\[\d+:\d+\])?[ \t]*\Z")
COUNTERS = re.compile(r"\[\d+:\d+\] +")
COMMANDS = {"-A": "append", "--append": "append", "-I": "insert", "--insert": "insert"}

BY_ITSELF = re.compile(r"addrtype|range|--ports|-[sd] |--src|--dst|--source |--destination |\r")
"""What makes a rule depend on its chain, or gives it addresses beside its columns."""

ALONE = -1
"""Stands for the number of a template where a line has to be read by itself."""

MOST_PORTS = 15
"""What one multiport match may list (iptables-extensions(8))."""


class _Rules:
    """The rules of one chain while they are read, in columns; `lines` are indices of the table's lines."""

    __slots__ = ("firsts", "lasts", "lines", "numbers", "places", "points", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.places: list[int] = []
        self.points: list[int] = []
        self.numbers: list[int] = []
        self.lines: list[int] = []


class Table:
    """One table. `start` is the index of its first line behind `*name` in the file."""

    def __init__(self, source: SourceText, name: str, start: int, *, v6: bool) -> None:
        self.source = source
        self.name = name
        self.start = start
        self.v6 = v6
        self.universe = ANY_V6 if v6 else ANY_V4
        self.policies: dict[str, tuple[str, Span]] = {}
        self.rules: dict[str, _Rules] = {}
        self.templates: list[Template] = []
        self.bases: list[int] = []
        self.destinations = Destinations()

    def read(self, lines: Lines) -> dict[tuple[str, str], Chain]:
        """The chains, by table and name. `lines` are those up to COMMIT. Raises InputError."""
        odd = [(at, line) for at, line in enumerate(lines.odd) if line]
        self._declare(odd)
        keys = list(zip(lines.heads, lines.rests, strict=True))
        known = dict.fromkeys(keys, ALONE)
        marking = any("--set-" in rest or "--restore-mark" in rest for _, rest in known)
        marks = marking or any("--set-" in line or "--restore-mark" in line for _, line in odd)
        self.parser = RuleParser(self.name, frozenset(self.rules), v6=self.v6, marks=marks)
        for key in known:
            known[key] = self._number(key, keys)
        self._append(lines, list(map(known.__getitem__, keys)))
        return {(self.name, name): self._chain(name, rules) for name, rules in self.rules.items()}

    def _declare(self, odd: Sequence[tuple[int, str]]) -> None:
        """The chains: `:NAME POLICY [packets:bytes]`, and -N and -P, which iptables-restore takes as well."""
        for at, line in odd:
            if line[0] == ":":
                match = CHAIN.match(line.rstrip())
                if match is None:
                    raise self.error(at, "expected `:CHAIN POLICY [packets:bytes]`")
                self._declared(at, line, match[1], match[2])
            elif line[:3] in ("-N ", "-P "):
                words = line.split()
                if len(words) != (2 if words[0] == "-N" else 3):
                    raise self.error(at, f"{words[0]} needs a chain{'' if words[0] == '-N' else ' and a policy'}")
                self._declared(at, line, words[1], words[2] if words[0] == "-P" else "-")
        for name in BUILT_IN[self.name]:
            if name not in self.rules:
                self.rules[name] = _Rules(Span(self.start, 1))

    def _declared(self, at: int, line: str, name: str, policy: str) -> None:
        number = self.start + at + 1
        span = Span(number, 1, number, len(line.rstrip()) + 1)
        built_in = name in BUILT_IN[self.name]
        if policy not in (("ACCEPT", "DROP") if built_in else ("-",)):
            expected = "ACCEPT or DROP" if built_in else "`-`, since only built-in chains have a policy"
            raise self.error(at, f"chain {name}: policy {policy!r}; expected {expected}")
        self.policies[name] = (policy, span)
        self.rules.setdefault(name, _Rules(span)).span = span

    def _number(self, key: tuple[str, str], keys: list[tuple[str, str]]) -> int:
        """The number of the template of all lines with the same head and rest, or `ALONE`."""
        head, rest = key
        # A port that is no plain number, such as 1:1023, is in the rest.
        ported = head.endswith(("--dport", "--dports")) and rest.startswith((" -", " !"))
        if not rest or BY_ITSELF.search(head + rest) or (ported and "port" in rest):
            return ALONE
        try:
            options = self.parser.parse("", f"{head} 0{rest}" if ported else head + rest)
        except Fail as error:
            at = keys.index(key)
            text = self._line(at)
            if error.word and error.word not in text:
                return ALONE
            raise error.at(self.source.path, self.start + at + 1, text) from None
        if len(options.templates) != 1 or not options.destinations:
            return ALONE
        template = options.templates[0]
        self.bases.append(template.ports.first if ported else NO_POINT)
        self.templates.append(template)
        return len(self.templates) - 1

    def _append(self, lines: Lines, numbers: list[int]) -> None:
        """All rules: in bulk where they are of a known form, one by one where they are not."""
        firsts, lasts, bad_sources = ends(lines.sources, self.universe)
        places, bad_destinations = self._places(lines.destinations)
        values, bad_ports = _port_values(set(lines.ports))
        alone = self._misfits(lines, numbers, bad_sources, bad_destinations, bad_ports)
        for at in alone:
            numbers[at] = ALONE
        bases = [*self.bases, NO_POINT]  # ALONE, which is -1, finds the last one
        points = [
            bases[number] | port for number, text in zip(numbers, lines.ports, strict=True) for port in values[text]
        ]
        chains: Sequence[str] = lines.chains
        order: Sequence[int] = range(len(chains))
        if len(points) > len(numbers):
            # A rule with several ports is a row for each of them.
            order = [at for at, text in enumerate(lines.ports) for _ in values[text]]
            chains = [chains[at] for at in order]
            firsts = [firsts[at] for at in order]
            lasts = [lasts[at] for at in order]
            places = [places[at] for at in order]
            numbers = [numbers[at] for at in order]
        if ALONE in numbers:
            chains = ["" if number < 0 else chain for number, chain in zip(numbers, chains, strict=True)]
        start = 0
        for end in [*(at for at, (one, other) in enumerate(pairwise(chains), 1) if one != other), len(chains)]:
            if start == end:
                break
            chain = chains[start]
            if chain:
                rules = self._rules_of(order[start], chain)
                rules.firsts += firsts[start:end]
                rules.lasts += lasts[start:end]
                rules.places += places[start:end]
                rules.points += points[start:end]
                rules.numbers += numbers[start:end]
                rules.lines += order[start:end]
            else:
                for at in dict.fromkeys(order[start:end]):
                    self._read_alone(at, lines.odd[at] or (self._line(at) if lines.chains[at] else ""))
            start = end

    def _places(self, texts: Sequence[str]) -> tuple[list[int], frozenset[str]]:
        """The place of each line's destinations, and the texts that are no addresses."""
        distinct = dict.fromkeys(texts, 0)
        firsts, lasts, bad = ends(list(distinct), self.universe)
        base = len(self.destinations)
        self.destinations.extend(firsts, lasts)
        if len(distinct) == 1:
            return [base] * len(texts), bad
        for at, text in enumerate(distinct):
            distinct[text] = base + at
        return list(map(distinct.__getitem__, texts)), bad

    def _misfits(
        self,
        lines: Lines,
        numbers: list[int],
        bad_sources: frozenset[str],
        bad_destinations: frozenset[str],
        bad_ports: frozenset[str],
    ) -> list[int]:
        """Lines of a known form with a value that is not: what a value means there, only reading them tells."""
        found: list[int] = []
        for column, bad in (
            (lines.sources, bad_sources), (lines.destinations, bad_destinations), (lines.ports, bad_ports),
        ):  # fmt: skip
            if bad:
                found += [at for at, text in enumerate(column) if text in bad]
        bases = self.bases
        several = {text for text in set(lines.ports) if "," in text}
        single = {head for head in set(lines.heads) if head.endswith("--dport")}
        if several:
            found += [at for at, text in enumerate(lines.ports) if text in several and lines.heads[at] in single]
        # A port where none belongs, or none where one does.
        wrong = {(number, bool(text)) for number, text in set(zip(numbers, map(bool, lines.ports), strict=True))}
        if any(number >= 0 and (bases[number] >= 0) != ported for number, ported in wrong):
            found += [
                at for at, number in enumerate(numbers) if number >= 0 and (bases[number] >= 0) != bool(lines.ports[at])
            ]
        return found

    def _read_alone(self, at: int, line: str) -> None:
        """A line of any form: a rule with several sources or templates, with counters before it, or no rule at all."""
        text = line.strip()
        if not text or text[0] in ":#" or text[:3] in ("-N ", "-P "):
            return
        counters = COUNTERS.match(text)
        if counters is not None:
            text = text[counters.end() :]
        words = text.split(None, 2)
        command = COMMANDS.get(words[0])
        if command is None or len(words) < 2:
            raise self.error(at, f"expected a rule such as -A INPUT …, found {text[:40]!r}")
        rules = self._rules_of(at, words[1])
        if command == "insert":
            raise self.error(
                at, "-I is not read: the order of the rules is not that of the lines", "give what iptables-save prints"
            )
        try:
            options = self.parser.parse(words[1], words[2] if len(words) > 2 else "")
        except Fail as error:
            raise error.at(self.source.path, self.start + at + 1, self._line(at)) from None
        self._add(rules, options, at)

    def _add(self, rules: _Rules, options: Options, at: int) -> None:
        place = self.destinations.add(options.destinations)
        spans = options.sources.spans
        for template in options.templates:
            self.templates.append(template)
            self.bases.append(NO_POINT)
            for first, last in spans:
                rules.firsts.append(first)
                rules.lasts.append(last)
                rules.places.append(place)
                rules.points.append(NO_POINT)
                rules.numbers.append(len(self.templates) - 1)
                rules.lines.append(at)

    def _rules_of(self, at: int, chain: str) -> _Rules:
        rules = self.rules.get(chain)
        if rules is None:
            raise self.error(at, f"no chain {chain!r} in table {self.name}", "declare it with `:NAME - [0:0]`")
        return rules

    def _chain(self, name: str, rules: _Rules) -> Chain:
        built_in = name in BUILT_IN[self.name]
        policy, span = self.policies.get(name, ("ACCEPT" if built_in else "-", rules.span))
        source, lines, start = self.source, rules.lines, self.start

        def span_of(index: int) -> Span:
            number = start + lines[index] + 1
            text = source.line(number)
            return Span(number, len(text) - len(text.lstrip()) + 1, number, len(text.rstrip()) + 1)

        priority = NAT_PRIORITIES.get(name, 0) if self.name == "nat" else PRIORITIES[self.name]
        return Chain(
            name=name,
            table=self.name,
            rules=RuleColumns(
                rules.firsts,
                rules.lasts,
                rules.places,
                self.destinations,
                rules.points,
                rules.numbers,
                self.templates,
                span_of,
            ),
            span=span,
            hook=HOOKS[name] if built_in else None,
            priority=priority,
            policy="drop" if policy == "DROP" else "accept",
            kind="nat" if self.name == "nat" else "filter",
            universe=self.universe,
        )

    def _line(self, at: int) -> str:
        return self.source.line(self.start + at + 1)

    def error(self, at: int, message: str, hint: str = "") -> InputError:
        """An error at the line of an index."""
        return InputError(message, self.source.path, self.start + at + 1, 1, hint)


def _port_values(texts: set[str]) -> tuple[Mapping[str, tuple[int, ...]], frozenset[str]]:
    """The ports of each text (0 for none), and the texts that are no list of ports."""
    values: dict[str, tuple[int, ...]] = {}
    bad: set[str] = set()
    for text in texts:
        if not text:
            values[text] = (0,)
        elif text.isdigit() and len(text) <= 5:
            values[text] = (int(text),)
        else:
            parts = text.split(",")
            usable = len(parts) <= MOST_PORTS and all(part and len(part) <= 5 for part in parts)
            values[text] = tuple(dict.fromkeys(map(int, parts))) if usable else (65536,)
        if max(values[text]) > 65535:
            values[text] = (0,)
            bad.add(text)
    return values, frozenset(bad)
