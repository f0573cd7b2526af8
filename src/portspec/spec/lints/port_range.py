"""A port or a range of ports that is none, or that is written in a way of its own."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "port-range"

LAST = 65535


def check(spec: SpecView) -> Iterator[Problem]:
    """Every range that is not first-last with first before last, and every number in another form (`0x192b`, `010`).

    Ports are compared as they are written, so each has one form.
    """
    for fact in spec.mappings():
        for scalar in fact.scalars("port"):
            first, dash, last = scalar.text.partition("-")
            if dash and first.isdigit() and last.isdigit() and not 1 <= int(first) < int(last) <= LAST:
                message = f"{scalar.text} is no range of ports; expected first-last within 1-{LAST}"
                yield fact.problem(scalar.span, NAME, message)
            elif any(not end.isdigit() or end != str(int(end)) for end in (first, last if dash else first)):
                message = (
                    f"{scalar.text} is an unusual way to write a port; expected decimal digits without a leading zero"
                )
                yield fact.problem(scalar.span, NAME, message)
