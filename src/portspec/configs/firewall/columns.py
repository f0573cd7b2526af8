"""Rules kept as columns: a file of 100,000 rules becomes `Rule` objects only where somebody looks.

Rules of a long list differ in their addresses and in one port, and share everything else. That everything else is a
`Template`; a row is two ends of a source range, a destination, a point of the port line and a template.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from types import MappingProxyType
from typing import overload

from portspec.configs.firewall.model import Action, Condition, Rule
from portspec.configs.firewall.order import AddressOrder
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple
from portspec.source import Span

FEW = 16
"""So many destinations are looked at one by one."""

BYTES = 256
"""So many numbers fit into bytes."""

MANY_SPANS = 1024
"""A rule with so many ranges of sources is one row all the same, with the set beside the columns: ten rules that ask for a set
of 100,000 addresses are ten rows, not a million. Such a row is judged by itself."""

NO_POINT = -1
"""Stands in the column of points where a rule has the ports of its template."""


class Template(NamedTuple):
    """Everything about a rule but its addresses, its single destination port and its place."""

    ports: IntervalSet
    conditions: tuple[Condition, ...]
    action: Action
    target: str


class Destinations(Sequence[IntervalSet]):
    """Destination addresses by their place in a list; most are one span, kept by its ends."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._scattered: dict[int, IntervalSet] = {}
        self._near: dict[IntervalSet, frozenset[int]] = {}
        self._order: AddressOrder | None = None

    def __len__(self) -> int:
        return len(self._firsts)

    @overload
    def __getitem__(self, index: int) -> IntervalSet: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[IntervalSet]: ...
    def __getitem__(self, index: int | slice) -> IntervalSet | Sequence[IntervalSet]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        found = self._scattered.get(index)
        return IntervalSet.of(self._firsts[index], self._lasts[index]) if found is None else found

    def add(self, addresses: IntervalSet) -> int:
        """The place of a set of addresses that is put in."""
        spans = addresses.spans
        if len(spans) != 1:
            self._scattered[len(self._firsts)] = addresses
        self._firsts.append(spans[0][0] if spans else 0)
        self._lasts.append(spans[-1][1] if spans else 0)
        return len(self._firsts) - 1

    def extend(self, firsts: Sequence[int], lasts: Sequence[int]) -> None:
        """Put in many single spans by their ends."""
        self._firsts += firsts
        self._lasts += lasts

    def near(self, addresses: IntervalSet) -> frozenset[int]:
        """The places whose addresses have some in common with a set."""
        found = self._near.get(addresses)
        if found is None:
            if self._order is None:  # all have been put in when somebody asks
                self._order = AddressOrder(self._firsts, self._lasts)
            hulls = {at for first, last in addresses for at in self._order.touching(first, last)}
            scattered = self._scattered
            found = frozenset(at for at in hulls if at not in scattered or scattered[at].overlaps(addresses))
            self._near[addresses] = found
        return found


