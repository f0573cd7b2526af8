"""A flow, a handover or a balancer that leads to a role which does not hold the port in that phase and release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.source import Span
from portspec.spec.view import Fact, Problem, SpecView, port_of
from portspec.spec.vocabulary import PHASES
from portspec.yamlsource import ScalarNode, plain

NAME = "no-listener"


def check(spec: SpecView) -> Iterator[Problem]:
    """Holders and senders that do not exist in a phase, flows without a listener, members that do not listen."""
    releases = list(spec.ids("releases"))
    phases_of = {name: role.phases() for name, role in spec.ids("roles").items()}
    for port in spec.ports():
        lasting = [release for release in releases if port.covers(release)]
        for holder in port.parts("held_by"):
            yield from _existing(holder, "role", phases_of)
        for flow in port.parts("flows"):
            yield from _existing(flow, "from", phases_of)
            yield from _targets(port, flow, [release for release in lasting if flow.covers(release)])
            yield from _passed_on(spec, port, flow)
    yield from _balancers(spec, releases)
    yield from _handover(spec, releases)


def _existing(fact: Fact, key: str, phases_of: dict[str, list[str]]) -> Iterator[Problem]:
    """Roles that a phase does not have, where the fact names the phase."""
    for role in fact.scalars(key):
        for phase in fact.names("phases"):
            if phase not in phases_of.get(role.text, PHASES):
                yield fact.problem(role.span, NAME, f"{role.text} does not exist in phase {phase}")


def _targets(port: Fact, flow: Fact, releases: Iterable[str]) -> Iterator[Problem]:
    """Targets that hold the port in none of the flow's phases, and phases in which no target does."""
    told: set[Span] = set()
    for release in releases:
        holders = [holder for holder in port.parts("held_by") if holder.covers(release)]
        wanted = flow.scalars("to")
        for target in wanted:
            held = [holder for holder in holders if holder.text("role") == target.text]
            if target.span not in told and not any(set(holder.phases()) & set(flow.phases()) for holder in held):
                told.add(target.span)
                message = f"{target.text} does not hold {port_of(port)} when this flow exists, in {release}"
                yield flow.problem(target.span, NAME, message)
        names = {target.text for target in wanted} or {holder.text("role") or "" for holder in holders}
        listening = [holder for holder in holders if holder.text("role") in names]
        written = flow.node.entries.get("phases")
        span = written.value.span if written else flow.node.span
        if span in told or told & {target.span for target in wanted}:
            continue
        silent = [phase for phase in flow.phases() if not any(phase in holder.phases() for holder in listening)]
        if silent:
            told.add(span)
            who = ", ".join(sorted(names)) or "nobody"
            yield flow.problem(span, NAME, f"{who} does not hold {port_of(port)} in phase {silent[0]}, in {release}")


def _passed_on(spec: SpecView, port: Fact, flow: Fact) -> Iterator[Problem]:
    """A flow via a balancer that does not have the port."""
    balancers = spec.ids("balancers")
    for via in flow.scalars("via"):
        balanced = balancers[via.text].parts("ports") if via.text in balancers else []
        passing = [one for one in balanced if port_of(one) == port_of(port) and one.overlaps(flow)]
        if not passing:
            yield flow.problem(via.span, NAME, f"the balancer {via.text} does not pass {port_of(port)} on")
        elif not any(_condition(one) in (None, _condition(port), _condition(flow)) for one in passing):
            message = f"the balancer {via.text} passes {port_of(port)} on under another condition than the flow's"
            yield flow.problem(via.span, NAME, message)


def _condition(fact: Fact) -> object:
    node = fact.get("condition")
    return None if node is None else plain(node)


def _balancers(spec: SpecView, releases: list[str]) -> Iterator[Problem]:
    """Members that do not listen, backups that are no members, health checks that nobody answers."""
    for balancer in spec.records("balancers"):
        for balanced in balancer.parts("ports"):
            lasting = [release for release in releases if balanced.covers(release)]
            for members in balanced.parts("members"):
                for phase in PHASES:
                    yield from _holding(members, members.scalars(phase), _ports(spec, balanced), phase, lasting)
                named = {name for phase in PHASES for name in members.names(phase)}
                for backup in balanced.scalars("backup"):
                    if backup.text not in named and backup.text in spec.ids("roles"):
                        yield balanced.problem(backup.span, NAME, f"{backup.text} is a backup and no member")
                yield from _probed(spec, balanced, members)


def _probed(spec: SpecView, balanced: Fact, members: Fact) -> Iterator[Problem]:
    for health in balanced.parts("health"):
        for scalar in health.scalars("port"):
            probed = [port for port in spec.ports() if port.text("port") == scalar.text]
            holders = [holder for port in probed for holder in port.parts("held_by")]
            for phase in PHASES:
                for member in members.names(phase):
                    if not any(holder.text("role") == member and phase in holder.phases() for holder in holders):
                        message = f"{member} does not hold {scalar.text}, which the health check asks, in phase {phase}"
                        yield health.problem(scalar.span, NAME, message)


def _handover(spec: SpecView, releases: list[str]) -> Iterator[Problem]:
    for root in spec.roots("handover"):
        for handed in root.parts("ports"):
            lasting = [release for release in releases if handed.covers(release)]
            for key, phase in (("before", "install"), ("after", "running")):
                for side in handed.parts(key):
                    yield from _holding(side, side.scalars("role"), _ports(spec, handed), phase, lasting)


def _holding(
    fact: Fact, roles: list[ScalarNode], ports: list[Fact], phase: str, releases: Iterable[str]
) -> Iterator[Problem]:
    """Roles that do not hold a port in a phase; silent when there is no such port, which is told elsewhere."""
    for role in roles if ports else ():
        for release in releases:
            holders = [
                holder
                for port in ports
                if port.covers(release)
                for holder in port.parts("held_by")
                if holder.covers(release)
            ]
            if not any(holder.text("role") == role.text and phase in holder.phases() for holder in holders):
                message = f"{role.text} does not hold {port_of(ports[0])} in phase {phase}, in {release}"
                yield fact.problem(role.span, NAME, message)
                break


def _ports(spec: SpecView, naming: Fact) -> list[Fact]:
    """The records of the port that a balancer or the handover names."""
    service = spec.services().get(naming.text("service") or "")
    return [port for port in service.parts("ports") if port_of(port) == port_of(naming)] if service else []
