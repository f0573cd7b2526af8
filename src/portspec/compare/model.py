"""What a comparison of two configs found. Data only: the sentences are made in `report/`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.firewall.context import Context
from portspec.configs.firewall.naive import Packet, Replay
from portspec.packets.boxes import Box
from portspec.source import SourceText

Way = Literal["input", "forward", "output"]
Direction = Literal["more", "less"]
"""More: the new one lets through what the old one stops. Less: it stops what the old one lets through."""
Refusal = Literal["rejected", "dropped"]
Relation = Literal["equal", "more", "less", "both", "unknown"]
"""`both`: more in one place and less in another. `unknown`: nothing differs for certain, something may."""


class Pair(NamedTuple):
    """One packet, replayed by the naive evaluator in both versions. `assumed`: what was taken of unknown matches."""

    packet: Packet
    old: Replay
    new: Replay
    assumed: tuple[tuple[str, bool], ...] = ()


class Difference(NamedTuple):
    """Packets on one way that one version lets through and the other does not, as disjoint boxes.

    `contexts` are the circumstances in which that is so (states, interfaces, source ports, flags), the plainest first.
    Not `certain`: it hangs on matches that are not modelled.
    """

    way: Way
    direction: Direction
    certain: bool
    contexts: tuple[Context, ...]
    boxes: tuple[Box, ...]
    pair: Pair


class Refused(NamedTuple):
    """First packets that both versions stop: the new one rejects what the old one drops (`rejected`), or drops what that
    rejects (`dropped`)."""

    refusal: Refusal
    boxes: tuple[Box, ...]
    pair: Pair


class WayComparison(NamedTuple):
    """One way through two filters. `refused` makes them no less equal."""

    way: Way
    differences: tuple[Difference, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def relation(self) -> Relation:
        """How the new filter stands to the old one on this way."""
        return relation_of(self.differences)


class FilterComparison(NamedTuple):
    """Two packet filters.

    `families` were compared; `left_out` were not, because a file is of the other family. `taken_alike` are matches that
    are not modelled and that both files have in the same words: they are taken to match the same packets.
    """

    old: SourceText
    new: SourceText
    formats: tuple[str, str]
    families: tuple[str, ...]
    left_out: tuple[str, ...]
    taken_alike: tuple[str, ...]
    ways: tuple[WayComparison, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those of all ways."""
        return tuple(found for way in self.ways for found in way.differences)

    @property
    def relation(self) -> Relation:
        """How the new filter stands to the old one."""
        return relation_of(self.differences)


def relation_of(differences: tuple[Difference, ...]) -> Relation:
    """What some differences come to."""
    certain = {found.direction for found in differences if found.certain}
    if len(certain) == 2:
        return "both"
    if certain:
        return certain.pop()
    return "unknown" if differences else "equal"