class RuleColumns(Sequence[Rule]):
    """The rules of one chain in columns, all of the same length.

    `firsts` and `lasts` are the ends of each rule's source addresses, `places` index `destinations`, `points` are
    single points of the port line or `NO_POINT`, `numbers` index `templates`. `span_of` gives the place of the rule at
    an index. A rule of several source ranges has a row for each; one of very many has one row from the first address to the
    last, and `scattered` has its sources, by the row.
    """

    __slots__ = (
        "_order",
        "destinations",
        "firsts",
        "lasts",
        "numbers",
        "places",
        "points",
        "scattered",
        "span_of",
        "templates",
    )

    def __init__(
        self,
        firsts: Sequence[int],
        lasts: Sequence[int],
        places: Sequence[int],
        destinations: Destinations,
        points: Sequence[int],
        numbers: Sequence[int],
        templates: Sequence[Template],
        span_of: Callable[[int], Span],
        scattered: Mapping[int, IntervalSet] = MappingProxyType({}),
    ) -> None:
        self.firsts = firsts
        self.lasts = lasts
        self.places = places
        self.destinations = destinations
        self.points = points
        # A byte for each number is looked at many at a time.
        self.numbers = bytes(numbers) if len(templates) <= BYTES and len(numbers) >= BYTES else numbers
        self.templates = templates
        self.span_of = span_of
        self.scattered = scattered
        self._order: AddressOrder | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        template = self.templates[self.numbers[at]]
        return Rule((self.box(at),), template.conditions, template.action, template.target, self.span_of(at))

    @property
    def order(self) -> AddressOrder:
        """The rows in the order of their sources."""
        if self._order is None:
            self._order = AddressOrder(self.firsts, self.lasts)
        return self._order

    def box(self, at: int) -> Box:
        """The packets that the row at an index may match."""
        sources = self.scattered.get(at) or IntervalSet.of(self.firsts[at], self.lasts[at])
        return Box(sources, self.destinations[self.places[at]], self.ports(at))

    def ports(self, at: int) -> IntervalSet:
        """The part of the port line of the row at an index."""
        point = self.points[at]
        return self.templates[self.numbers[at]].ports if point < 0 else IntervalSet.of(point)

    def holding(self, source: int, destination: int) -> list[int]:
        """The indices of the rules whose addresses hold those of a packet, in order."""
        found, places, scattered = self.order.touching(source, source), self.places, self.scattered
        if scattered:
            found = [at for at in found if at not in scattered or source in scattered[at]]
        if len(found) <= FEW:
            return sorted(at for at in found if destination in self.destinations[places[at]])
        near = self.destinations.near(IntervalSet.of(destination))
        return sorted(at for at in found if places[at] in near)


def row_spans(sources: IntervalSet, row: int, scattered: dict[int, IntervalSet]) -> tuple[tuple[int, int], ...]:
    """The ends of each row that sources make, the first of which is `row`; where they are one row, they are kept in `scattered`."""
    spans = sources.spans
    if len(spans) < MANY_SPANS:
        return spans
    scattered[row] = sources
    return ((spans[0][0], spans[-1][1]),)


def marks(numbers: Sequence[int], wanted: Container[int]) -> Sequence[int]:
    """A true value for each number that is wanted, a false one for each other."""
    if isinstance(numbers, bytes):
        return numbers.translate(bytes(number in wanted for number in range(BYTES)))
    return list(map(wanted.__contains__, numbers))


def columns_of(rules: Sequence[Rule]) -> RuleColumns:
    """The rules of a chain as columns; what has them already is returned as it is."""
    if isinstance(rules, RuleColumns):
        return rules
    return _Collector(rules).columns()


class _Collector:
    """Takes rules apart into rows. Templates, and sets that several rules share, are kept once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.places: list[int] = []
        self.destinations = Destinations()
        self.points: list[int] = []
        self.numbers: list[int] = []
        self.templates: list[Template] = []
        self.spans: list[Span] = []
        self.scattered: dict[int, IntervalSet] = {}
        self._places: dict[int, int] = {}
        self._numbers: dict[object, int] = {}
        for rule in rules:
            for box in rule.boxes:
                self._add(rule, box)

    def columns(self) -> RuleColumns:
        return RuleColumns(
            self.firsts,
            self.lasts,
            self.places,
            self.destinations,
            self.points,
            self.numbers,
            self.templates,
            self.spans.__getitem__,
            self.scattered,
        )

    def _add(self, rule: Rule, box: Box) -> None:
        spans = box.ports.spans
        point = spans[0][0] if len(spans) == 1 and spans[0][0] == spans[0][1] else NO_POINT
        # The sets are told apart by identity: the rules keep them alive, and equal ones need not be found.
        key = (rule.conditions, rule.action, rule.target, 0 if point >= 0 else id(box.ports))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.templates)
            self.templates.append(Template(box.ports, rule.conditions, rule.action, rule.target))
        place = self._places.get(id(box.destinations))
        if place is None:
            place = self._places[id(box.destinations)] = self.destinations.add(box.destinations)
        for first, last in row_spans(box.sources, len(self.numbers), self.scattered):
            self.firsts.append(first)
            self.lasts.append(last)
            self.places.append(place)
            self.points.append(point)
            self.numbers.append(number)
            self.spans.append(rule.span)
