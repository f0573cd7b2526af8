"""A flow, a handover or a balancer's pool that leads to a role which does not hold the port in that phase."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.spec.view import Fact, Problem, SpecView, port_of
from portspec.spec.vocabulary import PHASES
from portspec.yamlsource import ScalarNode

NAME = "no-listener"


def check(spec: SpecView) -> Iterator[Problem]:
    """Flows without a listener or a sender, members and handover sides that do not listen."""
    phases_of = {name: role.phases() for name, role in spec.ids("roles").items()}
    for port in spec.ports():
        for flow in port.parts("flows"):
            yield from _senders(flow, phases_of)
            yield from _targets(port, flow)
    services = spec.services()
    for balancer in spec.records("balancers"):
        for balanced in balancer.parts("ports"):
            port_fact = _port(services, balanced)
            for members in balanced.parts("members") if port_fact else ():
                for phase in PHASES:
                    yield from _holding(members, members.scalars(phase), port_fact, phase)
    for root in spec.roots("handover"):
        for handed in root.parts("ports"):
            port_fact = _port(services, handed)
            for key, phase in (("before", "install"), ("after", "running")) if port_fact else ():
                for side in handed.parts(key):
                    yield from _holding(side, side.scalars("role"), port_fact, phase)


def _senders(flow: Fact, phases_of: dict[str, list[str]]) -> Iterator[Problem]:
    for sender in flow.scalars("from"):
        for phase in flow.names("phases"):
            if phase not in phases_of.get(sender.text, PHASES):
                yield flow.problem(sender.span, NAME, f"{sender.text} does not exist in phase {phase}")


def _targets(port: Fact, flow: Fact) -> Iterator[Problem]:
    holders = [holder for holder in port.parts("held_by") if holder.overlaps(flow)]
    wanted = flow.scalars("to")
    for phase in flow.names("phases"):
        targets = [target.text for target in wanted] or [holder.text("role") or "" for holder in holders]
        if not any(holder.text("role") in targets and phase in holder.phases() for holder in holders):
            span = flow.node.entries["phases"].value.span
            who = ", ".join(targets) or "nobody"
            yield flow.problem(span, NAME, f"{who} does not hold {port_of(port)} in phase {phase}")
    for target in wanted:
        held = [holder for holder in holders if holder.text("role") == target.text]
        if not any(set(holder.phases()) & set(flow.phases()) for holder in held):
            yield flow.problem(target.span, NAME, f"{target.text} does not hold {port_of(port)} when this flow exists")


def _holding(fact: Fact, roles: list[ScalarNode], port: Fact | None, phase: str) -> Iterator[Problem]:
    holders = [] if port is None else port.parts("held_by")
    for role in roles:
        if not any(holder.text("role") == role.text and phase in holder.phases() for holder in holders):
            name = "" if port is None else port_of(port)
            yield fact.problem(role.span, NAME, f"{role.text} does not hold {name} in phase {phase}")


def _port(services: dict[str, Fact], naming: Fact) -> Fact | None:
    service = services.get(naming.text("service") or "")
    for port in service.parts("ports") if service else ():
        if port.text("port") == naming.text("port"):
            return port
    return None
