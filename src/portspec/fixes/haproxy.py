"""What to change in a HAProxy config."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer, Pool
from portspec.fixes.balancing import backed, health, pools_of, wanted
from portspec.fixes.edits import Edit, end_of, insertion, removal, replacement
from portspec.fixes.site import Site, indentation, machines
from portspec.packets.addresses import format_address

Proposals = Iterator[tuple[Edit, ...]]
HEAD = re.compile(r"[ \t]*(?:global|defaults|frontend|backend|listen|peers|userlist|resolvers|cache|ring|program)\b")
PLAIN = {"PS304": "member", "PS307": "member", "PS313": "member"}
_MEMBER_PORT = re.compile(r"(?<=[\w.\]*]:)[+-]?\d+(?=\s|$)")
_IDLE = re.compile(r"\s+(?:disabled|weight\s+0)(?=\s|$)")
CADENCE = "inter 10s fall 2 rise 3"


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer):
        return
    span, path = finding.span, site.path
    if finding.code == "PS301":
        yield from _listener(site, finding)
    if span is None or span.within:
        return
    if finding.code == "PS317" and finding.variant == "haproxy.cut-off" and site.source.text[-1:] != "\n":
        # An empty line behind the last one is what a line end makes.
        yield (insertion(path, end_of(site.source), ""),)
    line = site.source.line(span.line)
    if finding.code in PLAIN and line.split()[:1] == ["server"]:
        yield (removal(path, span.line),)
    elif finding.code == "PS308":
        yield (replacement(path, span.line, _MEMBER_PORT.sub(finding.port, line, count=1)),)
    elif finding.code == "PS314":
        yield (replacement(path, span.line, before_comment(line, " backup")),)
    elif finding.code in ("PS305", "PS306"):
        yield from _members(site, finding)
    elif finding.code == "PS302":
        yield from _mode(site, finding)
    elif finding.code in ("PS309", "PS310"):
        yield from _probe(site, finding)
    elif finding.code == "PS311":
        words = line.split()
        if words[:1] == ["balance"]:
            yield (replacement(path, span.line, f"{indentation(line)}balance roundrobin"),)
        yield (removal(path, span.line),)
    elif finding.code == "PS325":
        pool = _pool(site, span.line)
        if pool is not None:
            first = min((member.span.line for member in pool.members), default=span.line + 1)
            indent = indentation(site.source.line(first))
            yield (insertion(path, first, f"{indent}balance source"),)
    elif finding.code == "PS214":
        yield from _stats(site, finding)


def before_comment(line: str, added: str) -> str:
    """A line with words added at its end, before a comment."""
    words = re.match(r"(?P<words>[^#]*?)(?P<rest>\s*(?:#.*)?)$", line)
    return line + added if words is None else words["words"] + added + words["rest"]


def _pool(site: Site, line: int) -> Pool | None:
    """The pool whose section begins at a line, or that has a member there."""
    assert isinstance(site.model, Balancer)
    for pool in site.model.pools:
        if pool.span.line == line or any(member.span.line == line for member in pool.members):
            return pool
    return None


def _members(site: Site, finding: Finding) -> Proposals:
    """A line as those of the other members, for each machine that is missing."""
    assert finding.span is not None
    pool = _pool(site, finding.span.line)
    if pool is None:
        return
    if not pool.members:
        lines = _servers(site, finding.port, machines(site.cluster, finding.values.get("missing", "")))
        yield (insertion(site.path, _last(site, pool.span.line) + 1, *lines),)
        return
    if finding.variant in ("idle", "disabled"):
        idle = [member.span.line for member in pool.members if not member.serves]
        texts = [(number, _IDLE.sub("", site.source.line(number))) for number in idle]
        yield tuple(replacement(site.path, number, text) for number, text in texts)
        return
    phrase = finding.values.get("missing", finding.values.get("address", ""))
    model = next((member for member in pool.members if not member.backup), pool.members[-1])
    like = site.source.line(model.span.line)
    words = re.match(r"(\s*server\s+)(\S+)(\s+)(\S+)(.*)$", like)
    if words is None:
        return
    options = re.sub(
        r"\s+(?:backup|disabled|(?:cookie|id|track)\s+\S+|weight\s+0)(?=\s|$)", "", words[5].split("#")[0]
    ).rstrip()
    backup = " backup" if finding.code == "PS306" else ""
    taken = {member.name for member in pool.members}
    lines = []
    for name, address in machines(site.cluster, phrase):
        fresh = name if name not in taken else f"node-{address.replace('.', '-').replace(':', '-')}"
        shown = f"[{address}]" if ":" in address else address
        lines.append(f"{words[1]}{fresh}{words[3]}{shown}:{finding.port}{options}{backup}")
    if lines:
        before = pool.members[0] if backup else pool.members[-1]
        yield (insertion(site.path, before.span.line + (not backup), *lines),)


def _section(site: Site, head: int) -> range:
    """The lines of the section that begins at a line, without its head."""
    end = head + 1
    last = site.source.text.count("\n") + 1
    while end <= last and not HEAD.match(site.source.line(end)):
        end += 1
    return range(head + 1, end)


def _mode(site: Site, finding: Finding) -> Proposals:
    """`mode tcp` in the frontend and in the pools that it leads to."""
    assert isinstance(site.model, Balancer)
    port = int(finding.port)
    heads: dict[int, None] = {}
    for frontend in site.model.frontends:
        if any(one.first_port <= port <= one.last_port for one in frontend.listeners):
            heads[frontend.span.line] = None
            names = {route.pool for route in frontend.routes}
            heads.update(
                {pool.span.line: None for pool in site.model.pools if pool.name in names and pool.mode == "http"}
            )
    edits = []
    for head in heads:
        lines = _section(site, head)
        said = next((at for at in lines if site.source.line(at).split()[:1] == ["mode"]), None)
        indent = next((indentation(site.source.line(at)) for at in lines if site.source.line(at).strip()), "  ")
        text = f"{indent}mode tcp"
        edits.append(insertion(site.path, head + 1, text) if said is None else replacement(site.path, said, text))
    if edits:
        yield tuple(edits)


def _probe(site: Site, finding: Finding) -> Proposals:
    """The probe that the servers answer truthfully, soon enough."""
    assert isinstance(site.model, Balancer)
    for pool in site.model.pools:
        ports = {member.port for member in pool.members}
        if int(finding.port) not in ports or not pool.members:
            continue
        edits = []
        lines = _section(site, pool.span.line)
        secure = finding.code == "PS309"
        for member in pool.members:
            line = site.source.line(member.span.line)
            text = re.sub(
                r"\s+(?:inter|fall|rise|fastinter|downinter|addr|port)\s+\S+", "", line.split("#")[0].rstrip()
            )
            if not re.search(r"\scheck\b", text):
                text += " check"
            if secure and "check-ssl" not in text:
                text += " check-ssl verify none"
            edits.append(replacement(site.path, member.span.line, f"{text} {CADENCE}"))
        if secure:
            indent = indentation(site.source.line(pool.members[0].span.line))
            said = [
                at
                for at in lines
                if site.source.line(at).split()[:2] in (["option", "httpchk"], ["option", "tcp-check"])
            ]
            edits += [removal(site.path, at) for at in said]
            edits.append(insertion(site.path, pool.span.line + 1, f"{indent}option httpchk GET /readyz"))
        yield tuple(edits)


def _stats(site: Site, finding: Finding) -> Proposals:
    """The page of statistics is served to the host itself."""
    assert isinstance(site.model, Balancer)
    for frontend in site.model.frontends:
        if frontend.name == finding.values.get("name", finding.values.get("frontend")):
            edits = []
            for listener in frontend.listeners:
                line = site.source.line(listener.span.line)
                text = re.sub(r"(bind\s+)\S*?(?=:\d+)", r"\g<1>127.0.0.1", line, count=1)
                edits.append(replacement(site.path, listener.span.line, text))
            yield tuple(edits)


def _listener(site: Site, finding: Finding) -> Proposals:
    """A section of its own for a port that nothing listens on, or the address corrected."""
    assert isinstance(site.model, Balancer)
    values, span = finding.values, finding.span
    if finding.variant == "elsewhere" and span is not None and not span.within:
        line = site.source.line(span.line)
        yield (replacement(site.path, span.line, line.replace(values["found"], values["address"], 1)),)
    if finding.variant == "disabled" and span is not None and not span.within:
        yield (removal(site.path, span.line),)
    if finding.variant == "nowhere" and span is not None and not span.within:
        yield from _led(site, finding, span.line)
    if finding.variant != "missing":
        return
    balancer = values.get("balancer", "api")
    address = site.cluster.addresses(f"{balancer}-balancer")
    shown = format_address(address.first) if address.size == 1 else "*"
    shown = f"[{shown}]" if ":" in shown else shown
    lines = ["", f"listen {balancer}-{finding.port}", f"  bind {shown}:{finding.port}", "  mode tcp"]
    if finding.port == "6443":
        lines.append("  option httpchk GET /readyz")
    if balancer == "ingress":
        lines.append("  balance source")
    lines += _servers(site, finding.port, wanted(site, finding.port))
    yield (insertion(site.path, end_of(site.source), *lines),)


def _servers(site: Site, port: str, members: list[tuple[str, str]]) -> list[str]:
    """The lines of members, probed as their port asks for."""
    asked = health(site, port)
    probe = f"check-ssl verify none {CADENCE}" if asked is not None and port == "6443" else CADENCE
    spare = backed(site, port)
    lines = []
    for name, address in members:
        place = f"[{address}]" if ":" in address else address
        lines.append(f"  server {name} {place}:{port} check {probe}{' backup' if address in spare else ''}")
    return lines


def _last(site: Site, head: int) -> int:
    """The last line of a section that says something."""
    return max((at for at in _section(site, head) if site.source.line(at).strip()), default=head)


def _led(site: Site, finding: Finding, head: int) -> Proposals:
    """A frontend leads to the backend that has its port; a listen section without servers gets them."""
    if not HEAD.match(site.source.line(head)):
        return
    last = _last(site, head)
    if site.source.line(head).split()[0] == "listen":
        yield (insertion(site.path, last + 1, *_servers(site, finding.port, wanted(site, finding.port))),)
        return
    lines = _section(site, head)
    said = [at for at in lines if site.source.line(at).split()[:1] == ["default_backend"]]
    for pool in pools_of(site, finding.port):
        text = f"{indentation(site.source.line(last)) or '  '}default_backend {pool.name}"
        yield (replacement(site.path, said[-1], text) if said else insertion(site.path, last + 1, text),)
