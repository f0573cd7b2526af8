"""What the matches of a rule have come to: boxes that hold the packets, conditions, and choices between several."""

from __future__ import annotations

from portspec.configs.firewall.model import Condition, Unknown
from portspec.packets.boxes import ANY_BOX, Box, meet
from portspec.records import NamedTuple

MOST_PAIRS = 300_000
"""Pairs of boxes that one match may cost; a rule that asks for more is left open."""
MOST_WAYS = 2_000
"""Rules of the model that one rule may become by one choice."""
MOST_PRODUCTS = 64
"""Rules of the model that one rule may become by several choices."""


class Way(NamedTuple):
    """One way to match: in one of the boxes, with all conditions."""

    boxes: tuple[Box, ...]
    conditions: tuple[Condition, ...] = ()


class Matched:
    """A rule's matches so far. A packet matches that lies in one of `boxes`, meets every condition, and finds a way
    through each of the choices."""

    def __init__(
        self,
        boxes: tuple[Box, ...] = (ANY_BOX,),
        conditions: tuple[Condition, ...] = (),
        choices: tuple[list[Way], ...] = (),
    ) -> None:
        self.boxes = boxes
        self.conditions = conditions
        self.choices = choices

    def copy(self) -> Matched:
        return Matched(self.boxes, self.conditions, self.choices)

    def narrow(self, boxes: list[Box] | tuple[Box, ...]) -> None:
        """Keep the packets of some boxes."""
        if len(boxes) == 1 and boxes[0] == ANY_BOX:
            return
        if len(self.boxes) > 1 and len(self.boxes) * len(boxes) > MOST_PAIRS:
            self.unknown(f"{len(boxes)} elements beside {len(self.boxes)} others")
            return
        found = [common for mine in self.boxes for other in boxes if (common := meet(mine, other)) is not None]
        self.boxes = tuple(found)

    def require(self, *conditions: Condition) -> None:
        """Add conditions."""
        self.conditions += tuple(each for each in dict.fromkeys(conditions) if each not in self.conditions)

    def unknown(self, reason: str) -> None:
        """Something that is not modelled."""
        self.require(Unknown(reason))

    def either(self, ways: list[Way], text: str) -> None:
        """Ask for one of several ways; where they are too many the match is left open inside their outline."""
        product = len(ways)
        for choice in self.choices:
            product *= len(choice)
        if len(ways) == 1:
            self.narrow(ways[0].boxes)
            self.require(*ways[0].conditions)
        elif product > (MOST_PRODUCTS if self.choices else MOST_WAYS):
            self.narrow([box for way in ways for box in way.boxes])
            self.unknown(text)
        else:
            self.choices = (*self.choices, ways)

    def ways(self) -> list[Way]:
        """Everything that matches, without choices: at least one way, with no boxes where nothing matches."""
        found = [Matched(self.boxes, self.conditions)]
        for choice in self.choices:
            narrowed = []
            for outer in found:
                for way in choice:
                    inner = outer.copy()
                    inner.narrow(way.boxes)
                    inner.require(*way.conditions)
                    if inner.boxes:
                        narrowed.append(inner)
            found = narrowed
        return [Way(each.boxes, each.conditions) for each in found] or [Way((), ())]
