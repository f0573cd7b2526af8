"""HTTP routers and services: taken apart by Traefik, so that a cluster's port must not get there.

https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/
"""

from __future__ import annotations

import re

from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import HealthCheck, Member, Persistence, Pool
from portspec.configs.balancer.traefik.addresses import endpoint
from portspec.configs.balancer.traefik.sections import Section
from portspec.configs.balancer.traefik.vocabulary import INTERVAL, TIMEOUT
from portspec.errors import InputError

URL = re.compile(r"(https?|h2c)://([^/?#]+)", re.IGNORECASE)
PORTS = {"http": 80, "h2c": 80, "https": 443}
MOST_DEPTH = 6
MOST_MEMBERS = 20_000
PREFIX = "http "
"""What the names of pools of HTTP begin with: a service of TCP may have the same name."""


class WebServices:
    """The services of HTTP of all files by name."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.sections: dict[str, dict[str, Section]] = {}

    def add(self, http: Section) -> None:
        """Take the services of one file."""
        for name, one in http.section("services", None).named(None):
            self.sections.setdefault(name, {key.lower(): one.section(key, None) for key in one.entries})

    def pools(self) -> list[Pool]:
        """A pool for each service that leads to servers, or to other services."""
        found: list[Pool] = []
        for name, kinds in self.sections.items():
            span = next((section.span for section in kinds.values()), None)
            if span is not None:
                members = self.members(name, 0)
                found.append(Pool(PREFIX + name, "http", tuple(members), "round-robin", self.ties(kinds), span))
        return found

    def ties(self, kinds: dict[str, Section]) -> tuple[Persistence, ...]:
        for section in kinds.values():
            fields = {name.lower(): name for name in section.entries}
            if "sticky" in fields:
                return (Persistence("cookie", section.key_span(fields["sticky"])),)
            if "strategy" in fields and section.text(fields["strategy"]).lower() == "hrw":
                return (Persistence("source", section.value_span(fields["strategy"])),)
        return ()

    def members(self, name: str, depth: int) -> list[Member]:
        """The servers that get requests of a service."""
        found: list[Member] = []
        if depth > MOST_DEPTH:
            return found
        for kind, section in self.sections.get(name, {}).items():
            fields = {field.lower(): field for field in section.entries}
            if kind == "loadbalancer":
                found += self.servers(section, fields)
            elif kind in ("weighted", "highestrandomweight") and "services" in fields:
                for share in section.sections(fields["services"], None):
                    found += self.members(share.text("name").removesuffix("@file"), depth + 1)
            elif kind == "mirroring" and "service" in fields:
                found += self.members(section.text(fields["service"]).removesuffix("@file"), depth + 1)
            elif kind == "failover":
                for field in ("service", "fallback"):
                    if field in fields:
                        other = section.text(fields[field]).removesuffix("@file")
                        members = self.members(other, depth + 1)
                        found += [member._replace(backup=member.backup or field == "fallback") for member in members]
            if len(found) > MOST_MEMBERS:
                line, column = section.span.line, section.span.column
                raise InputError(
                    f"service {name} has more than {MOST_MEMBERS} servers", self.notes.source.path, line, column
                )
        return found

    def servers(self, section: Section, fields: dict[str, str]) -> list[Member]:
        check: HealthCheck | None = None
        if "healthcheck" in fields:
            probe = section.section(fields["healthcheck"], None)
            names = {field.lower(): field for field in probe.entries}
            check = HealthCheck(
                "https" if probe.text(names.get("scheme", "")) == "https" else "http",
                interval=probe.duration(names.get("interval", ""), INTERVAL),
                timeout=probe.duration(names.get("timeout", ""), TIMEOUT),
                fall=1,
                rise=1,
                path=probe.text(names.get("path", "")),
                method=probe.text(names.get("method", "")) or "GET",
                port=probe.whole(names.get("port", ""), 0) or None,
                span=probe.span,
            )
        found: list[Member] = []
        for server in section.sections(fields.get("servers", ""), None):
            field = next((name for name in server.entries if name.lower() == "url"), "")
            url = URL.match(server.text(field))
            span = server.value_span(field) if field else server.span
            if url is None:
                continue
            scheme, host = url[1].lower(), url[2].rpartition("@")[2]
            place = endpoint(host) or endpoint(f"{host}:{PORTS[scheme]}")
            if place is None:
                continue
            probed = HealthCheck("none", span=span)
            if check is not None:
                probed = check._replace(kind="https") if scheme == "https" and check.kind == "http" else check
            found.append(
                Member(
                    place.host,
                    place.host,
                    place.address,
                    place.port,
                    False,
                    False,
                    1,
                    False,
                    scheme == "https",
                    probed,
                    span,
                )
            )
        return found
