"""What to change in Traefik's files of TOML: tables go, or come as copies of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.fixes.balancing import donors, fresh, host, like, member_at, missing, names, pool_at
from portspec.fixes.edits import Edit, insertion, replacement
from portspec.fixes.site import Site, port_pattern

Proposals = Iterator[tuple[Edit, ...]]
HEAD = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?")
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
    pool = pool_at(site, finding.span.line)
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
    there = rf":{finding.port}(?!\d)"
    for frontend, pool, port in donors(site, finding):
        mine = re.compile(rf":{port}(?!\d)")
        tables = _tables(site)
        point = next(
            (one for one in tables if one.name.startswith("entryPoints.") and mine.search("".join(_lines(site, one)))),
            None,
        )
        if point is None:
            continue
        old = point.name.partition(".")[2]
        lines: list[str] = [""]
        for table in tables:
            kind, _, rest = table.name.removeprefix("tcp.").partition(".")
            owner = rest.partition(".")[0]
            wanted = {"entryPoints": old, "routers": frontend.name, "services": pool.name}.get(kind)
            known = kind == "entryPoints" and re.search(
                there, "".join("".join(_lines(site, one)) for one in tables if one.name.startswith("entryPoints."))
            )
            if owner == wanted and not known:
                for line in _lines(site, table):
                    text = re.sub(rf"(?<=[.\"]){re.escape(owner)}(?=[\].\"])", name, line)
                    text = re.sub(rf"(?<=\"){re.escape(old)}(?=\")|(?<=\"){re.escape(pool.name)}(?=\")", name, text)
                    lines.append(mine.sub(f":{finding.port}", text))
        yield (insertion(site.path, site.source.text.rstrip("\n").count("\n") + 2, *lines),)
