"""What to change in F5's files: `bigip.conf`, and scripts of tmsh commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer, Member, Pool
from portspec.fixes.balancing import (
    REMOVED,
    donors,
    fresh,
    health,
    host,
    idle,
    like,
    member_at,
    missing,
    pool_at,
    pools_of,
)
from portspec.fixes.bigip import Object, entry, objects, value_of
from portspec.fixes.braces import block_at
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits, offset, removed
from portspec.fixes.site import Site
from portspec.fixes.trees import replaced
from portspec.source import Span

Proposals = Iterator[tuple[Edit, ...]]
Cuts = Iterator[list[Cut]]
ASLEEP = r"(?:session|state)[ \t]+(?:user-disabled|user-down)"
GROUP = "priority-group 10"


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer) or (finding.span is not None and finding.span.within):
        return
    for cuts in _cuts(site, finding):
        yield edits(site.source, cuts)


def _cuts(site: Site, finding: Finding) -> Cuts:
    code, span, text = finding.code, finding.span, site.source.text
    if code == "PS301":
        yield from _virtual(site, finding)
    if span is None:
        return
    found = member_at(site, finding)
    if found is not None and code in REMOVED:
        yield [_without(text, span)]
    elif found is not None and code == "PS308":
        yield from _led(site, found[0], finding.port)
        start, end = _word(text, span)
        yield [Cut(start, end, replaced(text[start:end], finding.values["found"], finding.port))]
    elif found is not None and code == "PS314":
        yield from _ranked(site, *found)
    elif found is not None and code in ("PS309", "PS310"):
        yield from _probe(site, found[0], finding)
    elif code in ("PS305", "PS306"):
        yield from _members(site, finding)
    elif code == "PS311":
        for one in _virtuals(site, finding.values["pool"]):
            if (there := entry(text, one, "persist")) is not None:
                yield [removed(text, there.start, there.end)]
    elif code == "PS325":
        for one in _virtuals(site, finding.values["pool"]):
            inner = "/Common/source_addr {\n            default yes\n        }"
            said = f"persist {{\n        {inner}\n    }}" if one.conf else "persist replace-all-with { source_addr }"
            yield [one.with_line(text, said)]
    elif code == "PS302":
        yield [_without(text, span)]


def _word(text: str, span: Span) -> tuple[int, int]:
    return offset(text, span.line, span.column), offset(text, span.end_line or span.line, span.end_column)


def _without(text: str, span: Span) -> Cut:
    """A member or a profile goes, with what stands in braces behind it."""
    block = block_at(text, *_word(text, span), "#")
    return removed(text, block.start, block.end)


def _object(site: Site, kind: str, name: str) -> Object | None:
    """An object by its kind and name, whose folder may be left out."""
    last = name.rpartition("/")[2]
    found = [one for one in objects(site.source.text) if one.kind == kind and one.name.rpartition("/")[2] == last]
    return next((one for one in found if one.name == name), found[0] if found else None)


def _virtuals(site: Site, pool: str) -> Iterator[Object]:
    """The virtual servers that lead to a pool."""
    assert isinstance(site.model, Balancer)
    for frontend in site.model.frontends:
        if any(route.pool == pool for route in frontend.routes):
            found = _object(site, "virtual", frontend.name)
            if found is not None:
                yield found


def _led(site: Site, wrong: Pool, port: str) -> Cuts:
    """The virtual server of a port leads to the pool that has it."""
    assert isinstance(site.model, Balancer)
    right = pools_of(site, port)
    for frontend in site.model.frontends:
        listens = any(str(one.first_port) == port for one in frontend.listeners)
        if listens and len(right) == 1 and any(route.pool == wrong.name for route in frontend.routes):
            one = _object(site, "virtual", frontend.name)
            led = None if one is None else value_of(site.source.text, one, "pool")
            if led is not None:
                yield [Cut(led.start(1), led.end(1), right[0].name)]


def _members(site: Site, finding: Finding) -> Cuts:
    """A member as the others, for each machine that is missing, or those that are there are woken."""
    assert finding.span is not None
    text = site.source.text
    if finding.variant in ("idle", "disabled"):
        cuts = []
        for member in idle(site, finding):
            block = block_at(text, *_word(text, member.span), "#")
            cuts += [
                removed(text, one.start(), one.end())
                for one in re.compile(ASLEEP).finditer(text, block.start, block.end)
            ]
            node = _object(site, "node", member.name)
            if node is not None:
                cuts += [
                    removed(text, one.start(), one.end())
                    for one in re.compile(ASLEEP).finditer(text, node.start, node.end)
                ]
        yield cuts
        return
    pool = pool_at(site, finding.span)
    model = None if pool is None else like(pool)
    if model is None:
        return
    block = block_at(text, *_word(text, model.span), "#")
    line = text.rfind("\n", 0, block.start) + 1
    blank = text[line : block.start]
    shown = text[block.start : block.end]
    made: list[str] = []
    cuts = []
    for _, address in missing(site, finding):
        # A command that takes the member out again goes.
        deleting = rf"(?m)^[^\n#]*\bmembers delete \{{\s*{re.escape(address)}:{finding.port}\s*\}}[ \t]*\r?$"
        undone = [removed(text, one.start(), one.end()) for one in re.finditer(deleting, text)]
        if undone:
            cuts += undone
            continue
        word, _, body = shown.partition("{")
        word = replaced(re.sub(r"[^\s/]+(?=[:.]\d+\s*$)", address, word.rstrip()), str(model.port), finding.port)
        body = replaced(body, host(model), address)
        if not blank.strip() and body and "address" not in body:
            body = f"{{\n{blank}    address {address}{body}"
        elif body:
            body = "{" + body
        if finding.code == "PS306":
            body = re.sub(r"\s*priority-group\s+\d+", "", body)
            body = "" if not body.strip("{} \n\t") else body
        made.append(f"{word} {body}".rstrip())
    between = " " if blank.strip() or "\n" not in shown else f"\n{blank}"
    if made:
        cuts.append(Cut(block.end, block.end, "".join(between + one for one in made)))
    yield cuts


def _ranked(site: Site, pool: Pool, backup: Member) -> Cuts:
    """The members but one get a higher priority than that one."""
    text = site.source.text
    cuts = []
    for member in pool.members:
        block = block_at(text, *_word(text, member.span), "#")
        said = re.compile(r"priority-group[ \t]+\d+").search(text, block.start, block.end)
        if member is backup or host(member) == host(backup):
            cuts += [removed(text, said.start(), said.end())] if said else []
        elif said:
            cuts.append(Cut(said.start(), said.end(), GROUP))
        elif block.bare:
            cuts.append(Cut(block.end, block.end, f" {{ {GROUP} }}"))
        else:
            inner = re.match(r"\n[ \t]*", text[block.body : block.close])
            cuts.append(Cut(block.body, block.body, f"{inner[0]}{GROUP}" if inner else f" {GROUP}"))
    yield cuts
    one = _object(site, "pool", pool.name)
    if one is not None:
        active = value_of(text, one, "min-active-members")
        more = (
            one.with_line(text, "min-active-members 1") if active is None else Cut(active.start(1), active.end(1), "1")
        )
        yield [*cuts, more]


def _probe(site: Site, pool: Pool, finding: Finding) -> Cuts:
    """The monitor that the servers answer truthfully, soon enough; made where the file has none."""
    text, asked = site.source.text, health(site, finding.port)
    owner = _object(site, "pool", pool.name)
    if owner is None or asked is None:
        return
    cuts = []
    name = ""
    for one in objects(text):
        send = value_of(text, one, "send") if one.kind == f"monitor {asked.kind}" else None
        if send is not None and f" {asked.path} " in send[1]:
            name = one.name
            place = value_of(text, one, "destination")
            if (
                place is not None
                and finding.code == "PS309"
                and not place[1].endswith((f":{asked.port}", f".{asked.port}"))
            ):
                cuts.append(Cut(place.start(1), place.end(1), f"*:{asked.port}"))
            for key, right in (("recv", '"200 OK"'), ("interval", "5"), ("timeout", "16")):
                said = value_of(text, one, key)
                if said is None:
                    cuts.append(one.with_line(text, f"{key} {right}"))
                elif (key == "recv") == (finding.code == "PS309"):
                    cuts.append(Cut(said.start(1), said.end(1), right))
            break
    if not name:
        name = f"{owner.folder}portspec-{finding.port}"
        said_ = [
            f"defaults-from {'/Common/' if owner.conf else ''}{asked.kind}",
            f"destination *:{asked.port}",
            "interval 5",
            'recv "200 OK"',
        ]
        said_ += [
            f'send "GET {asked.path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"',
            "timeout 16",
        ]
        cuts.append(Cut(owner.start, owner.start, owner.like(f"monitor {asked.kind}", name, said_)))
    if finding.code == "PS309":
        led = entry(text, owner, "monitor")
        cuts.append(
            owner.with_line(text, f"monitor {name}") if led is None else Cut(led.start, led.end, f"monitor {name}")
        )
    yield cuts


def _virtual(site: Site, finding: Finding) -> Cuts:
    """A virtual server with its pool as those of another port, or what is there, corrected."""
    text, values, span = site.source.text, finding.values, finding.span
    assert isinstance(site.model, Balancer)
    if span is not None:
        start, end = _word(text, span)
        held = (
            next((one for one in objects(text) if one.start == start), None) if finding.variant == "not-held" else None
        )
        address = None if held is None else value_of(text, held, "address")
        if address is not None:
            yield [Cut(address.start(1), address.end(1), values["address"])]
        if finding.variant == "elsewhere":
            yield [Cut(start, end, text[start:end].replace(values["found"], values["address"], 1))]
        elif finding.variant == "disabled":
            before = re.compile(r"enabled[ \t]+$").search(text[:start])
            yield [removed(text, before.start() if before else start, end)]
    if finding.variant != "missing":
        return
    right = pools_of(site, finding.port)
    for frontend, pool, port in donors(site, finding):
        one, servers = _object(site, "virtual", frontend.name), _object(site, "pool", pool.name)
        if one is None or servers is None:
            continue
        taken = {each.name.rpartition("/")[2] for each in objects(text)}
        name = one.folder + fresh(taken, f"{values['balancer']}-{finding.port}")
        led = right[0].name if len(right) == 1 else name
        made = replaced(
            re.sub(r"(?:\r?\n)?[ \t]*(?:creation-time|last-modified-time|vs-index)[ \t]+\S+", "", one.shown(text)),
            str(port),
            finding.port,
        )
        word = value_of(text, one, "pool")
        if word is not None:
            made = re.sub(rf"(\bpool[ \t]+){re.escape(word[1])}(?=\s)", lambda found: found[1] + led, made)  # noqa: B023
        made = made.replace(one.name, name, 1)
        cuts = [Cut(one.end, one.end, made)]
        if len(right) != 1:
            parts = replaced(servers.shown(text), str(port), finding.port).replace(servers.name, name, 1)
            old, new = health(site, str(port)), health(site, finding.port)
            for monitor in objects(text):
                send = value_of(text, monitor, "send") if new and monitor.kind == f"monitor {new.kind}" else None
                if send is not None and new is not None and old is not None and f" {new.path} " in send[1]:
                    parts = re.sub(r"(\bmonitor[ \t]+)[^\s{}]+", lambda found: found[1] + monitor.name, parts)  # noqa: B023
            cuts.append(Cut(servers.end, servers.end, parts))
        yield cuts
