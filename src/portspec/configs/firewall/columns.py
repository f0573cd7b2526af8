"""Rules kept as columns: a file of 100,000 rules becomes `Rule` objects only where somebody looks.

Most rules of a long list differ in their source address and share everything else. That everything else is a
`Shape`; a rule is a source and the number of its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, overload

from portspec.configs.firewall.model import Action, Condition, Rule
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.source import Span


class Shape(NamedTuple):
    """Everything about a rule but its source addresses and its place."""

    destinations: IntervalSet
    ports: IntervalSet
    conditions: tuple[Condition, ...]
    action: Action
    target: str


class RuleColumns(Sequence[Rule]):
    """The rules of one chain in columns, all of the same length.

    `firsts` and `lasts` are the ends of each rule's source addresses on the address line, `numbers` index `shapes`.
    `scattered` holds the sources that are more than one span (the columns then have their hull). `span_of` gives the
    place of the rule at an index.
    """

    __slots__ = ("firsts", "lasts", "numbers", "scattered", "shapes", "span_of")

    def __init__(
        self,
        firsts: Sequence[int],
        lasts: Sequence[int],
        numbers: Sequence[int],
        shapes: Sequence[Shape],
        span_of: Callable[[int], Span],
        scattered: Mapping[int, IntervalSet],
    ) -> None:
        self.firsts = firsts
        self.lasts = lasts
        self.numbers = numbers
        self.shapes = shapes
        self.span_of = span_of
        self.scattered = scattered

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        shape = self.shapes[self.numbers[index]]
        place = range(len(self))[index]
        sources = self.scattered.get(place)
        if sources is None:
            sources = IntervalSet.of(self.firsts[index], self.lasts[index])
        box = Box(sources, shape.destinations, shape.ports)
        return Rule((box,), shape.conditions, shape.action, shape.target, self.span_of(place))

    def holding(self, source: int) -> Iterator[int]:
        """The indices of the rules whose sources may hold an address, in order."""
        for index, (first, last) in enumerate(zip(self.firsts, self.lasts, strict=True)):
            if first <= source <= last:
                yield index
