"""What to change in keepalived's file: its virtual servers, and the addresses that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.keepalived.vocabulary import CHECKERS
from portspec.configs.balancer.model import Balancer, Member, Pool
from portspec.fixes.balancing import REMOVED, donors, health, host, idle, like, member_at, missing, pool_at
from portspec.fixes.braces import Block, block_at, words
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits, offset, removed
from portspec.fixes.site import Site
from portspec.fixes.trees import replaced
from portspec.source import Span

Proposals = Iterator[tuple[Edit, ...]]
Cuts = Iterator[list[Cut]]
CADENCE = {"delay_loop": "5", "retry": "2", "delay_before_retry": "2", "connect_timeout": "5"}


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer) or (finding.span is not None and finding.span.within):
        return
    for cuts in _cuts(site, finding):
        yield edits(site.source, cuts)


def _cuts(site: Site, finding: Finding) -> Cuts:
    code, span, text = finding.code, finding.span, site.source.text
    if code == "PS301":
        yield from _virtual_server(site, finding)
    if span is None:
        return
    found, line = member_at(site, finding), site.source.line(span.line)
    if found is not None and code in REMOVED:
        yield [_without(text, span)]
    elif found is not None and code == "PS308":
        block = _block(text, span)
        head = replaced(text[block.start : block.body], finding.values["found"], finding.port)
        yield [Cut(block.start, block.body, head)]
    elif found is not None and code == "PS314":
        yield [_without(text, span), *_sorry(text, found[0], [host(found[1])], finding.port)]
    elif found is not None and code == "PS309":
        yield from _probe(site, found[0], finding.port)
    elif found is not None and code == "PS310":
        yield from _sooner(site, found[0], finding.port)
    elif code in ("PS305", "PS306"):
        yield from _members(site, finding)
    elif code == "PS311":
        at = offset(text, span.line, span.column)
        by_source = line.split()[:1] in (["lvs_sched"], ["lb_algo"])
        end = at + len(line.split("#")[0].split("!")[0].rstrip()) - span.column + 1
        yield [Cut(at, end, f"{line.split()[0]} rr") if by_source else removed(text, at, end)]
    elif code == "PS325":
        yield [_first(text, _block(text, span), "persistence_timeout 300")]


def _block(text: str, span: Span) -> Block:
    """The block whose head stands at a place."""
    start = offset(text, span.line, span.column)
    return block_at(text, start, offset(text, span.end_line or span.line, span.end_column or span.column))


def _without(text: str, span: Span) -> Cut:
    block = _block(text, span)
    return removed(text, block.start, block.end)


def _indent(text: str, at: int) -> str:
    line = text.rfind("\n", 0, at) + 1
    found = re.compile(r"[ \t]*").match(text, line)
    return found[0] if found else ""


def _first(text: str, block: Block, *lines: str) -> Cut:
    """Lines at the head of a block, before everything else."""
    inner = re.compile(r"\s*").match(text, block.body)
    at = text.find("\n", block.body) + 1
    indent = (
        _indent(text, inner.end())
        if inner and "\n" in inner[0] and inner.end() < block.close
        else _indent(text, block.start) + "  "
    )
    return Cut(at, at, "".join(f"{indent}{line}\n" for line in lines))


def _sorry(text: str, pool: Pool, addresses: list[str], port: str) -> list[Cut]:
    """A server that takes clients once all others are out; keepalived knows one."""
    block = _block(text, pool.span)
    real = next(words(text, block.body, block.close, r"^[ \t]*real_server\b"), None)
    if (
        real is None
        or len(addresses) != 1
        or next(words(text, block.body, block.close, r"^[ \t]*sorry_server\b"), None)
    ):
        return []
    at = real.start()
    return [Cut(at, at, f"{_indent(text, real.end())}sorry_server {addresses[0]} {port}\n")]


def _members(site: Site, finding: Finding) -> Cuts:
    """A real server as the others, for each machine that is missing, or those that are there are woken."""
    assert finding.span is not None
    text = site.source.text
    pool = pool_at(site, finding.span)
    if pool is None:
        return
    addresses = [address for _, address in missing(site, finding)]
    if finding.variant in ("idle", "disabled"):
        yield [cut for member in idle(site, finding) for cut in _woken(text, member, finding.port)]
    if finding.code == "PS306":
        yield _sorry(text, pool, addresses, finding.port)
        return
    one = like(pool)
    if one is None:
        return
    block = _block(text, one.span)
    line = text.rfind("\n", 0, block.start) + 1
    shown = text[block.start : block.end]
    copies = [
        re.sub(r"(real_server\s+)\S+(\s+\d+)?", rf"\g<1>{address} {finding.port}", shown, count=1)
        for address in addresses
    ]
    yield [Cut(block.end, block.end, "".join(f"\n{text[line : block.start]}{copy}" for copy in copies))]


def _woken(text: str, member: Member, port: str) -> Iterator[Cut]:
    block = _block(text, member.span)
    for one in words(text, block.body, block.close, r"^[ \t]*weight[ \t]+0\b"):
        yield removed(text, one.start() + len(one[0]) - len(one[0].lstrip()), one.end())
    head = text[block.start : block.body]
    if re.search(r"real_server\s+\S+\s*\{?$", head):
        at = block.start + len(head.rstrip("{").rstrip())
        yield Cut(at, at, f" {port}")


def _checker(kind: str, path: str, port: int | None, indent: str) -> str:
    """A probe over HTTP as a block, from its first word on."""
    name = {"https": "SSL_GET", "http": "HTTP_GET"}[kind]
    ask = [f"  connect_port {port}"] if port is not None else []
    lines = [f"{name} {{", *ask, "  url {", f"    path {path}", "    status_code 200", "  }", "}"]
    return f"\n{indent}".join(lines)


def _probe(site: Site, pool: Pool, port: str) -> Cuts:
    """The probe that the servers answer truthfully, in the place of every other one."""
    text, asked = site.source.text, health(site, port)
    if asked is None or asked.kind == "tcp":
        return
    cuts = []
    for member in pool.members:
        block = _block(text, member.span)
        if member.last_resort:
            continue
        indent = _indent(text, block.start) + "  "
        made = _checker(asked.kind, asked.path, asked.port if asked.port != member.port else None, indent)
        if block.bare:
            cuts.append(Cut(block.end, block.end, f" {{\n{indent}{made}\n{indent[:-2]}}}"))
            continue
        said = [
            block_at(text, one.start() + len(one[0]) - len(one[0].lstrip()), one.end())
            for one in words(text, block.body, block.close, rf"^[ \t]*(?:{'|'.join(CHECKERS)})\b")
        ]
        if said:
            cuts += [Cut(said[0].start, said[0].end, made), *(removed(text, one.start, one.end) for one in said[1:])]
        else:
            cuts.append(_first(text, block, *(line.removeprefix(indent) for line in made.split("\n"))))
    yield cuts


def _sooner(site: Site, pool: Pool, port: str) -> Cuts:
    """A server that fails is out soon enough: the times of the virtual server, which its checkers inherit."""
    text = site.source.text
    block = _block(text, pool.span)
    cuts = []
    known = set()
    for one in words(text, block.body, block.close, rf"^[ \t]*({'|'.join([*CADENCE, 'nb_get_retry'])})[ \t]+(\S+)"):
        if text.count("{", block.body, one.start()) == text.count("}", block.body, one.start()):
            known.add(one[1])
            cuts.append(Cut(one.start(2), one.end(2), CADENCE.get(one[1], "2")))
        else:
            cuts.append(removed(text, one.start(1), one.end()))
    more = [f"{key} {value}" for key, value in CADENCE.items() if key not in known]
    cuts += [_first(text, block, *more)] if more else []
    yield cuts
    rest = [*_probe(site, pool, port)]
    yield from (
        [*cuts_of, *(cut for cut in cuts if not any(one.start <= cut.start < one.end for one in cuts_of))]
        for cuts_of in rest
    )


def _virtual_server(site: Site, finding: Finding) -> Cuts:
    """A virtual server as that of another port, or what is there, corrected."""
    assert isinstance(site.model, Balancer)
    text, values, span = site.source.text, finding.values, finding.span
    if span is not None and finding.variant in ("elsewhere", "not-held"):
        start = offset(text, span.line, span.column)
        end = text.find("\n", start)
        line = text[start : len(text) if end < 0 else end]
        yield [Cut(start, start + len(line), replaced(line, values["found"], values["address"]))]
    if finding.variant != "missing":
        return
    for one in words(text, 0, len(text), rf"^[ \t]*virtual_server[ \t]+\S+[ \t]+{finding.port}\b"):
        block = block_at(text, one.start(), one.end())
        said = next(words(text, block.body, block.close, r"^[ \t]*protocol[ \t]+(\S+)"), None)
        yield [_first(text, block, "protocol TCP") if said is None else Cut(said.start(1), said.end(1), "TCP")]
    for _, pool, port in donors(site, finding):
        block = _block(text, pool.span)
        made = replaced(text[block.start : block.end], str(port), finding.port)
        old, new = health(site, str(port)), health(site, finding.port)
        if old is not None and new is not None:
            made = re.sub(rf"(\bpath[ \t]+){re.escape(old.path)}(?=\s)", rf"\g<1>{new.path}", made)
        yield [Cut(block.end, block.end, f"\n\n{made}")]
