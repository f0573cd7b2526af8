"""What the pictures of flows show: hops from role to role, of a policy in one phase, or of a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from portspec.policy.model import Phase, Policy
from portspec.site.facts import targets
from portspec.spec.model import Port, Service, Snapshot


class Hop(NamedTuple):
    """One leg of a flow, as a packet filter sees it. `port` is empty where the transport has none; `binding`: it is
    required, neither recommended nor optional; `conditional`: only some clusters of the release have it."""

    source: str
    target: str
    port: str
    transport: str
    binding: bool
    conditional: bool = False

    @property
    def name(self) -> str:
        """`22623/tcp`, or the bare transport."""
        return f"{self.port}/{self.transport}" if self.port else self.transport


def hops_of_policy(policy: Policy, phase: Phase) -> list[Hop]:
    """Every hop that a policy allows in a phase."""
    return merged(
        Hop(allow.source, allow.target, allow.port or "", allow.transport, allow.necessity == "required")
        for allow in policy.allows
        if phase in allow.phases
    )


def hops_of_service(snapshot: Snapshot, service: Service) -> list[Hop]:
    """Every hop to a service in a release, whatever its condition."""
    return merged(hop for port in service.ports for hop in _hops(snapshot, port))


def _hops(snapshot: Snapshot, port: Port) -> Iterator[Hop]:
    for flow in port.flows or ():
        balancer = snapshot.balancers[flow.via].role if flow.via else None
        rest = (port.port or "", port.transport, flow.necessity == "required", bool(flow.condition or port.condition))
        for target in targets(port, flow):
            if balancer:
                yield Hop(balancer, target, *rest)
            for sender in flow.senders:
                yield Hop(sender, balancer or target, *rest)


def merged(hops: Iterable[Hop]) -> list[Hop]:
    """Of several for the same ends and port one: binding where one of them is, everywhere where one of them is."""
    found: dict[tuple[str, ...], Hop] = {}
    for hop in hops:
        key = (hop.source, hop.target, hop.port, hop.transport)
        known = found.get(key, hop)
        found[key] = hop._replace(
            binding=known.binding or hop.binding, conditional=known.conditional and hop.conditional
        )
    return sorted(found.values(), key=_order)


def _order(hop: Hop) -> tuple[str, int, str]:
    digits = hop.port.split("-")[0]
    return (hop.transport, int(digits) if digits else 0, hop.port)
