"""A source that no fact rests on."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Problem, SpecView

NAME = "uncited-source"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every source whose id stands nowhere else."""
    cited: set[str] = set()
    for fact in spec.mappings():
        if fact.document.kind != "sources":
            cited.update(fact.names("sources"))
            cited.update(fact.names("source"))
    for name, fact in spec.ids("sources").items():
        if name not in cited:
            yield fact.problem(fact.node.entries["id"].value.span, NAME, f"nothing cites the source {name}")
