"""What the sources ask of the load balancer of a port, and the timings that each of them gives, as text."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.report.service_words import WORDS, term
from portspec.spec.model import BalancedPort, Conflict, Port, Probe, Service, Snapshot


def balanced_ports(snapshot: Snapshot, service: Service, port: Port) -> Iterator[tuple[str, BalancedPort]]:
    """The balancers that pass a port on, by id."""
    for balancer in snapshot.balancers.values():
        for one in balancer.ports:
            if one.service == service.id and str(one.port) == port.port and one.transport == port.transport:
                yield balancer.id, one


def requirements(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    """A line per balancer: layer, members per phase, health check, backup, persistence."""
    words = WORDS[lang]
    for name, one in balanced_ports(snapshot, service, port):
        members = words["comma"].join(
            words["member"].format(phase=words[phase], roles="+".join(roles)) for phase, roles in one.members.items()
        )
        text = f"{name}{words['colon']}" + words["layer"].format(layer=one.layer, members=members)
        if one.health is not None:
            health = one.health._asdict() | {"necessity": term(one.health.necessity, lang)}
            text += words["health"].format(**health)
            if one.health.longest_removal is not None:
                text += words["removal"].format(seconds=_seconds(one.health.longest_removal))
        if one.backup:
            text += words["backup"].format(roles=words["comma"].join(one.backup))
        text += words["persistence"].format(persistence=term(one.persistence, lang))
        yield text + (words["colon"] + one.note[lang] if one.note else "")


def probes(snapshot: Snapshot, service: Service, port: Port, lang: str) -> Iterator[str]:
    """A line per source with the timings that it gives."""
    for _, one in balanced_ports(snapshot, service, port):
        for probe in one.probes:
            yield _probe(probe, lang)


def conflicts(snapshot: Snapshot, service: Service, port: Port) -> Iterator[Conflict]:
    """What sources say otherwise of the balancers of a port."""
    for _, one in balanced_ports(snapshot, service, port):
        yield from one.conflicts


def cited(snapshot: Snapshot, service: Service, port: Port) -> Iterator[str]:
    """The sources of the balancers of a port."""
    for _, one in balanced_ports(snapshot, service, port):
        yield from one.sources


def _probe(probe: Probe, lang: str) -> str:
    words = WORDS[lang]
    place = words["place"].format(place=probe.place[lang]) if probe.place else ""
    told = [words["connects"]] if probe.kind == "tcp" else []
    for name, value in (("every", probe.interval), ("timeout", probe.timeout)):
        if value is not None:
            told.append(words[name].format(seconds=_seconds(value)))
    for name, value in (("healthy", probe.healthy), ("unhealthy", probe.unhealthy)):
        if value is not None:
            told.append(words[name].format(count=value))
    return f"{probe.source}{place}{words['colon']}{words['comma'].join(told)}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}"
