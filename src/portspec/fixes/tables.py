"""What to change in Traefik's files of TOML: tables go, or come as copies of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.fixes.balancing import donors, fresh, host, like, member_at, missing, names, pool_at, pools_of
from portspec.fixes.edits import Edit, insertion, replacement
from portspec.fixes.site import Site, port_pattern

Proposals = Iterator[tuple[Edit, ...]]
HEAD = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?")
ENTRY_POINTS = re.compile(r"(?m)^(\s*entryPoints\s*=\s*\[\s*\")([^\"]+)(\"\s*\])")
SERVICE = re.compile(r"(?m)^(\s*service\s*=\s*\")([^\"]+)(\")")
SERVER = ".loadBalancer.servers"


class Table(NamedTuple):
    """A table: the line of its head, the line behind its last one, and its name."""

    line: int
    end: int
    name: str


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    span, path = finding.span, site.path
    if finding.code == "PS301":
        yield from _listener(site, finding)
    if span is None:
        return
    line, table = site.source.line(span.line), _table_at(site, span.line)
    if member_at(site, finding) is not None and table is not None and table.name.endswith(SERVER):
        if finding.code in ("PS304", "PS307", "PS313"):
            yield (Edit(path, table.line, table.end, ()),)
        elif finding.code == "PS308":
            text = re.sub(port_pattern(finding.values["found"]), finding.port, line, count=1)
            yield (replacement(path, span.line, text),)
        elif finding.code == "PS310":
            yield from _sooner(site, table)
    elif finding.code in ("PS305", "PS306"):
        yield from _members(site, finding)


def _tables(site: Site) -> list[Table]:
    lines = site.source.text.split("\n")
    heads = [(at, one["name"].strip()) for at, line in enumerate(lines, 1) if (one := HEAD.match(line))]
    found = []
    for number, (line, name) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(lines)
        while end > line + 1 and (not (last := site.source.line(end - 1).strip()) or last.startswith("#")):
            end -= 1
        found.append(Table(line, end, name))
    return found


def _table_at(site: Site, line: int) -> Table | None:
    return next((one for one in _tables(site) if one.line <= line < one.end), None)


def _lines(site: Site, table: Table) -> list[str]:
    return [site.source.line(at) for at in range(table.line, table.end)]


def _members(site: Site, finding: Finding) -> Proposals:
    """A server as the others, for each machine that is missing."""
    assert finding.span is not None
    pool = pool_at(site, finding.span)
    one = None if pool is None else like(pool)
    table = None if one is None else _table_at(site, one.span.line)
    if one is None or table is None or not table.name.endswith(SERVER):
        return
    lines = []
    for _, address in missing(site, finding):
        shown = f"[{address}]" if ":" in address else address
        lines += [line.replace(host(one), shown) for line in _lines(site, table)]
    if lines:
        yield (insertion(site.path, table.end, *lines),)


def _sooner(site: Site, server: Table) -> Proposals:
    """A server that fails is out soon enough."""
    check = next((one for one in _tables(site) if one.name == server.name.replace(".servers", ".healthCheck")), None)
    if check is None:
        return
    edits = []
    for at in range(check.line, check.end):
        found = re.match(r"(\s*(interval|timeout)\s*=\s*)", site.source.line(at))
        if found:
            time = "10s" if found[2] == "interval" else "5s"
            edits.append(replacement(site.path, at, f'{found[1]}"{time}"'))
    yield tuple(edits)


def _listener(site: Site, finding: Finding) -> Proposals:
    """An entry point with its router and service as those of another port, or its address corrected."""
    assert isinstance(site.model, Balancer)
    values, span = finding.values, finding.span
    if finding.variant == "elsewhere" and span is not None:
        line = site.source.line(span.line)
        yield (replacement(site.path, span.line, line.replace(values["found"], values["address"], 1)),)
    if finding.variant not in ("missing", "nowhere"):
        return
    name = fresh(names(site), f"{values['balancer']}-{finding.port}")
    there = _point(site, finding.port)
    right = pools_of(site, finding.port)
    yield from _led(site, there, right[0].name if len(right) == 1 else "")
    for frontend, pool, port in donors(site, finding):
        mine = re.compile(rf":{port}(?!\d)")
        old = _point(site, str(port))
        if not old:
            continue
        led = right[0].name if len(right) == 1 else name
        lines: list[str] = [""]
        for table in _tables(site):
            kind, _, rest = table.name.removeprefix("tcp.").partition(".")
            owner = rest.partition(".")[0]
            wanted = {"entryPoints": old, "routers": frontend.name, "services": pool.name}.get(kind)
            if owner != wanted or (kind == "entryPoints" and there) or (kind == "services" and len(right) == 1):
                continue
            for line in _lines(site, table):
                head = HEAD.match(line)
                text = re.sub(rf"(?<=[.\"]){re.escape(owner)}(?=[\].\"])", name, line, count=1) if head else line
                text = ENTRY_POINTS.sub(rf"\g<1>{there or name}\g<3>", text)
                text = SERVICE.sub(rf"\g<1>{led}\g<3>", text)
                lines.append(mine.sub(f":{finding.port}", text))
        yield (insertion(site.path, site.source.text.rstrip("\n").count("\n") + 2, *lines),)


def _led(site: Site, point: str, service: str) -> Proposals:
    """The router of an entry point leads to the service that has its port, and that of the service stands at the entry point."""
    for table in _tables(site):
        if not table.name.startswith("tcp.routers.") or not point or not service:
            continue
        for at in range(table.line, table.end):
            line = site.source.line(at)
            whole = "\n".join(_lines(site, table))
            points, services = ENTRY_POINTS.search(whole), SERVICE.search(whole)
            if points and services and points[2] == point and services[2] != service and SERVICE.match(line):
                yield (replacement(site.path, at, SERVICE.sub(rf"\g<1>{service}\g<3>", line)),)
            if points and services and services[2] == service and points[2] != point and ENTRY_POINTS.match(line):
                yield (replacement(site.path, at, ENTRY_POINTS.sub(rf"\g<1>{point}\g<3>", line)),)


def _point(site: Site, port: str) -> str:
    """The entry point that has a port."""
    for table in _tables(site):
        if table.name.startswith("entryPoints.") and re.search(rf":{port}(?!\d)", "".join(_lines(site, table))):
            return table.name.partition(".")[2]
    return ""
