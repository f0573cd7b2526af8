"""What one filter does with every port of the policy, for every role: a table of services and those who ask."""

from __future__ import annotations

from typing import Literal, NamedTuple

from portspec.checks.filters import CLIENT_PORTS, FilterJudge
from portspec.checks.hops import boxes_of, is_host
from portspec.cluster.model import BetweenPlace, Cluster, HostPlace
from portspec.configs.firewall.context import Context
from portspec.packets.addresses import ANY
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import Deny

Status = Literal["open", "closed", "partly", "unknown", "none"]

ELSE = ""
"""Stands for everybody who is in no role."""


class Cell(NamedTuple):
    """What a role gets of a port. `none`: the role's packets to it do not pass here. `needed`: a required flow of the
    phase takes this hop."""

    status: Status
    needed: bool


class Row(NamedTuple):
    """One port of one holder, with a cell for each column of the table."""

    service: str
    port: str
    transport: str
    holder: str
    cells: tuple[Cell, ...]


class Truth(NamedTuple):
    """`sources` name the columns: roles, and `ELSE`."""

    sources: tuple[str, ...]
    rows: tuple[Row, ...]


def truth(judge: FilterJudge) -> Truth:
    """The table of a filter that is placed on a host or between roles.

    Ports that are not held in the phase are left out, and so are roles none of whose packets pass here.
    """
    policy, cluster, place = judge.policy, judge.cluster, judge.entry.at
    sources = [role for role in cluster.roles if cluster.addresses(role)]
    rows: list[Row] = []
    if isinstance(place, BetweenPlace):
        sources = [role for role in sources if role in place.near or role in place.far]
    columns = (*sources, ELSE)
    for deny in policy.denies:
        if cluster.phase not in deny.phases:
            continue
        if isinstance(place, HostPlace) and is_host(cluster, place, deny.holder):
            receivers = cluster.addresses(deny.holder) & place.addresses
            cells = [_cell(judge, deny, source, receivers, "input") for source in columns]
        elif isinstance(place, BetweenPlace) and deny.holder in (*place.near, *place.far):
            far = place.far if deny.holder in place.near else place.near
            receivers = cluster.addresses(deny.holder)
            cells = [
                _cell(judge, deny, source, receivers, "forward")
                if source in far or source == ELSE
                else Cell("none", needed=False)
                for source in columns
            ]
        else:
            continue
        rows.append(Row(deny.service, deny.port or "", deny.transport, deny.holder, tuple(cells)))
    rows.sort(key=lambda row: (row.holder, row.transport, _number(row.port), row.service))
    asking = [at for at in range(len(columns)) if any(row.cells[at].status != "none" for row in rows)]
    kept = (row._replace(cells=tuple(row.cells[at] for at in asking)) for row in rows)
    return Truth(tuple(columns[at] for at in asking), tuple(kept))


def _number(port: str) -> int:
    return int(port.partition("-")[0]) if port else -1


def _cell(judge: FilterJudge, deny: Deny, source: str, receivers: IntervalSet, path: str) -> Cell:
    policy, cluster = judge.policy, judge.cluster
    senders = cluster.addresses(source) if source else _others(cluster)
    boxes = list(boxes_of(senders, receivers, deny.ports))
    needed = any(
        allow.necessity == "required" and cluster.phase in allow.phases and allow.ports.overlaps(deny.ports)
        for allow in policy.allows
        if (allow.source, allow.target) == (source, deny.holder)
    )
    if not boxes:
        return Cell("none", needed)
    answer = judge.judge.partition(path, boxes, Context(state="new", source_ports=CLIENT_PORTS))
    kinds = [bool(answer.allowed), bool(answer.blocked), bool(answer.unknown)]
    if kinds == [True, False, False]:
        return Cell("open", needed)
    if kinds == [False, True, False]:
        return Cell("closed", needed)
    return Cell("unknown" if answer.unknown and not answer.allowed else "partly", needed)


def _others(cluster: Cluster) -> IntervalSet:
    found = ANY
    for role in cluster.roles:
        found = found - cluster.addresses(role)
    return found
