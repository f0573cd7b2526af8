"""What a change does to the flows of one placed filter: opened too far, blocked, mended, or neither right nor wrong.

Judged by the obligations of each version, so that a change of the cluster file, the release or the lock counts as one of the
rules does. As in a check, the first packets of connections are asked about, and interfaces are not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from portspec.checks.exposure import Forbidden, forbidden
from portspec.checks.filters import CLIENT_PORTS, FilterJudge
from portspec.checks.finding import Confidence, Severity
from portspec.checks.hops import Hop
from portspec.cluster.model import BetweenPlace, HostPlace
from portspec.compare.contexts import source_ports
from portspec.compare.differing import Budget, common, outside, tidy
from portspec.compare.model import Way
from portspec.compare.witnesses import packet_of, plainest
from portspec.compare.worlds import alike
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, Replay, decisive, replay
from portspec.configs.firewall.ways import likely_way
from portspec.configs.folders import place
from portspec.errors import InputError
from portspec.packets.boxes import V4_BOX, V6_BOX, Box, meet
from portspec.source import SourceText

FlowKind = Literal["exposed", "blocked", "no-longer-exposed", "no-longer-blocked", "opened", "closed"]
WRONG: tuple[FlowKind, ...] = ("exposed", "blocked")
RIGHT: tuple[FlowKind, ...] = ("no-longer-exposed", "no-longer-blocked")
ALLOWED_FOR: dict[FlowKind, tuple[str, str]] = {
    "exposed": ("new", "accept"),
    "blocked": ("new", "stop"),
    "no-longer-exposed": ("old", "accept"),
    "no-longer-blocked": ("old", "stop"),
    "opened": ("new", "accept"),
    "closed": ("old", "accept"),
}
"""What the witness has to show: in which version, and what."""


class Fate(NamedTuple):
    """What becomes of a packet in one version, and the line that decides; line 0: none does."""

    verdict: Literal["accept", "drop", "reject", "unknown"]
    path: str
    line: int
    text: str


class Shown(NamedTuple):
    """A packet that shows a change, as the naive evaluator saw it in both versions."""

    packet: Packet
    old: Fate
    new: Fate


class FlowChange(NamedTuple):
    """Packets whose lot a change turns, at one filter.

    `code` and `severity` are those of the finding that tells of such packets. `holders` are the roles behind the ports,
    `sources` the roles that need them (of a blocked flow). Not `by_filter`: the rules treat the packets as before; what is
    asked of them has changed. `accepted`: why the site accepts it, empty where it does not.
    """

    kind: FlowKind
    code: str
    severity: Severity
    confidence: Confidence
    way: Way
    service: str
    port: str
    transport: str
    holders: tuple[str, ...]
    sources: tuple[str, ...]
    boxes: tuple[Box, ...]
    shown: Shown
    by_filter: bool
    accepted: str = ""

    @property
    def certain(self) -> bool:
        """Whether it does not hang on what the files leave open."""
        return self.confidence == "certain"


class _Passed(NamedTuple):
    """What a filter lets through of everything, for certain and perhaps."""

    certain: list[Box]
    possible: list[Box]


def absent(like: FilterJudge, path: str) -> FilterJudge:
    """A place where no filter is named: everything passes."""
    ruleset = Ruleset("", SourceText(path, ""), {})
    return FilterJudge(path, ruleset, like.cluster, like.policy, like.entry)


def flow_changes(old: FilterJudge, new: FilterJudge) -> list[FlowChange]:
    """How the flows at one place change from one version to the other. Raises InputError where that takes too long."""
    way = _way(new if new.ruleset.chains else old)
    if _unchanged(old, new, way):
        return []
    families = [box for box in (V4_BOX, V6_BOX) if all(_speaks_of(judge, way, box) for judge in (old, new))]
    budget = Budget(new.path)
    found = list(_blocked(old, new, budget))
    wrong = [box for change in found if change.kind == "blocked" for box in change.boxes]
    right = [box for change in found if change.kind == "no-longer-blocked" for box in change.boxes]
    if families:
        found += _exposed(old, new, way, families, (wrong, right), budget)
    return found


def _way(judge: FilterJudge) -> Way:
    if isinstance(judge.entry.at, BetweenPlace):
        return "forward"
    return "input" if isinstance(judge.entry.at, HostPlace) else likely_way(judge.ruleset)


def _speaks_of(judge: FilterJudge, way: Way, box: Box) -> bool:
    return judge.ruleset.format != "iptables" or judge.judge.sees(way, box.sources)


def _unchanged(old: FilterJudge, new: FilterJudge, way: Way) -> bool:
    return (
        old.policy.digest == new.policy.digest
        and old.cluster.roles == new.cluster.roles
        and old.cluster.phase == new.cluster.phase
        and old.entry.at == new.entry.at
        and all(alike(old.ruleset, new.ruleset, one) for one in ("input", "forward", "output"))
        and bool(way)
    )


def _passed(judge: FilterJudge, way: Way, query: list[Box], context: Context) -> _Passed:
    accepted = judge.judge.accepted(way, query, context)
    certain = boxes_of(accepted.certain)
    return _Passed(certain, certain if accepted.possible is accepted.certain else boxes_of(accepted.possible))


def _exposed(
    old: FilterJudge,
    new: FilterJudge,
    way: Way,
    families: list[Box],
    blocked: tuple[list[Box], list[Box]],
    budget: Budget,
) -> Iterator[FlowChange]:
    bans = [forbidden(judge.policy, judge.cluster, judge.entry.at) for judge in (old, new)]
    query = _behind(old, new, families)
    told: dict[object, FlowChange] = {}
    for ports in source_ports((old.ruleset, new.ruleset), way):
        context = Context(state="new", source_ports=ports)
        sides = [_passed(judge, way, query, context) for judge in (old, new)]
        wrong = [
            _Passed(_within(side.certain, every), _within(side.possible, every))
            for side, every in zip(sides, ([box for ban in one for box in ban.boxes] for one in bans), strict=True)
        ]
        opened = outside(sides[1].certain, sides[0].possible, budget)
        closed = outside(sides[0].certain, sides[1].possible, budget)
        jobs: list[tuple[FlowKind, Sequence[Forbidden], _Passed, list[Box], list[Box]]] = [
            ("exposed", bans[1], _fresh(wrong[1], wrong[0], budget), opened, closed),
            ("no-longer-exposed", bans[0], _fresh(wrong[0], wrong[1], budget, sure=True), closed, opened),
        ]
        for kind, ban, left, turned, _ in jobs:
            for boxes, certain in ((left.certain, True), (left.possible, False)):
                for one in ban if boxes else ():
                    mine = tidy(_within(boxes, one.boxes), budget)
                    if mine:
                        change = _exposure(kind, one, mine, certain, old, new, way, context, turned, budget)
                        _merge(told, change)
        for kind, boxes, others in (
            ("opened", opened, [*wrong[1].possible, *blocked[1]]),
            ("closed", closed, [*wrong[0].possible, *blocked[0]]),
        ):
            rest = tuple(box for box in tidy(outside(boxes, others, budget), budget) if not _to_itself(box))
            if rest and context.source_ports.overlaps(CLIENT_PORTS):
                shown = _shown(kind, old, new, way, rest, context, certain=True)
                change = FlowChange(kind, "", "note", "certain", way, "", "", "", (), (), rest, shown, by_filter=True)
                _merge(told, change)
    yield from told.values()


def _behind(old: FilterJudge, new: FilterJudge, families: list[Box]) -> list[Box]:
    """Everything that may come by; of a host's filter to the addresses of its place in either version."""
    addresses = old.entry.at, new.entry.at
    if not all(isinstance(place, HostPlace) and place.addresses for place in addresses):
        return families
    here = addresses[0].addresses | addresses[1].addresses  # type: ignore[union-attr]
    boxes = (box._replace(destinations=box.destinations & here) for box in families)
    return [box for box in boxes if box.destinations]


