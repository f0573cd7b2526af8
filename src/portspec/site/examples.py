"""What the checks find in their own examples, worked out once for every page and language that shows it."""

from __future__ import annotations

from functools import cache

from portspec.checks.api import Example
from portspec.checks.examples import check_example
from portspec.checks.result import ClusterResult


@cache
def checked(example: Example) -> ClusterResult:
    """The result of `check_example`; `edition.forget` makes it be worked out anew."""
    return check_example(example)
