"""Entry points (https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/)."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.traefik.addresses import Endpoint, endpoint
from portspec.configs.balancer.traefik.documents import Documents, sections
from portspec.configs.balancer.traefik.sections import Section
from portspec.configs.balancer.traefik.vocabulary import DASHBOARD, ENTRY_POINT, IDLE, WEB
from portspec.source import Span

DASHBOARD_NAME = "traefik"
API = frozenset({"insecure", "dashboard", "debug", "disabledashboardad", "basepath"})


class EntryPoint(NamedTuple):
    """One entry point. `endpoint` None: it listens somewhere that is not known. `idle`: of HTTP, milliseconds."""

    name: str
    endpoint: Endpoint | None
    span: Span
    default: bool
    tls: bool
    idle: int


class EntryPoints(NamedTuple):
    """All of them. `whole`: there are no others; else those that routers name are somewhere."""

    found: dict[str, EntryPoint]
    whole: bool
    dashboard: Span | None

    @property
    def defaults(self) -> list[str]:
        """Those of routers that name none."""
        usual = [one.name for one in self.found.values() if one.default]
        return usual or [name for name in self.found if name != DASHBOARD_NAME]


def entry_points(found: Documents, notes: Notes) -> EntryPoints:
    """The entry points of all files. Two of one address are remarked: Traefik does not start."""
    made: dict[str, EntryPoint] = {}
    taken: dict[tuple[str, int], EntryPoint] = {}
    for section in sections(found, "entrypoints", None, notes, static=True):
        for name, one in section.named(ENTRY_POINT):
            text = one.text("address")
            if text.lower().endswith("/udp"):
                continue
            made[name] = _entry_point(name, one, text)
            place = made[name].endpoint
            if place is not None and not one.truth_or("reuseport"):
                first = taken.setdefault((place.host, place.port), made[name])
                if first is not made[name]:
                    address, line = f"{place.host}:{place.port}", str(first.span.line)
                    notes.remark("refused", "shared", made[name].span, address=address, line=line)
    dashboard = _dashboard(found, notes)
    if not made and found.whole:
        made["http"] = EntryPoint(
            "http", Endpoint("", None, WEB), Span(1, 1, 1, 1), default=False, tls=False, idle=IDLE
        )
    if dashboard is not None and DASHBOARD_NAME not in made:
        place = Endpoint("", None, DASHBOARD)
        made[DASHBOARD_NAME] = EntryPoint(DASHBOARD_NAME, place, dashboard, default=False, tls=False, idle=IDLE)
    return EntryPoints(made, found.whole, dashboard)


def _entry_point(name: str, one: Section, text: str) -> EntryPoint:
    address, _, protocol = text.partition("/")
    place = endpoint(address)
    span = one.value_span("address") if "address" in one else one.span
    if protocol and protocol.lower() != "tcp":
        one.notes.remark("refused", "protocol", span, text=protocol)
    elif place is None:
        kind = "unknown" if address else "refused"
        if address and address.rpartition(":")[2].isdigit():
            kind = "refused"
        if kind == "refused":
            one.notes.remark("refused", "entry-address", span, text=text)
        else:
            one.notes.remark("unknown", "entry-port", span, text=text)
    timeouts = one.section("transport", None)
    idle = _idle(timeouts)
    http = one.section("http", None)
    return EntryPoint(name, place, span, one.truth_or("asdefault"), "tls" in _lower(http), idle)


def _lower(section: Section) -> frozenset[str]:
    return frozenset(name.lower() for name in section.entries)


def _idle(transport: Section) -> int:
    for name in transport.entries:
        if name.lower() == "respondingtimeouts":
            timeouts = transport.section(name, None)
            for inner in timeouts.entries:
                if inner.lower() == "idletimeout":
                    return timeouts.duration(inner, 0)
    return IDLE


def _dashboard(found: Documents, notes: Notes) -> Span | None:
    """Where the API and the dashboard are turned on without a password."""
    for api in sections(found, "api", API, notes, static=True):
        if "insecure" in api and api.truth("insecure"):
            return api.value_span("insecure")
    return None