def _to_itself(box: Box) -> bool:
    return box.sources == box.destinations and box.sources.size == 1


def _within(boxes: Iterable[Box], others: Sequence[Box]) -> list[Box]:
    return [part for box in boxes for other in others if (part := meet(box, other)) is not None]


def _fresh(now: _Passed, before: _Passed, budget: Budget, *, sure: bool = False) -> _Passed:
    """What is so now and was not before. What was only possible and is certain now counts; with `sure`, it does not."""
    certain = outside(now.certain, before.possible if sure else before.certain, budget)
    if now.possible is now.certain:
        return _Passed(certain, [])
    possible = outside(outside(now.possible, now.certain, budget), before.possible, budget)
    return _Passed(certain, possible)


def _exposure(
    kind: FlowKind,
    ban: Forbidden,
    boxes: tuple[Box, ...],
    certain: bool,
    old: FilterJudge,
    new: FilterJudge,
    way: Way,
    context: Context,
    turned: list[Box],
    budget: Budget,
) -> FlowChange:
    by_filter = common(boxes, turned, budget)
    deny = ban.deny
    severity: Severity = "warning"
    if deny is not None and deny.sensitivity == "critical" and certain:
        severity = "error"
    elif deny is None and not certain:
        severity = "note"
    shown = _shown(kind, old, new, way, tuple(by_filter) or boxes, context, certain=certain)
    return FlowChange(
        kind,
        "PS202" if deny is None else "PS201",
        severity,
        "certain" if certain else "possible",
        way,
        deny.service if deny else "",
        (deny.port or "") if deny else "",
        deny.transport if deny else "",
        ban.holders,
        (),
        boxes,
        shown,
        by_filter=bool(by_filter) or not certain,
    )


