"""Routers of TCP and HTTP (https://doc.traefik.io/traefik/reference/routing-configuration/tcp/router/rules-and-priority/)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import Gate, Term
from portspec.configs.balancer.traefik.entrypoints import EntryPoints
from portspec.configs.balancer.traefik.rules import Condition, Rule, RuleError, parse
from portspec.configs.balancer.traefik.sections import Section
from portspec.configs.balancer.traefik.vocabulary import (
    INTERNAL,
    MIDDLEWARE,
    PROTECTING,
    ROUTER,
    ROUTER_TLS,
    SOURCE_RANGE,
)
from portspec.packets.addresses import parse_network
from portspec.packets.intervals import IntervalSet
from portspec.source import Span

LISTS = ("ipallowlist", "ipwhitelist")
CATCH_ALL = -1
"""The priority of a router that takes everybody, where it has none of its own; of others it is the length of their rule."""


class Router(NamedTuple):
    """A router that is in service. `tls`: it is for TLS clients; `passthrough`: TLS does not end at it."""

    name: str
    mode: Literal["tcp", "http"]
    entry_points: tuple[str, ...]
    service: str
    condition: Condition
    text: str
    tls: bool
    passthrough: bool
    catches_all: bool
    priority: int
    gates: tuple[Gate, ...]
    span: Span
    protected: bool = False


class Routers:
    """The routers of all files."""

    def __init__(self, notes: Notes, points: EntryPoints) -> None:
        self.notes = notes
        self.points = points
        self.found: list[Router] = []
        self.middlewares: dict[str, Section] = {}
        self.names: set[tuple[str, str]] = set()

    def add_middlewares(self, tcp: Section) -> None:
        """Take the middlewares of TCP of one file."""
        for name, one in tcp.section("middlewares", None).named(MIDDLEWARE):
            self.middlewares.setdefault(name, one)

    def add_tcp(self, tcp: Section, services: frozenset[str], broken: frozenset[str]) -> None:
        """Take the routers of TCP of one file; those that Traefik puts out of service are remarked."""
        for name, one in tcp.section("routers", None).named(ROUTER):
            if ("tcp", name) in self.names:
                self.notes.remark("ignored", "twice", one.span, what="router", name=name)
                continue
            self.names.add(("tcp", name))
            made = self.tcp(name, one, services, broken)
            if made is not None:
                self.found.append(made)

    def tcp(self, name: str, one: Section, services: frozenset[str], broken: frozenset[str]) -> Router | None:
        rule = self.rule(name, one)
        service = one.text("service").removesuffix("@file")
        if rule is None or not self.is_there(name, one, service, services | broken) or service in broken:
            return None
        tls = "tls" in one
        if not tls and rule.names and rule.names[0] != "*":
            self.notes.remark("refused", "sni-without-tls", one.value_span("rule"), name=name)
            return None
        gates: list[Gate] = []
        for stage, (text, span) in enumerate(one.texts("middlewares")):
            gate = self.gates(text, span, stage)
            if gate is None:
                return None
            gates += gate
        settings = one.section("tls", ROUTER_TLS)
        priority = one.whole("priority", 0) or (CATCH_ALL if rule.catches_all else len(one.text("rule").encode()))
        return Router(
            name,
            "tcp",
            self.entry_points(one),
            service,
            rule.condition,
            "" if rule.condition == ((),) else one.text("rule"),
            tls,
            settings.truth_or("passthrough"),
            rule.catches_all,
            priority,
            tuple(gates),
            one.span,
        )

    def rule(self, name: str, one: Section) -> Rule | None:
        text = one.text("rule")
        span = one.value_span("rule") if "rule" in one else one.span
        if not text:
            self.notes.remark("refused", "no-rule", span, name=name)
            return None
        try:
            rule = parse(text)
        except RuleError as error:
            self.notes.remark("refused", error.key, span, **error.values)
            return None
        if rule.several and one.text("rulesyntax").lower() != "v2":
            self.notes.remark("unknown", "several-names", span, name=name)
        for matcher in rule.left_open:
            self.notes.remark("unknown", "matcher-open", span, matcher=matcher)
        return rule

    def is_there(self, name: str, one: Section, service: str, services: frozenset[str]) -> bool:
        """Whether the service of a router is: in a file, or perhaps of another provider."""
        span = one.value_span("service") if "service" in one else one.span
        if not service:
            self.notes.remark("refused", "no-service-named", span, name=name)
            return False
        if service in services:
            return True
        if "@" in service:
            self.notes.remark("unknown", "service-elsewhere", span, name=service)
            return True
        self.notes.remark("refused", "no-service", span, name=service)
        return False

    def gates(self, text: str, span: Span, stage: int) -> list[Gate] | None:
        """Whom a middleware turns away; None where it is not there, or not one that Traefik takes."""
        name = text.removesuffix("@file")
        if "@" in name:
            self.notes.remark("unknown", "middleware-elsewhere", span, name=name)
            return []
        if name not in self.middlewares:
            self.notes.remark("refused", "no-middleware", span, name=name)
            return None
        found: list[Gate] = []
        for kind in LISTS:
            if kind in self.middlewares[name]:
                allowed = self.middlewares[name].section(kind, SOURCE_RANGE)
                sources: list[tuple[int, int]] = []
                for one, place in allowed.texts("sourcerange"):
                    try:
                        sources.append(parse_network(one))
                    except ValueError:
                        self.notes.remark("refused", "range", place, text=one)
                        return None
                let_in = ((Term("source", sources=IntervalSet(sources)),),)
                found += [Gate(True, allowed.span, let_in, stage=stage), Gate(False, allowed.span, stage=stage)]
        return found

    def entry_points(self, one: Section) -> tuple[str, ...]:
        """The entry points of a router; those that there are not are remarked."""
        named = one.texts("entrypoints")
        if not named:
            return tuple(self.points.defaults)
        found: list[str] = []
        for name, span in named:
            if self.points.whole and name not in self.points.found:
                self.notes.remark("refused", "no-entry-point", span, name=name)
            else:
                found.append(name)
        return tuple(found)

    def add_http(self, http: Section) -> None:
        """Take the routers of HTTP of one file."""
        protecting = {
            name
            for name, one in http.section("middlewares", None).named(None)
            if PROTECTING & {kind.lower() for kind in one.entries}
        }
        for name, one in http.section("routers", None).named(None):
            lowered = Section(self.notes, one.node, ROUTER | {"observability", "parentrefs"}, one.span)
            if ("http", name) in self.names or "rule" not in lowered:
                continue
            self.names.add(("http", name))
            try:
                rule = parse(lowered.text("rule"), http=True)
            except RuleError:
                rule = Rule(((Term("other"),),), (), (), False, False)
            middlewares = {text.removesuffix("@file") for text, _ in lowered.texts("middlewares")}
            self.found.append(
                Router(
                    name,
                    "http",
                    self.entry_points(lowered),
                    lowered.text("service").removesuffix("@file"),
                    rule.condition,
                    lowered.text("rule"),
                    "tls" in lowered,
                    False,
                    rule.catches_all,
                    lowered.whole("priority", 0) or len(lowered.text("rule").encode()),
                    (),
                    one.span,
                    bool(middlewares & protecting) or lowered.text("service") not in INTERNAL,
                )
            )
