"""One table of a file, from its `*name` to its COMMIT, as chains whose rules are columns.

Made for 100,000 rules: whatever can be done for all lines at once is, every distinct remainder of a line is parsed
once, and only lines of an unusual form are read one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Literal

from portspec.configs.firewall.columns import NO_POINT, Destinations, RuleColumns, Template, row_spans
from portspec.configs.firewall.iptables.lines import Lines, Rows
from portspec.configs.firewall.iptables.names import BUILT_IN, HOOKS, NAT_PRIORITIES, PRIORITIES
from portspec.configs.firewall.iptables.options import Options, RuleParser
from portspec.configs.firewall.iptables.words import Fail
from portspec.configs.firewall.model import Chain
from portspec.errors import InputError
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.intervals import IntervalSet
from portspec.source import SourceText, Span

if TYPE_CHECKING:
    from portspec.configs.firewall.iptables.ipset_file import IpSet

CHAIN = re.compile(r":(\S+) +(\S+)(?: +\[\d+:\d+\])?[ \t]*\Z")
COUNTERS = re.compile(r"\[\d+:\d+\] +")
COMMANDS = {"-A": "append", "--append": "append", "-I": "insert", "--insert": "insert"}

BY_ITSELF = re.compile(r"addrtype|\r")
"""What makes a rule depend on its chain."""

JUMP = re.compile(r" -([jg]) (\S+)\Z")
PORTED = ("--dport", "--dports")
PORT_OPTION = re.compile(r" --(?:d|destination-)?ports?(?= |$)")

ALONE = -1
"""Stands for the number of a template where a line has to be read by itself."""


class _Rules:
    """The rules of one chain while they are read, in columns. `stretches` are the indices of their lines in the file,
    piece by piece, and `starts` the first row of each."""

    __slots__ = ("firsts", "lasts", "numbers", "places", "points", "scattered", "span", "starts", "stretches")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.firsts: MutableSequence[int] = []
        self.lasts: MutableSequence[int] = []
        self.places: MutableSequence[int] = []
        self.points: MutableSequence[int] = []
        self.numbers: MutableSequence[int] = []
        self.scattered: dict[int, IntervalSet] = {}
        self.starts: list[int] = []
        self.stretches: list[Sequence[int]] = []

    def extend(self, rows: Rows) -> None:
        """Add rules, whose columns are kept; their ports are points here."""
        self.starts.append(len(self.numbers))
        self.stretches.append(rows.lines)
        if self.numbers:
            self.firsts.extend(rows.firsts)
            self.lasts.extend(rows.lasts)
            self.places.extend(rows.places)
            self.points.extend(rows.ports)
            self.numbers.extend(rows.numbers)
        else:
            self.firsts, self.lasts, self.places, self.points, self.numbers, _ = rows

    def line(self, index: int) -> int:
        """The line of a rule."""
        stretch = bisect_right(self.starts, index) - 1
        return self.stretches[stretch][index - self.starts[stretch]]


class Table:
    """One table. `start` is the index of its first line behind `*name` in the file, `marks` the bits of a packet's mark
    that rules of the file change, `sets` those that are given beside it."""

    def __init__(
        self, source: SourceText, name: str, start: int, *, v6: bool, marks: int, sets: Mapping[str, IpSet] | None
    ) -> None:
        self.source = source
        self.sets = sets
        self.name = name
        self.start = start
        self.v6 = v6
        self.marks = marks
        self.universe = ANY_V6 if v6 else ANY_V4
        self.end = start
        self.inbound: frozenset[str] | None = None
        self.policies: dict[str, tuple[str, Span]] = {}
        self.rules: dict[str, _Rules] = {}
        self.templates: list[Template] = []
        self.heads: dict[str, Template | None] = {}
        self.bases: list[int] = []
        self.destinations = Destinations()

    def read(self, lines: Lines) -> dict[tuple[str, str], Chain]:
        """The chains, by table and name. `lines` are those up to COMMIT. Raises InputError."""
        self.end = lines.end
        self._declare(lines.odd)
        self.parser = RuleParser(
            self.name, frozenset(self.rules), v6=self.v6, marks=self.marks, sets=self.sets, inbound=self._inbound
        )
        self.destinations.extend(lines.near, lines.far)
        self._append(lines, self._numbers(lines))
        return {(self.name, name): self._chain(name, rules) for name, rules in self.rules.items()}

    def _inbound(self) -> frozenset[str]:
        """Worked out where a rule asks for it, and once."""
        if self.inbound is None:
            from portspec.configs.firewall.iptables.local import inbound

            lines = self.source.text.split("\n")[self.start : self.end]
            self.inbound = inbound(lines, self.rules.keys(), BUILT_IN[self.name])
        return self.inbound

    def _numbers(self, lines: Lines) -> list[int]:
        """The number of the template of each row, or `ALONE`."""
        numbers = list(lines.rows.numbers)
        templates = {number: self._number(number, lines) for number in dict.fromkeys(numbers)}
        # Forms are numbered as they come, and so are templates: in a file of one table they mostly have the same ones.
        if all(number == template for number, template in templates.items()):
            return numbers
        return list(map(templates.__getitem__, numbers))

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
        number = at + 1
        span = Span(number, 1, number, len(line.rstrip()) + 1)
        built_in = name in BUILT_IN[self.name]
        if policy not in (("ACCEPT", "DROP") if built_in else ("-",)):
            expected = "ACCEPT or DROP" if built_in else "`-`, since only built-in chains have a policy"
            raise self.error(at, f"chain {name}: policy {policy!r}; expected {expected}")
        self.policies[name] = (policy, span)
        self.rules.setdefault(name, _Rules(span)).span = span

    def _number(self, number: int, lines: Lines) -> int:
        """The number of the template of all lines of a form, which is made, or `ALONE`."""
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
        # A second option about the destination port narrows what the port in the column alone would match.
        if BY_ITSELF.search(head + rest) or (ported and ("port" in rest or len(PORT_OPTION.findall(head)) > 1)):
            return None
        try:
            options = self.parser.parse("", f"{head} 0{rest}" if ported else head + rest)
        except Fail:
            return None  # reading the line by itself tells what is wrong, and where
        if (
            len(options.templates) != 1
            or options.others
            or not options.sources == options.destinations == self.universe
        ):
            return None  # addresses beside the columns, or a rule that never matches
        # A negated port, or one that is no port but a part of something else, leaves more than the point of port 0.
        return None if ported and not options.templates[0].ports.is_one else options.templates[0]

    def _append(self, lines: Lines, numbers: list[int]) -> None:
        """All rules: in bulk where they are of a known form, one by one where they are not."""
        rows = lines.rows
        for at in lines.misfits:
            # What such a value means, or what is wrong with it, only reading the line tells.
            for row in range(rows.row(at), rows.row(at + 1)):
                numbers[row] = ALONE
        bases = [*self.bases, NO_POINT]  # ALONE, which is -1, finds the last one
        points = list(map(or_, map(bases.__getitem__, numbers), rows.ports))
        rows = rows._replace(ports=points, numbers=numbers)
        # Declarations and comments stand together, and nothing is to be done about them here.
        quiet = {at for at, line in lines.odd if line[0] in ":#"}
        alone = [row for row in _places_of(ALONE, numbers) if rows.lines[row] not in quiet]
        changes = map(rows.row, lines.changes)
        starts = {0, *alone, *(row + 1 for row in alone), *changes} - {len(rows.lines)}
        chains = dict(zip(lines.changes, lines.chains, strict=True))
        odd = dict(lines.odd)
        chain: str | None = None
        for start, end in pairwise((*sorted(starts), len(rows.lines))):
            at = rows.lines[start]
            chain = chains.get(at, chain)
            if numbers[start] >= 0:
                self._rules_of(at, chain or "").extend(rows.between(start, end))
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
            raise error.at(self.source.path, at + 1, self._line(at)) from None
        self._add(rules, options, at)

    def _add(self, rules: _Rules, options: Options, at: int) -> None:
        for one in (options, *options.others):
            place = self.destinations.add(one.destinations)
            for template in one.templates:
                spans = row_spans(one.sources, len(rules.numbers), rules.scattered)
                self.templates.append(template)
                self.bases.append(NO_POINT)
                number = len(self.templates) - 1
                alike = ([same] * len(spans) for same in (place, NO_POINT, number, at))
                rules.extend(Rows([first for first, _ in spans], [last for _, last in spans], *alike))

    def _rules_of(self, at: int, chain: str) -> _Rules:
        rules = self.rules.get(chain)
        if rules is None:
            raise self.error(at, f"no chain {chain!r} in table {self.name}", "declare it with `:NAME - [0:0]`")
        return rules

    def _chain(self, name: str, rules: _Rules) -> Chain:
        built_in = name in BUILT_IN[self.name]
        policy, span = self.policies.get(name, ("ACCEPT" if built_in else "-", rules.span))
        source = self.source

        def span_of(index: int) -> Span:
            number = rules.line(index) + 1
            text = source.line(number)
            return Span(number, len(text) - len(text.lstrip()) + 1, number, len(text.rstrip()) + 1)

        priority = NAT_PRIORITIES.get(name, 0) if self.name == "nat" else PRIORITIES[self.name]
        return Chain(
            name=name,
            table=self.name,
            rules=RuleColumns(
                rules.firsts,
                rules.firsts if rules.firsts == rules.lasts else rules.lasts,
                rules.places,
                self.destinations,
                rules.points,
                rules.numbers,
                self.templates,
                span_of,
                rules.scattered,
            ),
            span=span,
            hook=HOOKS[name] if built_in else None,
            priority=priority,
            policy="drop" if policy == "DROP" else "accept",
            kind="nat" if self.name == "nat" else "filter",
            universe=self.universe,
        )

    def _line(self, at: int) -> str:
        return self.source.line(at + 1)

    def error(self, at: int, message: str, hint: str = "") -> InputError:
        """An error at the line of an index."""
        return InputError(message, self.source.path, at + 1, 1, hint)


def _places_of(value: int, column: list[int]) -> Iterator[int]:
    """Where a column has a value that is rare."""
    at = -1
    for _ in range(column.count(value)):
        at = column.index(value, at + 1)
        yield at
