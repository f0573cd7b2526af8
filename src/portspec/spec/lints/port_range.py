"""A range of ports that is none: upside down, past the last port, or one that a single number says."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "port-range"

LAST = 65535


def check(spec: SpecView) -> Iterator[Problem]:
    """Every range of ports that is not first-last with first before last."""
    for fact in spec.ports():
        for scalar in fact.scalars("port"):
            first, dash, last = scalar.text.partition("-")
            if not dash:
                continue
            if not 1 <= int(first) < int(last) <= LAST:
                yield fact.problem(
                    scalar.span, NAME, f"{scalar.text} is no range of ports; expected first-last within 1-{LAST}"
                )
