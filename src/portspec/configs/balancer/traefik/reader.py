"""A configuration of Traefik as a load balancer.

On one entry point routers of HTTP and TCP stand side by side. A client that begins with TLS gets to the routers with `tls`, those
first that ask for its server name; one that does not, to those without. Only where no router has `tls` do TLS clients get to
the others too.
"""

from __future__ import annotations

from typing import Literal

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import Balancer, Frontend, Idle, Pool, Route, StatsPage, Term
from portspec.configs.balancer.traefik.documents import documents, sections
from portspec.configs.balancer.traefik.entrypoints import DASHBOARD_NAME, EntryPoint, entry_points
from portspec.configs.balancer.traefik.routers import Router, Routers
from portspec.configs.balancer.traefik.services import Services
from portspec.configs.balancer.traefik.vocabulary import IDLE, INTERNAL, TCP
from portspec.configs.balancer.traefik.web import PREFIX, WebServices
from portspec.source import SourceText, Span

ELSEWHERE = "elsewhere"
"""What stands for the services of files that are not here."""
HTTP = frozenset({"routers", "services", "middlewares", "models", "serverstransports"})


def read_balancer(source: SourceText) -> Balancer:
    """Read a file, or a folder of files, whole. Raises InputError with line and column."""
    return _Reader(source).balancer()


class _Reader:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.notes = Notes(source)
        self.documents = documents(source, self.notes)
        self.points = entry_points(self.documents, self.notes)
        self.services = Services(self.notes)
        self.web = WebServices(self.notes)
        self.routers = Routers(self.notes, self.points)
        self.frontends: list[Frontend] = []
        self.stats: list[StatsPage] = []

    def balancer(self) -> Balancer:
        tcp = list(sections(self.documents, "tcp", TCP, self.notes, static=False))
        http = list(sections(self.documents, "http", HTTP, self.notes, static=False))
        for section in (*tcp, *http):
            if section.is_empty:
                self.notes.remark("refused", "empty", section.span)
        for section in tcp:
            self.services.add(section)
            self.routers.add_middlewares(section)
        self.services.lower()
        known, broken = frozenset(self.services.made), frozenset(self.services.broken)
        for section in tcp:
            self.routers.add_tcp(section, known, broken)
        for section in http:
            self.web.add(section)
            self.routers.add_http(section)
        for point in self.points.found.values():
            self.listen(point)
        self.somewhere()
        self.dashboard()
        pools: list[Pool] = [*self.services.made.values(), *self.web.pools()]
        remarks = sorted(self.notes.remarks, key=lambda remark: (remark.span.line, remark.span.column))
        return Balancer("traefik", self.source, tuple(self.frontends), tuple(pools), tuple(remarks), tuple(self.stats))

    def listen(self, point: EntryPoint, span: Span | None = None) -> None:
        """The frontends of one entry point: routers that treat connections alike are one."""
        routers = self.reached([router for router in self.routers.found if point.name in router.entry_points], point)
        secured = {
            (router.mode, router.name): router
            for router in routers
            if router.tls or (router.mode == "http" and point.tls)
        }
        first = next(iter(secured.values()), None)
        groups: dict[object, list[Router]] = {}
        for router in sorted(routers, key=lambda router: -router.priority):
            treatment = router.mode, (router.mode, router.name) in secured and not router.passthrough, router.gates
            groups.setdefault(treatment, []).append(router)
        for number, found in enumerate(groups.values(), 1):
            ends_tls = (found[0].mode, found[0].name) in secured and not found[0].passthrough
            self.frontends.append(
                Frontend(
                    point.name if number == 1 else f"{point.name} ({number})",
                    found[0].mode,
                    () if point.endpoint is None else (point.endpoint.listener(point.span, tls=ends_tls),),
                    tuple(self.route(router, first) for router in found),
                    span or point.span,
                    mode_span=found[0].span if found[0].mode == "http" else None,
                    unread=span or (point.span if point.endpoint is None else None),
                    idle=self.idle(point, found[0]),
                    gates=found[0].gates,
                )
            )
            for router in found:
                if router.service in INTERNAL:
                    self.stats.append(StatsPage(self.frontends[-1].name, "/dashboard/", router.span, router.protected))
        if not routers:
            heard = () if point.endpoint is None else (point.endpoint.listener(point.span, tls=False),)
            elsewhere = self.documents.elsewhere
            routes = () if elsewhere is None else (Route(ELSEWHERE, ELSEWHERE, elsewhere, ((Term("other"),),)),)
            mode: Literal["tcp", "http"] = "tcp" if routes else "http"
            mode_span = None if routes else point.span
            self.frontends.append(Frontend(point.name, mode, heard, routes, point.span, mode_span=mode_span))

    def reached(self, routers: list[Router], point: EntryPoint) -> list[Router]:
        """Those that get clients: a router of TCP that takes everybody leaves none to HTTP, unless TLS is looked at."""
        secured = any(router.tls or (router.mode == "http" and point.tls) for router in routers)
        first = next((router for router in routers if router.mode == "tcp" and router.condition == ((),)), None)
        if secured or first is None:
            return routers
        for router in routers:
            if router.mode == "http":
                self.notes.remark("ignored", "behind-tcp", router.span, name=router.name, other=first.name)
        return [router for router in routers if router.mode == "tcp"]

    def idle(self, point: EntryPoint, router: Router) -> tuple[Idle, ...]:
        """What cuts silent connections: of HTTP alone."""
        if router.mode == "tcp":
            return ()
        return (Idle("idleTimeout", point.idle, None if point.idle == IDLE else point.span),)

    def route(self, router: Router, secured: Router | None) -> Route:
        """The route of a router. One without `tls` beside those that have it is for others than TLS clients."""
        condition, text = router.condition, router.text
        if router.mode == "tcp" and not router.tls and secured is not None:
            condition = tuple((*terms, Term("other")) for terms in condition)
            text = text or "no TLS"
            self.notes.remark("ignored", "not-for-tls", router.span, name=router.name, other=secured.name)
        pool = PREFIX + router.service if router.mode == "http" else router.service
        return Route(pool, text, router.span, condition)

    def somewhere(self) -> None:
        """Routers of entry points that are in a file which is not here."""
        if self.points.whole:
            return
        names = dict.fromkeys(name for router in self.routers.found for name in router.entry_points)
        if self.routers.found:
            first = self.routers.found[0]
            shown = ", ".join(names) or "-"
            self.notes.remark("unknown", "entry-points", first.span, names=shown)
        for name in names:
            first = next(router for router in self.routers.found if name in router.entry_points)
            self.listen(EntryPoint(name, None, first.span, default=False, tls=False, idle=IDLE), first.span)
        if not names and self.routers.found:
            first = self.routers.found[0]
            self.frontends.append(Frontend(first.name, "tcp", (), (), first.span, unread=first.span))

    def dashboard(self) -> None:
        """The page that `api.insecure` serves."""
        if self.points.dashboard is not None:
            self.stats.append(StatsPage(DASHBOARD_NAME, "/dashboard/", self.points.dashboard))
