"""An id that nothing has: a role, a service, a source, an event, a release, or a word of a profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from portspec.spec.releases import UNKNOWN
from portspec.spec.view import Fact, Problem, SpecView
from portspec.yamlsource import ScalarNode

NAME = "unknown-id"


def check(spec: SpecView) -> Iterator[Problem]:
    """Every reference that leads nowhere."""
    roles = spec.ids("roles")
    sources = spec.ids("sources")
    releases = spec.ids("releases")
    for fact in spec.mappings():
        for key in ("role", "roles", "from", "to", "backup"):
            yield from _unknown(fact, "role", fact.scalars(key), roles)
        for members in fact.parts("members"):
            for phase in members.node.entries:
                yield from _unknown(members, "role", members.scalars(phase), roles)
        if fact.document.kind != "sources":
            yield from _unknown(fact, "source", [*fact.scalars("sources"), *fact.scalars("source")], sources)
        yield from _unknown(fact, "release", fact.scalars("verified_through"), releases)
        yield from _condition(spec, fact)
    for root in spec.roots("handover"):
        events = {event.text("id") or "": event for event in root.parts("events")}
        for port in root.parts("ports"):
            yield from _unknown(port, "event", port.scalars("ends_with"), events)
        for variant in root.parts("variants"):
            yield from _unknown(variant, "event", variant.scalars("without"), events)
    for release in releases.values():
        known = [*spec.ids("profiles", "networks"), UNKNOWN]
        yield from _unknown(release, "network", release.scalars("network"), known)
    yield from _ports(spec)


def _condition(spec: SpecView, fact: Fact) -> Iterator[Problem]:
    for condition in fact.parts("condition"):
        for key, name in (("platform", "platforms"), ("network", "networks"), ("topology", "topologies")):
            known = spec.ids("profiles", name)
            yield from _unknown(condition, key, condition.scalars(key), known)
            for choice in condition.parts(key):
                yield from _unknown(choice, key, choice.scalars("except"), known)
        features = spec.ids("profiles", "features")
        yield from _unknown(condition, "feature", condition.scalars("features"), features)
        for choice in condition.parts("features"):
            yield from _unknown(choice, "feature", choice.scalars("except"), features)


def _ports(spec: SpecView) -> Iterator[Problem]:
    """Where balancers, the handover and the note name a port, its service has to have it."""
    services = spec.services()
    naming = [port for balancer in spec.records("balancers") for port in balancer.parts("ports")]
    naming += [port for root in spec.roots("handover") for port in root.parts("ports")]
    naming += [row for part in spec.records("note", "parts") for row in part.parts("rows")]
    for fact in naming:
        yield from _unknown(fact, "service", fact.scalars("service"), services)
        service = services.get(fact.text("service") or "")
        if service is not None:
            known = [port.text("port") or "" for port in service.parts("ports")]
            yield from _unknown(fact, f"port of {service.text('id')}", fact.scalars("port"), known)


def _unknown(fact: Fact, kind: str, scalars: Iterable[ScalarNode], known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    for scalar in scalars:
        if scalar.text not in names:
            near = get_close_matches(scalar.text, names, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield fact.problem(scalar.span, NAME, f"no {kind} {scalar.text}{hint}")
