"""A range of releases that is empty: added not before removed, or verified before it was there."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.releases import release_key
from portspec.spec.view import Problem, SpecView

NAME = "range-order"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every range upside down."""
    for fact in spec.mappings():
        added, removed, verified = fact.text("added"), fact.text("removed"), fact.text("verified_through")
        if added is not None and removed is not None and release_key(added) >= release_key(removed):
            span = fact.node.entries["removed"].value.span
            yield fact.problem(span, NAME, f"removed in {removed}, which is not after {added}, where it was added")
        if added is not None and verified is not None and release_key(verified) < release_key(added):
            span = fact.node.entries["verified_through"].value.span
            yield fact.problem(span, NAME, f"verified through {verified}, but added only in {added}")
