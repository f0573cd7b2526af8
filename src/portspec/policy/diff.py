"""The difference between the facts of two policies, and the way from one to the other.

Two laws hold, and tests hold them: the difference of a policy and itself is empty, and what `compare(a, b)` gives,
applied to `a`, is `b`. A flow that takes another way, through a balancer or directly, is one change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, Literal, NamedTuple, TypeVar

from portspec.policy.facts import (
    AudienceFact,
    AudienceKey,
    BalanceFact,
    BalanceKey,
    Facts,
    FlowFact,
    FlowKey,
)

Kind = Literal["added", "removed", "changed"]
VIA = "via"
"""How `Change.fields` names the way of a flow, which is part of its key."""

Key = FlowKey | AudienceKey | BalanceKey
Fact = FlowFact | AudienceFact | BalanceFact
K = TypeVar("K", bound=Key)
F = TypeVar("F", bound=Fact)


class Change(NamedTuple, Generic[K, F]):
    """One fact that differs. `before` None: only the second policy has it; `after` None: only the first.

    `key` is that of the second policy where both have the fact; `old` is that of the first where it is another one,
    which is so for a flow that takes another way.
    """

    key: K
    before: F | None
    after: F | None
    old: K | None = None

    @property
    def kind(self) -> Kind:
        """What happened to the fact."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def fields(self) -> tuple[str, ...]:
        """Which fields of a changed fact differ."""
        if self.before is None or self.after is None:
            return ()
        pairs: Iterator[tuple[str, object, object]] = zip(self.before._fields, self.before, self.after, strict=True)
        way = () if self.old is None else (VIA,)
        return way + tuple(name for name, first, second in pairs if first != second)


class Difference(NamedTuple):
    """Everything that differs, ordered by port."""

    flows: tuple[Change[FlowKey, FlowFact], ...]
    audiences: tuple[Change[AudienceKey, AudienceFact], ...]
    balances: tuple[Change[BalanceKey, BalanceFact], ...]

    def __bool__(self) -> bool:
        return any(self)


def compare(before: Facts, after: Facts) -> Difference:
    """What has to be done to the facts of `before` to make them those of `after`."""
    return Difference(
        tuple(_with_ways(list(_changes(before.flows, after.flows)))),
        tuple(_changes(before.audiences, after.audiences)),
        tuple(_changes(before.balances, after.balances)),
    )


def apply(facts: Facts, difference: Difference) -> Facts:
    """The facts with a difference worked in. Raises ValueError when it was not made from these facts."""
    return Facts(
        _applied(facts.flows, difference.flows),
        _applied(facts.audiences, difference.audiences),
        _applied(facts.balances, difference.balances),
    )


def _changes(before: Mapping[K, F], after: Mapping[K, F]) -> Iterator[Change[K, F]]:
    for key in sorted({*before, *after}, key=order):
        first, second = before.get(key), after.get(key)
        if first != second:
            yield Change(key, first, second)


def _with_ways(changes: list[Change[FlowKey, FlowFact]]) -> list[Change[FlowKey, FlowFact]]:
    """One change for a flow of which one way ends and one begins; several ways at once stay apart."""
    ends: dict[FlowKey, list[Change[FlowKey, FlowFact]]] = {}
    for change in changes:
        if change.kind != "changed":
            ends.setdefault(change.key._replace(via=None), []).append(change)
    made = [change for change in changes if change.kind == "changed"]
    for found in ends.values():
        gone = [change for change in found if change.kind == "removed"]
        new = [change for change in found if change.kind == "added"]
        if len(gone) == len(new) == 1:
            made.append(Change(new[0].key, gone[0].before, new[0].after, gone[0].key))
        else:
            made += found
    return sorted(made, key=_way_order)


def _way_order(change: Change[FlowKey, FlowFact]) -> tuple[object, ...]:
    """The order of a list, the same for both directions of a change."""
    ways = {(change.old or change.key).via or "", change.key.via or ""}
    return (*order(change.key._replace(via=None)), *sorted(ways))


def _applied(facts: Mapping[K, F], changes: tuple[Change[K, F], ...]) -> dict[K, F]:
    made = dict(facts)
    for change in changes:
        held = change.old or change.key
        if made.get(held) != change.before or (change.old is not None and change.key in made):
            raise ValueError(f"{held} is not what the difference was made from")
        if change.after is None or change.old is not None:
            del made[held]
        if change.after is not None:
            made[change.key] = change.after
    return made


def order(key: Key) -> tuple[object, ...]:
    """By port, then by name: the order of a list that a person reads."""
    first = -1 if key.port is None else int(key.port.partition("-")[0])
    return (first, key.transport, *(field or "" for field in key))
