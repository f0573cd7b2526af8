"""A listener that has another port than all the members behind it: it gets theirs. The same for every format, since the port
stands in the listener's own lines."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.fixes.edits import Edit, replacement
from portspec.fixes.site import Site
from portspec.fixes.trees import replaced

CODES = frozenset({"PS301", "PS304", "PS305", "PS306", "PS308"})
FURTHER = 3
"""The port may stand some lines below the listener's first word."""


def moved(site: Site, finding: Finding) -> Iterator[tuple[Edit, ...]]:
    """The listeners of a finding's port whose members have one other port listen on that; of a port that nothing listens on,
    those that lead to members of this port from another one."""
    if finding.code not in CODES or not isinstance(site.model, Balancer):
        return
    pools = {pool.name: pool for pool in site.model.pools}
    for frontend in site.model.frontends:
        led = [pools[route.pool] for route in frontend.routes if route.pool in pools]
        ports = {member.port for pool in led for member in pool.members}
        port = next(iter(ports)) if len(ports) == 1 else None
        for listener in frontend.listeners:
            said = str(listener.first_port)
            concerned = str(port) if finding.code == "PS301" else said
            single = listener.first_port == listener.last_port
            if port is None or not single or concerned != finding.port or said == str(port) or listener.span.within:
                continue
            for number in range(listener.span.line, listener.span.line + FURTHER):
                line = site.source.line(number)
                text = replaced(line, said, str(port))
                if text != line:
                    yield (replacement(site.path, number, text),)
                    break
