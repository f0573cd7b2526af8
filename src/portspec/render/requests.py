"""A firewall request sheet: a row for each hop that a filter on its way has to let through, with addresses and reasons."""

from __future__ import annotations

from typing import NamedTuple

from portspec.checks.hops import RANK
from portspec.cluster.model import Cluster
from portspec.errors import InputError
from portspec.packets.addresses import format_addresses
from portspec.policy.model import PHASES, Allow, Policy

MOST_SPANS = 1000


class Request(NamedTuple):
    """One hop, of which every flow that takes it is told. An address list is empty where the cluster file gives none."""

    source: str
    source_addresses: str
    target: str
    target_addresses: str
    transport: str
    port: str
    necessity: str
    phases: tuple[str, ...]
    purpose: str
    service: str
    sources: tuple[str, ...]


def requests(policy: Policy, cluster: Cluster, lang: str) -> list[Request]:
    """Every hop of both phases, in the order of its ends. Flows on a hop of one service and one necessity share a row.

    Raises InputError where no role of the policy has addresses.
    """
    grouped: dict[tuple[str, ...], list[Allow]] = {}
    for allow in policy.allows:
        key = (allow.source, allow.target, allow.transport, allow.port or "", allow.service)
        grouped.setdefault(key, []).append(allow)
    if not any(cluster.addresses(allow.source) for allow in policy.allows):
        raise InputError("the cluster file gives no role of the policy addresses", cluster.path)
    found = [_request(cluster, flows, lang) for flows in grouped.values()]
    return sorted(found, key=_order)


def _request(cluster: Cluster, flows: list[Allow], lang: str) -> Request:
    first = min(flows, key=lambda allow: RANK[allow.necessity])
    return Request(
        source=first.source,
        source_addresses=_addresses(cluster, first.source),
        target=first.target,
        target_addresses=_addresses(cluster, first.target),
        transport=first.transport,
        port=first.port or "",
        necessity=first.necessity,
        phases=tuple(phase for phase in PHASES if any(phase in allow.phases for allow in flows)),
        purpose=" ".join(dict.fromkeys(allow.purpose[lang] for allow in flows)),
        service=first.service,
        sources=tuple(sorted({source for allow in flows for source in allow.sources})),
    )


def _addresses(cluster: Cluster, role: str) -> str:
    return format_addresses(cluster.addresses(role), MOST_SPANS)


def _order(request: Request) -> tuple[object, ...]:
    number = int(request.port.partition("-")[0]) if request.port else -1
    return (request.source, request.target, request.transport, number, request.port, request.service)
