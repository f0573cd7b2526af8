"""Packets that both filters stop, and of which one tells the sender: rejected here, dropped there.

That lets nothing through and stops nothing, so it makes two filters no less equal; but a client that is told gives up at once, and one
that is not waits. It is said of first packets where a way has one base chain on either side: of several ones the first that
stops a packet decides how, which sets of packets do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.compare.contexts import base_chains, contexts
from portspec.compare.differing import Budget, outside, tidy
from portspec.compare.model import Pair, Refusal, Refused, Way
from portspec.compare.witnesses import packet_of, plainest
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import replay
from portspec.packets.boxes import Box

REFUSALS: tuple[Refusal, ...] = ("rejected", "dropped")


def refused_otherwise(old: Ruleset, new: Ruleset, way: Way, query: Sequence[Box], budget: Budget) -> Iterator[Refused]:
    """Packets that the new filter rejects and the old one drops, then those that it drops and the old one rejects."""
    sides = (old, new)
    if not any(map(_rejects, sides)) or any(len(base_chains(one, way)) != 1 for one in sides):
        return
    context = contexts(sides, way, ("new",))[0]
    rejected, heard = zip(*(_rejected(one, way, query, context, budget) for one in sides), strict=True)
    for refusal, one, other in zip(REFUSALS, (1, 0), (0, 1), strict=True):
        # What the other side may let through or reject is not surely dropped there.
        boxes = tidy(outside(rejected[one], heard[other], budget), budget)
        if not boxes:
            continue
        packet = packet_of(plainest(boxes), context)
        pair = Pair(packet, replay(old, way, packet), replay(new, way, packet))
        if (pair.old.verdict, pair.new.verdict) == (("drop", "reject") if one else ("reject", "drop")):
            yield Refused(refusal, boxes, pair)


def _rejects(ruleset: Ruleset) -> bool:
    return any(rule.action == "reject" for chain in ruleset.chains.values() for rule in chain.rules)


def _rejected(
    ruleset: Ruleset, way: Way, query: Sequence[Box], context: Context, budget: Budget
) -> tuple[list[Box], list[Box]]:
    """Packets that are rejected for certain, and all that may be let through or rejected: the same filter is asked again
    with each of its rejections turned into a way through."""
    chains = {
        key: chain._replace(
            rules=[rule._replace(action="accept") if rule.action == "reject" else rule for rule in chain.rules]
        )
        for key, chain in ruleset.chains.items()
    }
    let_through = Judge(ruleset).accepted(way, query, context)
    heard = Judge(ruleset._replace(chains=chains)).accepted(way, query, context)
    return outside(boxes_of(heard.certain), boxes_of(let_through.possible), budget), boxes_of(heard.possible)
