"""An id that two records share, or a service whose file has another name."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Fact, Problem, SpecView

NAME = "duplicate-id"

LISTS = (
    "roles",
    "releases",
    "sources",
    "balancers",
    "platforms",
    "networks",
    "topologies",
    "features",
    "parts",
    "events",
)


def check(spec: SpecView) -> Iterator[Problem]:
    """Every id that is taken already, list by list."""
    for document in spec.documents:
        for root in spec.roots(document.kind):
            if root.document is not document:
                continue
            for key in LISTS:
                yield from _repeated(root.parts(key), key)
    services = spec.roots("service")
    yield from _repeated(services, "services")
    for service in services:
        name = service.document.path.rpartition("/")[2].removesuffix(".yaml")
        node = service.node.entries["id"].value
        if service.text("id") != name:
            yield service.problem(node.span, NAME, f"service {service.text('id')} in a file named {name}.yaml")


def _repeated(facts: list[Fact], where: str) -> Iterator[Problem]:
    seen: dict[str, Fact] = {}
    for fact in facts:
        name = fact.text("id") or ""
        first = seen.setdefault(name, fact)
        if first is not fact:
            line = first.node.entries["id"].value.span.line
            place = f"{first.document.path}:{line}" if first.document is not fact.document else f"line {line}"
            yield fact.problem(fact.node.entries["id"].value.span, NAME, f"{name} is in {where} already, {place}")
