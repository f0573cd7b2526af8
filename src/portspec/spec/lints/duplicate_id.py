"""An id that two records share, an alias that is taken, or a service whose file has another name."""

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
    "etcd_members",
    "variants",
)


def check(spec: SpecView) -> Iterator[Problem]:
    """Every id that is taken already, list by list."""
    for document in spec.documents:
        for root in spec.roots(document.kind):
            if root.document is not document:
                continue
            for key in LISTS:
                yield from _repeated(root.parts(key), key)
    yield from _aliases(spec)
    services = spec.roots("service")
    yield from _repeated(services, "services")
    for service in services:
        name = service.document.path.rpartition("/")[2].removesuffix(".yaml")
        node = service.node.entries["id"].value
        if service.text("id") != name:
            yield service.problem(node.span, NAME, f"service {service.text('id')} in a file named {name}.yaml")


def _aliases(spec: SpecView) -> Iterator[Problem]:
    """Other names of roles that another role has, as its id or as its own alias."""
    roles = spec.ids("roles")
    taken = {name: name for name in roles}
    for name, role in roles.items():
        for alias in role.scalars("aliases"):
            owner = taken.setdefault(alias.text, name)
            if owner != name or alias.text == name:
                yield role.problem(alias.span, NAME, f"the alias {alias.text} stands for the role {owner} already")


def _repeated(facts: list[Fact], where: str) -> Iterator[Problem]:
    seen: dict[str, Fact] = {}
    for fact in facts:
        name = fact.text("id") or ""
        first = seen.setdefault(name, fact)
        if first is not fact:
            line = first.node.entries["id"].value.span.line
            place = f"{first.document.path}:{line}" if first.document is not fact.document else f"line {line}"
            yield fact.problem(fact.node.entries["id"].value.span, NAME, f"{name} is in {where} already, {place}")
