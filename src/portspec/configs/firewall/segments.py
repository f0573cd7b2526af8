"""A chain as segments: runs of rows that only accept or block, and the single rules between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import compress

from portspec.configs.firewall.columns import RuleColumns, Template, marks
from portspec.configs.firewall.context import Context, all_hold
from portspec.configs.firewall.model import Condition
from portspec.configs.firewall.runs import Run
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple


class Single:
    """A rule that is no plain accept or drop, whose match is unknown, or whose sources are a long list. `place` is that of its destinations in the
    columns. Its box is made when it is first asked for: a chain may have ten thousand jumps, of which few are met."""

    __slots__ = ("_box", "_columns", "_row", "action", "place", "target", "unknown")

    def __init__(self, columns: RuleColumns, row: int, *, unknown: bool) -> None:
        template = columns.templates[columns.numbers[row]]
        self._columns = columns
        self._row = row
        self._box: Box | None = None
        self.place = columns.places[row]
        self.action = template.action
        self.target = template.target
        self.unknown = unknown

    @property
    def box(self) -> Box:
        """The packets that the rule may match."""
        if self._box is None:
            self._box = self._columns.box(self._row)
        return self._box


Segment = Run | Single


class Kinds(NamedTuple):
    """Templates, by their numbers, as a context sees them: those that accept, those without effect, those whose rows
    are judged one by one, and of these, those whose match is not known. All others block.

    `is_open`: a match or what comes of it is not known. `blocks`: something may stop a packet.
    """

    accepting: frozenset[int]
    idle: frozenset[int]
    single: frozenset[int]
    unknown: frozenset[int]
    is_open: bool
    blocks: bool


def kinds_of(templates: Sequence[Template], context: Context) -> Kinds:
    """Sort templates."""
    is_open = blocks = False
    accepting: set[int] = set()
    idle: set[int] = set()
    single: set[int] = set()
    unknown: set[int] = set()
    truths: dict[tuple[Condition, ...], bool | None] = {(): True}
    for number, template in enumerate(templates):
        if template.conditions not in truths:
            truths[template.conditions] = all_hold(template.conditions, context)
        truth = truths[template.conditions]
        if truth is False or template.action == "continue":
            idle.add(number)
            continue
        is_open = is_open or truth is None or template.action == "unknown"
        blocks = blocks or template.action not in ("accept", "return", "jump", "goto")
        if truth is None or template.action not in ("accept", "drop", "reject"):
            single.add(number)
            if truth is None:
                unknown.add(number)
        elif template.action == "accept":
            accepting.add(number)
    return Kinds(frozenset(accepting), frozenset(idle), frozenset(single), frozenset(unknown), is_open, blocks)


def segments_of(
    columns: RuleColumns, kinds: Kinds, likely: IntervalSet, spend: Callable[[int], object]
) -> list[Segment]:
    """Consecutive plain rows become runs; the rest, and rows of scattered sources, stay single. Rules that cannot match or do nothing are left out."""
    numbers = columns.numbers
    found: list[Segment] = []
    alone: Iterable[int] = ()
    if kinds.single:
        alone = compress(range(len(numbers)), marks(numbers, kinds.single))
    if columns.scattered:
        alone = sorted({*alone, *(row for row in columns.scattered if numbers[row] not in kinds.idle)})
    start = 0
    for end in (*alone, len(numbers)):
        rows = _with_effect(numbers, start, end, kinds.idle)
        if rows:
            found.append(Run(columns, rows, kinds.accepting, likely, spend))
        if end < len(numbers):
            found.append(Single(columns, end, unknown=numbers[end] in kinds.unknown))
        start = end + 1
    return found


def _with_effect(numbers: Sequence[int], start: int, end: int, idle: frozenset[int]) -> Sequence[int]:
    """The rows of a stretch that are not idle."""
    while start < end and numbers[start] in idle:
        start += 1
    while start < end and numbers[end - 1] in idle:
        end -= 1
    theirs = numbers[start:end]
    if idle.isdisjoint(theirs):
        return range(start, end)
    return list(compress(range(start, end), marks(theirs, frozenset(theirs) - idle)))


def last_that_matters(segments: list[Segment]) -> int:
    """Number of the last segment that could still accept something or send it back."""
    for number in range(len(segments) - 1, -1, -1):
        segment = segments[number]
        if isinstance(segment, Run):
            if segment.accepts():
                return number
        elif segment.action not in ("drop", "reject"):
            return number
    return -1


def accepting_from(segments: list[Segment], last: int) -> int:
    """Number of the first segment behind which, up to the last that matters, everything surely accepts what it matches."""
    at = last + 1
    while at > 0:
        segment = segments[at - 1]
        if segment.blocks() if isinstance(segment, Run) else segment.unknown or segment.action != "accept":
            break
        at -= 1
    return at


LONG_SPANS = 1024
"""Sets of so many spans cost more than a box does."""
SPANS_PER_PIECE = 32
"""To go through so many spans of two long sets takes as long as to handle a box."""
COPIED_PER_PIECE = 512
"""So many spans of one long set are taken over in the same time."""


def long_work(boxes: list[Box], by: Box) -> int:
    """What it takes to split boxes by another one for the length of their sets alone, in handled boxes."""
    work = 0
    theirs = len(by.sources.spans), len(by.destinations.spans)
    for box in boxes:
        for mine, other in zip((len(box.sources.spans), len(box.destinations.spans)), theirs, strict=True):
            if mine + other >= LONG_SPANS:
                work += (mine + other) // (SPANS_PER_PIECE if min(mine, other) >= LONG_SPANS else COPIED_PER_PIECE)
    return work
