"""A HAProxy config as a load balancer."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.balancer.haproxy.conditionals import active
from portspec.configs.balancer.haproxy.keywords import keyword_remarks
from portspec.configs.balancer.haproxy.linking import followed, link_remarks
from portspec.configs.balancer.haproxy.proxies import Proxy
from portspec.configs.balancer.haproxy.sections import Section, Sections
from portspec.configs.balancer.haproxy.servers import MOST_FROM_TEMPLATES
from portspec.configs.balancer.haproxy.words import lines
from portspec.configs.balancer.model import Balancer, Frontend, Pool, Remark, StatsPage
from portspec.errors import InputError
from portspec.source import SourceText, Span


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column."""
    variables: dict[str, str] = {}
    remarks: list[Remark] = []
    found = active(source, lines(source, variables), variables, remarks)
    sections = Sections(source, remarks).gather(found)
    if not sections:
        raise InputError("no section: expected global, defaults, frontend, backend or listen", source.path, 1, 1)
    frontends: list[Frontend] = []
    pools: list[Pool] = []
    stats: list[StatsPage] = []
    verify = _verifies(sections)
    room = [MOST_FROM_TEMPLATES]
    for section in sections:
        remarks += keyword_remarks(section)
        if section.kind not in ("frontend", "backend", "listen"):
            continue
        proxy = Proxy(source, section, verify=verify, room=room)
        proxy.remark_modes()
        if section.kind != "backend":
            frontends.append(proxy.frontend())
        if section.kind != "frontend":
            pools.append(proxy.pool())
        stats += proxy.stats()
        remarks += proxy.remarks
    pools = followed(pools, remarks)
    remarks += link_remarks(sections, frontends, pools)
    if not source.text.endswith("\n"):
        remarks.append(_cut_off(source))
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


def _cut_off(source: SourceText) -> Remark:
    number = source.position(len(source.text))[0]
    text = source.line(number)
    column = len(text) - len(text.lstrip()) + 1 if text.strip() else 1
    return Remark("refused", "cut-off", {}, Span(number, column, number, max(len(text), 1) + 1))
