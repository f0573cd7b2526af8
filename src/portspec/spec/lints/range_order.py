"""A range that is empty: added not before removed, verified before it was there, support that ends before it begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from portspec.spec.releases import UNKNOWN, release_key
from portspec.spec.view import Fact, Problem, SpecView
from portspec.yamlsource import ScalarNode

NAME = "range-order"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every range upside down, and every fact that its record never has."""
    for fact in spec.mappings():
        added, removed, verified = fact.text("added"), fact.text("removed"), fact.text("verified_through")
        if added is not None and removed is not None and release_key(added) >= release_key(removed):
            span = fact.node.entries["removed"].value.span
            yield fact.problem(span, NAME, f"removed in {removed}, which is not after {added}, where it was added")
        if added is not None and verified is not None and release_key(verified) < release_key(added):
            span = fact.node.entries["verified_through"].value.span
            yield fact.problem(span, NAME, f"verified through {verified}, but added only in {added}")
    for port in spec.ports():
        for part in (*port.parts("held_by"), *port.parts("flows")):
            yield from _outside(port, part)
    for release in spec.records("releases"):
        yield from _dates(release)


def _outside(port: Fact, part: Fact) -> Iterator[Problem]:
    """A holder or a flow of a port that is not there while the port is."""
    for key, end in (("added", "removed"), ("removed", "added")):
        written, bound = part.text(key), port.text(end)
        if written is None or bound is None:
            continue
        first, last = (written, bound) if key == "added" else (bound, written)
        if release_key(first) >= release_key(last):
            span = part.node.entries[key].value.span
            message = f"{key} in {written}, but the port was {end} in {bound}: no release has both"
            yield part.problem(span, NAME, message)


def _dates(release: Fact) -> Iterator[Problem]:
    dates = [(key, node) for key in ("released", "support_ends", "extended_ends") if (node := release.get(key))]
    known = [(key, node) for key, node in dates if isinstance(node, ScalarNode) and node.text != UNKNOWN]
    for (earlier, before), (later, after) in pairwise(known):
        if after.text <= before.text:
            yield release.problem(after.span, NAME, f"{later} {after.text} is not after {earlier} {before.text}")
