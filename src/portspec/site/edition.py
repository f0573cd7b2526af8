"""What the pages are made of: the spec of every release, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from portspec.spec.model import Condition, Flow, Port, Service, Snapshot

Fact = TypeVar("Fact")


class Edition(NamedTuple):
    """The snapshots by release, oldest first. `newest` is the newest release that is out."""

    snapshots: Mapping[str, Snapshot]
    newest: Snapshot

    @property
    def releases(self) -> tuple[str, ...]:
        """All releases, oldest first."""
        return tuple(self.snapshots)

    def services(self) -> dict[str, Service]:
        """Every service of any release; where releases differ, as the newest that has it says."""
        found: dict[str, Service] = {}
        for snapshot in self.snapshots.values():
            found.update(snapshot.services)
        return dict(sorted(found.items()))


_source: list[str] = []
"""What the edition at hand was read from."""


@cache
def edition() -> Edition:
    """The spec of this installation or checkout, all releases."""
    from portspec.policy.store import newest_release, releases, snapshot, source

    _source[:] = [source()]
    return Edition({release: snapshot(release) for release in releases()}, snapshot(newest_release()))


def refresh() -> None:
    """Have the next call of `edition` read the spec anew if it has changed since. Raises InputError when it is gone."""
    from portspec.policy import store
    from portspec.site.examples import checked

    if _source != [store.source()]:
        store.forget()
        edition.cache_clear()
        checked.cache_clear()


def history(edition: Edition, facts: Callable[[Snapshot], Iterable[Fact]]) -> Iterator[tuple[Fact, tuple[str, ...]]]:
    """Each distinct fact with the releases that have it, in the order of first appearance."""
    found: list[tuple[Fact, list[str]]] = []
    for release, snapshot in edition.snapshots.items():
        for fact in facts(snapshot):
            for known, having in found:
                if known == fact:
                    having.append(release)
                    break
            else:
                found.append((fact, [release]))
    for fact, having in found:
        yield fact, tuple(having)


def stretch(edition: Edition, having: Sequence[str]) -> str:
    """Releases as stretches without gaps: `4.12–4.15, 4.18–4.22`."""
    order = edition.releases
    runs: list[list[str]] = []
    for release in sorted(having, key=order.index):
        if runs and order.index(runs[-1][-1]) + 1 == order.index(release):
            runs[-1].append(release)
        else:
            runs.append([release])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


PortKey = tuple[str, str, Condition | None]


def key_of(port: Port) -> PortKey:
    """What identifies a record of a port within its service: the same port may be told apart by condition."""
    return (port.port or "", port.transport, port.condition)


def ports_of(edition: Edition, service: Service) -> dict[PortKey, Port]:
    """Every port of a service in any release; where releases differ, as the newest that has it says."""
    found: dict[PortKey, Port] = {}
    for snapshot in edition.snapshots.values():
        if service.id in snapshot.services:
            found.update({key_of(port): port for port in snapshot.services[service.id].ports})
    return found


def same_port(snapshot: Snapshot, service: Service, port: Port) -> Port | None:
    """A release's own record of a port; None where it has none."""
    found = snapshot.services.get(service.id)
    return next((one for one in found.ports if key_of(one) == key_of(port)), None) if found else None


def having_port(edition: Edition, service: Service, port: Port) -> list[str]:
    """The releases that have a port, oldest first."""
    return [release for release, snapshot in edition.snapshots.items() if same_port(snapshot, service, port)]


class Traffic(NamedTuple):
    """One flow with the port that it goes to and the releases that have it."""

    service: Service
    port: Port
    flow: Flow
    releases: tuple[str, ...]


def traffic(edition: Edition) -> list[Traffic]:
    """Every flow of any release, by port: what has no port stands last."""
    found = []
    for service in edition.services().values():
        for key, port in ports_of(edition, service).items():
            found += [Traffic(service, port, flow, having) for flow, having in flows_of(edition, service.id, key)]
    return sorted(found, key=_by_port)


def _by_port(one: Traffic) -> tuple[bool, int, int, str]:
    port = one.port
    return (port.first is None, port.first or 0, port.last or 0, port.transport)


def flows_of(edition: Edition, service: str, key: PortKey) -> Iterator[tuple[Flow, tuple[str, ...]]]:
    """The flows to a port in any release, each with the releases that have it."""

    def facts(snapshot: Snapshot) -> tuple[Flow, ...]:
        found = snapshot.services.get(service)
        for port in found.ports if found else ():
            if key_of(port) == key:
                return port.flows or ()
        return ()

    return history(edition, facts)
