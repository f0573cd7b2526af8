"""A HAProxy config as a load balancer."""

from __future__ import annotations

from portspec.configs.balancer.haproxy.keywords import refused_lines
from portspec.configs.balancer.haproxy.proxies import Proxy
from portspec.configs.balancer.haproxy.sections import split
from portspec.configs.balancer.haproxy.words import Line, lines
from portspec.configs.balancer.model import Balancer, Frontend, Pool, Remark, StatsPage
from portspec.errors import InputError
from portspec.source import SourceText


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column."""
    variables: dict[str, str] = {}
    found = lines(source, variables)
    if _set_variables(found, variables):
        found = lines(source, variables)
    sections, misplaced = split(found)
    if not sections:
        raise InputError("no section: expected global, defaults, frontend, backend or listen", source.path, 1, 1)
    remarks = [Remark("refused", "misplaced", part.message, part.line.span) for part in misplaced]
    frontends: list[Frontend] = []
    pools: list[Pool] = []
    stats: list[StatsPage] = []
    for section in sections:
        remarks += refused_lines(section)
        if section.kind not in ("frontend", "backend", "listen"):
            continue
        proxy = Proxy(section)
        if section.kind != "backend":
            frontends.append(proxy.frontend())
        if section.kind != "frontend":
            pools.append(proxy.pool())
        stats += proxy.stats()
        remarks += proxy.remarks
    remarks += _dangling(frontends, pools)
    remarks.sort(key=lambda remark: (remark.span.line, remark.span.column))
    return Balancer("haproxy", source, tuple(frontends), tuple(pools), tuple(remarks), tuple(stats))


def _set_variables(found: list[Line], variables: dict[str, str]) -> bool:
    """Take over what `setenv` and `presetenv` set. The checker's own environment does not count."""
    for line in found:
        texts = line.texts
        if texts[0] in ("setenv", "presetenv") and len(texts) == 3:
            if texts[0] == "setenv" or texts[1] not in variables:
                variables[texts[1]] = texts[2]
        elif texts[0] == "unsetenv":
            for name in texts[1:]:
                variables.pop(name, None)
    return bool(variables)


def _dangling(frontends: list[Frontend], pools: list[Pool]) -> list[Remark]:
    """Routes to pools that do not exist. A name made at run time (`%[…]`) is left open."""
    names = {pool.name for pool in pools}
    found: list[Remark] = []
    for frontend in frontends:
        for route in frontend.routes:
            if "%[" in route.pool:
                found.append(
                    Remark("unknown", "dynamic-backend", f"the backend is chosen at run time: {route.pool}", route.span)
                )
            elif route.pool not in names:
                found.append(Remark("refused", "no-such-backend", f"there is no backend {route.pool!r}", route.span))
    return found
