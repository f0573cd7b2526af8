"""The rules of one chain of a large file, in columns: stretches of lines of known forms, and rules read word by word."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence
from operator import or_
from typing import NamedTuple

from portspec.configs.firewall.columns import NO_POINT, Destinations, RuleColumns, Template, row_spans
from portspec.configs.firewall.model import Rule
from portspec.configs.firewall.nftables.lexer import Token, words_of
from portspec.configs.firewall.nftables.rule_lines import Form, RuleLines
from portspec.configs.firewall.nftables.texts import Words
from portspec.errors import InputError
from portspec.packets.addresses import ANY_V4
from portspec.packets.intervals import IntervalSet
from portspec.source import SourceText, Span

Read = Callable[[Words], list[Rule]]
"""Reads one rule of the chain. Raises InputError."""

Kind = tuple[str, str, str | None]
"""Family and name of the table, and the hook of the chain: a rule means the same in chains that share these."""

HANDLE = " # handle "


class Known(NamedTuple):
    """What the lines of a form are but for their addresses and ports: `base` is the point of port 0, or `NO_POINT`."""

    template: Template
    base: int


class LargeFile:
    """What the chains of a large file share: its lines, their destinations, and what was found out about forms of lines
    in chains of the same kind (of one table and hook)."""

    def __init__(self, source: SourceText, lines: RuleLines) -> None:
        self.source = source
        self.lines = lines
        self.destinations = Destinations()
        self.destinations.extend(lines.near, lines.far)
        self._known: dict[Kind, dict[object, Known | None]] = {}

    def known(self, kind: Kind) -> dict[object, Known | None]:
        """What was found out about forms in chains of a kind."""
        return self._known.setdefault(kind, {})

    def rules(self, kind: Kind, read: Read, chains: Container[str], texts: Sequence[Words]) -> RuleColumns:
        """The rules of a chain; `read` reads one of them, `chains` are those of its table. Raises InputError."""
        return ChainColumns(self, kind, read, chains).rules(texts)


class ChainColumns:
    """Gathers the rules of a chain. `chains` are those that its table has."""

    def __init__(self, file: LargeFile, kind: Kind, read: Read, chains: Container[str]) -> None:
        self.source = file.source
        self.lines = file.lines
        self.destinations = file.destinations
        self.known = file.known(kind)
        self.read = read
        self.chains = chains
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.places: list[int] = []
        self.points: list[int] = []
        self.numbers: list[int] = []
        self.templates: list[Template] = []
        self.scattered: dict[int, IntervalSet] = {}
        self._numbers: dict[object, int] = {}
        self._starts: list[int] = []
        self._spans: list[Sequence[int] | Span] = []
        """Piece by piece, the lines of rows, or the place of the rule that they are."""

    def rules(self, texts: Sequence[Words]) -> RuleColumns:
        """The columns of a chain's rules. Raises InputError."""
        for words in texts:
            if words[0].kind == "stretch":
                self._stretch(words[0])
            else:
                self._add(self.read(words))
        return RuleColumns(
            self.firsts,
            self.firsts if self.firsts == self.lasts else self.lasts,
            self.places,
            self.destinations,
            self.points,
            self.numbers,
            self.templates,
            self._span,
            self.scattered,
        )

    def _stretch(self, token: Token) -> None:
        lines = self.lines
        first, end = bisect_left(lines.starts, token.start), bisect_left(lines.starts, token.stop)
        # The first line of each form, which is the last one that is put in.
        forms = dict(zip(reversed(lines.numbers[first:end]), range(end - 1, first - 1, -1), strict=True))
        alone = {form for form, line in forms.items() if self._known(form, line) is None}
        if not alone:
            self._rows(first, end)
            return
        at = first
        for line in range(first, end):
            if lines.numbers[line] in alone:
                self._rows(at, line)
                self._add(self.read(self._words(line)))
                at = line + 1
        self._rows(at, end)

    def _rows(self, first: int, end: int) -> None:
        """Lines of forms that are known, which are a row each."""
        if first >= end:
            return
        lines = self.lines
        self._starts.append(len(self.numbers))
        self._spans.append(range(first, end))
        self.firsts += lines.firsts[first:end]
        self.lasts += lines.lasts[first:end]
        self.places += lines.places[first:end]
        forms = lines.numbers[first:end]
        bases: dict[int, int] = {}
        numbers: dict[int, int] = {}
        for form in set(forms):
            found = self.known[form]
            assert found is not None  # the others are read by themselves
            bases[form] = found.base
            numbers[form] = self._number(found.template, ("form", form))
        if len(bases) == 1:
            ((form, base),) = bases.items()
            self.points += map(base.__or__, lines.ports[first:end])
            self.numbers += [numbers[form]] * (end - first)
        else:
            self.points += map(or_, map(bases.__getitem__, forms), lines.ports[first:end])
            self.numbers += map(numbers.__getitem__, forms)

    def _number(self, template: Template, key: object) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.templates)
            self.templates.append(template)
        return number

    def _add(self, rules: list[Rule]) -> None:
        """Rules that were read word by word: a row for each of their source ranges."""
        for rule in rules:
            for box in rule.boxes:
                spans = row_spans(box.sources, len(self.numbers), self.scattered)
                if not spans:
                    continue
                self._starts.append(len(self.numbers))
                self._spans.append(rule.span)
                # The sets are told apart by identity: templates keep them alive.
                key = (rule.conditions, rule.action, rule.target, id(box.ports))
                number = self._number(Template(box.ports, rule.conditions, rule.action, rule.target), key)
                place = self.destinations.add(box.destinations)
                self.firsts += [first for first, _ in spans]
                self.lasts += [last for _, last in spans]
                self.places += [place] * len(spans)
                self.points += [NO_POINT] * len(spans)
                self.numbers += [number] * len(spans)

    def _known(self, form: int, line: int) -> Known | None:
        """What the lines of a form are, of which one is given; None when each has to be read by itself."""
        if form not in self.known:
            *matches, verdict = self.lines.forms[form]
            action, _, target = verdict.partition(" ")
            if action in ("jump", "goto") and target in self.chains:
                # A file may have as many of these as chains; what they are but for the chain is found out once.
                key = (*matches, action)
                if key not in self.known:
                    self.known[key] = self._from(line, self.lines.forms[form])
                found = self.known[key]
                self.known[form] = found and found._replace(template=found.template._replace(target=target))
            else:
                self.known[form] = self._from(line, self.lines.forms[form])
        return self.known[form]

    def _from(self, line: int, form: Form) -> Known | None:
        lead, has_source, has_destination, head, has_port, middle, _ = form
        others = lead + head + middle
        if (has_source and "saddr" in others) or (has_destination and "daddr" in others):
            return None  # what an address of its own comes to depends on the set beside it
        try:
            rules = self.read(self._words(line))
        except InputError:
            return None  # reading each line by itself tells what is wrong, and where
        if len(rules) != 1 or len(rules[0].boxes) != 1:
            return None
        rule, box = rules[0], rules[0].boxes[0]
        lines = self.lines
        place = lines.places[line]
        if box.sources.spans != ((lines.firsts[line], lines.lasts[line]),):
            return None
        if box.destinations.spans != ((lines.near[place], lines.far[place]),):
            return None
        if not (has_source or box.sources == ANY_V4) or not (has_destination or box.destinations == ANY_V4):
            return None
        base = NO_POINT
        if has_port:
            point = box.ports.first if box.ports.is_one else NO_POINT
            if point & 65535 != lines.ports[line] or point < 0:
                return None
            base = point - lines.ports[line]
        return Known(Template(box.ports, rule.conditions, rule.action, rule.target), base)

    def _words(self, line: int) -> Words:
        start, end = self.lines.starts[line], self.lines.starts[line + 1] - 1
        words = words_of(self.source, self.source.text, start=start, end=end)
        return [word for word in words if word.kind != "end"]

    def _span(self, row: int) -> Span:
        piece = bisect_right(self._starts, row) - 1
        found = self._spans[piece]
        if isinstance(found, Span):
            return found
        line = found[row - self._starts[piece]]
        start = self.lines.starts[line]
        text = self.lines.text_of(self.source.text, line).partition(HANDLE)[0].rstrip()
        return self.source.span(start + len(text) - len(text.lstrip()), start + len(text))


def is_stretch(words: Words) -> bool:
    """Whether what stands for a rule is a stretch of them."""
    return words[0].kind == "stretch"
