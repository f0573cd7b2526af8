"""Releases out of order: the list runs from the oldest to the newest, as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from portspec.spec.releases import release_key
from portspec.spec.view import Problem, SpecView

NAME = "release-order"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every release that stands after a newer one."""
    for before, after in pairwise(spec.records("releases")):
        older, newer = before.text("id") or "", after.text("id") or ""
        if release_key(newer) < release_key(older):
            yield after.problem(after.node.entries["id"].value.span, NAME, f"{newer} stands after {older}")
