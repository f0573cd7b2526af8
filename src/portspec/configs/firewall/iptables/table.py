"""One table of a file, from its `*name` to its COMMIT, as chains whose rules are columns.

Made for 100,000 rules: whatever can be done for all lines at once is, every distinct remainder of a line is parsed
once, and only lines of an unusual form are read one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import itemgetter, or_
from typing import Literal, NamedTuple

from portspec.configs.firewall.columns import NO_POINT, Destinations, RuleColumns, Template
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

BY_ITSELF = re.compile(r"addrtype|\r")
"""What makes a rule depend on its chain."""

JUMP = re.compile(r" -([jg]) (\S+)\Z")
PORTED = ("--dport", "--dports")

ALONE = -1
"""Stands for the number of a template where a line has to be read by itself."""


class _Columns(NamedTuple):
    """The rules of all chains in columns. `lines` are indices of the table's lines, in ascending order."""

    firsts: Sequence[int]
    lasts: Sequence[int]
    places: Sequence[int]
    points: Sequence[int]
    numbers: Sequence[int]
    lines: Sequence[int]

    def repeated(self, more: Mapping[int, Sequence[int]], bases: Sequence[int]) -> _Columns:
        """With a row of its own for each further port of a line; `bases` are the points of port 0, by number."""
        order: list[int] = []
        start = 0
        for at, others in more.items():
            order += range(start, at + 1)
            order += [at] * len(others)
            start = at + 1
        order += range(start, len(self.lines))
        chosen = itemgetter(*order)
        points = list(chosen(self.points))
        numbers = chosen(self.numbers)
        row = 0
        for at, others in more.items():
            row = bisect_left(order, at, row)
            for port in others:
                row += 1
                points[row] = bases[numbers[row]] | port
        return _Columns(chosen(self.firsts), chosen(self.lasts), chosen(self.places), points, numbers, order)

    def row(self, line: int) -> int:
        """The first row of a line."""
        return bisect_left(self.lines, line)


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

    def extend(self, rows: _Columns, start: int, end: int) -> None:
        """Add the rules from one row up to another."""
        self.firsts += rows.firsts[start:end]
        self.lasts += rows.lasts[start:end]
        self.places += rows.places[start:end]
        self.points += rows.points[start:end]
        self.numbers += rows.numbers[start:end]
        self.lines += rows.lines[start:end]


class Table:
    """One table. `start` is the index of its first line behind `*name` in the file, `marks` the bits of a packet's mark
    that rules of the file change."""

    def __init__(self, source: SourceText, name: str, start: int, *, v6: bool, marks: int) -> None:
        self.source = source
        self.name = name
        self.start = start
        self.v6 = v6
        self.marks = marks
        self.universe = ANY_V6 if v6 else ANY_V4
        self.policies: dict[str, tuple[str, Span]] = {}
        self.rules: dict[str, _Rules] = {}
        self.templates: list[Template] = []
        self.heads: dict[str, Template | None] = {}
        self.bases: list[int] = []
        self.destinations = Destinations()

    def read(self, lines: Lines) -> dict[tuple[str, str], Chain]:
        """The chains, by table and name. `lines` are those up to COMMIT. Raises InputError."""
        self._declare(lines.odd)
        used = dict.fromkeys(lines.numbers)
        self.parser = RuleParser(self.name, frozenset(self.rules), v6=self.v6, marks=self.marks)
        self.destinations.extend(lines.near, lines.far)
        templates = {number: self._number(number, lines) for number in used}
        self._append(lines, list(map(templates.__getitem__, lines.numbers)))
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

    def _number(self, number: int, lines: Lines) -> int:
        """The number of the template of all lines of a form, or `ALONE`."""
        if number < 0:
            return ALONE
        head, rest = lines.forms[number]
        jump = JUMP.match(rest)
        if jump is not None and jump[2] in self.rules and jump[2] not in BUILT_IN[self.name]:
            # A file may have as many of these as chains; what they are but for the chain is read once.
            if head not in self.heads:
                self.heads[head] = self._template(head, "")
            template = self.heads[head]
            if template is not None:
                action: Literal["jump", "goto"] = "jump" if jump[1] == "j" else "goto"
                template = Template(template.ports, template.conditions, action, jump[2])
        else:
            template = self._template(head, rest)
        if template is None:
            return ALONE
        self.bases.append(template.ports.first if head.endswith(PORTED) else NO_POINT)
        self.templates.append(template)
        return len(self.templates) - 1

    def _template(self, head: str, rest: str) -> Template | None:
        """What the lines of a form are but for their addresses and ports; None when each has to be read by itself."""
        ported = head.endswith(PORTED)
        if BY_ITSELF.search(head + rest) or (ported and "port" in rest):
            return None
        try:
            options = self.parser.parse("", f"{head} 0{rest}" if ported else head + rest)
        except Fail:
            return None  # reading the line by itself tells what is wrong, and where
        if len(options.templates) != 1 or not options.sources == options.destinations == self.universe:
            return None  # addresses beside the columns, or a rule that never matches
        # A negated port, or one that is no port but a part of something else, leaves more than the point of port 0.
        return None if ported and options.templates[0].ports.size != 1 else options.templates[0]

    def _append(self, lines: Lines, numbers: list[int]) -> None:
        """All rules: in bulk where they are of a known form, one by one where they are not."""
        for at in lines.misfits:
            # What such a value means, or what is wrong with it, only reading the line tells.
            numbers[at] = ALONE
        bases = [*self.bases, NO_POINT]  # ALONE, which is -1, finds the last one
        points = list(map(or_, map(bases.__getitem__, numbers), lines.ports))
        rows = _Columns(lines.firsts, lines.lasts, lines.places, points, numbers, range(lines.size))
        if lines.more:
            # A rule with several ports is a row for each of them.
            rows = rows.repeated(lines.more, bases)
        # Declarations and comments stand together, and nothing is to be done about them here.
        quiet = {at for at, line in lines.odd if line[0] in ":#"}
        alone = [row for row, number in enumerate(rows.numbers) if number < 0 and rows.lines[row] not in quiet]
        changes = map(rows.row, lines.changes) if lines.more else lines.changes
        starts = {0, *alone, *(row + 1 for row in alone), *changes} - {len(rows.lines)}
        chains = dict(zip(lines.changes, lines.chains, strict=True))
        odd = dict(lines.odd)
        chain: str | None = None
        for start, end in pairwise((*sorted(starts), len(rows.lines))):
            at = rows.lines[start]
            chain = chains.get(at, chain)
            if rows.numbers[start] >= 0:
                self._rules_of(at, chain or "").extend(rows, start, end)
            elif at not in quiet and (start == 0 or at != rows.lines[start - 1]):
                self._read_alone(at, odd.get(at) or self._line(at))

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
