"""What to change in nginx's stream servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.fixes.balancing import donors, fresh, idle, member_at, pool_at, pools_of
from portspec.fixes.braces import Block, block_at, words
from portspec.fixes.edits import Edit, insertion, removal, replacement
from portspec.fixes.redraft import Cut, edits, offset, removed
from portspec.fixes.site import Site, indentation, machines, port_pattern
from portspec.fixes.trees import replaced
from portspec.source import Span

Proposals = Iterator[tuple[Edit, ...]]
REMOVED = frozenset({"PS304", "PS307", "PS311", "PS313"})
DIRECTIVE = re.compile(r"\s*[a-z_]+(?:\s[^;{}#]*)?;\s*(?:#.*)?$")
"""A directive that has a line to itself."""


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    span = finding.span
    if not isinstance(site.model, Balancer) or (span is not None and span.within):
        return
    if finding.code == "PS301":
        yield from _server(site, finding)
    if span is None:
        return
    line = site.source.line(span.line)
    if finding.code in ("PS305", "PS306"):
        yield from _members(site, finding)
    elif finding.code == "PS325":
        yield from _kept(site, finding)
    elif finding.code == "PS310":
        yield from _sooner(site, finding)
    elif not DIRECTIVE.match(line):
        text = site.source.text
        start = offset(text, span.line, span.column)
        end = text.find(";", start) + 1
        if finding.code in REMOVED and end:
            yield edits(site.source, [removed(text, start, end)])
    elif finding.code in REMOVED:
        yield (removal(site.path, span.line),)
    elif finding.code == "PS308":
        text = re.sub(port_pattern(finding.values["found"]), finding.port, line, count=1)
        yield (replacement(site.path, span.line, text),)
    elif finding.code == "PS314":
        backup = replacement(site.path, span.line, line.replace(";", " backup;", 1))
        yield (backup,)
        # nginx takes no backup beside a hash.
        pool = pool_at(site, span)
        hashes = [] if pool is None else [one.span.line for one in pool.persistence]
        yield (backup, *(removal(site.path, number) for number in hashes if DIRECTIVE.match(site.source.line(number))))


def _members(site: Site, finding: Finding) -> Proposals:
    """A line as those of the other members, for each machine that is missing."""
    assert isinstance(site.model, Balancer)
    assert finding.span is not None
    phrase = finding.values.get("missing", finding.values.get("address", ""))
    if finding.variant in ("idle", "disabled"):
        asleep = [member.span.line for member in idle(site, finding)]
        for awake in ("", " backup") if finding.code == "PS306" else ("",):
            said = r"\s+(?:down|weight=0)(?=[\s;])"
            texts = {number: re.sub(said, awake, site.source.line(number), count=1) for number in asleep}
            yield tuple(replacement(site.path, number, text) for number, text in texts.items())
        return
    for pool in site.model.pools:
        if pool.span.line != finding.span.line or not pool.members:
            continue
        last = pool.members[-1]
        like = site.source.line(last.span.line)
        if not DIRECTIVE.match(like):
            return
        parts = re.sub(r"\s+(?:backup|down)(?=[\s;])", "", like.split("#")[0].strip().rstrip(";")).split()
        options = "".join(f" {word}" for word in parts[2:])
        backup = " backup" if finding.code == "PS306" else ""
        lines = []
        for _, address in machines(site.cluster, phrase):
            shown = f"[{address}]" if ":" in address else address
            lines.append(f"{indentation(like)}server {shown}:{finding.port}{options}{backup};")
        if lines:
            yield (insertion(site.path, last.span.line + 1, *lines),)


def _kept(site: Site, finding: Finding) -> Proposals:
    """The member is picked by the client's address."""
    assert finding.span is not None
    text = site.source.text
    start = offset(text, finding.span.line, finding.span.column)
    block = block_at(text, start, offset(text, finding.span.line, finding.span.end_column), "#")
    other = next(words(text, block.body, block.close, r"(?:least_conn|random|round_robin)\b[^;]*;"), None)
    wanted = "hash $remote_addr consistent;"
    if other is not None:
        yield edits(site.source, [Cut(other.start(), other.end(), wanted)])
        return
    inner = re.compile(r"\s*").match(text, block.body)
    blank = inner[0] if inner else " "
    yield edits(site.source, [Cut(block.body, block.body, f"{blank}{wanted}")])


def _sooner(site: Site, finding: Finding) -> Proposals:
    """The probes of nginx Plus come often enough."""
    found = member_at(site, finding)
    span = None if found is None else found[1].check.span
    if span is None or span.within:
        return
    line = site.source.line(span.line)
    text = re.sub(r"\binterval=\w+", "interval=5", re.sub(r"\bfails=\d+", "fails=3", line))
    yield (replacement(site.path, span.line, text),)


def _server(site: Site, finding: Finding) -> Proposals:
    """A server with its upstream as those of another port, or what is there, corrected."""
    assert isinstance(site.model, Balancer)
    text, values, span = site.source.text, finding.values, finding.span
    if span is not None and finding.variant == "elsewhere":
        line = site.source.line(span.line)
        yield (replacement(site.path, span.line, line.replace(values["found"], values["address"], 1)),)
    if finding.variant not in ("missing", "nowhere"):
        return
    for one in words(text, 0, len(text), rf"^[ \t]*listen[ \t]+(?:\S*:)?{finding.port}\b[^;]*?(?P<udp>[ \t]+udp)\b"):
        yield edits(site.source, [Cut(one.start("udp"), one.end("udp"))])
    right = pools_of(site, finding.port)
    if span is not None and finding.variant == "nowhere" and len(right) == 1:
        server = _whole(text, span, "server")
        for one in words(text, server.body, server.close, r"proxy_pass[ \t]+([^;\s]+)") if server else ():
            yield edits(site.source, [Cut(one.start(1), one.end(1), right[0].name)])
    if next(words(text, 0, len(text), rf"^[ \t]*listen[ \t]+(?:\S*:)?{finding.port}\b"), None):
        return  # two servers of one port, one of them of HTTP, cannot be
    for frontend, pool, port in donors(site, finding):
        server, upstream = _whole(text, frontend.span, "server"), _whole(text, pool.span, "upstream")
        if server is None or upstream is None or finding.variant == "nowhere":
            continue
        taken = {one.name for one in site.model.pools}
        name = right[0].name if len(right) == 1 else fresh(taken, f"{values['balancer']}-{finding.port}")
        made = replaced(replaced(text[server.start : server.end], str(port), finding.port), pool.name, name)
        cuts = [Cut(server.end, server.end, f"\n{indentation(_line_of(text, server.start))}{made}")]
        if len(right) != 1:
            made = replaced(replaced(text[upstream.start : upstream.end], str(port), finding.port), pool.name, name)
            cuts.append(Cut(upstream.end, upstream.end, f"\n{indentation(_line_of(text, upstream.start))}{made}"))
        yield edits(site.source, cuts)


def _line_of(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at]


def _whole(text: str, span: Span, word: str) -> Block | None:
    """The block that begins at a place, or that the place is in."""
    at = offset(text, span.line, span.column)
    heads = re.finditer(rf"(?<![\w$]){word}(?=[ \t]*[\w.-]*[ \t\r\n]*\{{)", text)
    starts = [one.start() for one in heads if one.start() <= at]
    for start in reversed(starts):
        head = re.compile(rf"{word}[ \t]*[\w.-]*").match(text, start)
        block = block_at(text, start, head.end() if head else start, "#")
        if not block.bare and block.start <= at < block.end:
            return block
    return None