def _blocked(old: FilterJudge, new: FilterJudge, budget: Budget) -> Iterator[FlowChange]:
    context = Context(state="new", source_ports=CLIENT_PORTS)
    sides: list[dict[Way, tuple[list[Box], list[Box]]]] = []
    for judge in (old, new):
        by_way: dict[Way, tuple[list[Box], list[Box]]] = {}
        for answer in judge.hops():
            certain, possible = by_way.setdefault(answer.hop.path, ([], []))
            certain += answer.first.blocked
            possible += [*answer.first.blocked, *answer.first.unknown]
        sides.append(by_way)
    jobs: tuple[tuple[FlowKind, FilterJudge, dict[Way, tuple[list[Box], list[Box]]]], ...] = (
        ("blocked", new, sides[0]),
        ("no-longer-blocked", old, sides[1]),
    )
    for kind, judge, others in jobs:
        for answer in judge.hops():
            way = answer.hop.path
            before = others.get(way, ([], []))
            boxes = tidy(outside(answer.first.blocked, before[0] if kind == "blocked" else before[1], budget), budget)
            if boxes:
                shown = _shown(kind, old, new, way, boxes, context, certain=True)
                yield _hop_change(kind, answer.hop, boxes, shown)


def _hop_change(kind: FlowKind, hop: Hop, boxes: tuple[Box, ...], shown: Shown) -> FlowChange:
    flow = hop.flows[0]
    turned = (shown.old.verdict == "accept") != (shown.new.verdict == "accept")
    return FlowChange(
        kind,
        "PS101",
        "error" if flow.necessity == "required" else "warning",
        "certain",
        hop.path,
        flow.service,
        flow.port or "",
        flow.transport,
        (hop.target,),
        (hop.source,),
        boxes,
        shown,
        by_filter=turned,
    )


def _shown(
    kind: FlowKind,
    old: FilterJudge,
    new: FilterJudge,
    way: Way,
    boxes: tuple[Box, ...],
    context: Context,
    *,
    certain: bool,
) -> Shown:
    """A packet with what becomes of it in both versions. Raises InputError where the evaluators disagree about it."""
    packet = packet_of(plainest(boxes), context)
    made = Shown(packet, *(_fate(judge.ruleset, replay(judge.ruleset, way, packet)) for judge in (old, new)))
    side, wanted = ALLOWED_FOR[kind]
    verdict = (made.old if side == "old" else made.new).verdict
    holds = verdict == "accept" if wanted == "accept" else verdict in ("drop", "reject")
    if not holds and (certain or verdict != "unknown"):
        raise InputError(
            f"the two evaluators disagree about a packet ({verdict}; expected {wanted})",
            new.path,
            hint="this is an error of portspec: please report it with both versions of the file",
        )
    return made


def _fate(ruleset: Ruleset, found: Replay) -> Fate:
    spans = found.blame[:1] or ((decisive(found.steps),) if found.steps else ())
    if not spans:
        return Fate(found.verdict, ruleset.source.path, 0, "")
    path, line = place(ruleset.source, spans[0].line)
    return Fate(found.verdict, path, line, ruleset.source.quoted(spans[0]).strip())


def _merge(told: dict[object, FlowChange], change: FlowChange) -> None:
    """Put changes of one port together, whichever roles hold it and whichever source ports they are for."""
    key = (change.kind, change.code, change.confidence, change.service, change.port, change.transport)
    first = told.get(key)
    if first is None:
        told[key] = change
        return
    fresh = tuple(box for box in change.boxes if box not in first.boxes)
    holders = tuple(dict.fromkeys((*first.holders, *change.holders)))
    told[key] = first._replace(
        holders=holders, boxes=first.boxes + fresh, by_filter=first.by_filter or change.by_filter
    )
