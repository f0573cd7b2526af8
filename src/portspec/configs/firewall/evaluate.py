"""The evaluator on sets: what a filter does with every packet of a box at once.

What a rule's unknown conditions do is not known, so the question is asked in two worlds. In the `strict` one an
unknown match never helps a packet through: it may drop, never accept. In the `lenient` one it never stops a packet.
What gets through in the strict world is allowed for certain; what is stopped in the lenient world is blocked for
certain; between the two lies what hangs on the unknown. The naive evaluator must agree, packet by packet.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Literal

from portspec.configs.firewall.bundles import Piece, boxes_of
from portspec.configs.firewall.columns import RuleColumns, columns_of
from portspec.configs.firewall.context import PATHS, Context, seen_by
from portspec.configs.firewall.model import Chain, Ruleset
from portspec.configs.firewall.runs import Run
from portspec.configs.firewall.segments import (
    Kinds,
    Segment,
    Single,
    accepting_from,
    kinds_of,
    last_that_matters,
    long_work,
    segments_of,
)
from portspec.errors import InputError
from portspec.packets.boxes import Box, disjoint, hits, split, subtract_all
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.records import NamedTuple

World = Literal["strict", "lenient"]

MOST_DEPTH = 64
MANY = 16
"""In a chain of so many segments, those for other destinations than those asked about are passed over."""

MOST_PIECES = 600_000
"""Boxes handled for one filter before giving up: a file that needs more is built to need more."""


class Answer(NamedTuple):
    """A query taken apart: disjoint boxes of packets that get through, that do not, and that hang on the unknown."""

    allowed: tuple[Box, ...]
    blocked: tuple[Box, ...]
    unknown: tuple[Box, ...]


class Accepted(NamedTuple):
    """Packets that get through for certain, and that may get through (the certain ones included; the same object
    where nothing is unknown). The pieces may overlap."""

    certain: tuple[Piece, ...]
    possible: tuple[Piece, ...]


class _Flow(NamedTuple):
    """What came of some packets in a chain: accepted, and left over at its end (or returned)."""

    accepted: list[Piece]
    rest: list[Box]


class _Left(NamedTuple):
    """What came of packets that may have left a chain: accepted on the way out, returned to the caller; `held`, which
    must please the caller as well as what is left of the chain; and what goes on in the chain."""

    accepted: list[Piece]
    returned: list[Box]
    held: list[Box]
    staying: list[Box]


class _TooManyError(InputError):
    """More pieces than may be."""


class Judge:
    """Answers questions about one ruleset. What it works out on the way is kept for the next question.

    Of the `likely` points of the port line a few will be asked about at a time; that they are known makes it faster.
    """

    def __init__(self, ruleset: Ruleset, likely: IntervalSet = EMPTY) -> None:
        self.ruleset = ruleset
        self.likely = likely
        self._compiled: dict[tuple[tuple[str, str], Context], list[Segment]] = {}
        self._built: dict[tuple[tuple[str, str], Kinds], list[Segment]] = {}
        self._columns: dict[tuple[str, str], RuleColumns] = {}
        self._kinds: dict[tuple[int, Context], Kinds] = {}
        self._shared: dict[str, bool] = {}
        self._has_unknown: dict[tuple[str, Context], bool] = {}
        self._bases: dict[str, list[Chain]] = {}
        self._pieces = 0
        self._most = MOST_PIECES
        self._escaped: list[Box] = []

    def partition(self, path: str, query: Sequence[Box], context: Context) -> Answer:
        """Take a query apart. `path` is a way through the filter (see `hooks`), `context` what else is known."""
        asked = disjoint(query)
        allowed = disjoint(boxes_of(self._through(path, asked, context, "strict")), self._count)
        if not self._unknown_on(path, context):
            return Answer(tuple(allowed), tuple(subtract_all(asked, allowed, self._count)), ())
        lenient = disjoint(boxes_of(self._through(path, asked, context, "lenient")), self._count)
        unknown = subtract_all(lenient, allowed, self._count)
        blocked = subtract_all(subtract_all(asked, lenient, self._count), allowed, self._count)
        return Answer(tuple(allowed), tuple(blocked), tuple(unknown))

    def partition_of_few(self, path: str, query: Sequence[Box], context: Context, most: int) -> Answer | None:
        """As `partition`; None where it would take more than so many pieces, which then do not count."""
        before, self._most = self._pieces, min(self._most, self._pieces + most)
        try:
            return self.partition(path, query, context)
        except _TooManyError:
            self._pieces = before
            return None
        finally:
            self._most = MOST_PIECES

    def accepted(self, path: str, query: Sequence[Box], context: Context) -> Accepted:
        """What of a query gets through."""
        certain = tuple(self._through(path, list(query), context, "strict"))
        if not self._unknown_on(path, context):
            return Accepted(certain, certain)
        return Accepted(certain, tuple(self._through(path, list(query), context, "lenient")))

    def sees(self, path: str, addresses: IntervalSet) -> bool:
        """Whether any base chain on a way sees packets of these addresses; a filter that sees none filters none."""
        return any(
            chain.universe is None or chain.universe.overlaps(addresses)
            for hook in PATHS.get(path, (path,))
            for chain in self._hooked(hook)
        )

    def stops(self, path: str, context: Context) -> bool:
        """Whether any base chain on a way can stop a packet; without one, everything passes whatever its addresses."""
        return any(not self._passes_all(chain, seen) for chain, seen, _ in self._base_chains(path, context))

    def _through(self, path: str, boxes: list[Box], context: Context, world: World) -> list[Piece]:
        self._escaped = []
        pieces: list[Piece] = [*boxes]
        for chain, seen_context, optional in self._base_chains(path, context):
            if (optional and world == "lenient") or self._passes_all(chain, seen_context):
                continue
            untouched, seen = _split_family(boxes_of(pieces), chain.universe)
            need_rest = chain.policy == "accept"
            flow = self._chain(chain, seen, seen_context, world, 0, need_rest=need_rest)
            pieces = [*untouched, *flow.accepted, *(flow.rest if need_rest else ())]
            if not pieces:
                break
        return pieces + self._escaped

    def _passes_all(self, base: Chain, context: Context) -> bool:
        """Whether nothing in a base chain can stop a packet; then what passes need not be taken apart."""
        if base.policy != "accept":
            return False
        kinds = self._kinds_of_table(base, context)
        return (kinds is not None and not kinds.blocks) or not any(
            segment.blocks() if isinstance(segment, Run) else segment.action not in ("accept", "return", "jump", "goto")
            for segment in self._met(base, context)
        )

    def _base_chains(self, path: str, context: Context) -> Iterator[tuple[Chain, Context, bool]]:
        """The base chains on a way in their order, each with what it sees. The last tells whether the packets may
        pass it by: a chain of the ingress hook stands at one device, which may not be the one they come in by."""
        hooks = PATHS.get(path, (path,))
        for hook in hooks:
            for chain in self.ruleset.base_chains(hook):  # type: ignore[arg-type]
                seen = seen_by(chain, path, context)
                if seen is not None:
                    yield chain, seen, hook == "ingress" and len(hooks) > 1

    def _hooked(self, hook: str) -> list[Chain]:
        """The base chains of a hook; there may be ten thousand other ones."""
        found = self._bases.get(hook)
        if found is None:
            found = self._bases[hook] = self.ruleset.base_chains(hook)  # type: ignore[arg-type]
        return found

    def _chain(
        self, chain: Chain, boxes: list[Box], context: Context, world: World, depth: int, *, need_rest: bool
    ) -> _Flow:
        """Send boxes through a chain. `need_rest` False: the rest is not asked for."""
        if depth > MOST_DEPTH:
            raise InputError("jumps nested too deep", self.ruleset.source.path, chain.span.line, chain.span.column)
        segments = self._segments(chain, context)
        last = last_that_matters(segments)
        plain_from = accepting_from(segments, last)
        near: Container[int] | None = None
        if len(segments) >= MANY:
            destinations = EMPTY
            for box in boxes:
                destinations = destinations | box.destinations
            near = self._columns[chain.table, chain.name].destinations.near(destinations)
        accepted: list[Piece] = []
        returned: list[Box] = []
        held: list[Box] = []
        for number, segment in enumerate(segments):
            if not boxes:
                break
            wanted = need_rest or number < last
            if isinstance(segment, Run):
                self._count(len(boxes))
                for box in boxes:
                    accepted += segment.accepted(box)
                boxes = [piece for box in boxes for piece in segment.rest(box)] if wanted else []
                continue
            if near is not None and segment.place not in near:
                continue
            if not need_rest and number >= plain_from and segment.action == "accept":
                # Nothing from here on stops a packet, so what is accepted need not be taken out of the rest.
                hit, missed = hits(boxes, segment.box), boxes
            else:
                hit, missed = split(boxes, segment.box)
            self._count(len(hit) + len(missed) + long_work(boxes, segment.box))
            if not hit:
                continue
            if segment.unknown and segment.action in ("return", "goto"):
                left = self._perhaps_left(chain, hit, segment, context, world, depth)
                accepted += left.accepted
                returned += left.returned
                held += left.held
                boxes = missed + left.staying
                continue
            if segment.unknown:
                flow = self._perhaps(chain, hit, segment, context, world, depth)
            else:
                flow = self._surely(chain, hit, segment, context, world, depth, need_rest=wanted or need_rest)
            accepted += flow.accepted
            if segment.action in ("return", "goto"):
                returned += flow.rest
                boxes = missed
            else:
                boxes = missed + flow.rest
        if held:
            kept, waiting = self._hold(boxes_of(accepted), held)
            accepted = [*kept]
            returned += waiting
        return _Flow(accepted, boxes + returned if need_rest else [])

    def _perhaps_left(
        self, chain: Chain, hit: list[Box], segment: Single, context: Context, world: World, depth: int
    ) -> _Left:
        """A return or a goto that may match or not: the packets take both ways, out of the chain and on in it."""
        went = _Flow([], hit)
        if segment.action == "goto":
            called = self.ruleset.chains[chain.table, segment.target]
            went = self._chain(called, hit, context, world, depth + 1, need_rest=True)
        if world == "lenient":
            return _Left(went.accepted, went.rest, [], hit)
        return _Left([], [], went.rest, disjoint(boxes_of(went.accepted) + went.rest, self._count))

    def _hold(self, accepted: list[Box], held: list[Box]) -> tuple[list[Box], list[Box]]:
        """Of what a chain accepted, what nothing else can become of, and what may have left the chain before."""
        kept, waiting = accepted, []
        for box in held:
            inside, kept = split(kept, box)
            self._count(len(inside) + len(kept))
            waiting += inside
        return kept, waiting

    def _surely(
        self,
        chain: Chain,
        hit: list[Box],
        segment: Single,
        context: Context,
        world: World,
        depth: int,
        *,
        need_rest: bool,
    ) -> _Flow:
        if segment.action == "return":
            return _Flow([], hit)
        if segment.action in ("jump", "goto"):
            called = self.ruleset.chains[chain.table, segment.target]
            return self._chain(called, hit, context, world, depth + 1, need_rest=need_rest)
        if segment.action == "accept":
            return _Flow([*hit], [])
        if segment.action == "unknown":
            return self._escape(hit, world)
        return _Flow([], [])

    def _perhaps(
        self, chain: Chain, hit: list[Box], segment: Single, context: Context, world: World, depth: int
    ) -> _Flow:
        """A rule that may match or not: what is left over goes on behind it."""
        if segment.action in ("drop", "reject"):
            return _Flow([], hit if world == "lenient" else [])
        if segment.action == "accept":
            return _Flow([*hit], []) if world == "lenient" else _Flow([], hit)
        if segment.action == "unknown":
            return self._escape(hit, world)
        called = self.ruleset.chains[chain.table, segment.target]
        flow = self._chain(called, hit, context, world, depth + 1, need_rest=True)
        if world == "lenient":
            return _Flow(flow.accepted, hit)
        return _Flow([], disjoint(boxes_of(flow.accepted) + flow.rest, self._count))

    def _escape(self, hit: list[Box], world: World) -> _Flow:
        """A target that is not known may drop the packet, or let it go on as another one, with other addresses or
        another state: then no later chain can be asked about it."""
        if world == "lenient":
            self._escaped += hit
        return _Flow([], [])

    def _segments(self, chain: Chain, context: Context) -> list[Segment]:
        key = (chain.table, chain.name)
        found = self._compiled.get((key, context))
        if found is None:
            columns = self._columns_of(chain)
            kinds = self._kinds_in(columns, context)
            # Contexts in which the same conditions hold share their segments, and what those have found out.
            if (key, kinds) not in self._built:
                self._built[key, kinds] = segments_of(columns, kinds, self.likely, self._count)
            found = self._compiled[key, context] = self._built[key, kinds]
        return found

    def _columns_of(self, chain: Chain) -> RuleColumns:
        key = (chain.table, chain.name)
        found = self._columns.get(key)
        if found is None:
            found = self._columns[key] = columns_of(chain.rules)
        return found

    def _kinds_in(self, columns: RuleColumns, context: Context) -> Kinds:
        # The columns keep the templates alive, so that no other list gets their identity.
        key = (id(columns.templates), context)
        if key not in self._kinds:
            self._kinds[key] = kinds_of(columns.templates, context)
        return self._kinds[key]

    def _kinds_of_table(self, chain: Chain, context: Context) -> Kinds | None:
        """The kinds of all rules of a chain's table, where its chains share their templates."""
        if chain.table not in self._shared:
            theirs = (other for other in self.ruleset.chains.values() if other.table == chain.table)
            self._shared[chain.table] = len({id(self._columns_of(other).templates) for other in theirs}) == 1
        return self._kinds_in(self._columns_of(chain), context) if self._shared[chain.table] else None

    def _unknown_on(self, path: str, context: Context) -> bool:
        """Whether any chain that a packet on this way may meet leaves something open."""
        known = self._has_unknown.get((path, context))
        if known is None:
            known = self._has_unknown[path, context] = any(
                optional or self._leaves_open(chain, seen) for chain, seen, optional in self._base_chains(path, context)
            )
        return known

    def _leaves_open(self, base: Chain, context: Context) -> bool:
        kinds = self._kinds_of_table(base, context)
        return (kinds is None or kinds.is_open) and any(
            segment.unknown or segment.action == "unknown"
            for segment in self._met(base, context)
            if not isinstance(segment, Run)
        )

    def _met(self, base: Chain, context: Context) -> Iterator[Segment]:
        """The segments of a base chain and of every chain that it leads to."""
        waiting = [base]
        met: set[tuple[str, str]] = set()
        while waiting:
            chain = waiting.pop()
            if (chain.table, chain.name) in met:
                continue
            met.add((chain.table, chain.name))
            for segment in self._segments(chain, context):
                yield segment
                if isinstance(segment, Single) and segment.action in ("jump", "goto"):
                    waiting.append(self.ruleset.chains[chain.table, segment.target])

    def _count(self, pieces: int) -> None:
        self._pieces += pieces
        if self._pieces > self._most:
            raise _TooManyError(
                "the rules take packets apart into too many pieces to judge exactly",
                self.ruleset.source.path,
                hint="order rules of one verdict together, or use sets",
            )


def _split_family(boxes: list[Box], universe: IntervalSet | None) -> tuple[list[Box], list[Box]]:
    """Boxes that the chain's family does not see, and those that it does."""
    if universe is None:
        return [], boxes
    untouched: list[Box] = []
    seen: list[Box] = []
    for box in boxes:
        if box.sources <= universe and box.destinations <= universe:
            seen.append(box)
        elif not (box.sources.overlaps(universe) and box.destinations.overlaps(universe)):
            untouched.append(box)
        else:
            inside, outside = split([box], Box(universe, universe, box.ports))
            seen += inside
            untouched += outside
    return untouched, seen
