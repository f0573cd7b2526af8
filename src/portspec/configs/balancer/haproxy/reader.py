"""A HAProxy config as a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.haproxy.conditionals import active
from portspec.configs.balancer.haproxy.frontends import frontend
from portspec.configs.balancer.haproxy.keywords import keyword_remarks
from portspec.configs.balancer.haproxy.linking import followed, link_remarks
from portspec.configs.balancer.haproxy.patterns import PatternFiles
from portspec.configs.balancer.haproxy.pools import Pools
from portspec.configs.balancer.haproxy.proxies import Proxy
from portspec.configs.balancer.haproxy.sections import Section, Sections
from portspec.configs.balancer.haproxy.words import lines
from portspec.configs.balancer.model import Balancer, Frontend, Pool, Remark, StatsPage
from portspec.configs.folders import FolderText, place
from portspec.errors import InputError
from portspec.source import SourceText, Span

SERVED = frozenset({"frontend", "backend", "listen"})


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole, or the files of a folder as one config. Raises InputError with line and column."""
    try:
        return _read(source)
    except InputError as error:
        path, line = place(source, error.line)
        raise InputError(error.message, path, line, error.column, error.hint) from None


def _read(source: SourceText) -> Balancer:
    variables: dict[str, str] = {}
    remarks: list[Remark] = []
    found = active(source, lines(source, variables), variables, remarks)
    sections = Sections(source, remarks).gather(found)
    if not sections:
        raise InputError("no section: expected global, defaults, frontend, backend or listen", source.path, 1, 1)
    frontends: list[Frontend] = []
    pools: list[Pool] = []
    stats: list[StatsPage] = []
    readers = Pools(source, verify=_verifies(sections))
    backends = {section.name for section in sections if section.kind in ("backend", "listen")}
    files = PatternFiles(source.path)
    for section in sections:
        remarks += keyword_remarks(section)
        if section.kind not in SERVED:
            continue
        proxy = Proxy(section)
        proxy.remark_modes()
        if section.kind != "backend":
            frontends.append(frontend(proxy, backends, files))
        if section.kind != "frontend":
            pools.append(readers.pool(proxy))
        stats += proxy.stats()
        remarks += proxy.remarks
    if readers.servers.tracking:
        pools = followed(pools, remarks)
    remarks += link_remarks(sections, frontends, pools)
    remarks += _cut_off(source)
    remarks.sort(key=lambda remark: (remark.span.line, remark.span.column))
    return Balancer("haproxy", source, tuple(frontends), tuple(pools), tuple(remarks), tuple(stats))


def _verifies(sections: Sequence[Section]) -> bool:
    """Whether certificates of servers are verified where a line does not say (`ssl-server-verify`)."""
    verify = True
    for section in sections:
        if section.kind == "global":
            for line in section.lines:
                if line.texts[0] == "ssl-server-verify":
                    verify = line.texts[1:2] != ("none",)
    return verify


def _cut_off(source: SourceText) -> Iterator[Remark]:
    """Files whose last line has no line end."""
    parts, firsts = ((source,), [1]) if not isinstance(source, FolderText) else (source.parts, source.firsts)
    for part, first in zip(parts, firsts, strict=True):
        if not part.text or part.text.endswith("\n"):
            continue
        number = part.position(len(part.text))[0]
        text = part.line(number)
        column = len(text) - len(text.lstrip()) + 1 if text.strip() else 1
        at = first + number - 1
        yield Remark("refused", "cut-off", {}, Span(at, column, at, max(len(text), 1) + 1))
