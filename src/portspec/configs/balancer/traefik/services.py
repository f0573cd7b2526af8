"""Services of TCP as pools (https://doc.traefik.io/traefik/reference/routing-configuration/tcp/service/)."""

from __future__ import annotations

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import HealthCheck, Member, Pool
from portspec.configs.balancer.traefik.addresses import endpoint
from portspec.configs.balancer.traefik.sections import Section
from portspec.configs.balancer.traefik.vocabulary import (
    HEALTH_CHECK,
    INTERVAL,
    LOAD_BALANCER,
    NEWER,
    PROXY_PROTOCOL,
    SERVER,
    SERVERS_TRANSPORT,
    SERVICE,
    TIMEOUT,
    WEIGHTED,
    WEIGHTED_SERVICE,
)
from portspec.errors import InputError

MOST_DEPTH = 8
MOST_MEMBERS = 20_000
"""Of one service, however many others it leads to."""


class Services:
    """The services of all files by name. One that two files have is the first one's."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.sections: dict[str, Section] = {}
        self.transports: dict[str, Section] = {}
        self.broken: set[str] = set()
        self.made: dict[str, Pool] = {}

    def add(self, tcp: Section) -> None:
        """Take the services of one file."""
        for name, one in tcp.section("services", None).named(SERVICE):
            if name in self.sections:
                self.notes.remark("ignored", "twice", one.span, what="service", name=name)
            else:
                self.sections[name] = one
        for name, one in tcp.section("serversTransports".lower(), None).named(SERVERS_TRANSPORT):
            self.transports.setdefault(name, one)

    def lower(self) -> None:
        """Make the pools: those of servers first, then those of other services."""
        for name, one in self.sections.items():
            if "loadbalancer" in one and "weighted" in one:
                self.broken.add(name)
                self.notes.remark("refused", "two-kinds", one.span, name=name)
            elif "loadbalancer" in one:
                self.made[name] = self.servers(name, one.section("loadbalancer", LOAD_BALANCER), one)
            elif "weighted" not in one:
                self.broken.add(name)
                self.notes.remark("refused", "no-kind", one.span, name=name)
        for name, one in self.sections.items():
            if "weighted" in one and name not in self.broken:
                self.pool(name, one, 0)

    def servers(self, name: str, balancer: Section, one: Section) -> Pool:
        transport = balancer.text("serverstransport").removesuffix("@file")
        sends = "proxyprotocol" in balancer
        if "proxyprotocol" in balancer:
            balancer.section("proxyprotocol", PROXY_PROTOCOL)
        if transport in self.transports:
            sends = sends or "proxyprotocol" in self.transports[transport]
        elif transport and "@" not in transport:
            self.notes.remark("refused", "no-transport", balancer.value_span("serverstransport"), name=transport)
        check = self.check(balancer) if "healthcheck" in balancer else None
        members: list[Member] = []
        for server in balancer.sections("servers", SERVER):
            text = server.text("address")
            place = endpoint(text)
            span = server.value_span("address") if "address" in server else server.span
            if place is None or not place.host:
                self.notes.remark("refused", "server-address", span, text=text)
                continue
            tls = server.truth_or("tls")
            probed = HealthCheck("none", span=span) if check is None else check
            if check is not None and check.kind == "tcp" and tls:
                probed = check._replace(kind="tls")
            members.append(
                Member(place.host, place.host, place.address, place.port, False, False, 1, sends, tls, probed, span)
            )
        return Pool(name, "tcp", tuple(members), "round-robin", (), one.span)

    def check(self, balancer: Section) -> HealthCheck:
        """A probe that connects, or that sends a text and expects one. One failure takes a server out."""
        found = balancer.section("healthcheck", HEALTH_CHECK)
        for name in NEWER:
            if name in found:
                self.notes.remark("unknown", "newer", found.key_span(name), field=found.entries[name].key)
        talks = bool(found.text("send") or found.text("expect"))
        return HealthCheck(
            "other" if talks else "tcp",
            interval=found.duration("interval", INTERVAL),
            timeout=found.duration("timeout", TIMEOUT),
            fall=max(found.whole("failsthreshold", 1), 1),
            rise=max(found.whole("passesthreshold", 1), 1),
            port=found.whole("port", 0) or None,
            span=found.span,
        )

    def pool(self, name: str, one: Section, depth: int) -> Pool | None:
        """The pool of a service, made when it is needed; None for one that is not there, or leads to itself."""
        if name in self.made:
            return self.made[name]
        if name in self.broken or depth > MOST_DEPTH:
            self.broken.add(name)
            return None
        weighted = one.section("weighted", WEIGHTED)
        members: list[Member] = []
        unwatched = False
        for share in weighted.sections("services", WEIGHTED_SERVICE):
            child = share.text("name").removesuffix("@file")
            weight = share.whole("weight", 1)
            if child not in self.sections:
                self.broken.add(name)
                self.notes.remark("refused", "no-service", share.span, name=child)
                continue
            found = self.pool(child, self.sections[child], depth + 1)
            if found is None:
                self.broken.add(name)
                continue
            watched = any(member.check.kind != "none" for member in found.members)
            unwatched = unwatched or watched
            if "healthcheck" in weighted and not watched:
                self.broken.add(name)
                self.notes.remark("refused", "weighted-unwatched", share.span, name=child)
            members += [member._replace(weight=member.weight * max(weight, 0)) for member in found.members]
            if len(members) > MOST_MEMBERS:
                line, column = one.span.line, one.span.column
                raise InputError(
                    f"service {name} has more than {MOST_MEMBERS} servers", self.notes.source.path, line, column
                )
        if name in self.broken:
            return None
        if unwatched and "healthcheck" not in weighted:
            self.notes.remark("unknown", "weighted-health", weighted.span, name=name)
        self.made[name] = Pool(name, "tcp", tuple(members), "weighted", (), one.span)
        return self.made[name]
