"""What to change in nginx's stream servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.fixes.edits import Edit, insertion, removal, replacement
from portspec.fixes.site import Site, indentation, machines, port_pattern

Proposals = Iterator[tuple[Edit, ...]]
REMOVED = frozenset({"PS304", "PS307", "PS311", "PS313"})
DIRECTIVE = re.compile(r"\s*[a-z_]+(?:\s[^;{}#]*)?;\s*(?:#.*)?$")
"""A directive that has a line to itself."""


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    span = finding.span
    if not isinstance(site.model, Balancer) or span is None or span.within:
        return
    line = site.source.line(span.line)
    if finding.code in ("PS305", "PS306"):
        yield from _members(site, finding)
    elif not DIRECTIVE.match(line):
        return
    elif finding.code in REMOVED:
        yield (removal(site.path, span.line),)
    elif finding.code == "PS308":
        text = re.sub(port_pattern(finding.values["found"]), finding.port, line, count=1)
        yield (replacement(site.path, span.line, text),)
    elif finding.code == "PS314":
        yield (replacement(site.path, span.line, line.replace(";", " backup;", 1)),)


def _members(site: Site, finding: Finding) -> Proposals:
    """A line as those of the other members, for each machine that is missing."""
    assert isinstance(site.model, Balancer)
    assert finding.span is not None
    phrase = finding.values.get("missing", finding.values.get("address", ""))
    for pool in site.model.pools:
        if pool.span.line != finding.span.line or not pool.members:
            continue
        last = pool.members[-1]
        like = site.source.line(last.span.line)
        if not DIRECTIVE.match(like):
            return
        words = re.sub(r"\s+(?:backup|down)(?=[\s;])", "", like.split("#")[0].strip().rstrip(";")).split()
        options = "".join(f" {word}" for word in words[2:])
        backup = " backup" if finding.code == "PS306" else ""
        lines = []
        for _, address in machines(site.cluster, phrase):
            shown = f"[{address}]" if ":" in address else address
            lines.append(f"{indentation(like)}server {shown}:{finding.port}{options}{backup};")
        if lines:
            yield (insertion(site.path, last.span.line + 1, *lines),)
